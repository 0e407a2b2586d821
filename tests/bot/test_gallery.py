"""The gallery's rules and page: each rule can be broken, and what breaks one is found and shown."""

from pathlib import Path

import pytest

from bot.gallery import page, pictures, play
from bot.gallery.play import Turn
from bot.gallery.recorder import Sent
from bot.gallery.rules import RULES, broken
from bot.gallery.script import Line
from bot.texts import Texts
from domain.talk import Button, Chat, Manner, Outgoing
from tests.stories.talk import GROUP

PRIVATE = Chat("web", "p1", private=True)
TEXTS = Texts.load()
VOICE = page.voice(TEXTS)


def says(text: str, manner: Manner = Manner.ANSWER, *rows: tuple[Button, ...], **more) -> Outgoing:
    return Outgoing(GROUP, text, manner, rows=rows, **more)


def button(label: str, verb: str = "status") -> Button:
    return Button(label, verb, ("1",))


BREAKING = [
    ("lines", says("\n".join("一二三四五六七"))),
    ("button", says("收到", Manner.ANSWER, (button("查一查办到哪了"),))),
    ("rows", says("收到", Manner.ANSWER, *[(button("查"),)] * 4)),
    ("rows", says("收到", Manner.ANSWER, (button("查"),) * 4)),
    ("headline", says("一" * 27, headed=True)),
    ("toast", says("一" * 201, Manner.TOAST)),
    ("pasted", says("【枫林小区说事会】" + "一" * 120)),
    ("refusal", says("没计入：表决 #3 截止了。结果在公开栏。")),
    ("refusal", says("没计入：表决 #3 截止了")),
    ("unwelcome", says("收到！")),
    ("unwelcome", says("你的话记下了。")),
    ("kind", says("附议了 #12。")),
    ("kind", says("议题 #5 和 #8")),
    ("label", says("🗳️ 表决 #3 楼道灯结果\n赞同30户")),
    ("label", says("【枫林小区表决结果】赞同30户")),
    ("signs", says("收到 📅 12月4日")),
    ("signs", says("🎉 办成了")),
    ("signs", says("⚠️ 没计入。", Manner.TOAST)),
]


@pytest.mark.parametrize(("rule", "out"), BREAKING, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKING)])
def test_rule_finds_what_breaks_it(rule: str, out: Outgoing) -> None:
    """VOICE.md §2: what a program can check by itself."""
    assert broken(out, VOICE) == [rule]


def test_each_rule_is_seen_broken_and_has_words() -> None:
    """A rule that nothing breaks checks nothing; one without words tells nothing."""
    assert {rule for rule, _ in BREAKING} == set(RULES)
    assert all(TEXTS.has(f"gallery.rule.{rule}") for rule in RULES)


@pytest.mark.parametrize(
    "out",
    [
        says("\n".join("一二三四五六"), Manner.ANSWER, (button("仅管理员✓"), button("去投#12"), button("撤回"))),
        says("表决 #3 楼道灯：请投。", Manner.ANSWER, *[(button("江南清洁服务公司", "ballot"),)] * 5),
        says("🗳️ 表决 #3 楼道灯结果\n赞同30户\n居民协商表决", headed=True),
        says("⚠️ 议题 #5、#8 都还在。"),
        says("没有表决 #99，发“投票”可以看有哪些。", Manner.TOAST),
        Outgoing(PRIVATE, "\n".join("一二三四五六七八")),
    ],
)
def test_rules_let_through_what_keeps_them(out: Outgoing) -> None:
    """Options keep their own words, lists number the first, private messages may be longer."""
    assert broken(out, VOICE) == []


def test_page_shows_each_look_and_each_fault(tmp_path: Path) -> None:
    """What was said stands there for every channel, escaped, with what is wrong with it and its texts' keys."""
    answer = Outgoing(PRIVATE, "收到 <b>！", rows=((button("撤回", "withdraw"),),))
    turn = Turn(
        "一件说事", Line(who="居民甲", says="说事 <i>灯"), play.BEGINS, (Sent(answer, False),), ("collect.sure",)
    )
    file = page.write(tmp_path, [turn], TEXTS, "https://shuoshi.example.cn")
    html = file.read_text("utf-8")

    assert "居民甲：说事 &lt;i&gt;灯" in html
    assert html.count("收到 &lt;b&gt;！") >= 4
    assert "可发：撤回 1" in html
    assert "可回：撤回 1" in html
    assert TEXTS("gallery.rule.unwelcome") in html
    assert "collect.sure" in html
    assert "没有 Chromium" in html


def test_no_picture_is_taken_without_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Chromium the gallery is made without pictures."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)

    assert pictures.chromium() is None
