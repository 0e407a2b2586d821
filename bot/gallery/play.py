"""Plays the conversations of `data/gallery` through the whole program, on a database in memory.

Nothing that is shown was written for the gallery: handlers said it.
"""

import re
import secrets
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot import hearing, making, roll
from bot.app import App, built
from bot.channels.base import Channel
from bot.channels.base import Line as Shown
from bot.clock import RehearsalClock
from bot.config import Config
from bot.gallery.recorder import BIG, Recorder, Sent
from bot.gallery.script import SCENES, STAGE, Line, Scene
from bot.house import ZONE
from bot.texts import Texts
from bot.transcript import Transcript
from domain.households import make_code
from domain.talk import Button, Chat, Event, Joined, Outgoing, Person, Pressed, Said, Upload
from models import households, people, recent

PLANNED_EVERY = timedelta(days=7)
BEGINS = datetime(2026, 9, 28, 18, 42, tzinfo=ZONE)
_CODES = {
    "code": re.compile(r"\b[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}\b"),
    "short": re.compile(r"\b[2-9A-HJ-NP-Z]{5}\b"),
}
_SHORT = re.compile(r"\{short:(\w+)\}")


Camera = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True)
class Turn:
    """One line as it was played: what was done, what the bot said to it, by which texts."""

    scene: str
    line: Line
    at: datetime
    sent: tuple[Sent, ...]
    keys: tuple[str, ...]


class Heard(Texts):
    """Texts that remember which of them were used."""

    def __init__(self, forms: Mapping[str, Any]) -> None:
        super().__init__(forms)
        self.used: list[str] = []

    def __call__(self, key: str, /, **facts: object) -> str:
        self.used.append(key)
        return super().__call__(key, **facts)

    def form(self, key: str) -> str:
        self.used.append(key)
        return super().form(key)

    def table(self, prefix: str) -> dict[str, Any]:
        found = super().table(prefix)
        self.used += [f"{prefix}.{key}" for key in found]
        return found


class HandClock(RehearsalClock):
    """Moves only when it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = BEGINS

    def now(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)


@dataclass
class Stage:
    """The program with channels that keep what they are given. `camera` takes a picture: its name, a page."""

    app: App
    texts: Heard
    clock: HandClock
    channels: Mapping[str, Recorder]
    camera: Camera | None = None
    turns: list[Turn] = field(default_factory=list)
    _last: dict[str, str] = field(default_factory=dict)
    _count: int = 0
    _planned: datetime = BEGINS

    async def play(self, scenes: Sequence[Scene]) -> list[Turn]:
        """All scenes, one after the other, in the same world. Raises AssertionError where a button is not there."""
        for scene in scenes:
            for line in scene.lines:
                await self._play(scene, line)
        return self.turns

    async def _play(self, scene: Scene, line: Line) -> None:
        before = {name: len(recorder.sent) for name, recorder in self.channels.items()}
        self.texts.used.clear()
        at = self.clock.now()
        await self._act(scene, line)
        await self._settle()
        sent = tuple(one for name, recorder in self.channels.items() for one in recorder.sent[before[name] :])
        for one in sent:
            if not one.edits:
                self._remember(one.out)
        self.turns.append(Turn(scene.title, line, at, sent, tuple(dict.fromkeys(self.texts.used))))
        self.clock.move_to(self.clock.now() + timedelta(seconds=5))

    def _remember(self, out: Outgoing) -> None:
        for name, form in _CODES.items():
            if found := form.search(out.text):
                self._last[name] = found[0]
        if out.card:
            kind, _, number = out.card.partition(":")
            self._last[kind] = number

    def _filled(self, text: str) -> str:
        for name, value in self._last.items():
            text = text.replace("{" + name + "}", value)
        return _SHORT.sub(lambda who: people.short_name(people.pseudonym(self.app.house.key, "web", who[1])), text)

    async def _settle(self) -> None:
        await self.app.deliver()
        await self.app.pictures.fetch_all()
        await self.app.deliver()

    async def _act(self, scene: Scene, line: Line) -> None:
        acts: dict[str, Callable[[Scene, Line], Awaitable[None]]] = {
            "says": self._says,
            "presses": self._presses,
            "verb": self._presses,
            "clock": self._moves,
            "bot": self._joins,
            "fails": self._fails,
            "code_for": self._makes_code,
            "roll": self._takes_roll,
            "tells": self._tells,
            "shot": self._takes_picture,
        }
        name = next(name for name in acts if getattr(line, name) is not None)
        await acts[name](scene, line)

    async def _says(self, scene: Scene, line: Line) -> None:
        pictures = tuple(Upload(name) for name in line.pictures)
        answered = Person(line.answers, line.answers) if line.answers else None
        who = Person(line.who, line.who, hidden=line.hidden)
        chat, id = _chat(scene, line), self._next()
        text = self._filled((line.says or "") * line.times)
        said = Said(
            id,
            self.clock.now(),
            chat,
            who,
            text,
            id,
            reply_to_person=answered,
            addressed=chat.private,
            pictures=pictures,
            files=tuple(Upload(name, BIG if name.startswith("big") else None, name) for name in line.files),
            edited=line.edited,
        )
        if chat.channel == "web":  # there the chat's page shows it
            await Transcript().add(chat, Shown("", line.who, line.who, text, self.clock.now().isoformat()))
        await self._take(said, heard=text.startswith("@"))

    async def _take(self, event: Event, *, heard: bool = False) -> None:
        """The platform takes the bot's name out of what was said to it."""
        if heard and isinstance(event, Said):
            event = _addressed(event)
        delivery = self.app.deliveries[event.chat.channel]
        await hearing.Hearing(self.app.run, delivery)(event)

    async def _presses(self, scene: Scene, line: Line) -> None:
        chat, id = _chat(scene, line), self._next()
        message, button = self._button(chat, line)
        who = Person(line.who, line.who)
        await self._take(Pressed(id, self.clock.now(), chat, who, button.verb, button.args, message, id))

    def _button(self, chat: Chat, line: Line) -> tuple[str | None, Button]:
        if line.verb is not None:
            return None, Button("", line.verb, tuple(map(self._filled, line.args)))
        assert line.presses is not None
        return self.channels[chat.channel].button(chat, self._filled(line.presses))

    async def _moves(self, _scene: Scene, line: Line) -> None:
        assert line.clock is not None
        moment = datetime.fromisoformat(line.clock).replace(tzinfo=ZONE)
        # What falls due before happens at its time, unless the program was down.
        while not line.asleep and (due := await recent.next_due(None, self.clock.now())) and due < moment:
            await self._wakes(due)
        await self._wakes(moment)

    async def _wakes(self, moment: datetime) -> None:
        self.clock.move_to(moment)
        if moment - self._planned > PLANNED_EVERY:
            self._planned = moment
            await self.app.plan()
        await self.app.tick()
        await self.app.deliver()

    async def _joins(self, scene: Scene, line: Line) -> None:
        assert line.bot is not None
        chat, who = _chat(scene, line), Person(line.who, line.who)
        await self._take(Joined(self._next(), self.clock.now(), chat, who, line.bot, line.hears_all))

    async def _fails(self, scene: Scene, line: Line) -> None:
        chat = _chat(scene, line)
        self.channels[chat.channel].failing[chat.id] = line.fails or ""

    async def _makes_code(self, _scene: Scene, line: Line) -> None:
        code = self._last["code"] = make_code(secrets.choice)
        hash = households.code_hash(self.app.house.key, code)
        until = self.clock.now() + roll.GROUP_CODE_LASTS
        await households.issue_group_code(await _community(line.code_for or ""), hash, until)

    async def _takes_roll(self, _scene: Scene, line: Line) -> None:
        path, _, name = (line.roll or "").partition(" ")
        await households.import_roll(await _community(name), roll.read(SCENES / path, self.texts))

    async def _tells(self, _scene: Scene, line: Line) -> None:
        await hearing.tell(self.app.house, line.tells or "", self.clock.now())

    async def _takes_picture(self, _scene: Scene, line: Line) -> None:
        if self.camera:
            await self.camera(line.shot or "", self._filled(line.page))

    def _next(self) -> str:
        self._count += 1
        return str(self._count)


def _addressed(said: Said) -> Said:
    name, _, words = said.text.partition(" ")
    assert name.startswith("@")
    fields = {name: getattr(said, name) for name in Said.__slots__}
    return Said(**{**fields, "text": words, "addressed": True})


def _chat(scene: Scene, line: Line) -> Chat:
    channel, _, group = (scene.group if line.where in {"", "private"} else line.where).partition(":")
    if line.where == "private":
        return Chat(channel, f"private-{line.who}", private=True)
    return Chat(channel, group, title=group)


async def _community(name: str) -> int:
    return next(community.id for community in await people.communities() if community.name == name)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """The program of `data/gallery/stage.toml`, not yet listening anywhere."""
    config, clock = Config(**tomllib.loads(STAGE.read_text("utf-8"))), HandClock()
    texts = Heard.load()
    recorders: dict[str, Recorder] = {}

    def make(parts: making.Parts) -> Mapping[str, Channel]:
        page = making.channels(parts)["web"]
        for name in ("web", "telegram", "wecom"):
            recorders[name] = Recorder(name, page if name == "web" else None, clock.now)
        return recorders

    async with built(config, make, clock=clock, texts=texts) as app:
        yield Stage(app, texts, clock, recorders)
