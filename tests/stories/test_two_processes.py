"""Two processes on one PostgreSQL take presses of one household at the same time."""

import asyncio
import sys
from pathlib import Path

from domain.terms import Role
from models import people, schema
from models.tables.ballot_log import SealedBallot
from models.tables.mail import Outbox
from models.tables.people import Community, Household
from models.tables.votes import Ballot, Vote
from tests.postgres import Cluster
from tests.stories.talk import GROUP, Talk
from tests.stories.test_ballot_log import audit, keys, published, tally, wrong
from tests.stories.test_vote import LINE, ticks

ROOT = Path(__file__).parents[2]
TIMES = 25


async def _stage(talk: Talk) -> None:
    community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
    await people.counters(community.id)
    await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
    for room in range(101, 113):
        await Household.create(community_id=community.id, building="3", unit="1", room=str(room), area=8950)
    await talk.knows("管理员", Role.MODERATOR)
    for name in ("居民甲", "家人"):
        await talk.knows(name, household="3-1-101")
    await talk.says("管理员", LINE)


async def _press_beside(url: str) -> list[str]:
    """Both at once; returns what went wrong in either process."""
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.stories.presser", url, name, str(first), str(TIMES)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for first, name in enumerate(("居民甲", "家人"))
    ]
    for process in started:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    done = await asyncio.gather(*(process.communicate(b"go\n") for process in started))
    assert [process.returncode for process in started] == [0, 0], done
    return [error.decode() for _, error in done if error]


async def test_presses_of_one_household_in_two_processes_are_one_ballot(postgres: Cluster, texts, understanding):
    """One ballot, one count, revisions without a gap, a toast for each press, and a log that holds."""
    url = postgres.fresh()
    async with schema.opened(url):
        await schema.create_tables()
        talk = Talk(texts, understanding)
        await _stage(talk)
    wrong_there = await _press_beside(url)
    async with schema.opened(url):
        toasts = [str(row.body) for row in await Outbox.filter(manner="toast")]
        revs = sorted([ballot.rev for ballot in await SealedBallot.all()])
        kept, cast = await Ballot.all(), (await Vote.get(number=1)).cast
        await ticks(talk, "12-03 20:00")
        findings = audit(await published(), await keys())

    assert wrong_there == []
    assert len(toasts) == 2 * TIMES
    assert all("计入了" in toast or "改好了" in toast for toast in toasts)
    assert (len(kept), cast) == (1, 1)
    assert len(revs) > TIMES
    assert revs == list(range(len(revs)))
    assert wrong(findings) == []
    assert tally(findings)["taken_part"] == 1
