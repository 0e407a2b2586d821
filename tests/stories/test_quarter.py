"""A quarter: thirty tasks, four up two levels and back, two reopenings, and each kind of matter; on both databases."""

import pytest

from models.tables.mail import Outbox
from models.tables.sessions import Due
from scheduler import jobs
from tests.database import memory
from tests.stories import quarter, quarter_matters
from tests.stories.talk import Talk

LI, ZHAO = "物业 李工", "网格员 赵姐"
ENDS = {27: "cannot", 28: "referred", 29: "duplicate"}
"""How the tasks ended that were not simply done."""


def expected_tasks() -> list[tuple]:
    """What each task must have come to: doer, who took it first, state, level, end, returns, reopenings."""
    done = [(n, LI, LI, "ended", "BRANCH", ENDS.get(n, "done"), 0, int(n in (25, 26))) for n in range(1, 30)]
    return [*done, (30, ZHAO, LI, "taken", "BRANCH", None, 1, 0)]


def expected_ratings() -> list[tuple]:
    """Who asked said so: the first, the second; twice reopened first; what was no work was not rated."""
    rows: list[tuple] = []
    for n in range(1, 28):
        again = int(n in (25, 26))
        if again:
            rows.append((n, 0, "dissatisfied"))
        first = "mostly" if n == 27 else "satisfied"
        rows += [(n, again, first), (n, again, "mostly")]
    return rows


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request, texts, understanding):
    """The same community on both databases."""
    url = "sqlite://:memory:" if request.param == "sqlite" else request.getfixturevalue("postgres").fresh()
    async with memory(url):
        await quarter.community_made()
        talk = Talk(texts, understanding)
        await quarter.settled(talk)
        yield talk


async def test_quarter_ends_as_it_should(town):
    """The final state, row by row; what is due afterwards; what each month says of itself."""
    await lived(town)

    await ends_as_it_should(town)


async def lived(town: Talk) -> None:
    """The quarter, from the first word to the last morning."""
    for step in quarter.quarter():
        await quarter.done(town, step)
        await town.delivery.drain()
    await town.sends()


async def ends_as_it_should(town: Talk) -> None:
    """Whatever carried the words: the same rows."""
    tasks, acts, ratings = await quarter.state()
    assert tasks == expected_tasks()
    assert ratings == expected_ratings()
    assert await quarter_matters.state(town) == quarter_matters.EXPECTED
    assert acts == {
        "take": 30 + 2 + 1,
        "progress": 16,
        "report": 29 + 2,
        "late": 4 + 2 + 1,
        "up": 4 * 2,
        "down": 4,
        "reopen": 2,
        "hand_back": 1,
        "reassign": 1,
        "extend": 1,
    }
    assert await Outbox.filter(due_at__lte=town.clock()).count() == 0
    assert await Outbox.exclude(failed_at=None).count() == 0
    assert await Due.filter(kind="task", done_at=None).count() == open_questions()
    every = {kind for kinds, _ in jobs.JOBS for kind in kinds}
    assert {row.kind for row in await Due.all()} <= every  # what falls due is somebody's
    told = (await town.says("居民1", "月报 10"))[0].text.split("\n")
    assert told[2:] == [
        "响应率：12件里12件按时接了（100.0%）",
        "解决率：12件里12件办成（100.0%）",
        "满意率：20次评价里20次满意（100.0%）",
    ]


def open_questions() -> int:
    """After the quarter: when the last task goes up, and the four-week question of what was done in its last weeks."""
    days = (quarter.LAST - quarter.FIRST) / quarter.DAY
    return 1 + len([n for n in range(1, 28) if done_on(n) > days - 28])


def done_on(n: int) -> float:
    """On which day of the quarter a matter was reported done."""
    begins = 2 * (n - 1)
    if n <= 16:
        return begins + 4
    if n <= 20:
        return begins + 8.5
    if n <= 24:
        return begins + (22 if n % 2 else 8)
    return begins + (6 if n <= 26 else 3)
