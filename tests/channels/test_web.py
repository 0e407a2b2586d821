"""The rehearsal at `/chat`: what is posted becomes an event, what the bot says is seen by whom it is meant for."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.channels.base import Line, Unsendable
from bot.channels.web import WebChannel
from bot.channels.web_lines import Reader
from bot.channels.web_stage import Note, Rehearsal, private_chat
from bot.transcript import Transcript
from domain.talk import Button, Chat, Event, Manner, Outgoing, Person, Pressed, Said, Upload
from tests.database import memory
from tests.web import town
from web.app import create_app
from web.render import Renderer

GROUP = Chat("web", "hall", title="3号楼业主群")
RESIDENT, NEIGHBOUR = Person("甲", "居民甲"), Person("乙", "居民乙")
HERE = "http://127.0.0.1:8080"


class Kept:
    """A transcript in memory."""

    def __init__(self) -> None:
        self.lines: list[tuple[Chat, Line]] = []

    async def add(self, chat: Chat, line: Line) -> str:
        id = str(len(self.lines) + 1)
        self.lines.append((chat, replace(line, id=id)))
        return id

    async def edit(self, message: str, line: Line) -> None:
        chat, _ = self.lines[int(message) - 1]
        self.lines[int(message) - 1] = chat, replace(line, id=message)

    async def since(self, chat: Chat, after: int, limit: int) -> list[Line]:
        return [line for where, line in self.lines if where.id == chat.id and int(line.id) > after][-limit:]

    def texts(self, chat: Chat = GROUP) -> list[str]:
        return [line.text for where, line in self.lines if where.id == chat.id]


class HandClock:
    """A clock that notes where it was moved."""

    def __init__(self) -> None:
        self.shown = town.NOW
        self.there = {"tomorrow": town.NOW + timedelta(hours=13)}

    def now(self) -> datetime:
        return self.shown

    async def marks(self) -> Mapping[str, datetime]:
        return self.there

    async def move(self, to: datetime) -> None:
        self.shown = to


@dataclass
class Stage:
    """A channel with its pages open in a browser without scripts; `events` is what the bot got."""

    channel: WebChannel
    kept: Kept
    clock: HandClock
    browser: httpx.AsyncClient
    events: list[Event] = field(default_factory=list)
    hear: Callable[[Event], Awaitable[None]] | None = None

    async def on_event(self, event: Event) -> None:
        if self.hear:
            await self.hear(event)
        self.events.append(event)

    async def open(self, who: Person = RESIDENT, where: str = "group", **more: str) -> str:
        answer = await self.browser.get("/chat", params={"as": who.id, "in": where, **more})
        return answer.text

    async def form(self, who: Person = RESIDENT, where: str = "group", **more: str) -> dict[str, str]:
        """The hidden fields of the page's form to talk."""
        page = await self.open(who, where, **more)
        form = page[page.rindex('action="/chat/say"') :]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))

    async def post(self, to: str, **fields: str) -> httpx.Response:
        return await self.browser.post(f"/chat/{to}", data=fields, headers={"Origin": HERE})

    async def say(self, text: str, who: Person = RESIDENT, where: str = "group", **more: str) -> httpx.Response:
        return await self.post("say", **await self.form(who, where, **more), text=text)


@asynccontextmanager
async def staged(
    client: tuple[str, int] = ("127.0.0.1", 50000),
    base: str = HERE,
    *,
    anywhere: bool = False,
    deaf: bool = False,
    kept: Any = None,
) -> AsyncIterator[Stage]:
    render, kept, clock = Renderer(town.site(rehearsal=True)), kept or Kept(), HandClock()

    async def recorded() -> Sequence[Note]:
        return [Note(town.NOW, "记下说事 #31，服务民生")]

    reader = Reader(render.site.texts, render.site.dates, render.site.zone)
    cast = Rehearsal(GROUP, (RESIDENT, NEIGHBOUR), clock, recorded, anywhere)
    channel = WebChannel(cast, kept, render, reader, patience=0.05)
    app = create_app(render, clock.now, channel.routes())
    transport = httpx.ASGITransport(app, client=client)
    async with httpx.AsyncClient(transport=transport, base_url=base) as browser, asyncio.TaskGroup() as group:
        stage = Stage(channel, kept, clock, browser)
        listening = group.create_task(channel.listen(stage.on_event)) if not deaf else None
        await asyncio.sleep(0)
        yield stage
        if listening:
            listening.cancel()


async def test_post_becomes_said_and_leads_back_to_the_page():
    """What is typed is an event of the one who is played, with the rehearsal's time."""
    async with staged() as stage:
        answer = await stage.say("说事 三号楼电梯又停了")

        assert answer.status_code == 303
        assert answer.headers["location"].endswith("&in=group#end")
        (said,) = stage.events
        assert isinstance(said, Said)
        assert (said.chat, said.who, said.text) == (GROUP, RESIDENT, "说事 三号楼电梯又停了")
        assert said.at == town.NOW
        assert stage.kept.texts() == ["说事 三号楼电梯又停了"]
        assert said.message == "1"


async def test_post_sent_twice_is_one_event_and_one_line():
    """A double click is harmless: same id, and the message stands once."""
    async with staged() as stage:
        form = await stage.form()
        await asyncio.gather(*[stage.post("say", **form, text="附议 12") for _ in range(2)])
        await stage.post("say", **form, text="附议 12")

        assert len({said.event for said in stage.events}) == 1
        assert stage.kept.texts() == ["附议 12"]


async def test_post_is_another_event_when_the_text_changed():
    """Going back in the browser and saying something else is not swallowed."""
    async with staged() as stage:
        form = await stage.form()
        await stage.post("say", **form, text="附议 12")
        await stage.post("say", **form, text="附议 13")

        assert len({said.event for said in stage.events}) == 2


async def test_press_carries_verb_args_and_message():
    """A button comes back as the bot made it."""
    async with staged() as stage:
        card = Outgoing(GROUP, "🗳️ 表决 #3", rows=((Button("赞同", "ballot", ("3", "0")),),), headed=True)
        message = await stage.channel.send(card, None)
        page = await stage.open()
        value = re.search(r'name="press" value="([^"]*)"', page)
        assert value is not None
        form = await stage.form()
        press = value[1].replace("&#34;", '"')
        answer = await stage.post("press", **form, message=str(message), press=press)

        assert answer.status_code == 303
        (pressed,) = stage.events
        assert isinstance(pressed, Pressed)
        assert (pressed.verb, pressed.args, pressed.message) == ("ballot", ("3", "0"), message)
        assert pressed.who == RESIDENT
        assert pressed.token


@pytest.mark.parametrize("press", ["", "x", "{}", "[]", "[1]", '["a", null]', '["' + "a" * 65 + '"]', '["a\\n"]'])
async def test_press_is_refused_when_it_is_no_button(press: str):
    """Only what a button can hold becomes an event."""
    async with staged() as stage:
        answer = await stage.post("press", **await stage.form(), press=press, message="1")

        assert answer.status_code == 400
        assert stage.events == []


async def test_toast_is_seen_by_its_presser_alone():
    """弹 goes to the presser, never to the group (VOICE.md section 3)."""
    async with staged() as stage:
        toast = Outgoing(GROUP, "计入了：您家选“赞同”", Manner.TOAST, person=RESIDENT.id)
        await stage.channel.send(toast, None)

        assert "计入了" in await stage.open(RESIDENT)
        assert "计入了" not in await stage.open(NEIGHBOUR)
        assert "只有居民甲看得到" in await stage.open(RESIDENT)


async def test_toast_without_words_is_not_shown():
    """An empty toast only ends a platform's waiting."""
    async with staged() as stage:
        await stage.channel.send(Outgoing(GROUP, "", Manner.TOAST, person=RESIDENT.id), None)

        assert stage.kept.lines == []


async def test_redraw_edits_the_message_in_its_place():
    """A card is edited, not sent again."""
    async with staged() as stage:
        message = await stage.channel.send(Outgoing(GROUP, "已投0户"), None)
        assert await stage.channel.send(Outgoing(GROUP, "已投1户", Manner.REDRAW), message) == message

        assert stage.kept.texts() == ["已投1户"]


async def test_private_chat_is_not_shown_in_the_group():
    """A private word stays private, also between two players."""
    async with staged() as stage:
        await stage.say("我的说事", where="private")
        await stage.channel.send(Outgoing(private_chat(RESIDENT), "您还没说过事"), None)

        assert stage.events[0].chat == private_chat(RESIDENT)
        assert "您还没说过事" in await stage.open(where="private")
        assert "您还没说过事" not in await stage.open()
        assert "您还没说过事" not in await stage.open(NEIGHBOUR, "private")


async def test_answer_stands_on_the_page_that_follows():
    """Without a script the next page shows the answer, though it is sent after the commit."""
    async with staged() as stage:

        async def late(event: Event) -> None:
            asyncio.get_running_loop().call_later(0.02, answered.set)

        answered = asyncio.Event()
        stage.hear = late

        async def deliver() -> None:
            await answered.wait()
            await stage.channel.send(Outgoing(GROUP, "收到，记为说事 #12。"), None)

        async with asyncio.TaskGroup() as group:
            group.create_task(deliver())
            await stage.say("说事 路灯不亮")
            page = await stage.open()

        assert "收到，记为说事 #12。" in page


@pytest.mark.parametrize(
    ("typed", "text", "addressed"),
    [
        ("@说事 说事 路灯不亮", "说事 路灯不亮", True),
        ("@说事机器人", "", True),
        ("@说事厅几点开门", "@说事厅几点开门", False),
        ("说事 @说事 路灯", "说事 @说事 路灯", False),
        ("大家好", "大家好", False),
    ],
)
async def test_name_of_the_bot_is_taken_out(typed: str, text: str, addressed: bool):
    """`Said.text` has the bot's own @name taken out; `addressed` tells that it stood there."""
    async with staged() as stage:
        await stage.say(typed)

        (said,) = stage.events
        assert isinstance(said, Said)
        assert (said.text, said.addressed) == (text, addressed)


async def test_reply_names_the_message_and_its_person():
    """授权 is said as a reply to the person's message."""
    async with staged() as stage:
        await stage.say("在", NEIGHBOUR)
        page = await stage.open(RESIDENT, reply="1")
        await stage.say("授权 管理员", RESIDENT, reply="1")

        assert "回复居民乙：" in page
        said = stage.events[-1]
        assert isinstance(said, Said)
        assert (said.reply_to, said.reply_to_person, said.addressed) == ("1", NEIGHBOUR, False)


async def test_reply_to_the_bot_addresses_it():
    """Answering one of the bot's messages speaks to the bot."""
    async with staged() as stage:
        await stage.channel.send(Outgoing(GROUP, "哪里没办好？"), None)
        await stage.say("灯还不亮", reply="1")

        said = stage.events[-1]
        assert isinstance(said, Said)
        assert (said.addressed, said.reply_to_person) == (True, None)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ t }}"])
async def test_text_is_shown_as_it_was_typed(text: str):
    """A message is data: on the page, in the script's news, in buttons."""
    async with staged() as stage:
        await stage.say(text)
        await stage.channel.send(Outgoing(GROUP, text, rows=((Button(text, "v", (text,)),),)), None)
        page = await stage.open()
        news = (await stage.browser.get("/chat/news", params={"as": RESIDENT.id})).json()["lines"]

        for shown in (page, news):
            assert "<script>alert" not in shown
            assert "<img" not in shown
        if text.startswith("{{"):
            assert text in page


async def test_chat_is_kept_over_a_restart():
    """The chat is rows: another process shows it too, and a redraw finds its message."""
    async with memory():
        async with staged(kept=Transcript()) as before:
            await before.say("说事 路灯不亮")
            card = await before.channel.send(Outgoing(GROUP, "已投0户"), None)
        async with staged(kept=Transcript()) as after:
            await after.channel.send(Outgoing(GROUP, "已投1户", Manner.REDRAW), card)
            page = await after.open()

    assert page.index("说事 路灯不亮") < page.index("已投1户")
    assert "已投0户" not in page


# --- who may enter ---


@pytest.mark.parametrize(
    ("client", "base", "headers"),
    [
        ("192.168.1.7", HERE, {}),
        ("127.0.0.1", "http://board.example", {}),
        ("127.0.0.1", "http://127.0.0.1.board.example", {}),
        ("127.0.0.1", HERE, {"X-Forwarded-For": "10.0.0.1"}),
        ("127.0.0.1", HERE, {"Forwarded": "for=10.0.0.1"}),
    ],
)
@pytest.mark.parametrize("path", ["/chat", "/chat/news"])
async def test_rehearsal_is_for_this_machine_alone(client: str, base: str, headers: dict[str, str], path: str):
    """Loopback only unless switched on (INTERFACE.md section 4): address, name asked for, and no proxy between."""
    async with staged((client, 1), base) as stage:
        answer = await stage.browser.get(path, headers=headers)

        assert answer.status_code == 403
        assert "演练群只在这台机器上用" in answer.text


@pytest.mark.parametrize("base", ["http://localhost:8080", "http://[::1]:8080", HERE])
async def test_rehearsal_opens_under_each_of_the_machines_own_names(base: str):
    """All names of loopback will do."""
    async with staged(("::1", 1), base) as stage:
        assert (await stage.browser.get("/chat")).status_code == 200


async def test_rehearsal_opens_to_others_when_switched_on():
    """Switched on, other machines may enter."""
    async with staged(("192.168.1.7", 1), "http://board.example", anywhere=True) as stage:
        assert (await stage.browser.get("/chat")).status_code == 200


async def test_form_is_refused_without_its_cookie():
    """Another site can post, but it can't send our SameSite cookie."""
    async with staged() as stage:
        form = await stage.form()
        stage.browser.cookies.clear()
        answer = await stage.post("say", **form, text="说事 冒充的")

        assert answer.status_code == 403
        assert stage.events == []
        assert stage.kept.lines == []
        assert "说事 冒充的" in answer.text


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_form_is_refused_from_another_origin(headers: dict[str, str]):
    """Where the browser names an origin, it must be this one."""
    async with staged() as stage:
        form = await stage.form()
        answer = await stage.browser.post("/chat/say", data={**form, "text": "说事"}, headers=headers)

        assert answer.status_code == 403
        assert stage.events == []


async def test_form_is_refused_with_no_key_and_no_cookie():
    """Nothing does not match nothing."""
    async with staged() as stage:
        form = {**await stage.form(), "key": ""}
        stage.browser.cookies.clear()

        assert (await stage.post("say", **form, text="说事")).status_code == 403


async def test_form_is_refused_with_another_key():
    """The form's key must match the cookie."""
    async with staged() as stage:
        form = {**await stage.form(), "key": "x" * 22}
        assert (await stage.post("say", **form, text="说事")).status_code == 403
        assert stage.events == []


async def test_cookie_stays_on_this_site():
    """SameSite=Strict and out of scripts' reach."""
    async with staged() as stage:
        cookie = (await stage.browser.get("/chat")).headers["set-cookie"]

        assert "SameSite=strict" in cookie
        assert "HttpOnly" in cookie
        assert "Path=/chat" in cookie


async def test_form_is_refused_when_it_is_too_large():
    """A form is read only where its size is known and small."""
    async with staged() as stage:
        answer = await stage.post("say", **await stage.form(), text="长" * 60_000)

        assert answer.status_code == 413
        assert stage.events == []


# --- when something goes wrong ---


async def test_text_is_kept_when_the_event_was_not_taken():
    """Nothing typed is lost, and trying again does not say it twice."""
    async with staged() as stage:

        async def broken(event: Event) -> None:
            raise RuntimeError("no disk")

        stage.hear = broken
        answer = await stage.say("说事 路灯不亮")
        again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
        stage.hear = None
        await stage.post("say", **again, text="说事 路灯不亮")

        assert answer.status_code == 503
        assert 'value="说事 路灯不亮"' in answer.text
        assert "没发出去" in answer.text
        assert [said.text for said in stage.events if isinstance(said, Said)] == ["说事 路灯不亮"]
        assert stage.kept.texts() == ["说事 路灯不亮"]


async def test_text_is_kept_while_nobody_listens():
    """Before the program takes events, it says so."""
    async with staged(deaf=True) as stage:
        answer = await stage.say("说事 路灯不亮")

        assert answer.status_code == 503
        assert "还在启动" in answer.text


async def test_picture_cannot_be_fetched():
    """There are no uploads on this channel."""
    async with staged() as stage:
        with pytest.raises(Unsendable):
            await stage.channel.fetch(Upload("1"))


# --- the clock ---


async def test_clock_goes_to_a_mark():
    """到明天8:00 and its like."""
    async with staged() as stage:
        await stage.post("clock", **await stage.form(), mark="tomorrow")

        assert stage.clock.shown == town.NOW + timedelta(hours=13)


async def test_clock_goes_to_a_typed_time():
    """A time is the community's own."""
    async with staged() as stage:
        await stage.post("clock", **await stage.form(), when="2026-12-14T19:30")

        assert stage.clock.shown == datetime(2026, 12, 14, 19, 30, tzinfo=town.ZONE)


@pytest.mark.parametrize("when", ["2026-12-11T19:02", "2026-12-01T08:00", "2028-01-01T00:00", "明天", ""])
async def test_clock_stays_when_the_time_is_no_use(when: str):
    """Only forward, at most a year, and readable."""
    async with staged() as stage:
        answer = await stage.post("clock", **await stage.form(), when=when)

        assert answer.status_code == 400
        assert "没拨" in answer.text
        assert stage.clock.shown == town.NOW


async def test_mark_that_is_not_there_says_why():
    """A button that can't be pressed tells the reason."""
    async with staged() as stage:
        page = await stage.open()

        assert re.search(r"disabled>没有正在投的表决", page)


# --- news for the script ---


async def test_news_are_empty_until_something_changed():
    """The script asks every two seconds; mostly there is nothing."""
    async with staged() as stage:
        page = await stage.open()
        state = re.search(r'data-state="(\w+)"', page)
        assert state is not None
        asked = {"as": RESIDENT.id, "in": "group", "state": state[1]}
        before = await stage.browser.get("/chat/news", params=asked)
        await stage.channel.send(Outgoing(GROUP, "新的"), None)
        after = await stage.browser.get("/chat/news", params=asked)

        assert before.status_code == 204
        assert "新的" in after.json()["lines"]
        assert "记下说事 #31" in after.json()["notes"]


async def test_every_page_of_the_rehearsal_says_so():
    """演练 stands on every page (INTERFACE.md section 4)."""
    async with staged() as stage:
        for path in ("/chat", "/chat?in=private"):
            assert 'class="drill"' in (await stage.browser.get(path)).text
