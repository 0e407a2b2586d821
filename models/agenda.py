"""Agendas: which topics a session talks about, in which order, and what became of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.terms import AgendaState, SessionState, Step, TopicState
from models import sql
from models.tables.concerns import Topic
from models.tables.deliberations import AgendaItem
from models.tables.sessions import Session
from models.topics import SessionFacts
from models.ways import Stand


@dataclass(frozen=True, slots=True)
class Item:
    """A topic on an agenda. `report`: the session only hears of it."""

    topic: int
    number: int
    title: str
    place: int
    minutes: int
    report: bool
    state: AgendaState
    step: Step = Step.DECIDE


async def add(community: int, session: int, topic: int, minutes: int, *, report: bool = False) -> None:
    """Put a topic at the end of an agenda; one that stands there stays. One statement."""
    await sql.rows(
        """INSERT INTO agenda_item (community_id, session_id, topic_id, place, minutes, report, state)
        SELECT ?, ?, ?, COALESCE(MAX(place), 0) + 1, ?, ?, ? FROM agenda_item WHERE session_id = ?
        ON CONFLICT (session_id, topic_id) DO NOTHING""",
        *(community, session, topic, minutes, report, AgendaState.WAITING.value, session),
    )


async def remove(session: int, topic: int) -> None:
    """Take a topic from an agenda."""
    await AgendaItem.filter(session_id=session, topic_id=topic).delete()


async def items(session: int) -> list[Item]:
    """The agenda of a session in its order. One statement."""
    found = await AgendaItem.filter(session_id=session).order_by("place", "id").select_related("topic")
    return [
        Item(
            *(i.topic_id, i.topic.number, i.topic.title, i.place, i.minutes),
            bool(i.report),
            i.state,
            Step(i.topic.step),
        )
        for i in found
    ]


async def set_minutes(session: int, topic: int, minutes: int) -> bool:
    """How long a topic has; False where it isn't on this agenda."""
    return bool(await AgendaItem.filter(session_id=session, topic_id=topic).update(minutes=minutes))


async def set_place(session: int, topic: int, place: int) -> bool:
    """Bring a topic to a place of the agenda; False where it isn't on it. At most two statements."""
    found = await AgendaItem.filter(session_id=session).order_by("place", "id")
    moved = [item for item in found if item.topic_id == topic]
    if not moved:
        return False
    rest = [item for item in found if item.topic_id != topic]
    placed = [(item.id, at) for at, item in enumerate([*rest[: place - 1], *moved, *rest[place - 1 :]], 1)]
    whens = " ".join("WHEN ? THEN CAST(? AS INT)" for _ in placed)
    await sql.rows(
        f"UPDATE agenda_item SET place = CASE id {whens} ELSE place END WHERE session_id = ?",
        *(value for pair in placed for value in pair),
        session,
    )
    return True


async def set_state(session: int, topic: int, state: AgendaState) -> None:
    """What becomes of a topic. One statement."""
    await AgendaItem.filter(session_id=session, topic_id=topic).update(state=state)


async def turn_to(session: int, topic: int) -> bool:
    """The topic that is talked about now, which is one only; False where it isn't on this agenda. One statement."""
    now, waits = AgendaState.CURRENT.value, AgendaState.WAITING.value
    turned = await sql.rows(
        """UPDATE agenda_item SET state = CASE WHEN topic_id = ? THEN ? ELSE ? END
        WHERE session_id = ? AND (topic_id = ? OR state = ?) RETURNING topic_id""",
        *(topic, now, waits, session, topic, now),
    )
    return any(row["topic_id"] == topic for row in turned)


async def close(session: int) -> list[int]:
    """What a session did not come to the end of is unfinished, what it had only to hear was told. Returns the rows of
    the unfinished topics. One statement.
    """
    done = await sql.rows(
        """UPDATE agenda_item SET state = CASE WHEN report THEN ? ELSE ? END
        WHERE session_id = ? AND state IN (?, ?) RETURNING topic_id, state""",
        *(AgendaState.REPORTED.value, AgendaState.UNFINISHED.value, session),
        *(AgendaState.WAITING.value, AgendaState.CURRENT.value),
    )
    return [int(row["topic_id"]) for row in done if row["state"] == AgendaState.UNFINISHED.value]


async def current(session: int) -> Item | None:
    """The topic that a session talks about now."""
    return next((item for item in await items(session) if item.state is AgendaState.CURRENT), None)


async def next_session(community: int, now: datetime, day: Sequence[int] = ()) -> Session | None:
    """The nearest session that has not begun; `day` leaves sessions out by their ids."""
    query = Session.filter(community_id=community, starts_at__gt=now, opened_at=None)
    found = query.exclude(state=SessionState.CANCELLED).exclude(id__in=list(day) or [0])
    return await found.order_by("starts_at").first()


async def take_to_next(at: Stand, reason: str, now: datetime) -> tuple[bool, SessionFacts | None]:
    """Work that does not wait: its topic goes onto the nearest session, which hears of it (None: there is none).

    False where somebody else took the step in between. One statement.
    """
    found = await sql.rows(
        """UPDATE topic SET step = ?, reason = ?, urgent = ?, proposed = NULL, left_at = NULL, session_id = (
          SELECT s.id FROM session s WHERE s.community_id = ? AND s.starts_at > ? AND s.opened_at IS NULL
          AND s.state <> ? ORDER BY s.starts_at LIMIT 1)
        WHERE id = ? AND step = ? AND state = ?
        RETURNING session_id, (SELECT s.day FROM session s WHERE s.id = topic.session_id) AS day,
          (SELECT s.starts_at FROM session s WHERE s.id = topic.session_id) AS starts_at,
          (SELECT s.place FROM session s WHERE s.id = topic.session_id) AS place""",
        *(Step.DECIDE.value, reason[:255], True, at.community, now, SessionState.CANCELLED.value),
        *(at.topic, at.step.value, TopicState.OPEN.value),
    )
    if not found or found[0]["session_id"] is None:
        return bool(found), None
    row, fields = found[0], Session._meta.fields_map
    day, starts = (fields[name].to_python_value(row[name]) for name in ("day", "starts_at"))
    return True, SessionFacts(int(row["session_id"]), day, starts, row["place"])


async def shift(topics: Collection[int], source: int, to: int | None) -> None:
    """What a session did not come to goes on another; on none where there is none yet. At most two statements."""
    if not topics:
        return
    await Topic.filter(id__in=list(topics), session_id=source).update(session_id=to)
    if to is None:
        return
    marks = ", ".join("?" for _ in topics)
    await sql.rows(
        f"""INSERT INTO agenda_item (community_id, session_id, topic_id, place, minutes, report, state)
        SELECT community_id, ?, topic_id,
          place + (SELECT COALESCE(MAX(b.place), 0) FROM agenda_item b WHERE b.session_id = ?), minutes, report, ?
        FROM agenda_item WHERE session_id = ? AND topic_id IN ({marks}) ORDER BY place
        ON CONFLICT (session_id, topic_id) DO NOTHING""",
        *(to, to, AgendaState.WAITING.value, source, *topics),
    )
