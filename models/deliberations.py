"""A session under way: who is there, who speaks, what is noted; and its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.terms import SessionState
from models import sql
from models.tables import sessions as rows
from models.tables.concerns import Photo
from models.tables.deliberations import Attendance, Minute, Speaker

Session = rows.Session
"""A session as it stands; handlers read it, and change it only by what is below."""
MOST_PHOTOS = 10


async def running(community: int) -> Session | None:
    """The session that is open now. One statement."""
    return await Session.filter(community_id=community, adjourned_at=None).exclude(opened_at=None).first()


async def open_session(session: int, convener: int, code: str, now: datetime) -> bool:
    """开会; False where another opened it first. One statement."""
    found = Session.filter(id=session, opened_at=None).exclude(state=SessionState.CANCELLED)
    return bool(await found.update(opened_at=now, convener_id=convener, code=code, told=True))


async def of_today(community: int, since: datetime, until: datetime) -> Session | None:
    """The session that starts between two moments and was not opened. One statement."""
    found = Session.filter(community_id=community, opened_at=None, starts_at__gte=since, starts_at__lt=until)
    return await found.exclude(state=SessionState.CANCELLED).order_by("starts_at").first()


async def attend(session: Session, who: int, now: datetime) -> tuple[bool, int]:
    """签到; whether this person is new, and how many there are. Two statements."""
    new = await sql.rows(
        """INSERT INTO attendance (community_id, session_id, resident_id, at) VALUES (?, ?, ?, ?)
        ON CONFLICT (session_id, resident_id) DO NOTHING RETURNING id""",
        *(session.community_id, session.id, who, now),
    )
    return bool(new), await Attendance.filter(session_id=session.id).count() + session.listed


async def list_people(session: int, count: int) -> None:
    """So many are on the paper list and signed in nowhere else."""
    await Session.filter(id=session).update(listed=count)


async def ask_word(session: Session, who: int) -> int:
    """Get in line to speak; the turn. Somebody who waits keeps theirs. Two statements."""
    waiting = await Speaker.filter(session_id=session.id, resident_id=who, called_at=None).first()
    if waiting is not None:
        return waiting.turn
    found = await sql.rows(
        """INSERT INTO speaker (community_id, session_id, resident_id, turn)
        SELECT ?, ?, ?, COALESCE(MAX(turn), 0) + 1 FROM speaker WHERE session_id = ? RETURNING turn""",
        *(session.community_id, session.id, who, session.id),
    )
    return int(found[0]["turn"])


async def call(session: int, now: datetime) -> tuple[int, int] | None:
    """The next in line: turn and person; None where nobody waits. Two statements."""
    found = await Speaker.filter(session_id=session, called_at=None).order_by("turn").first()
    if found is None or not await Speaker.filter(id=found.id, called_at=None).update(called_at=now):
        return None
    return found.turn, found.resident_id


async def note(session: Session, topic: int | None, by: int, text: str, now: datetime) -> int:
    """Write a note; returns its row. One statement."""
    values = {"community_id": session.community_id, "session_id": session.id, "topic_id": topic}
    return int((await Minute.create(**values, by_id=by, text=text, at=now)).id)


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the minutes, and the number of its topic."""

    topic: int | None
    text: str


async def notes(session: int) -> list[Note]:
    """The notes of a session in their order. One statement."""
    found = await Minute.filter(session_id=session).order_by("id").select_related("topic")
    return [Note(row.topic.number if row.topic else None, row.text) for row in found]


async def present(session: Session) -> int:
    """How many were there. One statement."""
    return await Attendance.filter(session_id=session.id).count() + session.listed


async def adjourn(session: int, now: datetime) -> bool:
    """散会; False where another did it first. One statement."""
    return bool(await Session.filter(id=session, adjourned_at=None).update(adjourned_at=now))


async def unconfirmed(community: int) -> Session | None:
    """The oldest session that is over and whose minutes are a draft. One statement."""
    found = Session.filter(community_id=community, confirmed_at=None).exclude(adjourned_at=None)
    return await found.order_by("starts_at").first()


async def confirm(session: int, now: datetime) -> bool:
    """The minutes stand as they are; False where they did before. One statement."""
    return bool(await Session.filter(id=session, confirmed_at=None).update(confirmed_at=now))


async def add_photos(session: Session, minute: int, channel: str, uploads: Sequence[str], now: datetime) -> None:
    """Note pictures of a note, to be fetched after the commit. One statement."""
    await Photo.bulk_create(
        Photo(community_id=session.community_id, minute_id=minute, channel=channel, upload=upload, next_at=now)
        for upload in uploads[:MOST_PHOTOS]
    )
