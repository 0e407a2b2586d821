"""任务: handed out, taken, reported done, sent up and down; each change has its line in the task's record.

A change names the task as it was read; where another changed it since, `Moved` is raised, and the event is taken again.
When something about a task falls due stands in its one row of `due`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise.expressions import F, Q, RawSQL

from domain.escalation import Stands, Told
from domain.rates import ANSWER_WITHIN
from domain.ratings import UNRATED
from domain.terms import (
    ConcernCategory,
    Numbered,
    OrgLevel,
    Role,
    TaskAct,
    TaskEnd,
    TaskState,
    TopicState,
    Urgency,
)
from domain.work import ANSWERS, MODERATORS, Hands
from models import people, sql
from models.tables.concerns import Photo
from models.tables.deliberations import Task
from models.tables.tasks import TaskNote

DUE = "task"
"""The kind of the row in `due` at which a task is looked at; its subject is the task."""
MOST_PHOTOS = 10
REASON, WORDS = 255, 1000


class Moved(Exception):
    """Another changed the task in the meantime."""


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does it: how they are named, and who that is, where known."""

    name: str
    who: int | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that is handed out: `due_at` is when it is late, `last_day` the last day on which it isn't."""

    text: str
    doer: Doer
    due_at: datetime
    last_day: date
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task as it stands, with its topic. Fields as in the table."""

    id: int
    community: int
    number: int
    topic: int
    topic_number: int
    title: str
    topic_open: bool
    category: ConcernCategory | None
    text: str
    doer: Doer
    first: str
    urgency: Urgency
    state: TaskState
    level: OrgLevel
    due_at: datetime
    since: datetime
    answer_by: datetime | None
    told: Told
    returned: int
    reopened: int
    undecided: bool
    reason: str
    made_at: datetime
    answered_at: datetime | None
    done_at: datetime | None
    claim: TaskEnd | None
    ended_as: TaskEnd | None
    rev: int

    @property
    def stands(self) -> Stands:
        """What the rule of the ladder needs to know."""
        due = self.answer_by or self.due_at
        done = self.done_at if self.claim is not None and self.claim not in UNRATED else None
        return Stands(self.state, self.level, self.since, due, self.told, done, self.returned)

    @property
    def hands(self) -> Hands:
        """In whose hands it is."""
        return Hands(self.doer.who, self.doer.role, self.level)

    @property
    def up(self) -> bool:
        """Whether it lies above the branch."""
        return self.level is not OrgLevel.BRANCH


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """Of a topic's work what presses most; `more`: how many tasks it has beside."""

    number: int
    doer: Doer
    state: TaskState
    level: OrgLevel
    due_at: datetime
    answer_by: datetime | None
    claim: TaskEnd | None
    ended_as: TaskEnd | None
    more: int


WORK = """k.number AS k_number, k.doer AS k_doer, k.state AS k_state, k.level AS k_level, k.due_at AS k_due_at,
    k.answer_by AS k_answer_by, k.claim AS k_claim, k.ended_as AS k_ended_as,
    (SELECT COUNT(*) FROM task o WHERE o.topic_id = k.topic_id) AS k_count"""
"""The columns that `work_of` reads, of a task `k`."""
PRESSING = "SELECT id FROM task WHERE topic_id = t.id ORDER BY (done_at IS NOT NULL), due_at, number LIMIT 1"
"""Of the tasks of a topic `t` the one that presses most: not done yet, due first."""


async def pressing(topics: Collection[int]) -> dict[int, WorkFacts]:
    """The work of each of these topics that presses most. At most one statement."""
    if not topics:
        return {}
    marks = ", ".join("?" for _ in topics)
    found = await sql.rows(
        f"SELECT t.id AS topic_id, {WORK} FROM topic t JOIN task k ON k.id = ({PRESSING}) WHERE t.id IN ({marks})",
        *topics,
    )
    return {int(row["topic_id"]): work for row in found if (work := work_of(row)) is not None}


def work_of(row: Mapping[str, Any]) -> WorkFacts | None:
    """The work in a row of `WORK`, if there is any."""
    if row["k_number"] is None:
        return None
    moment = Task._meta.fields_map["due_at"].to_python_value
    return WorkFacts(
        int(row["k_number"]),
        Doer(row["k_doer"]),
        TaskState(row["k_state"]),
        OrgLevel(row["k_level"]),
        moment(row["k_due_at"]),
        moment(row["k_answer_by"]),
        TaskEnd(row["k_claim"]) if row["k_claim"] else None,
        TaskEnd(row["k_ended_as"]) if row["k_ended_as"] else None,
        int(row["k_count"]) - 1,
    )


@dataclass(frozen=True, slots=True)
class Note:
    """A line of a task's record: what was done, by whom (None: by itself), in which words."""

    act: TaskAct
    by: int | None
    words: str = ""
    level: OrgLevel = OrgLevel.BRANCH


async def give(community: int, topic: int, new: NewTask, again: datetime, now: datetime) -> int:
    """Hand out a task, and look at it `again` then; returns its number. Three statements."""
    number = await people.next_number(community, Numbered.TASK)
    row = Task(community_id=community, topic_id=topic, number=number, made_at=now, since=now)
    row.text, row.doer, row.doer_who_id, row.doer_role = new.text[:500], new.doer.name[:64], new.doer.who, new.doer.role
    row.due_at, row.last_day, row.urgency = new.due_at, new.last_day, new.urgency
    row.answer_due = now + ANSWER_WITHIN[new.urgency]
    await row.save(force_create=True)
    await look_again(community, {row.id: again}, now)
    return number


async def numbered(community: int, number: int) -> TaskFacts | None:
    """One task by its number. One statement."""
    found = await Task.get_or_none(community_id=community, number=number).select_related("topic")
    return facts(found) if found else None


async def of_topic(topic: int, limit: int) -> list[TaskFacts]:
    """The tasks of a topic, in their order. One statement."""
    found = await Task.filter(topic_id=topic).order_by("number").limit(limit).select_related("topic")
    return [facts(row) for row in found]


def facts(row: Task) -> TaskFacts:
    """A row, read together with its topic, as values."""
    topic = row.topic
    return TaskFacts(
        id=row.id,
        community=row.community_id,
        number=row.number,
        topic=row.topic_id,
        topic_number=topic.number,
        title=topic.title,
        topic_open=topic.state is TopicState.OPEN,
        category=topic.category,
        text=row.text,
        doer=Doer(row.doer, row.doer_who_id, row.doer_role),
        first=row.first_doer,
        level=OrgLevel(row.level),
        told=Told(row.told),
        undecided=bool(row.undecided),
        **{name: getattr(row, name) for name in _SAME},
    )


_SAME = (
    *("urgency", "state", "due_at", "since", "answer_by", "returned", "reopened", "reason", "made_at"),
    *("answered_at", "done_at", "claim", "ended_as", "rev"),
)
"""What the row and the facts call alike."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a task's record, as everybody may read it."""

    act: TaskAct
    words: str
    level: OrgLevel
    at: datetime


async def record(task: int, limit: int) -> list[Line]:
    """The newest lines of a task's record, the newest first. One statement."""
    found = await TaskNote.filter(task_id=task).order_by("-at", "-id").limit(limit)
    return [Line(row.act, row.words, OrgLevel(row.level), row.at) for row in found]


async def open_ones(community: int, limit: int) -> list[TaskFacts]:
    """The tasks that are not reported done, those due first first. One statement."""
    found = Task.filter(community_id=community, done_at=None).order_by("last_day", "due_at", "number")
    return [facts(row) for row in await found.limit(limit).select_related("topic")]


async def in_hand(community: int, who: int, held: Collection[Role], limit: int) -> list[TaskFacts]:
    """The open tasks that somebody may act on (`domain.work.may_act`): handed back first, then those due first.

    One statement.
    """
    found = Task.filter(community_id=community, done_at=None)
    if not MODERATORS & set(held):
        above = [level for level, role in ANSWERS.items() if role in held]
        own = Q(doer_role__isnull=True, doer_who_id=who) | Q(doer_role__in=list(held)) | Q(level__in=above)
        found = found.filter(own)
    returned = RawSQL(f"CASE WHEN task.state = '{TaskState.RETURNED.value}' THEN 0 ELSE 1 END")
    ordered = found.annotate(first=returned).order_by("first", "last_day", "due_at", "number")
    return [facts(row) for row in await ordered.limit(limit).select_related("topic")]


async def change(task: TaskFacts, note: Note, again: datetime | None, now: datetime, **fields: Any) -> int:
    """Change a task, write its line, and look at it `again` then; returns the line. Three statements.

    Raises Moved where another changed it since it was read.
    """
    if not await Task.filter(id=task.id, rev=task.rev).update(rev=task.rev + 1, **fields):
        raise Moved(str(task.number))
    line = await _write(task.community, task.id, note, now)
    if again is None:
        await sql.rows("UPDATE due SET done_at = ? WHERE kind = ? AND subject = ?", now, DUE, task.id)
    else:
        await look_again(task.community, {task.id: again}, now)
    return line


async def _write(community: int, task: int, note: Note, now: datetime) -> int:
    row = await TaskNote.create(
        community_id=community,
        task_id=task,
        act=note.act,
        by_id=note.by,
        words=note.words[:WORDS],
        level=note.level,
        at=now,
    )
    return int(row.id)


async def note_only(task: TaskFacts, note: Note, now: datetime) -> int:
    """A line of the record that changes nothing. One statement."""
    return await _write(task.community, task.id, note, now)


async def look_again(community: int, moments: Mapping[int, datetime], now: datetime) -> None:
    """When these tasks are looked at next. One statement."""
    if not moments:
        return
    marks = ", ".join("(?, ?, ?, ?, ?)" for _ in moments)
    values = [value for task, due in moments.items() for value in (community, DUE, task, due, now)]
    await sql.rows(
        f"""INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES {marks}
        ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, done_at = NULL""",
        *values,
    )


async def add_photos(community: int, line: int, channel: str, uploads: Sequence[str], now: datetime) -> None:
    """Pictures of a line, to be fetched after the commit. One statement."""
    await Photo.bulk_create(
        Photo(community_id=community, note_id=line, channel=channel, upload=upload, next_at=now)
        for upload in uploads[:MOST_PHOTOS]
    )


async def claim_due(community: int, now: datetime, limit: int) -> list[TaskFacts]:
    """Tasks about which something has fallen due, at most so many; this transaction's alone. Three statements."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE done_at IS NULL AND id IN (SELECT id FROM due WHERE community_id = ?
        AND kind = ? AND done_at IS NULL AND due_at <= ? ORDER BY due_at LIMIT ?) RETURNING subject""",
        *(now, community, DUE, now, limit),
    )
    ids = [int(row["subject"]) for row in found]
    if not ids:
        return []
    marks = ", ".join("?" for _ in ids)
    await sql.rows(f"UPDATE task SET rev = rev + 1 WHERE id IN ({marks})", *ids)
    return [facts(row) for row in await Task.filter(id__in=ids).order_by("number").select_related("topic")]


async def tell(tasks: Collection[int], said: Told) -> None:
    """So much was said of these tasks' deadlines. One statement."""
    if tasks:
        await Task.filter(id__in=list(tasks)).update(told=said)


async def set_undecided(task: int, reason: str, *, undecided: bool) -> None:
    """Whether a moderator has to decide if it is opened again, and what was said for it. One statement."""
    await Task.filter(id=task).update(undecided=undecided, reason=reason[:REASON], rev=F("rev") + 1)


@dataclass(frozen=True, slots=True)
class Climb:
    """A task that goes up by itself: to which level, until when that one answers, and why."""

    task: TaskFacts
    level: OrgLevel
    answer_by: datetime
    reason: str


async def climbed(community: int, climbs: Sequence[Climb], late: Sequence[TaskFacts], now: datetime) -> None:
    """These tasks went up, and of those it stands in the record that they are late. At most three statements."""
    if climbs:
        rows = [
            Task(
                id=one.task.id, level=one.level, answer_by=one.answer_by, told=Told.NOTHING, reason=one.reason[:REASON]
            )
            for one in climbs
        ]
        await Task.bulk_update(rows, fields=["level", "answer_by", "told", "reason"])
    lines = [(one.task.id, TaskAct.UP, one.reason, one.level) for one in climbs]
    lines += [(task.id, TaskAct.LATE, "", task.level) for task in late]
    if lines:
        await TaskNote.bulk_create(
            TaskNote(community_id=community, task_id=task, act=act, words=words, level=level, at=now)
            for task, act, words, level in lines
        )
