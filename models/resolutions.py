"""Resolutions, the tasks that follow from them, and what people have against them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models import sql
from models.tables.deliberations import Objection, Resolution, Task
from models.tasks import Doer, NewTask


@dataclass(frozen=True, slots=True)
class Work:
    """A work item: who does what until and with which day."""

    number: int
    text: str
    doer: str
    last_day: date
    new: NewTask


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was decided on a topic. `basis`: the number of the vote it rests on."""

    text: str
    basis: int | None
    published_at: datetime | None
    objections_until: datetime | None
    works: tuple[Work, ...]


async def resolve(community: int, topic: int, text: str, basis: int | None, now: datetime) -> None:
    """Write a resolution; the first text stays, its tasks are added (`models/tasks.py`). One statement."""
    await sql.rows(
        """INSERT INTO resolution (community_id, topic_id, text, basis, decided_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (topic_id) DO UPDATE SET basis = COALESCE(excluded.basis, resolution.basis)""",
        *(community, topic, text[:500], basis, now),
    )


async def of(topic: int) -> Resolved | None:
    """The resolution of a topic with its tasks. Two statements."""
    found = await Resolution.get_or_none(topic_id=topic)
    if found is None:
        return None
    return Resolved(found.text, found.basis, found.published_at, found.objections_until, await _works(topic))


async def _works(topic: int) -> tuple[Work, ...]:
    tasks = await Task.filter(topic_id=topic).order_by("number")
    return tuple(_work(task) for task in tasks)


def _work(row: Task) -> Work:
    doer = Doer(row.doer, row.doer_who_id, row.doer_role)
    new = NewTask(row.text, doer, row.due_at, row.last_day, row.urgency)
    return Work(row.number, row.text, row.doer, row.last_day, new)


async def publish(topic: int, objections_until: datetime, now: datetime) -> Resolved:
    """A resolution is public, and may be objected to for a while. Two statements."""
    (told,) = await sql.rows(
        "UPDATE resolution SET published_at = ?, objections_until = ? WHERE topic_id = ? RETURNING text, basis",
        *(now, objections_until, topic),
    )
    return Resolved(told["text"], told["basis"], now, objections_until, await _works(topic))


async def amend(topic: int, text: str, reason: str, by: int, until: datetime, now: datetime) -> None:
    """A published resolution says something else; what it said is kept, one may object until then. Two statements."""
    await sql.rows(
        """INSERT INTO amendment (community_id, topic_id, by_id, before, reason, at)
        SELECT community_id, topic_id, ?, text, ?, ? FROM resolution WHERE topic_id = ?""",
        *(by, reason[:255], now, topic),
    )
    await Resolution.filter(topic_id=topic).update(text=text[:500], objections_until=until)


async def object_to(community: int, topic: int, who: int, text: str, now: datetime) -> None:
    """What somebody has against a resolution. One statement."""
    await Objection.create(community_id=community, topic_id=topic, resident_id=who, at=now, text=text[:1000])


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection that waits for its answer."""

    id: int
    who: int | None
    text: str


async def unanswered(topic: int) -> Sequence[Objected]:
    """The objections to a topic's resolution that wait, the oldest first. One statement."""
    found = await Objection.filter(topic_id=topic, answered_at=None).order_by("id")
    return [Objected(row.id, row.resident_id, row.text) for row in found]


async def answer(objection: int, text: str, now: datetime) -> bool:
    """Answer an objection; False where another did first. One statement."""
    return bool(await Objection.filter(id=objection, answered_at=None).update(answer=text[:1000], answered_at=now))
