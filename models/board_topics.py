"""What the board shows of topics: where they stand, their story, months in figures. Bounded reads, frozen facts.

A topic is public while one of its concerns is: a title may tell what only moderators may read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from domain.terms import (
    ConcernCategory,
    Grade,
    InvitationState,
    MatterKind,
    OrgLevel,
    SortAct,
    Step,
    TaskAct,
    TaskEnd,
    TopicState,
)
from models import sql
from models.board import ConcernFacts, concern_of, concern_row
from models.sql import day as day_of
from models.sql import known_moment, moment
from models.tables.concerns import Concern

PUBLIC = "c.state = 'open' AND c.held = ? AND c.visibility IN ('open', 'anonymous')"
STORY = 200


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic. `due` and `doer`: of its work that should be done first; `session`: where it is talked over.

    `first`: when the first of its concerns was said.
    """

    id: int
    number: int
    title: str
    category: ConcernCategory | None
    kind: MatterKind
    step: Step
    state: TopicState
    urgent: bool
    session: datetime | None
    made_at: datetime
    since: datetime
    concerns: int
    supporters: int
    due: date | None
    doer: str
    first: datetime


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step that was reached: when, by the council or somebody, or passed over for a reason."""

    step: Step
    at: datetime
    council: bool
    skipped: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SortingFacts:
    """An act of sorting, and of how many concerns."""

    act: SortAct
    count: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """任务 of a topic: what, who, by when (that day included), done when; how it ended, and at which level it lies."""

    number: int
    text: str
    doer: str
    last_day: date
    done_at: datetime | None
    ended_as: TaskEnd | None
    level: OrgLevel


@dataclass(frozen=True, slots=True)
class TaskActFacts:
    """What happened to a task: reported done, late, up to a level, answered there, opened again. `words` as written."""

    task: int
    act: TaskAct
    words: str
    level: OrgLevel
    at: datetime


@dataclass(frozen=True, slots=True)
class ResolutionFacts:
    """决议: published only. `basis` is the number of the vote it rests on."""

    text: str
    basis: int | None
    at: datetime
    objections_until: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """A topic with all that led to it and came of it.

    `invited`: how many 说事员 were asked, and how many said yes; `objections`: how many, and how many were answered.
    `acts`: what happened to its tasks; `ratings`: how often each grade was given.
    """

    topic: TopicFacts
    concerns: tuple[ConcernFacts, ...]
    steps: tuple[StepFacts, ...]
    sortings: tuple[SortingFacts, ...]
    tasks: tuple[TaskFacts, ...]
    resolution: ResolutionFacts | None
    invited: tuple[int, int] = (0, 0)
    objections: tuple[int, int] = (0, 0)
    acts: tuple[TaskActFacts, ...] = ()
    ratings: Mapping[Grade, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which topics are asked for; `numbers` None: any. `oldest`: those first."""

    category: ConcernCategory | None = None
    kind: MatterKind | None = None
    state: TopicState | None = None
    numbers: Sequence[int] | None = None
    before: int | None = None
    oldest: bool = False


_TOPIC = f"""SELECT t.id, t.number, t.title, t.category, t.kind, t.step, t.state, t.urgent, t.made_at, s.starts_at,
  (SELECT MAX(p.at) FROM topic_step p WHERE p.topic_id = t.id) AS since,
  (SELECT COUNT(*) FROM concern c WHERE c.topic_id = t.id AND {PUBLIC}) AS concerns,
  (SELECT MIN(c.said_at) FROM concern c WHERE c.topic_id = t.id AND {PUBLIC}) AS first,
  (SELECT COUNT(*) FROM (SELECT x.resident_id FROM second x WHERE x.topic_id = t.id UNION
    SELECT x.resident_id FROM concern c JOIN second x ON x.concern_id = c.id WHERE c.topic_id = t.id) y) AS supporters,
  (SELECT MIN(k.last_day) FROM task k WHERE k.topic_id = t.id AND k.done_at IS NULL) AS due,
  (SELECT k.doer FROM task k WHERE k.topic_id = t.id AND k.done_at IS NULL ORDER BY k.last_day, k.id LIMIT 1) AS doer
  FROM topic t LEFT JOIN session s ON s.id = t.session_id"""
_ONES = f"""SELECT t.id, t.number FROM topic t WHERE t.community_id = ? AND t.state = ?
  AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})"""


async def topics(community: int, asked: Filter, limit: int) -> list[TopicFacts]:
    """Public topics, the newest first (`oldest`: those first). One statement, by indexes however many there are."""
    where, values = [], list[object]()
    for name, value in (("category", asked.category), ("kind", asked.kind)):
        if value is not None:
            where.append(f"AND t.{name} = ?")
            values.append(value.value)
    if asked.before is not None:
        where.append("AND t.number < ?")
        values.append(asked.before)
    if asked.numbers is None:
        where.append("AND t.private = ?")  # by the index past those that the statement would throw out
        values.append(False)
    elif not asked.numbers:
        return []
    else:
        where.append(f"AND t.number IN ({', '.join('?' for _ in asked.numbers)})")
        values += asked.numbers
    order = "number" if asked.oldest else "number DESC"
    states = [asked.state] if asked.state else [TopicState.OPEN, TopicState.PUBLISHED]
    one = f"SELECT * FROM ({_ONES} {' '.join(where)} ORDER BY t.{order} LIMIT ?) s"
    ones = " UNION ALL ".join(one for _ in states)
    statement = f"""{_TOPIC} WHERE t.id IN (SELECT id FROM ({ones} ORDER BY {order} LIMIT ?) u)
      ORDER BY t.{order}"""
    found = [value for state in states for value in (community, state.value, False, *values, limit)]
    return [_topic(row) for row in await sql.rows(statement, False, False, *found, limit)]


async def of_concerns(concerns: Collection[int]) -> list[int]:
    """The numbers of the topics that these concerns (by id) belong to, in the order of the concerns."""
    found = await Concern.filter(id__in=list(concerns), topic_id__not_isnull=True).values("id", "topic__number")
    numbers = {row["id"]: row["topic__number"] for row in found}
    return list(dict.fromkeys(numbers[id] for id in concerns if id in numbers))


async def story(community: int, number: int) -> Story | None:
    """A public topic with its story; None for one that isn't public and for one that isn't there. Eight statements."""
    found = await topics(community, Filter(numbers=[number]), 1)
    if not found:
        return None
    topic = found[0]
    concerns = await sql.rows(
        f"SELECT c.* FROM concern c WHERE c.topic_id = ? AND {PUBLIC} ORDER BY c.said_at LIMIT {STORY}", topic.id, False
    )
    steps = await sql.rows("SELECT * FROM topic_step WHERE topic_id = ? ORDER BY step", topic.id)
    sortings = await sql.rows(
        f"SELECT * FROM sorting WHERE topic_id = ? AND undone_at IS NULL ORDER BY at LIMIT {STORY}", topic.id
    )
    tasks = await sql.rows(f"SELECT * FROM task WHERE topic_id = ? ORDER BY number LIMIT {STORY}", topic.id)
    resolution = await sql.rows("SELECT * FROM resolution WHERE topic_id = ? AND published_at IS NOT NULL", topic.id)
    return Story(
        topic,
        tuple(concern_of(concern_row(row)) for row in concerns),
        tuple(_step(row) for row in steps),
        tuple(_sorting(row) for row in sortings),
        tuple(_task(row) for row in tasks),
        _resolution(resolution[0]) if resolution else None,
        acts=await _acts(topic.id),
        **await _answers(topic.id),
    )


TOLD = (TaskAct.REPORT, TaskAct.LATE, TaskAct.UP, TaskAct.DOWN, TaskAct.REOPEN)
"""What of a task's record everybody may read."""


async def _acts(topic: int) -> tuple[TaskActFacts, ...]:
    found = await sql.rows(
        f"""SELECT k.number, n.act, n.words, n.level, n.at FROM task_note n JOIN task k ON k.id = n.task_id
        WHERE k.topic_id = ? AND n.act IN ({", ".join("?" for _ in TOLD)}) ORDER BY n.at LIMIT {STORY}""",
        *(topic, *(act.value for act in TOLD)),
    )
    return tuple(
        TaskActFacts(int(r["number"]), TaskAct(r["act"]), r["words"], OrgLevel(r["level"]), known_moment(r["at"]))
        for r in found
    )


async def _answers(topic: int) -> dict[str, Any]:
    """What invited people, objections and ratings came to, in numbers. One statement."""
    grades = ", ".join(
        f"(SELECT COUNT(*) FROM rating r WHERE r.topic_id = ? AND r.grade = '{one.value}') AS {one.value}"
        for one in Grade
    )
    (row,) = await sql.rows(
        f"""SELECT (SELECT COUNT(*) FROM invitation i WHERE i.topic_id = ?) AS asked,
        (SELECT COUNT(*) FROM invitation i WHERE i.topic_id = ? AND i.state = ?) AS yes,
        (SELECT COUNT(*) FROM objection o WHERE o.topic_id = ?) AS objected,
        (SELECT COUNT(*) FROM objection o WHERE o.topic_id = ? AND o.answered_at IS NOT NULL) AS answered, {grades}""",
        *(topic, topic, InvitationState.YES.value, topic, topic, *(topic for _ in Grade)),
    )
    return {
        "invited": (int(row["asked"]), int(row["yes"])),
        "objections": (int(row["objected"]), int(row["answered"])),
        "ratings": {one: int(row[one.value]) for one in Grade if row[one.value]},
    }


async def topic_of(community: int, concern: int) -> TopicFacts | None:
    """The public topic that a concern (by number) belongs to."""
    found = await Concern.filter(community_id=community, number=concern).values("topic__number")
    number = found[0]["topic__number"] if found else None
    listed = await topics(community, Filter(numbers=[number]), 1) if number is not None else []
    return listed[0] if listed else None


async def agenda(session: int) -> list[tuple[int, str, int]]:
    """What a session talks over, in its order: number, title and minutes of each public topic."""
    found = await sql.rows(
        f"""SELECT t.number, t.title, a.minutes FROM agenda_item a JOIN topic t ON t.id = a.topic_id
        WHERE a.session_id = ? AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})
        ORDER BY a.place LIMIT {STORY}""",
        session,
        False,
    )
    return [(int(row["number"]), str(row["title"]), int(row["minutes"])) for row in found]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in figures: public concerns that came in, topics whose result was published."""

    received: int
    published: int


async def months(community: int, bounds: Sequence[datetime]) -> list[Month]:
    """The months between these moments, one after the other. One statement."""
    pairs = list(pairwise(bounds))
    counts = ", ".join(
        f"""(SELECT COUNT(*) FROM concern c
          WHERE c.community_id = ? AND {PUBLIC} AND c.said_at >= ? AND c.said_at < ?) AS r{i},
        (SELECT COUNT(*) FROM topic t WHERE t.community_id = ? AND t.ended_at >= ? AND t.ended_at < ?) AS p{i}"""
        for i, _ in enumerate(pairs)
    )
    values = [value for start, end in pairs for value in (community, False, start, end, community, start, end)]
    row = (await sql.rows(f"SELECT {counts}", *values))[0]
    return [Month(int(row[f"r{i}"]), int(row[f"p{i}"])) for i, _ in enumerate(pairs)]


async def under_way(community: int, today: date) -> tuple[int, int]:
    """How many public topics are open, and how many have work overdue. One statement."""
    (row,) = await sql.rows(
        f"""SELECT (SELECT COUNT(*) FROM topic t WHERE t.community_id = ? AND t.state = ?
          AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})) AS topics,
        (SELECT COUNT(DISTINCT k.topic_id) FROM task k
          WHERE k.community_id = ? AND k.done_at IS NULL AND k.last_day < ?
          AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = k.topic_id AND {PUBLIC})) AS late""",
        *(community, TopicState.OPEN.value, False, community, today, False),
    )
    return int(row["topics"]), int(row["late"])


def _topic(row: Mapping[str, Any]) -> TopicFacts:
    made = moment(row["made_at"])
    assert made is not None
    return TopicFacts(
        row["id"],
        row["number"],
        row["title"],
        row["category"] and ConcernCategory(row["category"]),
        MatterKind(row["kind"]),
        Step(row["step"]),
        TopicState(row["state"]),
        bool(row["urgent"]),
        moment(row["starts_at"]),
        made,
        moment(row["since"]) or made,
        int(row["concerns"]),
        int(row["supporters"]),
        day_of(row["due"]),
        row["doer"] or "",
        moment(row["first"]) or made,
    )


def _step(row: Mapping[str, Any]) -> StepFacts:
    return StepFacts(
        Step(row["step"]), known_moment(row["at"]), bool(row["council"]), bool(row["skipped"]), row["reason"]
    )


def _sorting(row: Mapping[str, Any]) -> SortingFacts:
    moves = Concern._meta.fields_map["evidence"].to_python_value(row["moves"])
    return SortingFacts(SortAct(row["act"]), len(moves), known_moment(row["at"]), row["reason"])


def _task(row: Mapping[str, Any]) -> TaskFacts:
    day = day_of(row["last_day"])
    assert day is not None
    ended = TaskEnd(row["ended_as"]) if row["ended_as"] else None
    level = OrgLevel(row["level"])
    return TaskFacts(row["number"], row["text"], row["doer"], day, moment(row["done_at"]), ended, level)


def _resolution(row: Mapping[str, Any]) -> ResolutionFacts:
    return ResolutionFacts(
        row["text"], row["basis"], known_moment(row["published_at"]), moment(row["objections_until"])
    )
