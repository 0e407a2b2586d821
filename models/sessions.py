"""Sessions and what falls due. A reminder is a row in `due`: its kind is the notice, its subject the session."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.expressions import F

from domain.session_days import Meeting, Notice, Pending
from domain.terms import SessionState
from models import sql
from models.tables.deliberations import AgendaItem
from models.tables.sessions import Due, Session

NOTICES = tuple(notice.value for notice in Notice)
Planned = Sequence[tuple[Notice, datetime]]


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that the rule gives: its day, its start, its place."""

    day: date
    starts_at: datetime
    place: str


async def make(community: int, new: NewSession, now: datetime) -> int | None:
    """Enter a session; None where its day was entered before. One statement."""
    found = await sql.rows(
        """INSERT INTO session (community_id, day, starts_at, place, state, reason, told, rev, code, listed, made_at)
        VALUES (?, ?, ?, ?, ?, '', ?, 0, '', 0, ?) ON CONFLICT (community_id, day) DO NOTHING RETURNING id""",
        community,
        new.day,
        new.starts_at,
        new.place,
        SessionState.PLANNED.value,
        False,
        now,
    )
    return int(found[0]["id"]) if found else None


async def remind(community: int, session: int, planned: Planned, now: datetime) -> None:
    """These are the reminders of a session that are still to come. What is done or overdue stays. Two statements."""
    await Due.filter(subject=session, kind__in=NOTICES, done_at=None, due_at__gt=now).delete()
    if not planned:
        return
    marks = ", ".join("(?, ?, ?, ?, ?)" for _ in planned)
    values = [value for notice, due in planned for value in (community, notice.value, session, due, now)]
    await sql.rows(
        f"""INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES {marks}
        ON CONFLICT (kind, subject) DO NOTHING""",
        *values,
    )


async def forget_reminders(session: int) -> None:
    """A session stands elsewhere now: what was told of it is told again."""
    await Due.filter(subject=session, kind__in=NOTICES).delete()


async def meetings(community: int, after: datetime) -> list[Meeting]:
    """The sessions that are held, starting after a moment, the earliest first."""
    found = Session.filter(community_id=community, starts_at__gt=after).exclude(state=SessionState.CANCELLED)
    return [Meeting(s.id, s.day, s.starts_at, s.place) for s in await found.order_by("starts_at")]


async def by_id(ids: Collection[int]) -> dict[int, Meeting]:
    """Sessions by their ids."""
    return {s.id: Meeting(s.id, s.day, s.starts_at, s.place) for s in await Session.filter(id__in=list(ids))}


async def untold(community: int, after: datetime) -> list[Meeting]:
    """The sessions after a moment that stand as the rule gave them, nobody was told of, and no topic is on."""
    busy = await AgendaItem.filter(community_id=community).distinct().values_list("session_id", flat=True)
    found = Session.filter(community_id=community, starts_at__gt=after, state=SessionState.PLANNED, told=False)
    return [Meeting(s.id, s.day, s.starts_at, s.place) for s in await found.order_by("starts_at") if s.id not in busy]


async def replan(session: int, starts_at: datetime, place: str) -> None:
    """The settings changed before anybody was told: another time or place, without a word."""
    await Session.filter(id=session).update(starts_at=starts_at, place=place, rev=F("rev") + 1)


async def drop(session: int) -> None:
    """The rule gives this day no longer, and nobody was told of it."""
    await forget_reminders(session)
    await Session.filter(id=session).delete()


async def move(meeting: Meeting, to: datetime, reason: str) -> None:
    """改期. Everyone is told in the same transaction."""
    await Session.filter(id=meeting.id).update(
        starts_at=to, moved_from=meeting.starts_at, state=SessionState.MOVED, reason=reason, told=True, rev=F("rev") + 1
    )


async def cancel(session: int, reason: str) -> None:
    """停会: the row stays, so that the day is not entered again; its reminders go."""
    await Session.filter(id=session).update(state=SessionState.CANCELLED, reason=reason, told=True, rev=F("rev") + 1)
    await forget_reminders(session)


REDRAW, REDRAW_TOPIC = "redraw", "redraw_topic"
"""The kinds of the rows in `due` that have cards edited; their subjects are a session, and a topic."""


async def redraw_soon(community: int, subject: int, now: datetime, kind: str = REDRAW) -> None:
    """The cards of all topics of a session, or of one topic, are edited at the next tick. One statement."""
    await sql.rows(
        """INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, done_at = NULL""",
        *(community, kind, subject, now, now),
    )


async def claim_redraws(community: int, now: datetime) -> tuple[list[int], list[int]]:
    """The sessions and topics whose cards are to be edited; they are this transaction's alone. One statement."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind IN (?, ?) AND done_at IS NULL AND due_at <= ?
        RETURNING kind, subject""",
        *(now, community, REDRAW, REDRAW_TOPIC, now),
    )
    by_kind = {kind: [int(row["subject"]) for row in found if row["kind"] == kind] for kind in (REDRAW, REDRAW_TOPIC)}
    return by_kind[REDRAW], by_kind[REDRAW_TOPIC]


async def kinds_due(now: datetime) -> dict[str, set[int]]:
    """What has fallen due, by its kind: the communities. One statement."""
    found = await sql.rows("SELECT DISTINCT kind, community_id FROM due WHERE done_at IS NULL AND due_at <= ?", now)
    due: dict[str, set[int]] = {}
    for row in found:
        due.setdefault(str(row["kind"]), set()).add(int(row["community_id"]))
    return due


async def hold_reminders(community: int, until: datetime) -> list[Pending]:
    """A community's reminders due by `until` and not told, held until the end of this transaction.

    The first statement is a write: another process that looks at the same rows waits here and then finds them done.
    """
    marks = ", ".join("?" for _ in NOTICES)
    await sql.rows(
        f"""UPDATE due SET done_at = NULL WHERE community_id = ? AND done_at IS NULL AND due_at <= ?
        AND kind IN ({marks})""",
        community,
        until,
        *NOTICES,
    )
    waiting = await Due.filter(community_id=community, done_at=None, due_at__lte=until, kind__in=NOTICES)
    held = {s.id: s for s in await Session.filter(id__in=[due.subject for due in waiting])}
    return [
        Pending(due.id, due.subject, Notice(due.kind), due.due_at, session.starts_at, session.told)
        for due in waiting
        if (session := held.get(due.subject))
    ]


async def reminded(told: Collection[Pending], dropped: Collection[Pending], now: datetime) -> None:
    """These reminders are told, and those not needed any more."""
    await Due.filter(id__in=[p.id for p in (*told, *dropped)]).update(done_at=now)
    await Session.filter(id__in=[p.session for p in told]).update(told=True)
