"""演练: the community that runs where there is no config. Whom one can play, the clock, what was recorded."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from bot import roll
from bot.channels.base import Channel
from bot.channels.web import Residents, WebChannel
from bot.channels.web_lines import Reader
from bot.channels.web_stage import Note, Rehearsal
from bot.clock import RehearsalClock
from bot.config import COMMUNITIES, Config
from bot.texts import Texts
from bot.transcript import Transcript
from domain.talk import Chat, Person
from models import households, recent, seed
from models.recent import Happening
from web.render import Renderer

if TYPE_CHECKING:
    from bot.making import Parts

MORNING = time(8, 0)
SHOWN = 8
PLANNED_EVERY = timedelta(days=7)


def channel(parts: "Parts", render: Renderer, residents: Residents) -> Channel:
    """The web channel with its stage."""
    config, house = parts.config, parts.house
    assert config.rehearsal is not None
    assert isinstance(parts.clock, RehearsalClock)
    _, _, group = config.community[0].groups[0].partition(":")
    stage = Rehearsal(
        group=Chat("web", group, title=f"{config.community[0].name}{house.texts('chat.group')}"),
        players=tuple(Person(player.name, player.name) for player in config.rehearsal.players),
        clock=StageClock(parts, parts.clock),
        recorded=lambda: _recorded(parts),
        anywhere=config.web.chat_anywhere,
    )
    reader = Reader(render.site.texts, house.dates, house.zone)
    return WebChannel(stage, Transcript(), render, reader, residents=residents)


class StageClock:
    """The rehearsal's clock: going forward, it stops wherever something falls due."""

    def __init__(self, parts: "Parts", clock: RehearsalClock) -> None:
        self._parts = parts
        self._clock = clock
        self._moving = asyncio.Lock()

    def now(self) -> datetime:
        """The moment it shows."""
        return self._clock.now()

    async def marks(self) -> Mapping[str, datetime]:
        """Tomorrow morning; one day before the next session; the next close of a vote."""
        zone, now = self._parts.house.zone, self.now()
        tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
        marks = {"tomorrow": tomorrow}
        for name, kind in (("session", "one_day"), ("closing", "close")):
            due = await recent.next_due(kind, now)
            if due is not None:
                marks[name] = due
        return marks

    async def move(self, to: datetime) -> None:
        """Go there step by step, so that all that falls due on the way happens at its time."""
        async with self._moving:
            planned = self.now()
            while (due := await recent.next_stop(self.now())) is not None and due <= to:
                planned = await self._step(due, planned)
            await self._step(to, planned)

    async def _step(self, to: datetime, planned: datetime) -> datetime:
        """One moment; the sessions of the weeks to come are entered on the way. Returns when they last were."""
        app = await self._parts.built
        self._clock.move_to(to)
        if to - planned > PLANNED_EVERY:
            planned = to
            await app.plan()
        await app.tick()
        await app.deliver()
        return planned


async def _recorded(parts: "Parts") -> Sequence[Note]:
    happened = await recent.happenings(SHOWN)
    return [Note(one.at, _told(parts, one)) for one in happened]


def _told(parts: "Parts", one: Happening) -> str:
    texts = parts.house.texts
    category = texts.term(one.category) if one.category else texts("chat.recorded_unsorted")
    return texts(f"chat.recorded_{one.kind}", number=one.number, category=category, count=one.count)


async def enter(config: Config, community: int, key: bytes, now: datetime) -> None:
    """The rehearsal's households and players, once."""
    assert config.rehearsal is not None
    await households.import_roll(community, roll.read(COMMUNITIES / config.rehearsal.roll, Texts.load()))
    for player in config.rehearsal.players:
        known = seed.Player(player.name, player.household, player.roles)
        await seed.enter_player(community, key, known, f"private-{player.name}", now)
