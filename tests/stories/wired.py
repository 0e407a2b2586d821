"""The same conversations over real sockets: the program's own parts, a Telegram library, the simulated Bot API.

    async with wired(sim, url, "ptb-polling", texts, understanding) as talk:
        await talk.says("居民1", "说事 三号楼电梯又停了")

What a `Wired` talk knows of the chats, it reads from the simulator; its clock is the story's, the simulator's too.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest.mock import patch

from bot import making
from bot.app import App, built
from bot.channels.telegram_wire import unpack
from bot.clock import Clock
from bot.config import Config
from bot.hearing import Hearing
from bot.server import Server, take_socket
from bot.words import Understanding
from domain.talk import Button, Chat, Event, Manner, Outgoing, Person, Pressed, Said
from domain.terms import Role
from models import schema
from tests.database import memory
from tests.simulator.client import Json, Simulator, words
from tests.stories.talk import Shown, Talk

FIRST_ID = 10_001
PATIENCE = 20


@dataclass
class StoryClock(Clock):
    """Stands where the story is."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class Wired(Talk):
    """A Talk whose words go out on the wire and come back on it."""

    def __init__(self, texts, understanding, sim: Simulator, clock: StoryClock) -> None:
        self._clock = clock
        super().__init__(texts, understanding)
        self.sim = sim
        self.app: App
        self._ids: dict[str, int] = {}
        self._here: set[str] = set()
        self._lines = 0
        self._queries: list[tuple[str, Chat]] = []
        self._taken: defaultdict[tuple[str, ...], asyncio.Event] = defaultdict(asyncio.Event)

    @property
    def now(self) -> datetime:
        return self._clock.moment

    @now.setter
    def now(self, moment: datetime) -> None:
        self._clock.moment = moment

    def on(self, app: App, group: int) -> None:
        """The program is there."""
        self.app, self.house, self.run = app, app.house, app.run
        self.delivery = app.deliveries["telegram"]
        self.group = Chat("telegram", str(group), title="枫林小区群")

    def person(self, name: str) -> Person:
        return Person(str(self._ids.setdefault(name, FIRST_ID + len(self._ids))), name)

    def private(self, name: str) -> Chat:
        return Chat("telegram", self.person(name).id, private=True)

    async def knows(self, name: str, *roles: Role, household: str = "") -> int:
        await self._comes(self.person(name), started=True)
        return await super().knows(name, *roles, household=household)

    async def _comes(self, who: Person, *, started: bool = False) -> None:
        """Somebody has an account and is in the group."""
        if who.id not in self._here:
            self._here.add(who.id)
            groups = [int(self.group.id)]
            await self.sim.ask("user", name=who.name, id=int(who.id), started=started, groups=groups)

    async def hears(self, event: Said | Pressed) -> None:
        """Somebody writes or presses; returns once the program has taken it."""
        await self._comes(event.who)
        key = await (self._pressed(event) if isinstance(event, Pressed) else self._said(event))
        async with asyncio.timeout(PATIENCE):
            await self._taken[key].wait()

    async def _said(self, said: Said) -> tuple[str, ...]:
        assert said == Said(said.event, said.at, said.chat, said.who, said.text, said.message, said.reply_to)
        reply = int(said.reply_to) if said.reply_to else None
        message = await self.sim.say(
            int(said.chat.id), int(said.who.id), said.text, reply_to=reply, now=self._seconds()
        )
        return said.chat.id, str(message["message_id"])

    async def _pressed(self, press: Pressed) -> tuple[str, ...]:
        shown = next(one for one in self.channel.chats[press.chat.id] if one.id == press.message)
        every = (button for row in shown.out.rows for button in row)
        label = next(button.label for button in every if (button.verb, button.args) == (press.verb, press.args))
        message = {"chat": {"id": int(press.chat.id)}, "message_id": int(shown.id)}
        query = await self.sim.press(int(press.who.id), message, label, now=self._seconds())
        self._queries.append((query, press.chat))
        return (query,)

    def _seconds(self) -> int:
        return int(self.now.timestamp())

    async def takes_in(self, event: Event) -> None:
        """What the channel hands in, as the program's own listening does."""
        await Hearing(self.run, self.delivery)(event)
        key = (event.token or "",) if isinstance(event, Pressed) else (event.chat.id, getattr(event, "message", ""))
        self._taken[key].set()

    async def sends(self) -> None:
        """What is due is delivered, and looked at where it arrived."""
        await self.delivery.drain()
        heard = await self.sim.ask("heard", after=self._lines)
        self._lines = heard["lines"]
        for line in heard["said"]:
            self._sees(line)
        await self._sees_toasts()

    def _sees(self, line: Json) -> None:
        message = line["message"]
        chat = Chat("telegram", str(line["chat_id"]), private=line["chat_id"] > 0)
        manner = Manner.REDRAW if line["event"] == "edited" else Manner.ANSWER
        out = Outgoing(chat, words(message), manner, _rows(message), silent=line.get("silent", False))
        self.channel.sent.append(out)
        shown = self.channel.chats.setdefault(chat.id, [])
        number = str(message["message_id"])
        if manner is Manner.REDRAW:
            self.channel.edits += 1
            next(one for one in shown if one.id == number).out = out
        else:
            shown.append(Shown(number, out))

    async def _sees_toasts(self) -> None:
        waiting, self._queries = self._queries, []
        for query, chat in waiting:
            if answer := await self.sim.ask("answer", query=query):
                toast = Outgoing(chat, answer["text"], Manner.TOAST, token=query)
                self.channel.sent.append(toast)
                self.channel.toasts.append(toast)

    async def ticks(self) -> None:
        await self.app.tick()

    async def schedules(self) -> None:
        await self.app.plan()


def _rows(message: Json) -> tuple[tuple[Button, ...], ...]:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return tuple(tuple(_button(one) for one in row) for row in keyboard)


def _button(one: Json) -> Button:
    if "url" in one:
        return Button(one["text"], url=one["url"])
    verb, args = unpack(one["callback_data"])
    return Button(one["text"], verb, args)


def _config(sim: Simulator, url: str, carrier: str, group: int, port: int) -> Config:
    library, mode = carrier.split("-")
    telegram = {"token": sim.token, "library": library, "mode": mode, "api_base_url": sim.address, "limits": False}
    return Config(
        operator={"name": "江南街道", "contact": "010-1234"},
        database={"url": url},
        web={"port": port, "public_url": f"http://127.0.0.1:{port}"},
        telegram=telegram,
        community=[{"name": "枫林小区", "slug": "fenglin", "groups": [f"telegram:{group}"]}],
    )


@asynccontextmanager
async def wired(sim: Simulator, url: str, carrier: str, texts, understanding, begins: datetime) -> AsyncIterator[Wired]:
    """A community on the simulator, served in this process by `carrier` (`ptb-polling`, `aiogram-webhook`)."""
    clock = StoryClock(begins)
    talk = Wired(texts, understanding, sim, clock)
    async with memory(url):
        await schema.executor().migrate(fake=True)  # all tables are there
    group = await sim.group("枫林小区群", bot="administrator", now=int(begins.timestamp()))
    async with AsyncExitStack() as stack:
        taken = stack.enter_context(take_socket("127.0.0.1", 0))
        config = _config(sim, url, carrier, group, taken.getsockname()[1])
        with patch.object(Understanding, "load", lambda: understanding):  # seconds, and nothing changes it here
            app = await stack.enter_async_context(built(config, clock=clock, texts=texts))
        talk.on(app, group)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        server = Server(making.web(config, clock, app.house, app.channels), taken)
        serving = tasks.create_task(server.run_here())
        await server.listening.wait()
        channel = app.channels["telegram"]
        listening = tasks.create_task(channel.listen(talk.takes_in))
        await channel.ready(making.commands(texts))
        yield talk
        listening.cancel()
        server.should_exit = True
        await serving
        for one in app.channels.values():
            await one.close()
