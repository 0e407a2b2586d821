"""Both Telegram carriers send over real sockets: messages, cards, toasts, polls; troubles named, limits kept."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import result_picture as drawing
from bot.channels.base import Channel, ChatGone, ChatMoved, RetryLater, Unsendable
from bot.channels.telegram import Setup
from bot.channels.telegram_carrier import channel
from domain.talk import Bar, Button, Chat, File, Manner, Outgoing, Picture, Poll
from tests.channels.carriers import Make, brisk, library, make
from tests.simulator.client import Simulator, buttons, words

__all__ = ["brisk", "library", "make"]


async def test_card_is_sent_then_edited(sim: Simulator, make: Make) -> None:
    """A card is one message: sent once, edited afterwards; an edit that changes nothing counts as done."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident])
    chat, one = Chat("telegram", str(group)), make()
    rows = ((Button("赞同", "vote", ("3", "1")), Button("反对", "vote", ("3", "2"))),)

    message = await one.send(Outgoing(chat, "表决 #3\n已投0户", rows=rows, card="vote 3", headed=True), None)
    redraw = Outgoing(chat, "表决 #3\n已投1户", Manner.REDRAW, rows=rows, card="vote 3", headed=True)
    again = [await one.send(redraw, message) for _ in range(2)]

    (card,) = await sim.messages(group)
    assert again == [message, message]
    assert words(card) == "表决 #3\n已投1户"
    assert card["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert buttons(card) == ["赞同", "反对"]


async def test_toast_reaches_the_presser_and_a_late_one_is_done(sim: Simulator, make: Make) -> None:
    """A press is answered to the presser alone; one too old to be answered is no error."""
    resident = await sim.user("居民甲")
    chat, one = Chat("telegram", str(resident), private=True), make()
    await one.send(Outgoing(chat, "卡", rows=((Button("附议", "second"),),)), None)
    (card,) = await sim.messages(resident)
    query, late = [await sim.press(resident, card, "附议", expired=expired) for expired in (False, True)]

    for token in (query, late):
        await one.send(Outgoing(chat, "已附议", Manner.TOAST, token=token, person=str(resident)), None)

    assert (await sim.answer(query))["text"] == "已附议"


async def test_forum_topic_is_kept_and_its_loss_survived(sim: Simulator, make: Make) -> None:
    """An answer goes into the topic it came from; where the topic is gone the group still hears it."""
    group = await sim.group("枫林小区", topics={7: "说事"})
    one = make()

    await one.send(Outgoing(Chat("telegram", str(group), topic="7"), "在题里"), None)
    await one.send(Outgoing(Chat("telegram", str(group), topic="9"), "题没了"), None)

    inside, outside = await sim.messages(group)
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (7, True)
    assert "message_thread_id" not in outside


async def test_answer_survives_the_deletion_of_what_it_answers(sim: Simulator, make: Make) -> None:
    """A reply to a message that is gone is sent all the same."""
    group = await sim.group("枫林小区")

    await make().send(Outgoing(Chat("telegram", str(group)), "收到", reply_to="999"), None)

    assert words((await sim.messages(group))[0]) == "收到"


async def test_file_is_sent_as_a_document_with_its_words_and_buttons(sim: Simulator, make: Make) -> None:
    """One request: the file's bytes under its name, the text as its caption."""
    resident = await sim.user("居民甲")
    chat, file = Chat("telegram", str(resident), private=True), File("我的数据.json", '{"说事": 1}')
    rows = ((Button("删除我", "forget_me"),),)

    message = await make().send(Outgoing(chat, "您的记录", rows=rows, file=file), None)

    (sent,) = await sim.messages(resident)
    assert (str(sent["message_id"]), sent["caption"]) == (message, "您的记录")
    assert (sent["document"]["file_name"], sent["document"]["file_size"]) == (file.name, len(file.content.encode()))
    assert buttons(sent) == ["删除我"]


@pytest.mark.parametrize(("text", "shown"), [("赞同3户", True), ("很长" * 600, False)], ids=["short", "long"])
async def test_result_is_a_picture_with_its_words_under_it(sim: Simulator, make: Make, text: str, shown: bool) -> None:
    """One message; where a caption has no room for the words, they go alone."""
    group = await sim.group("枫林小区")
    png = drawing.png(
        Picture("表决 #3 结果", "楼道灯", "5户中3户参加", "", (Bar("赞同", "3户", 1000),), "居民协商表决")
    )
    picture = Picture("表决 #3 结果", "楼道灯", "", "", (), "居民协商表决", png=png)
    rows = ((Button("重新计票", "recount", ("3",)),),)

    await make().send(Outgoing(Chat("telegram", str(group)), text, rows=rows, picture=picture), None)

    (sent,) = await sim.messages(group)
    assert words(sent) == text
    assert ("photo" in sent) is shown
    assert buttons(sent) == ["重新计票"]


async def test_native_poll_opens_and_closes(sim: Simulator, make: Make) -> None:
    """An informal poll is a native one; closing it twice is no error."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident])
    chat, one = Chat("telegram", str(group)), make()
    poll = Poll("几点结束", ("七点", "八点"), datetime.fromtimestamp(time.time() + 3600, UTC))

    message = await one.send(Outgoing(chat, "表态 #6：几点结束", poll=poll, card="poll 6"), None)
    (posted,) = await sim.messages(group)
    await sim.vote(resident, posted, 1)
    closing = Outgoing(chat, "", Manner.REDRAW, card="poll 6", closes_poll=True)
    for _ in range(2):
        await one.send(closing, message)

    native = (await sim.messages(group))[0]["poll"]
    assert native["question"] == "表态 #6：几点结束"
    assert native["is_closed"]
    assert [option["voter_count"] for option in native["options"]] == [0, 1]


OUTCOMES: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"status": 429, "retry_after": 1, "description": "Too Many Requests: retry after 1"}, RetryLater),
    ({"status": 500}, RetryLater),
    ({"status": 502, "description": "Bad Gateway"}, RetryLater),
    ({"status": 401, "description": "Unauthorized"}, RetryLater),
    ({"drop": "before"}, RetryLater),
    ({"drop": "after"}, RetryLater),
    ({"status": 400, "description": "Bad Request: chat not found"}, ChatGone),
    ({"status": 400, "description": "Bad Request: need administrator rights in the channel chat"}, ChatGone),
    ({"status": 400, "description": "Bad Request: not enough rights to send text messages to the chat"}, ChatGone),
    ({"status": 403, "description": "Forbidden: bot was kicked from the supergroup chat"}, ChatGone),
    ({"status": 400, "description": "Bad Request: can't parse entities"}, Unsendable),
]


@pytest.mark.parametrize(("plan", "outcome"), OUTCOMES)
async def test_failure_is_named(sim: Simulator, make: Make, plan: dict[str, Any], outcome: type[Exception]) -> None:
    """Each way a sending can end has its name, alike with both libraries."""
    resident = await sim.user("居民甲")
    await sim.scenario("sendMessage", **plan)

    with pytest.raises(outcome) as raised:
        await make().send(Outgoing(Chat("telegram", str(resident), private=True), "您好"), None)

    if isinstance(raised.value, RetryLater):
        assert raised.value.seconds == plan.get("retry_after")


async def test_private_chat_nobody_started_is_gone(sim: Simulator, make: Make) -> None:
    """Who never pressed start, or has blocked the bot, can't be written to."""
    shy, cross = await sim.user("居民甲", started=False), await sim.user("居民乙")
    await sim.ask("block", user=cross)
    one = make()

    for user in (shy, cross):
        with pytest.raises(ChatGone):
            await one.send(Outgoing(Chat("telegram", str(user), private=True), "您好"), None)


async def test_supergroup_is_named_where_the_message_goes(sim: Simulator, make: Make) -> None:
    """A group that became a supergroup meanwhile: the error tells the new id."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident], type="group")
    new = await sim.migrate(group)

    with pytest.raises(ChatMoved) as moved:
        await make().send(Outgoing(Chat("telegram", str(group)), "在"), None)

    assert moved.value.to == str(new)


async def test_picture_that_is_gone_is_final(sim: Simulator, make: Make) -> None:
    """A file Telegram no longer knows can't be had; a lost connection can be tried again."""
    from domain.talk import Upload

    one = make()

    with pytest.raises(Unsendable):
        await one.fetch(Upload("never-was"))
    await sim.scenario("getFile", drop="before")
    with pytest.raises(RetryLater):
        await one.fetch(Upload("never-was"))


async def test_carriers_are_channels(make: Make) -> None:
    """Both carriers are what the composition root takes for a channel."""
    one: Channel = make()

    assert one.name == "telegram"


async def test_link_opens_the_private_chat(make: Make) -> None:
    """The link carries what Telegram can carry; before the bot knows its name there is none."""
    one = make()
    before = one.link("abc")
    await one.ready(())

    assert before is None
    assert one.link("fenglin-1") == "https://t.me/fengsi_bot?start=fenglin-1"
    assert one.link("枫林") == "https://t.me/fengsi_bot"


async def test_limits_obey_retry_after(sim: Simulator, make: Make) -> None:
    """Told to wait, the channel waits as long as told (longer than any limit of its own) and sends then."""
    resident = await sim.user("居民甲")
    one = make(limits=True)
    await one.ready(())
    await sim.scenario("sendMessage", status=429, retry_after=2, description="Too Many Requests")

    began = time.monotonic()
    await one.send(Outgoing(Chat("telegram", str(resident), private=True), "您好"), None)

    assert time.monotonic() - began >= 2
    assert [request["status"] for request in await sim.requests("sendMessage")] == [429, 200]


async def test_limits_give_up_after_three_retries(sim: Simulator, make: Make) -> None:
    """A chat that stays flooded goes back to the delivery, with the seconds Telegram named."""
    resident = await sim.user("居民甲")
    one = make(limits=True)
    await one.ready(())
    await sim.scenario("sendMessage", times=4, status=429, retry_after=1, description="Too Many Requests")

    with pytest.raises(RetryLater) as later:
        await one.send(Outgoing(Chat("telegram", str(resident), private=True), "您好"), None)

    assert later.value.seconds == 1
    assert len(await sim.requests("sendMessage")) == 4


async def test_group_is_held_to_twenty_a_minute_and_toasts_pass(
    sim: Simulator, make: Make, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twenty-first message of a minute waits; a toast meanwhile does not."""
    if library == "aiogram":  # its second limit, one a second in a chat, would make this test last
        from bot.channels import telegram_aiogram

        monkeypatch.setattr(telegram_aiogram, "A_SECOND", (100, 1))
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident])
    chat, one = Chat("telegram", str(group)), make(limits=True)
    await one.ready(())
    row = (Button("附议", "second"),)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(2):
            for number in range(21):
                await one.send(Outgoing(chat, str(number), rows=(row,)), None)
    query = await sim.press(resident, (await sim.messages(group))[0], "附议")
    async with asyncio.timeout(0.5):
        await one.send(Outgoing(chat, "已附议", Manner.TOAST, token=query), None)

    assert len(await sim.messages(group)) == 20
    assert (await sim.answer(query))["text"] == "已附议"


async def test_aiogram_sends_one_a_second_in_a_chat(sim: Simulator) -> None:
    """aiogram has no limiter of its own: ours spaces a chat's messages by a second, chats side by side."""
    first, second = await sim.user("居民甲"), await sim.user("居民乙")
    one = channel("aiogram", Setup(sim.token, sim.address))
    await one.ready(())

    async def three(user: int) -> None:
        for number in range(3):
            await one.send(Outgoing(Chat("telegram", str(user), private=True), str(number)), None)

    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for user in (first, second):
            tasks.create_task(three(user))
    took = time.monotonic() - began
    await one.close()

    assert 1.8 <= took <= 3.5


def test_aiogram_is_imported_only_when_configured() -> None:
    """aiogram costs seconds and 125 MiB: the other carrier must not pay for it."""
    import subprocess
    import sys

    code = (
        "import sys; from bot.channels.telegram import Setup; from bot.channels.telegram_carrier import channel;"
        "channel('ptb', Setup('1:a'));"
        "print('aiogram' in sys.modules, 'telegram' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True"]
