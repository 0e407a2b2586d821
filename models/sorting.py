"""梳理: concerns brought together into topics and apart again, each act in the merge log, each to be undone.

Supporters are linked to what they seconded and never moved: a topic counts those of its concerns and of the topics
that went into it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q

from domain.terms import ConcernState, SortAct, TopicState
from models import sql
from models.tables.concerns import Concern, Topic
from models.tables.topics import Sorting

Move = tuple[int, int | None, int | None]
"""A concern's row, the topic it left, the topic it joined."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """One act of the merge log."""

    id: int
    act: SortAct
    topic: int | None
    moves: tuple[Move, ...]
    folded: tuple[tuple[int, int | None], ...]
    at: datetime


async def concerns(community: int, numbers: Collection[int]) -> list[Concern]:
    """The concerns of these numbers that stand, in the order of their numbers."""
    found = Concern.filter(community_id=community, number__in=list(numbers)).exclude(state=ConcernState.WITHDRAWN)
    return list(await found.order_by("number"))


async def waiting(community: int, limit: int) -> list[Concern]:
    """The concerns that stand in no topic, the urgent and then the oldest first. One statement."""
    found = Concern.filter(community_id=community, topic_id=None, state=ConcernState.OPEN)
    return list(await found.order_by("-urgent", "said_at", "id").limit(limit))


async def of_topic(topic: int) -> list[Concern]:
    """The concerns of a topic, in the order of their numbers."""
    return list(await Concern.filter(topic_id=topic).order_by("number"))


async def move(concerns: Sequence[Concern], to: int | None) -> bool:
    """Link concerns to a topic, or to none; False where one was moved by somebody else in between."""
    moved = 0
    for source in {concern.topic_id for concern in concerns}:
        ids = [concern.id for concern in concerns if concern.topic_id == source]
        moved += await Concern.filter(id__in=ids, topic_id=source).update(topic_id=to, state=ConcernState.OPEN)
    return moved == len(concerns)


async def fold(topics: Sequence[int], into: int) -> list[tuple[int, int | None]]:
    """Topics go into another, with those that went into them before. Returns each with where it stood. At most two
    statements.
    """
    if not topics:
        return []
    found = await Topic.filter(Q(id__in=list(topics)) | Q(into_id__in=list(topics))).exclude(id=into)
    await Topic.filter(id__in=[row.id for row in found]).update(into_id=into)
    return [(row.id, row.into_id) for row in found]


async def settle(topics: Collection[int | None]) -> None:
    """A topic without concerns is dissolved, one that has some again is open. One statement."""
    ids = [topic for topic in topics if topic is not None]
    if not ids:
        return
    marks = ", ".join("?" for _ in ids)
    await sql.rows(
        f"""UPDATE topic SET state = CASE WHEN EXISTS (SELECT 1 FROM concern WHERE topic_id = topic.id) THEN ? ELSE ?
        END WHERE id IN ({marks}) AND state <> ?""",
        TopicState.OPEN.value,
        TopicState.DISSOLVED.value,
        *ids,
        TopicState.PUBLISHED.value,
    )


async def note(community: int, act: SortAct, by: int, done: Sorted, reason: str = "") -> None:
    """Write an act into the merge log. One statement."""
    await Sorting.create(
        community_id=community,
        act=act,
        topic_id=done.topic,
        by_id=by,
        moves=[list(move) for move in done.moves],
        folded=[list(pair) for pair in done.folded],
        reason=reason[:255],
        at=done.at,
    )


async def last(community: int, by: int) -> Sorted | None:
    """The newest act of a person that was not undone."""
    found = await Sorting.filter(community_id=community, by_id=by, undone_at=None).order_by("-id").first()
    return _sorted(found) if found else None


def _sorted(row: Sorting) -> Sorted:
    moves = tuple((int(c or 0), source, to) for c, source, to in row.moves)
    folded = tuple((int(t or 0), before) for t, before in row.folded)
    return Sorted(row.id, row.act, row.topic_id, moves, folded, row.at)


async def undo(done: Sorted, now: datetime) -> list[Concern] | None:
    """Put back what an act moved; None where something was moved on since. Returns the concerns."""
    if not await Sorting.filter(id=done.id, undone_at=None).update(undone_at=now):
        return None
    for source, to in {(source, to) for _, source, to in done.moves}:
        ids = [concern for concern, left, joined in done.moves if (left, joined) == (source, to)]
        back = Concern.filter(id__in=ids, topic_id=to)
        if await back.update(topic_id=source, state=ConcernState.OPEN, reason="") != len(ids):
            return None
    for topic, before in done.folded:
        await Topic.filter(id=topic).update(into_id=before)
    await settle({topic for _, source, to in done.moves for topic in (source, to)})
    return list(await Concern.filter(id__in=[concern for concern, _, _ in done.moves]).order_by("number"))


async def send_back(concern: Concern, reason: str) -> bool:
    """退回: a concern becomes no topic, for a reason. False where somebody sorted it in between."""
    found = Concern.filter(id=concern.id, state=ConcernState.OPEN, topic_id=None)
    return bool(await found.update(state=ConcernState.RETURNED, reason=reason[:255]))


async def log_of(topic: int, limit: int) -> list[tuple[SortAct, datetime, int, bool]]:
    """What was sorted into or out of a topic: act, when, how many concerns, whether it was undone."""
    found = await Sorting.filter(topic_id=topic).order_by("-id").limit(limit)
    return [(row.act, row.at, len(row.moves), row.undone_at is not None) for row in found]
