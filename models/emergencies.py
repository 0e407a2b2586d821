"""突发: what every group is told at once, who has seen it, and its log."""

from dataclasses import dataclass
from datetime import datetime

from domain.households import Flat
from domain.terms import Numbered
from models import people, sql
from models.tables.matters import Emergency, EmergencyNote


@dataclass(frozen=True, slots=True)
class EmergencyFacts:
    """An emergency as it stands. `seen`: people who pressed 收到; `homes` of how many of the `all` households."""

    id: int
    number: int
    text: str
    groups: int
    at: datetime
    ended_at: datetime | None
    seen: int = 0
    homes: int = 0
    all: int = 0


async def begin(community: int, text: str, groups: int, by: int, now: datetime) -> EmergencyFacts:
    """Number an emergency. Two statements."""
    number = await people.next_number(community, Numbered.EMERGENCY)
    row = await Emergency.create(community_id=community, number=number, text=text, groups=groups, by_id=by, at=now)
    return EmergencyFacts(row.id, number, text, groups, now, None)


async def numbered(community: int, number: int) -> EmergencyFacts | None:
    """An emergency by its number, with who has seen it. Two statements."""
    row = await Emergency.get_or_none(community_id=community, number=number)
    if row is None:
        return None
    (told,) = await sql.rows(
        """SELECT COUNT(*) AS seen, COUNT(DISTINCT r.household_id) AS homes,
        (SELECT COUNT(*) FROM household h WHERE h.community_id = ? AND NOT h.parking) AS every
        FROM emergency_receipt e JOIN resident r ON r.id = e.resident_id WHERE e.emergency_id = ?""",
        *(community, row.id),
    )
    counts = (int(told["seen"]), int(told["homes"]), int(told["every"]))
    return EmergencyFacts(row.id, row.number, row.text, row.groups, row.at, row.ended_at, *counts)


async def receive(community: int, emergency: int, who: int, now: datetime) -> bool:
    """Somebody has seen it; False where they said so before. One statement."""
    made = await sql.rows(
        """INSERT INTO emergency_receipt (community_id, emergency_id, resident_id, at) VALUES (?, ?, ?, ?)
        ON CONFLICT (emergency_id, resident_id) DO NOTHING RETURNING id""",
        *(community, emergency, who, now),
    )
    return bool(made)


async def note(community: int, emergency: int, text: str, by: int, now: datetime) -> None:
    """One more line in the log. One statement."""
    await EmergencyNote.create(community_id=community, emergency_id=emergency, text=text, by_id=by, at=now)


async def end(emergency: int, now: datetime) -> bool:
    """It is over; False where it was. One statement."""
    return bool(await Emergency.filter(id=emergency, ended_at=None).update(ended_at=now))


async def notes(emergency: int, limit: int) -> list[tuple[datetime, str]]:
    """The newest lines of the log, the oldest of them first. One statement."""
    found = await EmergencyNote.filter(emergency_id=emergency).order_by("-id").limit(limit)
    return [(row.at, row.text) for row in reversed(found)]


async def unseen(community: int, emergency: int, limit: int) -> list[Flat]:
    """Households of which nobody has seen it, by building. One statement."""
    found = await sql.rows(
        """SELECT h.building, h.unit, h.room FROM household h WHERE h.community_id = ? AND NOT h.parking
        AND NOT EXISTS (SELECT 1 FROM resident r JOIN emergency_receipt e ON e.resident_id = r.id
            WHERE r.household_id = h.id AND e.emergency_id = ?)
        ORDER BY h.building, h.unit, h.room LIMIT ?""",
        *(community, emergency, limit),
    )
    return [Flat(row["building"], row["unit"], row["room"]) for row in found]
