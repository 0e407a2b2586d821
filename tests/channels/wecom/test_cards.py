"""How a message looks in WeCom: VOICE.md §2, row WeCom bot, within the platform's own limits."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.cards import MORE, Card, forgotten, render
from domain.talk import Button, Chat, Outgoing
from tests.channels.wecom.looks import HOUSEHOLD, LOOK
from tests.wecom_fake import checks
from tests.wecom_fake.client import buttons, words

GROUP = Chat("wecom", "wr1")
ALONE = Chat("wecom", "user1", private=True)
VOTE = "\n".join(
    [
        "🗳️ 表决 #3 楼道灯换声控灯",
        "一户一票，记名：结束后公布各户选了什么",
        "截止：12月20日（周日）20:00，之前可以改",
        HOUSEHOLD,
    ]
)


def options(*labels: str) -> tuple[tuple[Button, ...], ...]:
    choices = tuple(Button(label, "ballot", ("3", str(place))) for place, label in enumerate(labels, 1))
    return choices, (Button("我能投吗", "may_vote", ("3",)),)


def rendered(text: str, rows: Any = (), to: Chat = GROUP, **more: Any) -> tuple[list[dict[str, Any]], Card | None]:
    numbers = itertools.count(1)
    bodies, card = render(Outgoing(to, text, rows=rows, **more), LOOK, lambda prefix: f"{prefix}t{next(numbers)}")
    assert [problem for body in bodies for problem in checks.message(body, push=True)] == []
    return bodies, card


def test_plain_message_is_markdown_with_a_bold_headline() -> None:
    """One text; the headline bold."""
    bodies, card = rendered("📅 下次说事会\n说事厅", headed=True)

    assert bodies == [{"msgtype": "markdown", "markdown": {"content": "**📅 下次说事会**\n说事厅"}}]
    assert card is None


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("[点我](https://evil.example)", "［点我］(https://evil.example)"),
        ("# 大字", "＃ 大字"),
        ("**粗** `码` <font>", "＊＊粗＊＊ ｀码｀ ＜font＞"),
        ("说事 #12", "说事 #12"),
    ],
)
def test_what_residents_write_stays_text(said: str, shown: str) -> None:
    """Text is data: it makes no links, no headings, no colours."""
    bodies, _ = rendered(said)

    assert words(bodies[0]) == shown


def test_links_stand_under_the_text() -> None:
    """A button that only opens a page is a link."""
    bodies, card = rendered("结果出来了", ((Button("重新计票", url="https://example.org/votes/3"),),))

    assert words(bodies[0]) == "结果出来了\n[重新计票](https://example.org/votes/3)"
    assert card is None


def test_examples_in_a_group_start_with_at() -> None:
    """The bot hears only what starts with @, so do the examples; alone they don't."""
    text = "下一步：管理员梳理，发“进度 12”随时查"

    assert words(rendered(text)[0][0]) == "下一步：管理员梳理，发“@说事 进度 12”随时查"
    assert words(rendered(text, to=ALONE)[0][0]) == text


def test_short_card_is_one_message() -> None:
    """Headline, facts by their keys, what else there is, buttons."""
    rows = ((Button("附议", "second", ("12",)), Button("撤回", "withdraw", ("12",))),)
    bodies, card = rendered("收到，记为说事 #12。\n类别：服务民生（依据：电梯）\n没有别的", rows)

    (body,) = bodies
    assert card is not None
    assert body["template_card"] == {
        "card_type": "button_interaction",
        "main_title": {"title": "收到，记为说事 #12。"},
        "horizontal_content_list": [{"keyname": "类别", "value": "服务民生（依据：电梯）"}],
        "sub_title_text": "没有别的",
        "task_id": "t1",
        "button_list": [
            {"text": "附议", "key": "second:12", "style": 1},
            {"text": "撤回", "key": "withdraw:12", "style": 1},
        ],
    }


def test_long_card_is_text_and_card() -> None:
    """What has no room in a card is told before it; nothing is lost."""
    text = "收到，记为说事 #12。" + "这里有很多很多要说的话。" * 20
    bodies, _ = rendered(text, ((Button("附议", "second", ("12",)),),))

    assert [body["msgtype"] for body in bodies] == ["markdown", "template_card"]
    assert words(bodies[0]) == text
    assert bodies[1]["template_card"]["main_title"]["title"].endswith("…")


def test_more_than_six_buttons_lead_on() -> None:
    """At most six, the sixth being 更多, and every button is reached."""
    rows = (tuple(Button(f"按钮{n}", "status", (str(n),)) for n in range(12)),)
    _, card = rendered("选一个", rows)
    assert card is not None

    pages = [card.body(LOOK), *(Card(card.task, "x", buttons=card.buttons, first=n).body(LOOK) for n in (5, 10))]

    assert [buttons(page) for page in pages] == [
        ["按钮0", "按钮1", "按钮2", "按钮3", "按钮4", "更多"],
        ["按钮5", "按钮6", "按钮7", "按钮8", "按钮9", "更多"],
        ["按钮10", "按钮11", "更多"],
    ]
    assert [page["button_list"][-1]["key"] for page in pages] == [f"{MORE}:5", f"{MORE}:10", f"{MORE}:0"]


def test_vote_is_its_facts_and_a_vote_card_with_its_label() -> None:
    """Facts as text, then title, label, one choice; what else may be sent is told."""
    bodies, card = rendered(VOTE, options("赞同", "反对", "弃权"), headed=True)

    assert [body["msgtype"] for body in bodies] == ["markdown", "template_card"]
    assert words(bodies[0]).endswith(f"{HOUSEHOLD}\n也可以发：@说事 我能投吗 3")
    shown = bodies[1]["template_card"]
    assert shown["card_type"] == "vote_interaction"
    assert shown["main_title"] == {"title": "🗳️ 表决 #3 楼道灯换声控灯", "desc": HOUSEHOLD}
    assert shown["checkbox"]["mode"] == 0
    assert [option["id"] for option in shown["checkbox"]["option_list"]] == ["ballot:3:1", "ballot:3:2", "ballot:3:3"]
    assert card is not None
    assert card.task.startswith("L")


def test_vote_with_long_options_is_numbered() -> None:
    """Titles too long for a card: numbered text, buttons 选1 …, and what to type."""
    bodies, _ = rendered(VOTE, options("用维修资金换一部新的电梯", "先修好旧的电梯再看一年"), headed=True)

    text = words(bodies[0])
    assert "1 用维修资金换一部新的电梯\n2 先修好旧的电梯再看一年" in text
    assert "也可以发：@说事 投票 3 2" in text
    assert HOUSEHOLD in text
    assert buttons(bodies[1]) == ["选1", "选2"]
    assert bodies[1]["template_card"]["main_title"]["desc"] == HOUSEHOLD


@pytest.mark.parametrize("labels", [[f"选{n}" for n in range(21)], [f"第{n}号很长很长的候选公司" for n in range(7)]])
def test_vote_without_room_for_a_card_is_text(labels: list[str]) -> None:
    """More than 20 options, or more than six long ones: numbered text and 投票 3 2; the label stays."""
    bodies, card = rendered(VOTE, options(*labels), headed=True)

    assert [body["msgtype"] for body in bodies] == ["markdown"]
    assert card is None
    text = words(bodies[0])
    assert all(f"{place} {label}" in text for place, label in enumerate(labels, 1))
    assert HOUSEHOLD in text
    assert "也可以发：@说事 投票 3 2" in text


def test_numbers_that_stand_in_the_text_are_not_repeated() -> None:
    """The vote's own text may have numbered its options already."""
    labels = ("用维修资金换一部新的电梯", "先修好旧的电梯再看一年")
    listed = VOTE + "\n1 用维修资金换一部新的电梯 2 先修好旧的电梯再看一年"
    bodies, _ = rendered(listed, options(*labels), headed=True)

    assert words(bodies[0]).count(labels[0]) == 1


def test_presser_s_own_card_says_what_came_of_it_and_can_be_pressed_again() -> None:
    """The label stays; the options stay, so that a choice can be changed."""
    _, card = rendered(VOTE, options("赞同", "反对"), headed=True)
    assert card is not None
    body = card.answered("计入了：表决 #3，您家选“赞同”。截止前可改，只算最后一次。", LOOK)

    assert checks.card(body) == []
    assert body["main_title"] == {"title": "🗳️ 表决 #3 楼道灯换声控灯", "desc": HOUSEHOLD}
    assert body["sub_title_text"].startswith("计入了")
    assert buttons(body) == ["赞同", "反对"]


def test_forgotten_card_still_has_its_vote_s_label() -> None:
    """After a restart the card's words are gone, its label is not."""
    _, card = rendered(VOTE, options("赞同", "反对"), headed=True)
    assert card is not None
    body = forgotten(card.task, "计入了：表决 #3，您家选“赞同”。截止前可改。", LOOK).answered("计入了", LOOK)

    assert checks.card(body) == []
    assert body["main_title"]["desc"] == HOUSEHOLD


@given(
    text=st.text(alphabet="说事 #12：，。\n电梯abc[]*🗳️", min_size=1, max_size=600),
    labels=st.lists(
        st.text(alphabet="赞同反对一二三四五六七八九十", min_size=1, max_size=20), max_size=25, unique=True
    ),
    verb=st.sampled_from(["ballot", "status"]),
    label=st.booleans(),
)
def test_any_message_keeps_the_platform_s_limits(text: str, labels: list[str], verb: str, label: bool) -> None:
    """Whatever is said, WeCom takes it, and a vote's label is in it."""
    rows = (tuple(Button(one, verb, ("3", str(place))) for place, one in enumerate(labels, 1)),)
    whole = f"{text}\n{HOUSEHOLD}" if label else text
    bodies, _ = rendered(whole, rows if labels else ())

    assert not label or HOUSEHOLD in "\n".join(words(body) for body in bodies)


def test_text_is_cut_by_bytes_and_its_links_stay() -> None:
    """Lengths are bytes of UTF-8: 20,480 in all."""
    bodies, _ = rendered("电" * 9000, ((Button("看全文", url="https://example.org/a"),),))
    content = bodies[0]["markdown"]["content"]

    assert 20_000 < len(content.encode()) <= 20_480
    assert content.endswith("…\n[看全文](https://example.org/a)")
