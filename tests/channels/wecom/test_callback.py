"""The callback `/wecom`: verified, opened, answered within five seconds, the rest on the next answer."""

import asyncio
import base64
import contextlib
import gc
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from functools import partial

import httpx
import pytest

from bot.channels import wechat_turns
from bot.channels.wecom.callback import PATH, WecomCallback
from bot.clock import Clock
from domain.talk import Button, Chat, Event, Manner, Outgoing, Pressed, Said
from tests.channels.answering import Answering, Says
from tests.channels.shelf import Shelf
from tests.channels.taken import cost, served
from tests.channels.wecom.looks import EARS, HOUSEHOLD, LOOK
from tests.wecom_fake.client import Fake, buttons, words, world
from tests.wecom_fake.sealed import Sender

TOKEN, KEY = "fengsi", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
GROUP = Chat("wecom", "wrgroup")
VOTE = f"🗳️ 表决 #3 楼道灯\n一户一票\n{HOUSEHOLD}"
OPTIONS = (tuple(Button(label, "ballot", ("3", str(n))) for n, label in enumerate(("赞同", "反对"), 1)),)


class Stage:
    """A channel that is served, who answers for it, and the platform that calls."""

    def __init__(self, channel: WecomCallback, fake: Fake, answering: Answering) -> None:
        self.channel, self.fake, self.answering = channel, fake, answering
        self.taken = answering.taken


def echo(event: Event) -> list[Outgoing]:
    return [Outgoing(event.chat, f"听到：{event.text}" if isinstance(event, Said) else "按了")]


@contextlib.asynccontextmanager
async def staged(wecom: Fake, says: Says = echo, late: float = 0.0, shelf: Shelf | None = None) -> AsyncIterator[Stage]:
    channel = WecomCallback(TOKEN, KEY, LOOK, EARS, shelf or Shelf(), Clock().now)
    async with asyncio.TaskGroup() as tasks:
        answering = Answering(tasks, channel, says, late)
        async with served(channel, answering.taken) as address:
            callback = {"url": address + PATH, "token": TOKEN, "aes_key": KEY}
            async with world(wecom.address, wecom.name, callback) as fake:
                yield Stage(channel, fake, answering)
    await channel.close()


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's patience is shortened with the channel's."""
    monkeypatch.setattr(wechat_turns, "PATIENCE", 1.0)


async def test_address_is_verified_within_a_second(wecom: Fake) -> None:
    """The platform's echo back, opened; with receiveid empty."""
    async with staged(wecom) as stage:
        assert await stage.fake.ask("verify") == {"status": 200, "echoed": True}
        assert (await stage.fake.ask("verify", receiver="wx1"))["status"] == 403


async def test_message_is_answered_in_the_request(wecom: Fake) -> None:
    """Encrypted JSON in, encrypted JSON out, signed."""
    async with staged(wecom) as stage:
        told = await stage.fake.say("user1", "@说事 说事 灯坏了", GROUP.id)

    assert told["answer"]["stream"]["content"] == "听到：说事 灯坏了"
    assert told["answer"]["stream"]["finish"] is True


async def test_answers_to_one_message_come_together_with_their_card(wecom: Fake) -> None:
    """One request has one answer: the texts in their order, and one card."""

    def says(event: Event) -> list[Outgoing]:
        return [Outgoing(event.chat, VOTE, rows=OPTIONS, headed=True), Outgoing(event.chat, "首次说明")]

    async with staged(wecom, says) as stage:
        told = await stage.fake.say("user1", "@说事 投票", GROUP.id)

    answer = told["answer"]
    assert answer["msgtype"] == "stream_with_template_card"
    assert HOUSEHOLD in answer["stream"]["content"]
    assert answer["stream"]["content"].endswith("首次说明")
    assert answer["template_card"]["card_type"] == "vote_interaction"


async def test_press_is_answered_by_the_presser_s_card(wecom: Fake) -> None:
    """Update with userids; what else is said goes over response_url, once."""

    def says(event: Event) -> list[Outgoing]:
        if isinstance(event, Pressed):
            mine = Outgoing(event.chat, "计入了", Manner.TOAST, token=event.token, person=event.who.id)
            return [mine, Outgoing(event.chat, "给大家")]
        return [Outgoing(event.chat, VOTE, rows=OPTIONS, headed=True)]

    async with staged(wecom, says) as stage:
        told = await stage.fake.say("user1", "@说事 投票", GROUP.id)
        task = told["answer"]["template_card"]["task_id"]
        told = await stage.fake.press("user1", task, "赞同", GROUP.id)
        said = [(m["way"], words(m)) for m in await stage.fake.messages(GROUP.id)]

    assert told["answer"]["userids"] == ["user1"]
    assert "计入了" in words(told["answer"])
    assert said[1:] == [("response_url", "给大家")]


async def test_late_answer_goes_over_response_url(wecom: Fake) -> None:
    """Not within five seconds: an empty answer in time, then the request's response_url."""
    async with staged(wecom, late=1.3) as stage:
        told = await stage.fake.say("user1", "@说事 帮助", GROUP.id)
        found = await stage.fake.wait_for(GROUP.id, "听到：帮助")

    assert (told["status"], told["answer"]) == (200, None)
    assert found["way"] == "response_url"


async def test_what_can_t_be_sent_stands_on_top_of_the_next_answer(wecom: Fake) -> None:
    """response_url is good once; a restart keeps what waits."""
    shelf = Shelf()
    async with staged(wecom, shelf=shelf) as stage:
        await stage.fake.say("user1", "@说事 一", GROUP.id)
        await stage.channel.send(Outgoing(GROUP, "第一条通知"), None)
        await stage.channel.send(Outgoing(GROUP, "第二条通知"), None)
    async with staged(wecom, shelf=shelf) as stage:
        told = await stage.fake.say("user1", "@说事 二", GROUP.id)
        said = [(m["way"], words(m)) for m in await stage.fake.messages(GROUP.id)]

    assert said[1] == ("response_url", "第一条通知")
    assert told["answer"]["stream"]["content"] == "第二条通知\n\n听到：二"
    assert not shelf.notes


async def test_event_that_was_not_kept_is_asked_for_again(wecom: Fake) -> None:
    """No 200 before the commit."""
    async with staged(wecom) as stage:
        stage.taken.fail = 1
        first = await stage.fake.say("user1", "@说事 帮助", GROUP.id, msgid="m1")
        again = await stage.fake.say("user1", "@说事 帮助", GROUP.id, msgid="m1")

    assert (first["status"], again["status"]) == (503, 200)
    assert stage.taken.texts == ["帮助"]


async def test_slow_commit_is_waited_for_by_the_platform_s_retry(wecom: Fake) -> None:
    """A commit that takes too long is not begun twice."""
    async with staged(wecom) as stage:
        stage.taken.slow = 1.5
        first = await stage.fake.say("user1", "@说事 帮助", GROUP.id, msgid="m1")
        again = await stage.fake.say("user1", "@说事 帮助", GROUP.id, msgid="m1")

    assert (first["status"], again["status"]) == (503, 200)
    assert again["answer"]["stream"]["content"] == "听到：帮助"
    assert stage.taken.texts == ["帮助"]


async def test_retry_of_an_answered_message_gets_the_same_answer(wecom: Fake) -> None:
    """The answer was lost on its way: nothing happens twice."""
    async with staged(wecom) as stage:
        first = await stage.fake.say("user1", "@说事 帮助", GROUP.id, msgid="m1")
        again = await stage.fake.say("user1", "@说事 帮助", GROUP.id, msgid="m1")

    assert again["answer"] == first["answer"]
    assert stage.taken.texts == ["帮助"]


async def test_picture_is_opened_by_the_callback_s_key(wecom: Fake) -> None:
    """Over the callback pictures have no key of their own."""
    async with staged(wecom) as stage:
        await stage.fake.say("user1", "@说事 说事 灯坏了", GROUP.id, [b"a picture"])
        event = stage.taken.events[0]
        assert isinstance(event, Said)

        assert await stage.channel.fetch(event.pictures[0]) == b"a picture"


async def test_envelope_may_be_written_as_json_writes_it(wecom: Fake) -> None:
    """Slashes of the ciphertext escaped, spaces, other fields around: what is signed is the ciphertext."""
    sender = Sender("", TOKEN, KEY, "")
    body = {
        "msgid": "m1",
        "msgtype": "text",
        "from": {"userid": "user1"},
        "chattype": "single",
        "text": {"content": "早"},
    }
    async with staged(wecom) as stage:
        for number in range(20):  # a slash stands in most
            sealed = sender.seal(json.dumps(body | {"msgid": f"m{number}"}))
            content = json.dumps({"tousername": "x", "encrypt": sealed, "agentid": ""}, indent=1).replace("/", "\\/")
            assert await _called(stage.channel, content.encode(), sender.query(None, sealed)) == 200

    assert len(stage.taken.events) == 20


async def test_who_opens_the_chat_is_greeted_by_words_and_the_card_waits(wecom: Fake) -> None:
    """Words or a card, no stream; the other comes with the answer to their first word."""
    rows = ((Button("同意", "agree"),),)

    def says(event: Event) -> list[Outgoing]:
        greeted = isinstance(event, Said) and event.text == "/start"
        return [Outgoing(event.chat, "我是说事机器人\n" + "说明，" * 60, rows=rows if greeted else (), headed=True)]

    async with staged(wecom, says) as stage:
        greeting = (await stage.fake.enter("user1"))["answer"]
        told = (await stage.fake.say("user1", "帮助"))["answer"]

    assert greeting["msgtype"] == "text"
    assert greeting["text"]["content"].startswith("我是说事机器人\n说明，")
    assert told["msgtype"] == "stream_with_template_card"
    assert buttons(told) == ["同意"]


async def test_old_signed_request_is_refused(wecom: Fake) -> None:
    """Clock off by an hour: taken. Older than two: refused."""
    hour, day = (str(int((Clock().now() - timedelta(hours=h)).timestamp())) for h in (1, 24))
    async with staged(wecom) as stage:
        late = await stage.fake.say("user1", "@说事 一", GROUP.id, timestamp=hour)
        old = await stage.fake.say("user1", "@说事 二", GROUP.id, timestamp=day)

    assert (late["status"], old["status"]) == (200, 403)
    assert stage.taken.texts == ["一"]


@pytest.fixture
def no_collector() -> Iterator[Callable[[], None]]:
    """Stops the collector: its pause over all that the test run holds is no request's cost."""
    yield gc.disable
    gc.enable()


async def test_forged_and_malformed_callbacks_get_nowhere_and_cost_nothing(
    wecom: Fake, no_collector: Callable[[], None]
) -> None:
    """10,000 of them: none gets past the signature, none costs more than 5 ms."""
    async with staged(wecom) as stage:
        channel, slowest = stage.channel, 0.0
        no_collector()
        for content, query in _bad(random.Random(4), 10_000):
            status, spent = await cost(partial(_called, channel, content, query))
            slowest = max(slowest, spent)
            assert status == 403

    assert stage.taken.events == []
    assert slowest < 0.005


async def _called(channel: WecomCallback, content: bytes, query: dict[str, str]) -> int:
    """One request straight into the route, so that only the channel's own work is measured."""
    from starlette.requests import Request

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": content, "more_body": False}

    string = str(httpx.QueryParams(query)).encode()
    scope = {"type": "http", "method": "POST", "path": PATH, "query_string": string, "headers": []}
    return (await channel._called(Request(scope, receive))).status_code


HEAVY = (
    b"[" + b"[]," * 87_000 + b"[]]",
    b'{"encrypt":' + b" " * 262_000,
    b'{"encrypt": "' + b"A" * 262_000,
    b'{"encrypt": "' + b"A" * 262_000 + b'"}',
    b'{"encrypt": "' + b"\\/" * 131_000 + b'"}',
    b'"encrypt":' * 26_000,
    b'"' * 262_144,
)
"""As large as is taken at all, made to be read slowly."""


def _bad(dice: random.Random, count: int) -> list[tuple[bytes, dict[str, str]]]:
    """Good requests spoilt in every way, and what never was one."""
    sender = Sender("", TOKEN, KEY, "")
    sealed = sender.seal(json.dumps({"msgid": "m", "msgtype": "text", "text": {"content": "说事 " + "灯" * 500}}))
    stranger = Sender("", "other", KEY, "")
    ways = [
        lambda: (_envelope(sealed), sender.query(None, sealed) | {"msg_signature": f"{dice.getrandbits(160):040x}"}),
        lambda: (_envelope(sealed), stranger.query(None, sealed)),
        lambda: (_envelope(sealed), sender.query(None, sealed) | {"nonce": str(dice.random())}),
        lambda: (_envelope(_spoilt(dice, sealed)), sender.query(None, sealed)),
        lambda: (_envelope(sealed)[: dice.randrange(len(sealed))], sender.query(None, sealed)),
        lambda: (dice.randbytes(dice.randrange(2000)), sender.query(None, sealed)),
        lambda: (b"[" * 5000, sender.query(None, sealed)),
        lambda: (dice.choice(HEAVY), sender.query(None, sealed)),
        lambda: (_envelope(None), sender.query(None, sealed)),
        lambda: (_envelope({"a": sealed}), {}),
        lambda: (b"", {"msg_signature": "", "timestamp": "", "nonce": ""}),
        lambda: _signed(sender, base64.b64encode(dice.randbytes(64)).decode()),
        lambda: _signed(sender, "中文" * 10),
        lambda: _signed(sender, sender.seal("not json")),
        lambda: _signed(sender, Sender("", TOKEN, KEY, "wx1").seal("{}")),
        lambda: (_envelope(sealed), sender.query("1000000000", sealed)),
    ]
    return [ways[number % len(ways)]() for number in range(count)]


def _envelope(sealed: object) -> bytes:
    return json.dumps({"encrypt": sealed}).encode()


def _signed(sender: Sender, sealed: str) -> tuple[bytes, dict[str, str]]:
    return _envelope(sealed), sender.query(None, sealed)


def _spoilt(dice: random.Random, sealed: str) -> str:
    place = dice.randrange(len(sealed))
    return sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
