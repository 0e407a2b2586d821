"""Both Telegram carriers over real sockets: in order, acknowledged after the commit, sent, troubles named."""

import asyncio
import contextlib
import io
import socket
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from PIL import Image
from starlette.applications import Starlette

from bot.channels import telegram_errors
from bot.channels.base import Channel, ChatGone, ChatMoved, Command, OnEvent, Rejected, RetryLater, Unsendable
from bot.channels.telegram import SECRET_HEADER, Setup, TelegramChannel
from bot.channels.telegram_carrier import channel
from domain.talk import Button, Chat, Event, Joined, Manner, Membership, Migrated, Outgoing, Poll, Pressed, Said
from tests.simulator.client import Simulator, buttons, words

Make = Callable[..., TelegramChannel]
COMMANDS = (Command("say", "提一件事"), Command("vote", "开表决", moderators_only=True))


@pytest.fixture(params=["ptb", "aiogram"])
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def make(sim: Simulator, library: str) -> AsyncIterator[Make]:
    """Makes a channel of this library for the simulated bot, its limits off."""
    made: list[TelegramChannel] = []

    def ready(**more: Any) -> TelegramChannel:
        settings: dict[str, Any] = {"limits": False, "typed_after": "发"} | more
        made.append(channel(library, Setup(sim.token, sim.address, **settings)))
        return made[-1]

    yield ready
    for one in made:
        await one.close()


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses after a failure are short."""
    monkeypatch.setattr(telegram_errors, "PAUSES", (0.05,))


class Taken:
    """What a channel handed on; `fail` makes the next ones be not kept."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = asyncio.Event()
        self.fail = 0
        self.slow = 0.0

    async def __call__(self, event: Event) -> None:
        await asyncio.sleep(self.slow)
        if self.fail:
            self.fail -= 1
            raise ConnectionError("no database")
        self.events.append(event)
        self._came.set()

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Said)]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.events) < count:
                self._came.clear()
                await self._came.wait()


@contextlib.asynccontextmanager
async def listening(one: TelegramChannel, on_event: OnEvent) -> AsyncIterator[None]:
    """The channel receives while the block lasts."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(one.listen(on_event))
        yield
        task.cancel()


@contextlib.asynccontextmanager
async def served(make: Make, on_event: OnEvent, **more: Any) -> AsyncIterator[tuple[TelegramChannel, str]]:
    """A channel in webhook mode behind a real web server; yields it and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/telegram"
    one = make(webhook_url=url, webhook_secret="s3cret", **more)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=one.routes()), log_level="error", lifespan="off"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server._serve(sockets=[listener]))
        task = tasks.create_task(one.listen(on_event))
        await one.ready(COMMANDS)
        yield one, url
        task.cancel()
        server.should_exit = True


async def acknowledged(sim: Simulator) -> int:
    return len((await sim.state())["delivered"])


# --- in ---


async def test_polling_hands_on_what_is_said_pressed_and_changed(sim: Simulator, make: Make) -> None:
    """Words, presses, memberships and migration arrive as events, in the order they happened."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident], type="group", bot="none")
    one, taken = make(), Taken()
    async with listening(one, taken):
        await sim.join(group, by=resident)
        await sim.say(group, resident, "@fengsi_bot 说事 电梯")
        row = (Button("附议", "second", ("1",)),)
        await one.send(Outgoing(Chat("telegram", str(group)), "收到", rows=(row,)), None)
        await sim.press(resident, await sim.wait_for(group, "收到"), "附议")
        new = await sim.migrate(group)
        await taken.until(5)
        await sim.settled()

    join, said, pressed, *moved = taken.events
    assert isinstance(join, Joined)
    assert join.membership is Membership.MEMBER
    assert isinstance(said, Said)
    assert (said.text, said.addressed, said.who.name) == ("说事 电梯", True, "居民甲")
    assert isinstance(pressed, Pressed)
    assert (pressed.verb, pressed.args) == ("second", ("1",))
    assert all(isinstance(event, Migrated) and event.to == str(new) for event in moved)
    assert len(moved) == 2


async def test_polling_acknowledges_only_what_was_kept(sim: Simulator, make: Make, brisk: None) -> None:
    """An event that was not kept comes again, and what follows it in its chat waits for it."""
    resident, other = await sim.user("居民甲"), await sim.user("居民乙")
    taken = Taken()
    taken.fail = 2
    for text in "一二三":
        await sim.say(resident, resident, text)
    async with listening(make(), taken):
        await taken.until(3)
        await sim.say(other, other, "四")
        await taken.until(4)
        await sim.settled()

    assert taken.texts == ["一", "二", "三", "四"]


async def test_polling_does_not_acknowledge_before_the_commit(sim: Simulator, make: Make) -> None:
    """While an event is being kept, Telegram still holds it: a kill here loses nothing."""
    resident = await sim.user("居民甲")
    taken = Taken()
    taken.slow = 0.6
    await sim.say(resident, resident, "一")
    async with listening(make(), taken):
        await asyncio.sleep(0.3)
        during = await acknowledged(sim)
        await taken.until(1)
        await sim.settled()

    assert during == 0
    assert await acknowledged(sim) == 1


async def test_chats_do_not_wait_for_each_other(sim: Simulator, make: Make) -> None:
    """Order is kept within a chat; another chat's event is not held up by it."""
    slow, quick = await sim.user("居民甲"), await sim.user("居民乙")
    order: list[str] = []

    async def take(event: Event) -> None:
        assert isinstance(event, Said)
        if event.text == "一":
            await asyncio.sleep(0.3)
        order.append(event.text)

    for user, text in ((slow, "一"), (slow, "二"), (quick, "三")):
        await sim.say(user, user, text)
    async with listening(make(), take):
        await sim.settled()

    assert order == ["三", "一", "二"]


BROKEN: tuple[dict[str, Any], ...] = (
    {"message": {"message_id": 5}},
    {"message": None},
    {"callback_query": {"id": "1", "data": "x", "message": 3}},
    {},
)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_update_that_cannot_be_read_is_passed_over(
    sim: Simulator, make: Make, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken update is logged without its words, and the rest goes on."""
    resident, taken = await sim.user("居民甲"), Taken()
    for update in BROKEN:
        await sim.ask("update", **update)
    await sim.say(resident, resident, "好的")
    if mode == "polling":
        async with listening(make(), taken):
            await sim.settled()
    else:
        async with served(make, taken):
            await sim.settled()

    assert taken.texts == ["好的"]
    assert caplog.text.count("passed over an update") == 3
    assert "好的" not in caplog.text


async def test_polling_outlasts_a_lost_connection(sim: Simulator, make: Make, brisk: None) -> None:
    """Network loss, 5xx and 429 while receiving are waited out."""
    resident, taken = await sim.user("居民甲"), Taken()
    await sim.scenario("getMe", drop="before")
    await sim.scenario("deleteWebhook", status=502, description="Bad Gateway")
    await sim.scenario("getUpdates", drop="before")
    await sim.scenario("getUpdates", status=500)
    await sim.scenario("getUpdates", status=429, retry_after=1)
    async with listening(make(), taken):
        await sim.say(resident, resident, "一")
        await taken.until(1)

    assert taken.texts == ["一"]


async def test_album_is_one_event_a_picture(sim: Simulator, make: Make) -> None:
    """Ten pictures come as ten events with one album; each can be fetched."""
    resident, taken = await sim.user("居民甲"), Taken()
    pictures = [picture(shade) for shade in range(0, 250, 25)]
    one = make()
    await sim.show(resident, resident, pictures, "说事 墙裂了")
    async with listening(one, taken):
        await taken.until(10)
        uploads = [event.pictures[0] for event in taken.events if isinstance(event, Said)]
        fetched = [await one.fetch(upload) for upload in uploads]

    assert len({event.album for event in taken.events if isinstance(event, Said)}) == 1
    assert taken.texts == ["说事 墙裂了", *[""] * 9]
    assert fetched == pictures
    assert [upload.size for upload in uploads] == [len(one) for one in pictures]


def picture(shade: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, 0, 0)).save(content, "PNG")
    return content.getvalue()


async def test_second_poller_on_a_token_is_refused(
    sim: Simulator, make: Make, brisk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two programs on one token: whoever came second stops and says why, the first goes on."""
    resident, taken = await sim.user("居民甲"), Taken()
    monkeypatch.setattr(telegram_errors, "SETTLED", 1.5)
    first, second = make(), make()
    async with listening(first, taken):
        await sim.say(resident, resident, "一")
        await taken.until(1)
        await asyncio.sleep(1.6)
        with pytest.raises(Rejected, match="other getUpdates"):
            async with asyncio.timeout(10):
                await second.listen(taken)
        await sim.say(resident, resident, "二")
        await taken.until(2)

    assert taken.texts == ["一", "二"]


# --- webhook ---


async def test_webhook_is_set_once_the_server_listens(sim: Simulator, make: Make) -> None:
    """In webhook mode Telegram is told address, secret and kinds of updates; events come that way."""
    resident, taken = await sim.user("居民甲"), Taken()
    async with served(make, taken) as (_, url):
        await sim.say(resident, resident, "一")
        await sim.say(resident, resident, "二")
        await sim.settled()

    (asked,) = await sim.requests("setWebhook")
    assert asked["params"] == {
        "url": url,
        "secret_token": "s3cret",
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    assert taken.texts == ["一", "二"]


@pytest.mark.parametrize("secret", [None, "", "s3cre", "s3cret2", "秘密"])
async def test_webhook_without_the_secret_is_refused_unread(make: Make, secret: str | None) -> None:
    """Who does not know the secret is refused before anything is read."""
    taken = Taken()
    async with served(make, taken) as (_, url), httpx.AsyncClient(trust_env=False) as client:
        headers = [] if secret is None else [(SECRET_HEADER.encode(), secret.encode())]
        answer = await client.post(url, content=b"\xff not json", headers=headers)

    assert answer.status_code == 403
    assert taken.events == []


async def test_webhook_answers_after_the_commit_and_asks_again_where_nothing_was_kept(
    sim: Simulator, make: Make
) -> None:
    """The 200 follows the commit; what could not be kept is answered with 500, and Telegram sends it again."""
    resident, taken = await sim.user("居民甲"), Taken()
    taken.fail, taken.slow = 2, 0.2
    async with served(make, taken):
        await sim.say(resident, resident, "一")
        await asyncio.sleep(0.1)
        during = await acknowledged(sim)
        await sim.settled()

    assert during == 0
    assert taken.texts == ["一"]
    assert [failure.get("status") for failure in (await sim.state())["failures"]] == [500, 500]


async def test_webhook_takes_a_chats_events_one_by_one(sim: Simulator, make: Make) -> None:
    """Two requests at once for one chat are taken one after the other, for two chats side by side."""
    under_way: list[str] = []
    most: dict[str, int] = {}

    async def take(event: Event) -> None:
        under_way.append(event.chat.id)
        most[event.chat.id] = max(most.get(event.chat.id, 0), under_way.count(event.chat.id))
        most["all"] = max(most.get("all", 0), len(under_way))
        await asyncio.sleep(0.1)
        under_way.remove(event.chat.id)

    client = httpx.AsyncClient(trust_env=False)
    async with served(make, take) as (_, url), client, asyncio.TaskGroup() as tasks:
        for number, user in enumerate((1, 1, 1, 2)):
            tasks.create_task(client.post(url, json=update(number, user), headers={SECRET_HEADER: "s3cret"}))

    assert most == {"1": 1, "2": 1, "all": 2}


def update(number: int, user: int) -> dict[str, Any]:
    """A private word."""
    who = {"id": user, "is_bot": False, "first_name": "居民"}
    chat = {"id": user, "type": "private", "first_name": "居民"}
    message = {"message_id": number + 1, "date": 1764583200, "from": who, "chat": chat, "text": "好"}
    return {"update_id": number + 1, "message": message}


async def test_webhook_before_the_start_is_told_to_come_again(make: Make) -> None:
    """An update that arrives before the bot knows itself is not taken and not lost."""
    one = make(webhook_url="http://127.0.0.1:1/telegram", webhook_secret="s3cret")
    transport = httpx.ASGITransport(Starlette(routes=one.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.post("/telegram", json={"update_id": 1}, headers={SECRET_HEADER: "s3cret"})

    assert answer.status_code == 503


async def test_webhook_without_a_secret_of_ours_takes_nothing(make: Make) -> None:
    """An empty secret never matches an empty header."""
    one = make(webhook_url="http://127.0.0.1:1/telegram", webhook_secret="")
    transport = httpx.ASGITransport(Starlette(routes=one.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.post("/telegram", json={"update_id": 1}, headers={SECRET_HEADER: ""})

    assert answer.status_code == 403


async def test_polling_has_no_route_and_takes_the_webhook_away(sim: Simulator, make: Make) -> None:
    """A bot that was in webhook mode before can be polled."""
    resident, taken = await sim.user("居民甲"), Taken()
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{sim.address}/bot{sim.token}/setWebhook"
        await client.post(url, json={"url": "http://127.0.0.1:1/old"})
    one = make()
    async with listening(one, taken):
        await sim.say(resident, resident, "一")
        await taken.until(1)

    assert list(one.routes()) == []
    assert taken.texts == ["一"]


async def test_ready_sets_the_menus(sim: Simulator, make: Make) -> None:
    """Everybody's menu lacks what only moderators may do; those who run a group see it."""
    await make().ready(COMMANDS)

    say = {"command": "say", "description": "提一件事"}
    vote = {"command": "vote", "description": "开表决"}
    assert (await sim.state())["commands"] == {"default": [say], "all_chat_administrators": [say, vote]}


async def test_wrong_token_stops_the_start(sim: Simulator, make: Make) -> None:
    """A token that Telegram does not know is told, not tried for ever."""
    await sim.scenario("getMe", status=401, description="Unauthorized")

    with pytest.raises(Rejected, match="getMe"):
        await make().ready(COMMANDS)


# --- out ---


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


# --- limits ---


async def test_limits_obey_retry_after(sim: Simulator, make: Make) -> None:
    """Told to wait, the channel waits as long as told and sends then, three times if need be."""
    resident = await sim.user("居民甲")
    one = make(limits=True)
    await one.ready(())
    await sim.scenario("sendMessage", times=2, status=429, retry_after=1, description="Too Many Requests")

    began = time.monotonic()
    await one.send(Outgoing(Chat("telegram", str(resident), private=True), "您好"), None)

    assert time.monotonic() - began >= 2
    assert [request["status"] for request in await sim.requests("sendMessage")] == [429, 429, 200]


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
