"""The quarter of the stories, killed at fifty random points: it ends as if nothing had happened (`make soak`)."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.channels.base import Channel
from bot.delivery import Delivery
from domain.talk import Manner
from handlers.run import Run
from models import schema
from models.tables.mail import Outbox
from models.tables.sessions import Due
from tests.handlers.faults import Killed, faults
from tests.stories import quarter
from tests.stories.talk import GROUP, Talk
from tests.stories.test_quarter import expected_ratings, expected_tasks, open_questions

KILLS = 50
REPORTED = 26
"""Tasks 1 to 26 are reported done; what can't be done or is no work stands there in other words."""
POINTS = 25
"""A kill falls on one of so many of a step's first statements; a step that is shorter is not killed, and counts not."""


class Machine:
    """A database file and the process on it, which can die."""

    def __init__(self, file: Path, texts, understanding) -> None:
        self.url = f"sqlite://{file}"
        self.talk = Talk(texts, understanding)

    async def __aenter__(self) -> "Machine":
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.__aexit__(None, None, None)

    async def _open(self) -> None:
        self._opened = schema.opened(self.url)
        await self._opened.__aenter__()

    async def restarted(self) -> None:
        """A new process on the same file: nothing else is left of the old one."""
        await self._opened.__aexit__(None, None, None)
        await self._open()
        channels: dict[str, Channel] = {"web": self.talk.channel}  # type: ignore[dict-item]
        self.talk.run = Run(self.talk.house, self.talk.clock)
        self.talk.delivery = Delivery(channels, self.talk.clock, self.talk._gone, self.talk._moved)

    async def does(self, act: Callable[[], Awaitable[None]], point: int | None, *, after: bool = False) -> int:
        """Do something, killed at a statement of it; after the kill a new process does it again. Returns the kills."""
        died = False
        try:
            with faults(point, after):
                await asyncio.create_task(alone(act))
        except* Killed:
            died = True
        if died:
            await self.restarted()
            await asyncio.create_task(alone(act))
        return int(died)


async def lived(machine: Machine, dice: random.Random, kills: int) -> int:
    """Play the quarter; the process dies at random statements of random steps, and of what is sent after them."""
    steps = quarter.quarter()
    doomed = set(dice.sample(range(len(steps)), min(len(steps), 3 * kills)))
    died = 0
    for n, step in enumerate(steps):
        point = dice.randint(1, POINTS) if n in doomed and died < kills else None
        died += await machine.does(partial(quarter.done, machine.talk, step), point, after=dice.random() < 0.5)
        point = dice.randint(1, 6) if n in doomed and died < kills and dice.random() < 0.3 else None
        died += await machine.does(partial(drained, machine), point)
    return died


async def drained(machine: Machine) -> None:
    """Send what is due, by the delivery of the process that lives now."""
    await machine.talk.delivery.drain()


async def alone(act: Callable[[], Awaitable[None]]) -> None:
    """In a context of its own: what a killed process knew of its transaction is gone with it."""
    await act()


def announced(talk: Talk) -> Counter[str]:
    """How often each task's report was sent to the group."""
    new = [out.text.split("\n")[0] for out in talk.channel.sent if out.to == GROUP and out.manner is not Manner.REDRAW]
    return Counter(head for head in new if head.startswith("✅"))


@pytest.mark.soak
async def test_quarter_killed_at_fifty_points_ends_the_same(tmp_path, texts, understanding) -> None:
    """Rows as in the story, nothing waits, each report told; at most a send in flight is told twice."""
    async with Machine(tmp_path / "bot.sqlite3", texts, understanding) as machine:
        await schema.create_tables()
        await quarter.community_made()
        await quarter.settled(machine.talk)
        died = await lived(machine, random.Random(50), KILLS)
        await machine.talk.delivery.drain()

        tasks, acts, ratings = await quarter.state()
        told = announced(machine.talk)
        print(f"soak: {died} kills, {len(machine.talk.channel.sent)} messages, {told.total()} reports of {len(told)}")
        assert died == KILLS
        assert tasks == expected_tasks()
        assert ratings == expected_ratings()
        assert [acts[act] for act in ("take", "report", "up", "down", "reopen")] == [33, 31, 8, 4, 2]
        assert await Outbox.filter(due_at__lte=machine.talk.clock()).count() == 0
        assert await Due.filter(kind="task", done_at=None).count() == open_questions()
        assert len(told) == REPORTED
        assert told.total() - REPORTED - 2 in range(KILLS)  # two were reported twice
