"""演练: the clock can be moved, and all that falls due on the way happens at its time (issue: the core loop)."""

from datetime import datetime, timedelta
from pathlib import Path

from bot import making
from bot.app import built
from bot.clock import RehearsalClock
from bot.config import Database, load
from bot.rehearsal import StageClock
from models.tables.mail import TranscriptLine


async def test_moving_the_clock_far_tells_every_session_in_time(tmp_path: Path) -> None:
    """Ten weeks on: sessions beyond those entered at the start are announced too, and none of them late."""
    config = load(None).model_copy(update={"database": Database(url=f"sqlite://{tmp_path}/bot.sqlite3")})
    stage: list[StageClock] = []

    def make(parts: making.Parts):
        assert isinstance(parts.clock, RehearsalClock)
        stage.append(StageClock(parts, parts.clock))
        return making.channels(parts)

    async with built(config, make) as app:
        to = app.clock.now() + timedelta(weeks=10)
        await stage[0].move(to)
        said = [str(line.body) for line in await TranscriptLine.all().order_by("id")]

    local = to.astimezone(app.house.zone)
    last = max(day for day in _thursdays(local) if day < local)
    assert any(f"{last.month}月{last.day}日（周四）19:30" in text for text in said)
    assert not any("我停过" in text for text in said)


def _thursdays(to: datetime) -> list[datetime]:
    days = [to.replace(hour=19, minute=30) - timedelta(days=n) for n in range(14)]
    return [day for day in days if day.weekday() == 3]
