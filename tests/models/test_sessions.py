"""Sessions and their reminders as rows, on SQLite and PostgreSQL (ARCHITECTURE.md §3: time is a row, not a job)."""

import asyncio
import os
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.session_days import Notice, Rules, reminders_of
from models import people, schema, sessions
from models.sessions import NewSession
from models.store import Store
from models.tables.people import Community
from tests.postgres import Cluster

ROOT = Path(__file__).parent.parent.parent
ZONE = ZoneInfo("Asia/Shanghai")
MADE = datetime(2026, 11, 25, 12, 0, tzinfo=ZONE)
STARTS = datetime(2026, 12, 4, 19, 30, tzinfo=ZONE)
NEW = NewSession(date(2026, 12, 4), STARTS, "说事厅")
RULES = Rules(ZONE)
REMINDERS = reminders_of(STARTS, MADE, RULES)


@pytest.fixture(params=["sqlite", "postgres"])
async def community(request, tmp_path):
    """A community in an empty database of either kind."""
    url = request.getfixturevalue("postgres").fresh() if request.param == "postgres" else f"sqlite://{tmp_path}/a.db"
    async with schema.opened(url):
        await schema.create_tables()
        yield await enter_community()


async def enter_community() -> int:
    made = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
    await people.enter_group(made.id, "web", "g1")
    return int(made.id)


async def made(community: int) -> int:
    session = await sessions.make(community, NEW, MADE)
    assert session is not None
    await sessions.remind(community, session, REMINDERS, MADE)
    return session


async def pending(community: int, until: datetime) -> list[Notice]:
    async with Store.transaction():
        held = await sessions.hold_reminders(community, until)
    return [reminder.notice for reminder in sorted(held, key=lambda p: p.due_at)]


async def test_session_is_made_once_a_day(community: int) -> None:
    """The constraint on (community, day) settles who was first; a cancelled day is not entered again."""
    session = await made(community)

    assert await sessions.make(community, NEW, MADE) is None
    await sessions.cancel(session, "台风")
    assert await sessions.make(community, NEW, MADE) is None
    assert await sessions.meetings(community, MADE) == []


async def test_session_comes_back_as_it_was_entered(community: int) -> None:
    """Day, moment and place survive the database; the moment keeps its instant, whatever zone it comes in."""
    await made(community)
    meeting = (await sessions.meetings(community, MADE))[0]

    assert (meeting.planned, meeting.starts_at, meeting.place) == (NEW.day, STARTS, NEW.place)


async def test_pending_reminders_are_those_due_and_not_done(community: int) -> None:
    """A reminder is pending from its time on, until it is told or dropped."""
    await made(community)
    until = datetime(2026, 12, 3, 9, 0, tzinfo=ZONE)

    assert await pending(community, until - timedelta(seconds=1)) == [Notice.THREE_DAYS]
    assert await sessions.kinds_due(until) == {Notice.THREE_DAYS: {community}, Notice.ONE_DAY: {community}}
    async with Store.transaction():
        held = await sessions.hold_reminders(community, until)
        await sessions.reminded(held[:1], held[1:], until)
    assert await pending(community, until) == []
    assert await sessions.kinds_due(until) == {}


async def test_planning_again_changes_nothing(community: int) -> None:
    """A restart plans anew: what is done stays done, what is overdue stays due, what is to come is not doubled."""
    session = await made(community)
    first, noon = datetime(2026, 12, 1, 9, 0, tzinfo=ZONE), datetime(2026, 12, 3, 12, 0, tzinfo=ZONE)
    async with Store.transaction():
        await sessions.reminded(await sessions.hold_reminders(community, first), [], first)
    await sessions.remind(community, session, reminders_of(STARTS, noon, RULES), noon)

    assert await pending(community, STARTS) == [Notice.ONE_DAY, Notice.MORNING, Notice.START]


async def test_move_and_cancel_take_the_reminders_along(community: int) -> None:
    """改期 reminds anew of the new time, 停会 of nothing."""
    session = await made(community)
    meeting = (await sessions.meetings(community, MADE))[0]
    to = STARTS + timedelta(days=1)
    await sessions.move(meeting, to, "停电")
    await sessions.forget_reminders(session)
    await sessions.remind(community, session, reminders_of(to, MADE, RULES), MADE)

    assert await pending(community, STARTS + timedelta(hours=1)) == [Notice.THREE_DAYS, Notice.ONE_DAY]
    await sessions.cancel(session, "台风")
    assert await pending(community, to) == []


REMIND = """
import asyncio, sys
from datetime import datetime
from bot.house import make_house
from bot.texts import Texts
from handlers.run import Run
from models import schema
from scheduler import jobs

async def main(url, now):
    async with schema.opened(url):
        run = Run(make_house(Texts.load(), None, b"k" * 32, operator="o", contact="c"), lambda: now)
        await run.house.store.people.communities()
        print("ready", flush=True)
        sys.stdin.readline()
        await jobs.plan(run)
        for _ in range(5):
            await jobs.tick(run)

asyncio.run(main(sys.argv[1], datetime.fromisoformat(sys.argv[2])))
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_two_processes_remind_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two processes plan and look at the same due reminder at once, without a fault: the group hears it once."""
    cluster: Cluster | None = request.getfixturevalue("postgres") if kind == "postgres" else None
    url = cluster.fresh() if cluster else f"sqlite://{tmp_path}/a.db"
    async with schema.opened(url):
        await schema.create_tables()
        await made(await enter_community())
    now = datetime(2026, 12, 1, 9, 0, tzinfo=ZONE).isoformat()
    both = [await _process(url, now) for _ in range(2)]
    for process in both:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
    ended = await asyncio.gather(*[process.communicate(b"go\n") for process in both])

    assert [(process.returncode, err) for process, (_, err) in zip(both, ended, strict=True)] == [(0, b""), (0, b"")]
    async with schema.opened(url):
        days = [meeting.planned.isoformat() for meeting in await sessions.meetings(1, MADE)]
        waiting = await Store.mail.waiting(["web"], [], datetime.fromisoformat(now), 10)
    assert days[:4] == ["2026-12-03", "2026-12-04", "2026-12-10", "2026-12-14"]
    assert [letter.out.text.split("\n")[0] for letter in waiting] == ["📅 12月4日（周五）19:30 说事会"]


async def _process(url: str, now: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", REMIND, url, now, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=ROOT
    )
