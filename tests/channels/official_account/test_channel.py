"""`/wechat`: three modes, answered within five seconds, the rest counted on top of the next answer."""

import asyncio
import contextlib
import gc
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from functools import partial

import httpx
import pytest
from starlette.requests import Request

from bot import wechat
from bot.channels import wechat_turns
from bot.channels.base import Command, RetryLater, Unsendable
from bot.channels.official_account import pictures
from bot.channels.official_account.api import Api
from bot.channels.official_account.channel import PATH, OfficialAccount, Setup
from bot.channels.official_account.notices import Template
from bot.clock import Clock
from bot.texts import Texts
from domain.talk import Button, Chat, Event, Joined, Outgoing, Picture, Said, Upload
from tests.channels.answering import Answering, Says
from tests.channels.official_account.test_xml import BOMB
from tests.channels.shelf import Shelf
from tests.channels.taken import cost, served
from tests.wecom_fake.client import Fake, world
from tests.wecom_fake.sealed import Sender, xml

PATIENCE = wechat_turns.PATIENCE
TOKEN, KEY = "fengsi", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TEXTS = Texts.load()
ALONE = Chat("official_account", "openid1", private=True)
_numbers = iter(range(1, 10_000))


class Stage:
    """A channel that is served, who answers for it, and WeChat that calls."""

    def __init__(self, channel: OfficialAccount, fake: Fake, answering: Answering) -> None:
        self.channel, self.fake, self.answering = channel, fake, answering
        self.taken = answering.taken

    async def requests(self, path: str) -> list[dict[str, object]]:
        return [r["body"] for r in (await self.fake.state())["requests"] if r["cmd"] == path]


def echo(event: Event) -> list[Outgoing]:
    return [Outgoing(event.chat, f"听到：{event.text}")] if isinstance(event, Said) else []


@contextlib.asynccontextmanager
async def staged(
    platforms: str,
    says: Says = echo,
    *,
    key: str = KEY,
    late: float = 0.0,
    shelf: Shelf | None = None,
    template: str = "",
) -> AsyncIterator[Stage]:
    app = f"wx{next(_numbers)}"
    notice = Template(template, "thing1", TEXTS.form("wechat.notice")) if template else None
    setup = Setup(app, TOKEN, key, TEXTS.table("wechat.menu"), notice)
    channel = OfficialAccount(
        setup, wechat.account_words(TEXTS), shelf or Shelf(), Clock().now, Api(app, "secret", platforms)
    )
    async with asyncio.TaskGroup() as tasks:
        answering = Answering(tasks, channel, says, late)
        async with served(channel, answering.taken) as address:
            callback = {"url": address + PATH, "token": TOKEN, "aes_key": KEY}
            async with world(platforms, app, callback) as fake:
                yield Stage(channel, fake, answering)
    await channel.close()


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeChat's patience is shortened with the channel's."""
    monkeypatch.setattr(wechat_turns, "PATIENCE", 1.0)


def test_patience_is_less_than_wechat_s() -> None:
    """WeChat waits five seconds, on a line that takes some of them."""
    assert 4.0 < PATIENCE < 5.0


async def test_address_is_verified(platforms: str) -> None:
    """WeChat's echo comes back; a stranger's does not."""
    async with staged(platforms) as stage:
        assert await stage.fake.ask("verify", plain=True) == {"status": 200, "echoed": True}
        stage.fake.callback = {**(stage.fake.callback or {}), "token": "other"}
        assert (await stage.fake.ask("verify", plain=True))["status"] == 403


@pytest.mark.parametrize(("mode", "key"), [("plain", ""), ("compatible", KEY), ("safe", KEY)])
async def test_message_is_answered_in_its_own_mode(platforms: str, mode: str, key: str) -> None:
    """Plain, compatible and safe mode: XML in, XML out, to whoever wrote."""
    async with staged(platforms, key=key) as stage:
        told = await stage.fake.write("openid1", "说事 灯坏了😀", mode=mode)

    assert (told["status"], told["text"]) == (200, "听到：说事 灯坏了😀")
    assert (told["fields"]["ToUserName"], told["fields"]["FromUserName"]) == ("openid1", "gh_1")


async def test_plain_message_is_refused_where_there_is_a_key(platforms: str) -> None:
    """In plain mode the signature does not cover the body: with a key nothing open is taken."""
    async with staged(platforms) as stage:
        told = await stage.fake.write("openid1", "说事 灯坏了", mode="plain")

    assert told["status"] == 403
    assert stage.taken.events == []


async def test_buttons_are_what_may_be_replied(platforms: str) -> None:
    """No buttons: at most three things to reply; signs away; links written out."""

    def says(event: Event) -> list[Outgoing]:
        labels = [("附议", "second"), ("查进度", "status"), ("撤回", "withdraw"), ("改类别", "category")]
        rows = (tuple(Button(label, verb, ("12",)) for label, verb in labels), (Button("看全文", url="https://x.cn"),))
        return [Outgoing(event.chat, "🗳️ 收到，记为说事 #12。", rows=rows)]

    async with staged(platforms, says) as stage:
        told = await stage.fake.write("openid1", "说事 灯坏了")

    assert told["text"] == "收到，记为说事 #12。\n看全文：https://x.cn\n可回：附议 12、进度 12、撤回 12"


async def test_choice_without_buttons_is_typed(platforms: str) -> None:
    """What a button means is told in words that work when they are sent."""

    def says(event: Event) -> list[Outgoing]:
        choices = (("服务民生", "livelihood"), ("矛盾纠纷", "dispute"))
        row = tuple(Button(label, "pick_category", ("12", value)) for label, value in choices)
        return [Outgoing(event.chat, "类别拿不准", rows=(row, (Button("匿名✓", "show_to", ("12", "anonymous")),)))]

    async with staged(platforms, says) as stage:
        told = await stage.fake.write("openid1", "说事 灯坏了")

    assert told["text"] == "类别拿不准\n可回：改类 12 服务民生、改类 12 矛盾纠纷、谁能看 12 匿名"


async def test_answers_to_one_message_come_together(platforms: str) -> None:
    """One request has one answer."""
    async with staged(platforms, lambda e: [Outgoing(e.chat, "一"), Outgoing(e.chat, "二")]) as stage:
        told = await stage.fake.write("openid1", "帮助")

    assert told["text"] == "一\n\n二"


async def test_answer_keeps_to_2048_bytes_and_loses_nothing(platforms: str) -> None:
    """What has no room waits for the next answer; one alone is cut and shown as cut."""
    shelf = Shelf()
    async with staged(
        platforms, lambda e: [Outgoing(e.chat, "甲" * 400), Outgoing(e.chat, "乙" * 400)], shelf=shelf
    ) as one:
        first = await one.fake.write("openid1", "帮助")
    async with staged(platforms, lambda e: [Outgoing(e.chat, "丙" * 900)], shelf=shelf) as two:
        second = await two.fake.write("openid1", "帮助")

    assert first["text"] == "甲" * 400
    assert second["text"].startswith("您有1件新消息，回“我的说事”。\n丙丙")
    assert second["text"].endswith("…")
    assert len(second["text"].encode()) <= 2048


async def test_what_came_meanwhile_is_counted_and_comes_when_asked_for(platforms: str) -> None:
    """您有2件新消息，回“我的说事”。 A restart keeps what waits."""
    shelf = Shelf()
    async with staged(platforms, shelf=shelf) as stage:
        await stage.channel.send(Outgoing(ALONE, "说事 #12 报办结了。"), None)
        await stage.channel.send(Outgoing(ALONE, "表决 #3 结果"), None)
    async with staged(platforms, shelf=shelf) as stage:
        counted = await stage.fake.write("openid1", "帮助")
        asked = await stage.fake.write("openid1", "我的说事。")
        after = await stage.fake.write("openid1", "我的说事")

    assert counted["text"] == "您有2件新消息，回“我的说事”。\n听到：帮助"
    assert asked["text"] == "说事 #12 报办结了。\n\n表决 #3 结果\n\n听到：我的说事。"
    assert after["text"] == "听到：我的说事"
    assert not shelf.notes


async def test_late_answer_is_success_now_and_counted_later(platforms: str) -> None:
    """Not within five seconds: "success", so that WeChat neither asks again nor complains."""
    async with staged(platforms, late=1.3) as stage:
        now = await stage.fake.write("openid1", "说事 灯坏了")
        await asyncio.sleep(0.6)
        stage.answering.late = 0.0
        later = await stage.fake.write("openid1", "帮助")

    assert (now["status"], now["text"]) == (200, "")
    assert later["text"] == "您有1件新消息，回“我的说事”。\n听到：帮助"


async def test_three_tries_of_a_slow_message_are_one_event(platforms: str) -> None:
    """WeChat asks three times with one MsgId; a commit under way is not begun again."""
    async with staged(platforms) as stage:
        stage.taken.slow = 2.2
        tries = [await stage.fake.write("openid1", "帮助", fields={"MsgId": "7"}) for _ in range(3)]

    assert [one["status"] for one in tries] == [503, 503, 200]
    assert tries[2]["text"] == "听到：帮助"
    assert stage.taken.texts == ["帮助"]


async def test_retry_of_an_answered_message_gets_the_same_answer(platforms: str) -> None:
    """Deduped by MsgId; events by person, moment and kind."""
    click = {"MsgType": "event", "Event": "CLICK", "EventKey": "mine", "MsgId": None, "CreateTime": 1764561600}
    async with staged(platforms) as stage:
        said = [await stage.fake.write("openid1", "帮助", fields={"MsgId": "7"}) for _ in range(2)]
        clicked = [await stage.fake.write("openid1", fields=click) for _ in range(2)]

    assert said[0]["text"] == said[1]["text"] == "听到：帮助"
    assert clicked[0]["text"] == clicked[1]["text"] == "听到：/mine"
    assert stage.taken.texts == ["帮助", "/mine"]


async def test_event_that_was_not_kept_is_asked_for_again(platforms: str) -> None:
    """No 200 before the commit."""
    async with staged(platforms) as stage:
        stage.taken.fail = 1
        tries = [await stage.fake.write("openid1", "帮助", fields={"MsgId": "7"}) for _ in range(2)]

    assert [one["status"] for one in tries] == [503, 200]


async def test_two_people_at_once_get_their_own_answers(platforms: str) -> None:
    """Nobody reads another's."""
    async with staged(platforms) as stage, asyncio.TaskGroup() as tasks:
        people = [f"openid{n}" for n in range(20)]
        asked = [tasks.create_task(stage.fake.write(one, f"我是{one}")) for one in people]
        told = [await task for task in asked]

    assert [one["text"] for one in told] == [f"听到：我是{one}" for one in people]


async def test_two_words_of_one_person_get_their_own_answers(platforms: str) -> None:
    """Sent in one breath they are taken one after the other; neither answer is lost or said twice."""
    async with staged(platforms) as stage, asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(stage.fake.write("openid1", f"第{n}句")) for n in range(2)]
        told = [await task for task in asked]

    assert [one["text"] for one in told] == ["听到：第0句", "听到：第1句"]


async def test_answer_that_another_process_delivered_is_found(platforms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes share the shelf; the one that was asked need not be the one that delivers."""
    monkeypatch.setattr(wechat_turns, "PATIENCE", PATIENCE)
    shelf = Shelf()

    async def elsewhere(event: Event) -> None:
        await shelf.put(f"waits:{event.chat.id}", {"text": "从别处来"})

    async with staged(platforms, lambda _: [], shelf=shelf) as stage:
        stage.taken._then = elsewhere
        began = time.monotonic()
        told = await stage.fake.write("openid1", "帮助")

    assert told["text"] == "从别处来"
    assert time.monotonic() - began < PATIENCE - 1


async def test_leaving_needs_no_answer(platforms: str) -> None:
    """unsubscribe is taken at once."""
    left = {"MsgType": "event", "Event": "unsubscribe", "MsgId": None}
    async with staged(platforms) as stage:
        told = await stage.fake.write("openid1", fields=left)

    assert (told["status"], told["text"]) == (200, "")
    assert [type(event) for event in stage.taken.events] == [Joined]


async def test_old_signed_request_is_refused(platforms: str) -> None:
    """Clock off by an hour: taken. A day old: refused. Replayed after the retries: refused."""
    hour, day = (str(int((Clock().now() - timedelta(hours=h)).timestamp())) for h in (1, 24))
    async with staged(platforms) as stage:
        late = await stage.fake.write("openid1", "一", timestamp=hour)
        old = await stage.fake.write("openid1", "二", timestamp=day)

    assert (late["status"], old["status"]) == (200, 403)


async def test_replayed_request_with_other_words_is_refused_in_plain_mode(platforms: str) -> None:
    """A signature seen on the wire is worth nothing for another body."""
    async with staged(platforms, key="") as stage:
        first = await stage.fake.write("openid1", "一", mode="plain")
        again = await stage.fake.write("openid1", "二", mode="plain", query=first["query"])

    assert (first["status"], again["status"]) == (200, 403)
    assert stage.taken.texts == ["一"]


# --- with an app secret ---


async def test_menu_is_set(platforms: str) -> None:
    """By click, with what there is."""
    async with staged(platforms) as stage:
        await stage.channel.ready([Command("say", ""), Command("votes", ""), Command("help", "")])
        (asked,) = await stage.requests("menu/create")

    assert asked == {
        "button": [
            {"type": "click", "name": "我要说事", "key": "say"},
            {"type": "click", "name": "正在投的", "key": "votes"},
            {"type": "click", "name": "怎么用", "key": "help"},
        ]
    }


async def test_program_starts_without_wechat(platforms: str, caplog: pytest.LogCaptureFixture) -> None:
    """The menu stays as it is where WeChat can't be reached."""
    async with staged(platforms) as stage:
        await stage.fake.ask("fault", at="menu/create", status=502)
        await stage.channel.ready([Command("say", "")])

    assert "the menu was not set" in caplog.text


async def test_picture_is_fetched_by_its_media_id(platforms: str) -> None:
    """A token that ran out early is renewed once; a picture that is gone is said to be."""
    async with staged(platforms) as stage:
        await stage.fake.ask("arrange", files={"media1": "cGljdHVyZQ=="})
        first = await stage.channel.fetch(Upload("media1"))
        await stage.fake.ask("arrange", token_over=True)
        second = await stage.channel.fetch(Upload("media1"))
        tokens = len(await stage.requests("token"))
        await stage.fake.ask("fault", at="media/get", code=40007)
        with pytest.raises(Unsendable):
            await stage.channel.fetch(Upload("media1"))
        await stage.fake.ask("fault", at="media/get", code=-1)
        with pytest.raises(RetryLater):
            await stage.channel.fetch(Upload("media1"))

    assert (first, second, tokens) == (b"picture", b"picture", 2)


async def test_token_is_asked_for_once_however_many_need_it(platforms: str) -> None:
    """And it is never logged."""
    async with staged(platforms) as stage:
        await stage.fake.ask("arrange", files={"media1": "cGljdHVyZQ=="})
        async with asyncio.TaskGroup() as tasks:
            for _ in range(10):
                tasks.create_task(stage.channel.fetch(Upload("media1")))

        assert len(await stage.requests("token")) == 1


def consent(template: str, answer: str = "accept", at: int = 1764561600) -> dict[str, object]:
    return {
        "MsgType": "event",
        "Event": "subscribe_msg_popup_event",
        "MsgId": None,
        "TemplateId": template,
        "SubscribeStatusString": answer,
        "CreateTime": at,
    }


async def test_one_consent_is_one_notice(platforms: str) -> None:
    """Consent, sent again by WeChat, counts once; the notice only says that something waits."""
    async with staged(platforms, template="t1") as stage:
        for _ in range(2):
            await stage.fake.write("openid1", fields=consent("t1"))
        await stage.fake.write("openid1", fields=consent("t1", "reject", 1764561601))
        await stage.fake.write("openid1", fields=consent("another", at=1764561602))
        await stage.channel.send(Outgoing(ALONE, "说事 #12 报办结了。"), None)
        await stage.channel.send(Outgoing(ALONE, "表决 #3 结果"), None)
        sent = await stage.requests("message/subscribe/bizsend")
        told = await stage.fake.write("openid1", "我的说事")

    words = {"thing1": {"value": "1件新消息，请回“我的说事”"}}
    assert sent == [{"touser": "openid1", "template_id": "t1", "data": words}]
    assert told["text"].startswith("说事 #12 报办结了。\n\n表决 #3 结果")


async def test_refused_notice_spends_the_consent_and_loses_nothing(platforms: str) -> None:
    """43101: the person has taken the consent back."""
    async with staged(platforms, template="t1") as stage:
        await stage.fake.write("openid1", fields=consent("t1"))
        await stage.fake.ask("fault", at="message/subscribe/bizsend", code=43101)
        await stage.channel.send(Outgoing(ALONE, "一"), None)
        await stage.channel.send(Outgoing(ALONE, "二"), None)
        told = await stage.fake.write("openid1", "帮助")
        asked = await stage.requests("message/subscribe/bizsend")

    assert len(asked) == 1
    assert told["text"].startswith("您有2件新消息")


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PICTURE = Picture("枫林小区 表决 #3 结果", "楼道灯", "5户中3户参加", "", (), "居民协商表决", png=PNG)
NO_PICTURE = "没有能看的图，图只留三天；问结果时会有新的，比如“结果 3”。"


def pictured(event: Event) -> list[Outgoing]:
    return [Outgoing(event.chat, "表决 #3 结果", picture=PICTURE)]


async def test_picture_is_uploaded_and_shown_when_it_is_asked_for(platforms: str) -> None:
    """A reply is text or picture: the text says how to see it; WeChat's retry gets the same; no handler hears of it."""
    async with staged(platforms, pictured) as stage:
        told = await stage.fake.write("openid1", "结果 3")
        shown = await stage.fake.write("openid1", "看图。")
        again = await stage.fake.write("openid1", "看图。", fields={"MsgId": shown["sent"]["MsgId"]})
        others = await stage.fake.write("openid2", "看图")
        uploads = (await stage.fake.state())["uploads"]

    assert told["text"] == "表决 #3 结果\n可回：看图"
    assert shown["fields"]["MsgType"] == "image"
    assert uploads[shown["fields"]["Image"]["MediaId"]] == len(PNG)
    assert again["fields"]["Image"] == shown["fields"]["Image"]
    assert others["text"] == NO_PICTURE
    assert len(stage.taken.events) == 1


@pytest.mark.parametrize("fault", [{"code": 45009}, {"code": -1}, {"status": 500}])
async def test_picture_that_can_t_be_uploaded_does_not_keep_its_text(platforms: str, fault: dict[str, int]) -> None:
    """The text says all of it, and promises no picture."""
    async with staged(platforms, pictured) as stage:
        await stage.fake.ask("fault", at="media/upload", **fault)
        told = await stage.fake.write("openid1", "结果 3")

    assert told["text"] == "表决 #3 结果"


async def test_slow_upload_does_not_keep_the_text(platforms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """WeChat waits five seconds for the words."""
    monkeypatch.setattr(pictures, "PATIENCE", 0.2)

    async def slow(_api: Api, _data: bytes, _name: str) -> str:
        await asyncio.sleep(60)
        return "never"

    monkeypatch.setattr(Api, "upload", slow)
    async with staged(platforms, pictured) as stage:
        assert (await stage.fake.write("openid1", "结果 3"))["text"] == "表决 #3 结果"


async def test_picture_is_not_offered_after_three_days(platforms: str) -> None:
    """WeChat forgets it then, and a reply with it would show residents an error of ours."""
    shelf = Shelf()
    async with staged(platforms, pictured, shelf=shelf) as stage:
        await stage.fake.write("openid1", "结果 3")
        (id,) = [id for id, (name, _) in shelf.notes.items() if name == "shown:openid1"]
        shelf.notes[id][1]["until"] = (Clock().now() - timedelta(seconds=1)).isoformat()
        told = await stage.fake.write("openid1", "看图")

    assert told["text"] == NO_PICTURE


# --- forged ---


@pytest.fixture
def no_collector() -> Iterator[Callable[[], None]]:
    """Stops the collector: its pause over all that the test run holds is no request's cost."""
    yield gc.disable
    gc.enable()


@pytest.mark.parametrize("key", ["", KEY], ids=["plain", "sealed"])
async def test_forged_and_malformed_callbacks_get_nowhere_and_cost_nothing(
    platforms: str, key: str, no_collector: Callable[[], None]
) -> None:
    """10,000 of them, bombs too: none gets past the signature, none costs more than 5 ms."""
    async with staged(platforms, key=key) as stage:
        slowest, bad = 0.0, _bad(random.Random(4), 10_000, stage.channel.setup.app_id, sealed=bool(key))
        no_collector()
        for content, query in bad:
            status, spent = await cost(partial(_called, stage.channel, content, query))
            slowest = max(slowest, spent)
            assert status == 403

    assert stage.taken.events == []
    assert slowest < 0.005


async def _called(channel: OfficialAccount, content: bytes, query: dict[str, str]) -> int:
    """One request straight into the route, so that only the channel's own work is measured."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": content, "more_body": False}

    string = str(httpx.QueryParams(query)).encode()
    scope = {"type": "http", "method": "POST", "path": PATH, "query_string": string, "headers": []}
    return (await channel._called(Request(scope, receive))).status_code


HEAVY = (
    b"<xml>" + b"<a/>" * 65_000 + b"</xml>",
    b"<xml><Encrypt>" + b"\n" * 262_000 + b"</xml>",
    b"<Encrypt>" * 29_000,
    b"<xml><Encrypt>" + b"A" * 262_000,
    b"<xml><Encrypt>" + b"A" * 262_000 + b"</Encrypt></xml>",
    b"<xml>" + b"<Encrypt>A" * 26_000,
    b"<" * 262_144,
)
"""As large as is taken at all, made to be read slowly."""


def _bad(dice: random.Random, count: int, app: str, *, sealed: bool) -> list[tuple[bytes, dict[str, str]]]:
    """Good requests spoilt in every way, and what never was one."""
    about = {"ToUserName": "gh_1", "FromUserName": "openid1", "CreateTime": 1, "MsgType": "text", "MsgId": 1}
    good = xml(about | {"Content": "说事 " + "灯" * 300})
    sender, stranger = Sender("", TOKEN, KEY, app), Sender("", "other", KEY, app)
    inside = sender.seal(good)
    body = xml({"ToUserName": "gh_1", "Encrypt": inside}).encode() if sealed else good.encode()
    given = inside if sealed else ""
    ways = [
        lambda: (body, sender.query(None, given) | {"signature": "0" * 40, "msg_signature": f"{dice.random()}"}),
        lambda: (body, stranger.query(None, given)),
        lambda: (body, sender.query(None, given) | {"nonce": str(dice.random())}),
        lambda: (body[: dice.randrange(len(body) - 10)], sender.query(None, given)),
        lambda: (dice.randbytes(dice.randrange(2000)), sender.query(None, given)),
        lambda: (BOMB.encode(), sender.query(None, given)),
        lambda: (b"<xml>" + b"<a>" * 5000, sender.query(None, given)),
        lambda: (dice.choice(HEAVY), sender.query(None, given) | {"signature": "0" * 40, "msg_signature": "0" * 40}),
        lambda: (body, {}),
        lambda: (body, sender.query("1000000000", given)),
        lambda: (body, sender.query("9" * 300, given)),
        lambda: (b"", sender.query(None, given)),
    ]
    if sealed:
        ways += [
            lambda: (body, sender.query(None)),
            lambda: _signed(sender, sender.seal(BOMB)),
            lambda: _signed(sender, sender.seal("no xml")),
            lambda: _signed(sender, Sender("", TOKEN, KEY, "wxother").seal(good)),
            lambda: _signed(sender, "中文"),
        ]
    return [ways[number % len(ways)]() for number in range(count)]


def _signed(sender: Sender, sealed: str) -> tuple[bytes, dict[str, str]]:
    return xml({"Encrypt": sealed}).encode(), sender.query(None, sealed)
