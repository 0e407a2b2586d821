"""梳理: concerns brought together into topics and apart again, each act in the merge log, each to be undone.

Supporters are linked to what they seconded and never moved: a topic counts those of its concerns and of the topics
that went into it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q

from domain.terms import ConcernState, SortAct, TopicState
from models import private_topics, sql
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


async def concerns(community: int, numbers: Collection[int], topics: Collection[int] = ()) -> list[Concern]:
    """The concerns of these numbers that stand, and all of these topics, in the order of their numbers."""
    meant = Q(number__in=list(numbers)) & ~Q(state=ConcernState.WITHDRAWN) | Q(topic_id__in=list(topics))
    return list(await Concern.filter(meant, community_id=community).order_by("number"))


async def waiting(community: int, limit: int) -> list[Concern]:
    """The concerns that stand in no topic, the urgent and then the oldest first; their words alone. One statement."""
    found = Concern.filter(community_id=community, topic_id=None, state=ConcernState.OPEN)
    return list(await found.only("id", "number", "text", "shown", "sketch", "said_at").order_by(*_FIRST).limit(limit))


_FIRST = ("-urgent", "said_at", "id")


async def move(concerns: Sequence[Concern], to: int | None) -> bool:
    """Link concerns to a topic, or to none; False where one was moved by somebody else in between. One statement."""
    moves = [(concern.id, concern.topic_id, to) for concern in concerns]
    return await _moved(moves) == len(moves)


async def _moved(moves: Sequence[Move]) -> int:
    """Take each concern from where it must still stand to another topic. Returns how many were moved. One statement."""
    targets = _grouped((concern, to) for concern, _, to in moves)
    case, values = _case(targets)
    wheres, standing = [], list[object]()
    for source, ids in _grouped((concern, source) for concern, source, _ in moves).items():
        wheres.append(f"id IN ({_marks(ids)}) AND topic_id {'IS NULL' if source is None else '= ?'}")
        standing += [*ids, *([] if source is None else [source])]
    found = await sql.rows(
        f"""UPDATE concern SET topic_id = {case}, state = ?, reason = ''
        WHERE {" OR ".join(wheres)} RETURNING id""",
        *(*values, ConcernState.OPEN.value, *standing),
    )
    return len(found)


def _grouped(pairs: Iterable[tuple[int, int | None]]) -> dict[int | None, list[int]]:
    """Rows by where they belong."""
    found: dict[int | None, list[int]] = {}
    for id, key in pairs:
        found.setdefault(key, []).append(id)
    return found


def _marks(ids: Sequence[int]) -> str:
    return ", ".join("?" for _ in ids)


def _case(targets: Mapping[int | None, Sequence[int]]) -> tuple[str, list[object]]:
    """An expression that gives each row its own value, and the values of its marks."""
    known = {to: ids for to, ids in targets.items() if to is not None}
    if not known:
        return "NULL", []
    whens = " ".join(f"WHEN id IN ({_marks(ids)}) THEN CAST(? AS BIGINT)" for ids in known.values())
    return f"CASE {whens} ELSE NULL END", [value for to, ids in known.items() for value in (*ids, to)]


async def fold(topics: Collection[int], into: int, title: str = "") -> list[tuple[int, int | None]]:
    """Topics go into another, with those that went into them before, and are dissolved; `title` is its new one.
    Returns each with where it stood; what came into the topic may be public. At most two statements.
    """
    meant = Q(id__in=list(topics)) | Q(into_id__in=list(topics))
    found = await Topic.filter(meant).exclude(id=into) if topics else []
    gone = [row.id for row in found]
    if gone or title:
        await sql.rows(
            f"""UPDATE topic SET private = ?, title = CASE WHEN id = ? AND ? <> '' THEN ? ELSE title END,
            into_id = CASE WHEN id = ? THEN into_id ELSE ? END, state = CASE WHEN id = ? THEN state ELSE ? END
            WHERE id IN ({_marks([*gone, into])})""",
            *(False, into, title, title[:200], into, into, into, TopicState.DISSOLVED.value, *gone, into),
        )
    else:
        await private_topics.unmark(into)
    return [(row.id, row.into_id) for row in found]


async def settle(topics: Collection[int | None]) -> None:
    """A topic without concerns is dissolved, one that has some again is open. One statement."""
    ids = [topic for topic in topics if topic is not None]
    if not ids:
        return
    marks = ", ".join("?" for _ in ids)
    await sql.rows(
        f"""UPDATE topic SET private = ?,
        state = CASE WHEN EXISTS (SELECT 1 FROM concern WHERE topic_id = topic.id) THEN ? ELSE ? END
        WHERE id IN ({marks}) AND state <> ?""",
        False,
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
    if await _moved([(concern, to, source) for concern, source, to in done.moves]) != len(done.moves):
        return None
    if done.folded:
        case, values = _case(_grouped(done.folded))
        ids = [topic for topic, _ in done.folded]
        await sql.rows(f"UPDATE topic SET into_id = {case} WHERE id IN ({_marks(ids)})", *values, *ids)
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
