"""演练: the clock can be moved, and all that falls due on the way happens at its time (issue: the core loop)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot import making
from bot.app import App, built
from bot.clock import RehearsalClock
from bot.config import Database, load
from bot.rehearsal import StageClock
from domain.talk import Manner, Outgoing
from models.tables.mail import TranscriptLine
from tests.stories.talk import GROUP


@asynccontextmanager
async def rehearsed(folder: Path) -> AsyncIterator[tuple[App, StageClock]]:
    """The rehearsal's program, not listening anywhere, and its clock."""
    config = load(None).model_copy(update={"database": Database(url=f"sqlite://{folder}/bot.sqlite3")})
    stage: list[StageClock] = []

    def make(parts: making.Parts):
        assert isinstance(parts.clock, RehearsalClock)
        stage.append(StageClock(parts, parts.clock))
        return making.channels(parts)

    async with built(config, make) as app:
        yield app, stage[0]


async def test_moving_the_clock_far_tells_every_session_in_time(tmp_path: Path) -> None:
    """Ten weeks on: sessions beyond those entered at the start are announced too, and none of them late."""
    async with rehearsed(tmp_path) as (app, clock):
        to = app.clock.now() + timedelta(weeks=10)
        await clock.move(to)
        said = [str(line.body) for line in await TranscriptLine.all().order_by("id")]

    local = to.astimezone(app.house.zone)
    last = max(day for day in _thursdays(local) if day < local)
    assert any(f"{last.month}月{last.day}日（周四）19:30" in text for text in said)
    assert not any("我停过" in text for text in said)


def _thursdays(to: datetime) -> list[datetime]:
    days = [to.replace(hour=19, minute=30) - timedelta(days=n) for n in range(14)]
    return [day for day in days if day.weekday() == 3]


async def test_message_that_waits_for_its_time_is_sent_at_it(tmp_path: Path) -> None:
    """What quiet hours put off comes when they end, not at the next thing that falls due."""
    async with rehearsed(tmp_path) as (app, clock):
        due = app.clock.now() + timedelta(minutes=7)
        async with app.house.store.transaction():
            await app.house.store.mail.put([Outgoing(GROUP, "到时再说", Manner.NOTICE, due=due)], None, app.clock.now())
        await clock.move(due + timedelta(days=1))
        (shown,) = [line.body for line in await TranscriptLine.all() if "到时再说" in str(line.body)]

    assert datetime.fromisoformat(str(shown["at"])) - due < timedelta(minutes=5)
