"""The long connection over real sockets: heard in order, kept, answered on the presser's card, troubles named."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.channels.base import ChatGone, ChatSilent, RetryLater, Unsendable
from bot.channels.wecom import answers, channel, connection
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.connection import Setup
from domain.talk import Button, Chat, Manner, Outgoing, Picture, Pressed, Said, Upload
from tests.channels.shelf import Shelf
from tests.channels.taken import Taken, listening
from tests.channels.wecom.looks import EARS, HOUSEHOLD, LOOK
from tests.wecom_fake.client import Fake, buttons, until, words

GROUP = Chat("wecom", "wrgroup")
ROWS = ((Button("附议", "second", ("12",)), Button("撤回", "withdraw", ("12",))),)
VOTE = f"🗳️ 表决 #3 楼道灯\n一户一票\n{HOUSEHOLD}"
OPTIONS = (tuple(Button(label, "ballot", ("3", str(n))) for n, label in enumerate(("赞同", "反对"), 1)),)
Make = Callable[..., WecomChannel]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
async def make(wecom: Fake, told: list[str]) -> AsyncIterator[Make]:
    """Makes a channel for the fake's bot; what it tells the secretaries is in `told`."""
    made: list[WecomChannel] = []
    shelf = Shelf()

    async def tell(key: str) -> None:
        told.append(key)

    def ready(**more: Any) -> WecomChannel:
        setup = Setup(**({"bot_id": wecom.name, "secret": "secret", "url": wecom.url} | more))
        made.append(WecomChannel(setup, LOOK, EARS, shelf, tell))
        return made[-1]

    yield ready
    for one in made:
        await one.close()


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses after a failure are short."""
    monkeypatch.setattr(connection, "PAUSES", (0.05,))
    monkeypatch.setattr(channel, "PAUSES", (0.05,))
    monkeypatch.setattr(connection, "REFUSED_PAUSE", 0.2)


@contextlib.asynccontextmanager
async def connected(wecom: Fake, one: WecomChannel, taken: Taken | None = None) -> AsyncIterator[Taken]:
    taken = taken or Taken()
    async with listening(one, taken):
        await wecom.connected()
        yield taken


def toast(press: Pressed, text: str) -> Outgoing:
    return Outgoing(press.chat, text, Manner.TOAST, token=press.token, person=press.who.id)


async def pressed(wecom: Fake, taken: Taken, count: int, user: str, task: str, button: str) -> Pressed:
    await wecom.press(user, task, button, GROUP.id)
    await taken.until(count)
    event = taken.events[-1]
    assert isinstance(event, Pressed)
    return event


# --- in ---


async def test_connection_hands_on_what_is_said_in_order(wecom: Fake, make: Make) -> None:
    """One event of a chat after the other, each with the platform's id."""
    async with connected(wecom, make()) as taken:
        sent = [await wecom.say("user1", f"@说事 说事 第{n}件", GROUP.id) for n in range(10)]
        await taken.until(10)

    assert taken.texts == [f"说事 第{n}件" for n in range(10)]
    assert [event.event for event in taken.events] == [one["body"]["msgid"] for one in sent]


async def test_doubled_message_has_the_same_event(wecom: Fake, make: Make) -> None:
    """The platform sends a msgid twice: whoever keeps events knows it by its id."""
    async with connected(wecom, make()) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id, msgid="same")
        await wecom.say("user1", "@说事 帮助", GROUP.id, msgid="same")
        await taken.until(2)

    assert [event.event for event in taken.events] == ["same", "same"]


async def test_event_that_was_not_kept_is_insisted_on(wecom: Fake, make: Make) -> None:
    """The platform sends nothing again, so nothing may be lost for a moment without a database."""
    taken = Taken()
    taken.fail = 3
    async with connected(wecom, make(), taken):
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)

    assert taken.texts == ["帮助"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"msgtype": "text"},
        {"msgtype": "event", "event": None},
        {"msgtype": "mixed", "mixed": {"msg_item": 3}},
        {"msgtype": "event", "event": {"eventtype": "template_card_event", "template_card_event": {}}},
    ],
)
async def test_what_can_t_be_read_never_stops_the_rest(wecom: Fake, make: Make, body: dict[str, Any]) -> None:
    """Broken callbacks are passed over."""
    async with connected(wecom, make()) as taken:
        await wecom.ask("raw", body=body)
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)

    assert taken.texts == ["帮助"]


async def test_pictures_are_opened_by_their_own_key(wecom: Fake, make: Make) -> None:
    """After the commit, by an id that fits a row; once opened the key is forgotten."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 说事 灯坏了", GROUP.id, [b"picture one", b"picture two"])
        await taken.until(1)
        event = taken.events[0]
        assert isinstance(event, Said)
        found = [await one.fetch(upload) for upload in event.pictures]

    assert found == [b"picture one", b"picture two"]
    assert all(len(upload.id) <= 64 for upload in event.pictures)
    with pytest.raises(Unsendable):
        await one.fetch(event.pictures[0])


async def test_picture_that_is_gone_is_said_to_be(make: Make) -> None:
    """An address is good for five minutes."""
    with pytest.raises(Unsendable):
        await make().fetch(Upload("nothing"))


# --- out ---


async def test_messages_arrive_with_their_chat_type(wecom: Fake, make: Make) -> None:
    """chat_type is always set: 2 in groups, 1 alone."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await wecom.say("user1", "帮助")
        await taken.until(2)
        await one.send(Outgoing(GROUP, "给大家"), None)
        await one.send(Outgoing(Chat("wecom", "user1", private=True), "给您"), None)

    assert [(m["chat"], m["chat_type"], words(m)) for m in (await wecom.state())["messages"]] == [
        ("wrgroup", 2, "给大家"),
        ("user1", 1, "给您"),
    ]


async def test_press_changes_the_presser_s_own_card(wecom: Fake, make: Make) -> None:
    """Without userids one vote would replace the card for everybody."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 投票", GROUP.id)
        await taken.until(1)
        task = await one.send(Outgoing(GROUP, VOTE, rows=OPTIONS, headed=True), None)
        assert task
        press = await pressed(wecom, taken, 2, "user1", task, "赞同")
        await one.send(toast(press, "计入了：表决 #3，您家选“赞同”。"), None)

    assert (press.verb, press.args, press.message) == ("ballot", ("3", "1"), task)
    mine, others = await wecom.shown("user1", task), await wecom.shown("user2", task)
    assert "计入了：表决 #3，您家选“赞同”。" in words({"template_card": mine})
    assert mine["main_title"]["desc"] == others["main_title"]["desc"] == HOUSEHOLD
    assert others["card_type"] == "vote_interaction"
    assert "计入了" not in str([words(m) for m in await wecom.messages(GROUP.id)])


async def test_choice_can_be_changed_on_the_presser_s_card(wecom: Fake, make: Make) -> None:
    """The card that says what came of a press has the options still."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 投票", GROUP.id)
        await taken.until(1)
        task = await one.send(Outgoing(GROUP, VOTE, rows=OPTIONS, headed=True), None)
        assert task
        await one.send(toast(await pressed(wecom, taken, 2, "user1", task, "赞同"), "计入了"), None)
        again = await pressed(wecom, taken, 3, "user1", task, "反对")
        await one.send(toast(again, "改好了"), None)

    assert again.args == ("3", "2")
    assert "改好了" in words({"template_card": await wecom.shown("user1", task)})


async def test_more_buttons_turn_the_presser_s_card_alone(wecom: Fake, make: Make) -> None:
    """更多 is answered by the channel itself."""
    rows = (tuple(Button(f"按钮{n}", "status", (str(n),)) for n in range(9)),)
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        task = await one.send(Outgoing(GROUP, "选一个", rows=rows), None)
        assert task
        await wecom.press("user1", task, "更多", GROUP.id)

        async def turned() -> bool:
            return buttons(await wecom.shown("user1", task)) == ["按钮5", "按钮6", "按钮7", "按钮8", "更多"]

        await until(turned, 5, lambda: "the card was not turned")

    assert len(taken.events) == 1
    assert "按钮0" in buttons(await wecom.shown("user2", task))


async def test_late_press_is_answered_alone(wecom: Fake, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card changes only within five seconds of its press: later a private line, never a word to the group."""
    monkeypatch.setattr(answers, "SECONDS_TO_UPDATE", 0.0)
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "帮助")
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(2)
        task = await one.send(Outgoing(GROUP, "收到，记为说事 #12。", rows=ROWS), None)
        assert task
        await one.send(toast(await pressed(wecom, taken, 3, "user1", task, "附议"), "已附议说事 #12。"), None)

    assert [words(m) for m in await wecom.messages("user1")] == ["已附议说事 #12。"]
    assert len(await wecom.messages(GROUP.id)) == 1


@pytest.mark.parametrize("code", [846602, 846603, 42045])
async def test_stale_press_is_answered_alone(wecom: Fake, make: Make, code: int) -> None:
    """The platform no longer knows the req_id, or finds it too late: the same."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "帮助")
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(2)
        task = await one.send(Outgoing(GROUP, "收到，记为说事 #12。", rows=ROWS), None)
        assert task
        await wecom.ask("fault", at="aibot_respond_update_msg", code=code)
        await one.send(toast(await pressed(wecom, taken, 3, "user1", task, "附议"), "已附议说事 #12。"), None)

    assert [words(m) for m in await wecom.messages("user1")] == ["已附议说事 #12。"]


async def test_presser_who_never_wrote_alone_gets_nothing_elsewhere(wecom: Fake, make: Make) -> None:
    """A toast without its card or a private chat is dropped, not shouted into the group."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        await one.send(Outgoing(GROUP, "您家选了赞同", Manner.TOAST, token="unknown", person="user1"), None)

    assert (await wecom.state())["messages"] == []


async def test_card_of_before_a_restart_is_answered_with_its_label(wecom: Fake, make: Make) -> None:
    """The card's words are gone with the old process; the vote's label is not."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 投票", GROUP.id)
        await taken.until(1)
        task = await one.send(Outgoing(GROUP, VOTE, rows=OPTIONS, headed=True), None)
        assert task
    two = make()
    async with connected(wecom, two) as taken:
        await two.send(toast(await pressed(wecom, taken, 1, "user1", task, "赞同"), "计入了：表决 #3。"), None)

    mine = await wecom.shown("user1", task)
    assert mine["main_title"] == {"title": "计入了：表决 #3。", "desc": HOUSEHOLD}


async def test_redraw_is_no_new_message(wecom: Fake, make: Make) -> None:
    """A card can't be edited without a press; the others wait in 详情."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        assert await one.send(Outgoing(GROUP, "已投9户", Manner.REDRAW, card="vote:3"), "task") == "task"

    assert (await wecom.state())["messages"] == []


async def test_picture_is_uploaded_in_pieces(wecom: Fake, make: Make) -> None:
    """Three steps, pieces of 512 KiB."""
    one, picture = make(), bytes(range(256)) * 5000
    async with connected(wecom, one):
        media = await one.upload(picture, "chart.png")
        state = await wecom.state()
        with pytest.raises(Unsendable):
            await one.upload(b"", "empty.png")

    assert state["uploads"][media] == len(picture)
    assert [r["cmd"] for r in state["requests"]].count("aibot_upload_media_chunk") == 3


PNG = bytes(range(256)) * 3000
RESULT = Outgoing(
    GROUP,
    f"🗳️ 表决 #3 楼道灯结果\n赞同3户\n{HOUSEHOLD}",
    picture=Picture("枫林小区 表决 #3 结果", "楼道灯", "5户中3户参加", "", (), HOUSEHOLD, png=PNG),
)


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        ({}, ["markdown", "image"]),
        ({"at": "aibot_upload_media_chunk", "code": 40009}, ["markdown"]),
        ({"at": "aibot_upload_media_init", "code": 93008}, ["markdown"]),
    ],
)
async def test_picture_follows_its_text(wecom: Fake, make: Make, fault: dict[str, Any], kinds: list[str]) -> None:
    """Uploaded when it is sent; refused for good it is left out, as the text says all of it."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        if fault:
            await wecom.ask("fault", **fault)
        await one.send(RESULT, None)

    state = await wecom.state()
    assert [m["msgtype"] for m in state["messages"]] == kinds
    assert all(state["uploads"][m["image"]["media_id"]] == len(PNG) for m in state["messages"][1:])


@pytest.mark.parametrize("at", ["aibot_upload_media_finish", "aibot_send_msg"])
async def test_picture_that_must_wait_does_not_repeat_its_text(wecom: Fake, make: Make, at: str) -> None:
    """Busy in the middle of the upload, or when the picture is sent: tried again, the picture alone goes out."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        if at == "aibot_send_msg":
            await wecom.ask("fault", at=at, times=1)
        await wecom.ask("fault", at=at, code=-1)
        with pytest.raises(RetryLater):
            await one.send(RESULT, None)
        await one.send(RESULT, None)

    assert [m["msgtype"] for m in await wecom.messages(GROUP.id)] == ["markdown", "image"]


ALONE = Chat("wecom", "user1", private=True)
NOTICE = Outgoing(ALONE, "📅 我是枫林小区的说事机器人\n" + "说明，" * 60, rows=ROWS, headed=True)


async def test_who_opens_the_chat_is_greeted_once_by_words(wecom: Fake, make: Make) -> None:
    """WeCom lets nothing else in before their first word: the rest waits for it, and the chat is no lost one."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.enter("user1")
        await taken.until(1)
        with pytest.raises(ChatSilent):
            await one.send(NOTICE, None)
        (greeting,) = await wecom.messages("user1")
        await wecom.say("user1", "帮助")
        await taken.until(2)
        await one.send(NOTICE, None)

    assert taken.texts == ["/start", "帮助"]
    assert greeting["msgtype"] == "text"
    assert greeting["text"]["content"].startswith("📅 我是枫林小区的说事机器人\n说明，")
    ways = [(m["msgtype"], m["way"]) for m in await wecom.messages("user1")]
    assert ways == [("text", "aibot_respond_welcome_msg"), ("template_card", "aibot_send_msg")]


async def test_short_greeting_is_a_card(wecom: Fake, make: Make) -> None:
    """A card may greet as well, and can be pressed."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.enter("user1")
        await taken.until(1)
        await one.send(Outgoing(ALONE, "在。您想：", rows=ROWS), None)

    (greeting,) = await wecom.messages("user1")
    assert (greeting["msgtype"], buttons(greeting)) == ("template_card", ["附议", "撤回"])


async def test_late_greeting_waits_for_the_first_word(wecom: Fake, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five seconds the platform takes none: not asked for, or refused, it waits."""
    one = make()
    async with connected(wecom, one) as taken:
        for count, arranged in enumerate((True, False), 1):
            await wecom.enter("user1")
            await taken.until(count)
            if arranged:
                await wecom.ask("fault", at="aibot_respond_welcome_msg", code=846603)
            else:
                monkeypatch.setattr(answers, "SECONDS_TO_UPDATE", 0.0)
            with pytest.raises(ChatSilent):
                await one.send(Outgoing(ALONE, "在。"), None)

    assert await wecom.messages("user1") == []


# --- faults ---


async def test_budget_is_shared_by_pushes_and_card_updates(wecom: Fake, make: Make) -> None:
    """Thirty a minute a conversation; the thirty-first is told how long to wait, and nothing is asked of WeCom."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        task = await one.send(Outgoing(GROUP, "收到，记为说事 #12。", rows=ROWS), None)
        assert task
        await one.send(toast(await pressed(wecom, taken, 2, "user1", task, "附议"), "已附议"), None)
        for n in range(28):
            await one.send(Outgoing(GROUP, f"第{n}句"), None)
        with pytest.raises(RetryLater, match="rate") as wait:
            await one.send(Outgoing(GROUP, "太多"), None)

    assert 50 < (wait.value.seconds or 0) <= 60
    assert len(await wecom.messages(GROUP.id)) == 29


@pytest.mark.parametrize(("code", "seconds"), [(-1, 2.0), (45009, 60.0), (45033, 5.0), (42001, 1.0)])
async def test_platform_s_for_now_is_a_later(wecom: Fake, make: Make, code: int, seconds: float) -> None:
    """Busy, rate, concurrency, token: not sent for now; then it is sent once."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        await wecom.ask("fault", at="aibot_send_msg", code=code)
        with pytest.raises(RetryLater) as later:
            await one.send(Outgoing(GROUP, "一句"), None)
        await one.send(Outgoing(GROUP, "一句"), None)

    assert later.value.seconds == seconds
    assert len(await wecom.messages(GROUP.id)) == 1


async def test_half_a_message_is_not_sent_twice(wecom: Fake, make: Make) -> None:
    """Of a text and its card the text went out: tried again, only the card does."""
    one, out = make(), Outgoing(GROUP, VOTE, rows=OPTIONS, headed=True)
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 投票", GROUP.id)
        await taken.until(1)
        await wecom.ask("fault", at="aibot_send_msg", times=1)
        await wecom.ask("fault", at="aibot_send_msg", code=-1)
        with pytest.raises(RetryLater):
            await one.send(out, None)
        await one.send(out, None)

    assert [m["msgtype"] for m in await wecom.messages(GROUP.id)] == ["markdown", "template_card"]


async def test_chat_where_nobody_spoke_is_silent_and_one_left_is_gone(wecom: Fake, make: Make) -> None:
    """93008 means "not yet" before the first word, "no more" after it; also after a restart."""
    one = make()
    async with connected(wecom, one) as taken:
        with pytest.raises(ChatSilent):
            await one.send(Outgoing(GROUP, "一句"), None)
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        await one.send(Outgoing(GROUP, "一句"), None)
    two = make()
    async with connected(wecom, two):
        await wecom.ask("fault", at="aibot_send_msg", code=93008)
        with pytest.raises(ChatGone):
            await two.send(Outgoing(GROUP, "两句"), None)


async def test_refused_message_is_unsendable(wecom: Fake, make: Make) -> None:
    """Any other number: trying again would not help."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        await wecom.ask("fault", at="aibot_send_msg", code=40058)
        with pytest.raises(Unsendable):
            await one.send(Outgoing(GROUP, "一句"), None)


async def test_missing_answer_is_a_later(wecom: Fake, make: Make) -> None:
    """No ack in its time (five seconds): tried again."""
    one = make(patience=0.2)
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)
        await wecom.ask("fault", at="aibot_send_msg", mute=True)
        with pytest.raises(RetryLater, match="no answer"):
            await one.send(Outgoing(GROUP, "一句"), None)
        await one.send(Outgoing(GROUP, "一句"), None)


async def test_patience_is_five_seconds() -> None:
    """What the platform's document gives an answer, and a ping every thirty."""
    setup = Setup("b", "s")

    assert (setup.patience, setup.ping) == (5.0, 30.0)


async def test_broken_connection_comes_back(wecom: Fake, make: Make) -> None:
    """Whatever breaks it: what waits for an answer is told, and the next word arrives."""
    one = make()
    async with connected(wecom, one) as taken:
        await wecom.say("user1", "@说事 一", GROUP.id)
        await taken.until(1)
        await wecom.ask("fault", at="aibot_send_msg", drop=True)
        with pytest.raises(RetryLater):
            await one.send(Outgoing(GROUP, "一句"), None)
        await wecom.connected()
        await wecom.say("user1", "@说事 二", GROUP.id)
        await taken.until(2)

        await one.send(Outgoing(GROUP, "一句"), None)


async def test_lost_pong_opens_a_new_connection(wecom: Fake, make: Make) -> None:
    """A ping without an answer means that nobody is there."""
    one = make(ping=0.1, patience=0.2)
    async with connected(wecom, one) as taken:
        await wecom.ask("fault", at="ping", mute=True)

        async def again() -> bool:
            asked = [r["cmd"] for r in (await wecom.state())["requests"]]
            return asked.count("aibot_subscribe") == 2

        await until(again, 5, lambda: "no second subscription")
        await wecom.connected()
        await wecom.say("user1", "@说事 帮助", GROUP.id)
        await taken.until(1)


async def test_wrong_secret_is_not_hammered_and_mends_by_itself(wecom: Fake, make: Make, caplog: Any) -> None:
    """Refused, it asks again seldom; once the platform accepts the secret, all is well."""
    one = make(secret="wrong")
    async with listening(one, Taken()):
        await asyncio.sleep(0.3)
        asked = len((await wecom.state())["requests"])
        with pytest.raises(RetryLater):
            await one.send(Outgoing(GROUP, "一句"), None)
        await wecom.ask("arrange", secret="wrong")
        await wecom.connected()

    assert 1 <= asked <= 2
    assert "the platform refuses the bot" in caplog.text


async def test_kicked_out_it_stays_out_and_tells_the_secretaries(wecom: Fake, make: Make, told: list[str]) -> None:
    """Two programs that fight over a bot would lose every other event."""
    one = make()
    async with connected(wecom, one):
        await wecom.ask("kick")

        async def known() -> bool:
            return bool(told)

        await until(known, 5, lambda: "nobody was told")
        await asyncio.sleep(0.3)
        with pytest.raises(RetryLater):
            await one.send(Outgoing(GROUP, "一句"), None)

    state = await wecom.state()
    assert told == ["wechat.kicked"]
    assert [r["cmd"] for r in state["requests"]] == ["aibot_subscribe"]
    assert not state["connected"]


async def test_nobody_s_words_are_logged(wecom: Fake, make: Make, caplog: Any) -> None:
    """Neither what is said nor what can't be read stands in the log."""
    caplog.set_level("DEBUG", "bot")
    taken = Taken()
    taken.fail = 1
    async with connected(wecom, make(), taken):
        await wecom.ask("raw", body={"msgtype": "text", "text": {"content": "隐私的话"}})
        await wecom.say("user1", "@说事 说事 隐私的话", GROUP.id)
        await taken.until(1)

    assert "隐私" not in caplog.text
