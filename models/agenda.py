"""Agendas: which topics a session talks about, in which order, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.terms import AgendaState, SessionState, Step
from models import sql
from models.tables.concerns import Topic
from models.tables.deliberations import AgendaItem
from models.tables.sessions import Session


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
    """Bring a topic to a place of the agenda; False where it isn't on it. Two statements and one a topic that moves."""
    found = await AgendaItem.filter(session_id=session).order_by("place", "id")
    moved = [item for item in found if item.topic_id == topic]
    if not moved:
        return False
    rest = [item for item in found if item.topic_id != topic]
    for at, item in enumerate([*rest[: place - 1], *moved, *rest[place - 1 :]], 1):
        if item.place != at:
            await AgendaItem.filter(id=item.id).update(place=at)
    return True


async def set_state(session: int, topic: int, state: AgendaState) -> None:
    """What becomes of a topic; of the current ones there is only one. At most two statements."""
    if state is AgendaState.CURRENT:
        current = AgendaItem.filter(session_id=session, state=AgendaState.CURRENT)
        await current.update(state=AgendaState.WAITING)
    await AgendaItem.filter(session_id=session, topic_id=topic).update(state=state)


async def current(session: int) -> Item | None:
    """The topic that a session talks about now."""
    return next((item for item in await items(session) if item.state is AgendaState.CURRENT), None)


async def next_session(community: int, now: datetime, day: Sequence[int] = ()) -> Session | None:
    """The nearest session that has not begun; `day` leaves sessions out by their ids."""
    query = Session.filter(community_id=community, starts_at__gt=now, opened_at=None)
    found = query.exclude(state=SessionState.CANCELLED).exclude(id__in=list(day) or [0])
    return await found.order_by("starts_at").first()


async def shift(topics: Sequence[Item], community: int, source: int, to: int | None) -> None:
    """What a session did not come to goes on the next one; on none where there is none yet. One a topic and two."""
    ids = [item.topic for item in topics]
    if not ids:
        return
    await Topic.filter(id__in=ids, session_id=source).update(session_id=to)
    if to is None:
        return
    for item in topics:
        await add(community, to, item.topic, item.minutes, report=item.report)
