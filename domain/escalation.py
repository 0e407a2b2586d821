"""分级处置: what is late or beyond one's powers climbs, and comes down again with an answer (DOMAIN.md §3).

    seen = look(Stands(...), now, pace)         # seen.what is due, seen.again: when to look next
    climb(7, OrgLevel.BRANCH)                   # the next level up
    come_down(7, level, answer, means, way)     # back down, never without means

Levels: branch, neighbourhood, subdistrict, the district's joint conference. Whoever took a task first answers for it to
the end (首接责任), wherever it lies.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from domain.errors import Refused
from domain.terms import OrgLevel, TaskState

LADDER = (OrgLevel.BRANCH, OrgLevel.NEIGHBOURHOOD, OrgLevel.SUBDISTRICT, OrgLevel.DISTRICT)
DAY = timedelta(days=1)
AGAIN = timedelta(weeks=4)
OPEN = frozenset({TaskState.GIVEN, TaskState.TAKEN, TaskState.RETURNED})
MOST_RETURNS = 3


class What(StrEnum):
    """What is due about a task now."""

    WAIT = "wait"
    REMIND = "remind"
    LATE = "late"
    CLIMB = "climb"
    ASK_AGAIN = "ask_again"


class Told(IntEnum):
    """What was told of a deadline so far; a new deadline begins with nothing."""

    NOTHING = 0
    REMINDED = 1
    LATE = 2


class Way(StrEnum):
    """How an answer comes down: to those who do it, or level by level."""

    BRANCH = "branch"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Pace:
    """`ahead`: the longest time before a deadline at which it is recalled; `grace`: the longest after it until it
    climbs. A short deadline has both shorter.
    """

    ahead: timedelta = DAY
    grace: timedelta = 2 * DAY


@dataclass(frozen=True, slots=True)
class Stands:
    """A task as the ladder sees it: its deadline (the level's, where it lies above), since when that one holds, and
    when it was reported done.
    """

    state: TaskState
    level: OrgLevel
    since: datetime
    due_at: datetime
    told: Told
    done_at: datetime | None = None
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What is due, and when to look again; None: not before something happens."""

    what: What
    again: datetime | None


def look(task: Stands, now: datetime, pace: Pace) -> Seen:
    """What is due about a task now. Of several things missed only the newest is told."""
    if task.state not in OPEN:
        return _done(task, now)
    if task.level is not OrgLevel.BRANCH:
        return _above(task, now)
    remind, climb = _remind_at(task, pace), climbs_at(task, pace)
    if now >= climb or (task.state is TaskState.RETURNED and returned_too_often(task.returned)):
        return Seen(What.CLIMB, None)
    if now >= task.due_at:
        return Seen(What.LATE if task.told < Told.LATE else What.WAIT, climb)
    if now >= remind:
        return Seen(What.REMIND if task.told < Told.REMINDED else What.WAIT, task.due_at)
    return Seen(What.WAIT, remind)


def next_look(task: Stands, now: datetime, pace: Pace) -> datetime | None:
    """When to look at a task that just changed: at once where something is due already."""
    seen = look(task, now, pace)
    return seen.again if seen.what is What.WAIT else now


def _done(task: Stands, now: datetime) -> Seen:
    """What was done is asked after once more, four weeks later."""
    if task.done_at is None:
        return Seen(What.WAIT, None)
    asks = task.done_at + AGAIN
    return Seen(What.ASK_AGAIN, None) if now >= asks else Seen(What.WAIT, asks)


def _above(task: Stands, now: datetime) -> Seen:
    """A level that gives no answer in time sends it further up; above the district there is nobody."""
    if now < task.due_at:
        return Seen(What.WAIT, task.due_at)
    if task.level is not OrgLevel.DISTRICT:
        return Seen(What.CLIMB, None)
    return Seen(What.LATE if task.told < Told.LATE else What.WAIT, None)


def _remind_at(task: Stands, pace: Pace) -> datetime:
    return task.due_at - min(pace.ahead, (task.due_at - task.since) / 4)


def climbs_at(task: Stands, pace: Pace) -> datetime:
    """When a task that is not done climbs by itself: after the grace, or its own length again where that is shorter."""
    return task.due_at + min(pace.grace, task.due_at - task.since)


def climb(number: int, level: OrgLevel) -> OrgLevel:
    """The level to which a task is sent up. Raises Refused: tasks.at_the_top, with `number`."""
    if level is OrgLevel.DISTRICT:
        raise Refused("tasks.at_the_top", number=number)
    return LADDER[LADDER.index(level) + 1]


def come_down(number: int, level: OrgLevel, answer: str, means: str, way: Way) -> OrgLevel:
    """The level to which an answer from above the branch comes down; with what is given for it (money, people,
    powers), never bare.

    Raises Refused: tasks.down_needs_answer, tasks.down_needs_means; with `number`.
    """
    if not answer.strip():
        raise Refused("tasks.down_needs_answer", number=number)
    if not means.strip():
        raise Refused("tasks.down_needs_means", number=number)
    return OrgLevel.BRANCH if way is Way.BRANCH else LADDER[LADDER.index(level) - 1]


def returned_too_often(returned: int) -> bool:
    """A task that was handed back so many times is not handed around any more: it climbs."""
    return returned >= MOST_RETURNS


def first_responsible(first: str, doer: str) -> str:
    """首接责任: who took it first stays responsible, whoever does it now."""
    return first or doer
