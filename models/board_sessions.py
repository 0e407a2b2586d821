"""A session on the board: who was there, what was noted once the minutes stand. Bounded reads, frozen facts."""

from dataclasses import dataclass
from datetime import date, datetime

from models import board, sql
from models.board import SessionFacts
from models.board_topics import PUBLIC

MOST = 200


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """A note of the minutes, of a topic or of none."""

    id: int
    text: str
    at: datetime
    topic: int | None
    title: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session with what came of it. `present` and `notes` only once the minutes stand (`confirmed`)."""

    session: SessionFacts
    adjourned: bool
    confirmed: bool
    present: int
    notes: tuple[NoteFacts, ...]


async def meeting(community: int, day: date) -> Meeting | None:
    """The session of a day, as the rule gave it. Three statements."""
    found = await board.session_of(community, day)
    if found is None:
        return None
    (row,) = await sql.rows(
        """SELECT s.adjourned_at, s.confirmed_at, s.listed,
        (SELECT COUNT(*) FROM attendance a WHERE a.session_id = s.id) AS came FROM session s WHERE s.id = ?""",
        found.id,
    )
    confirmed = row["confirmed_at"] is not None
    notes = await _notes(found.id) if confirmed else ()
    present = int(row["came"]) + int(row["listed"]) if confirmed else 0
    return Meeting(found, row["adjourned_at"] is not None, confirmed, present, notes)


async def _notes(session: int) -> tuple[NoteFacts, ...]:
    """What was noted of public topics, and of none."""
    rows = await sql.rows(
        f"""SELECT m.id, m.text, m.at, t.number, t.title FROM minute m LEFT JOIN topic t ON t.id = m.topic_id
        WHERE m.session_id = ? AND (m.topic_id IS NULL
          OR EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = m.topic_id AND {PUBLIC}))
        ORDER BY m.id LIMIT {MOST}""",
        *(session, False),
    )
    found = []
    for row in rows:
        at = sql.moment(row["at"])
        assert at is not None
        found.append(NoteFacts(int(row["id"]), str(row["text"]), at, row["number"], row["title"] or ""))
    return tuple(found)
