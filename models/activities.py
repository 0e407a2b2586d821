"""活动: activities and who signed up, the first ones in, the others waiting."""

from dataclasses import dataclass
from datetime import datetime

from domain.talk import Chat
from domain.terms import Numbered
from models import people, sql
from models.tables.matters import Activity, SignUp

SOON = "activity_soon"
"""The kind of the row in `due` that reminds those who signed up; its subject is the activity."""


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """An activity as it stands. `signed`: how many signed up, those who wait among them."""

    id: int
    number: int
    title: str
    starts_at: datetime
    place: str
    capacity: int
    cancelled: str
    signed: int = 0

    @property
    def inside(self) -> int:
        """How many have a place."""
        return min(self.signed, self.capacity)

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return self.signed - self.inside


@dataclass(frozen=True, slots=True)
class Planned:
    """What an activity is opened with."""

    title: str
    starts_at: datetime
    place: str
    capacity: int
    topic: int | None = None


async def open_one(community: int, planned: Planned, by: int, now: datetime, remind_at: datetime) -> ActivityFacts:
    """Number an activity, and remind those who sign up. Three statements."""
    number = await people.next_number(community, Numbered.ACTIVITY)
    row = Activity(community_id=community, number=number, by_id=by, made_at=now, topic_id=planned.topic)
    row.title, row.starts_at, row.place = planned.title, planned.starts_at, planned.place
    row.capacity = planned.capacity
    await row.save(force_create=True)
    if remind_at > now:
        await sql.rows(
            "INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)",
            *(community, SOON, row.id, remind_at, now),
        )
    return ActivityFacts(row.id, number, row.title, row.starts_at, row.place, row.capacity, "")


async def numbered(community: int, number: int) -> ActivityFacts | None:
    """An activity by its number. One statement."""
    found = await _standing("community_id = ? AND number = ?", community, number)
    return found[0] if found else None


async def _standing(where: str, *values: object) -> list[ActivityFacts]:
    found = await sql.rows(
        f"""SELECT id, number, title, starts_at, place, capacity, cancelled,
        (SELECT COUNT(*) FROM sign_up s WHERE s.activity_id = activity.id) AS signed
        FROM activity WHERE {where}""",
        *values,
    )
    moment = Activity._meta.fields_map["starts_at"].to_python_value
    return [
        ActivityFacts(
            *(int(row["id"]), int(row["number"]), row["title"], moment(row["starts_at"]), row["place"]),
            *(int(row["capacity"]), row["cancelled"], int(row["signed"])),
        )
        for row in found
    ]


async def coming(community: int, now: datetime, limit: int) -> list[ActivityFacts]:
    """The activities that have not begun, the nearest first. One statement."""
    where = "community_id = ? AND starts_at > ? AND cancelled = '' ORDER BY starts_at LIMIT ?"
    return await _standing(where, community, now, limit)


@dataclass(frozen=True, slots=True)
class Turn:
    """How many stand before somebody, and how many signed up in all. `fresh`: not before."""

    before: int
    signed: int
    fresh: bool = True


async def sign_up(community: int, activity: int, who: int, now: datetime) -> Turn:
    """Take the next place, if this person has none. The activity's row lets in one after another. Three statements."""
    (row,) = await sql.rows("UPDATE activity SET turns = turns + 1 WHERE id = ? RETURNING turns", activity)
    made = await sql.rows(
        """INSERT INTO sign_up (community_id, activity_id, resident_id, turn, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (activity_id, resident_id) DO NOTHING RETURNING id""",
        *(community, activity, who, int(row["turns"]), now),
    )
    (told,) = await sql.rows(
        """SELECT COUNT(*) AS signed, SUM(CASE WHEN o.turn < m.turn THEN 1 ELSE 0 END) AS ahead
        FROM sign_up m JOIN sign_up o ON o.activity_id = m.activity_id WHERE m.activity_id = ? AND m.resident_id = ?""",
        *(activity, who),
    )
    return Turn(int(told["ahead"]), int(told["signed"]), bool(made))


@dataclass(frozen=True, slots=True)
class Left:
    """What is after somebody gave a place back. `next`: where the one is reached who has a place now and waited."""

    signed: int
    next: Chat | None = None


async def leave(activity: ActivityFacts, who: int) -> Left | None:
    """Give a place back; None where there was none. Three statements."""
    await sql.rows("UPDATE activity SET turns = turns + 1 WHERE id = ? RETURNING id", activity.id)
    gone = await sql.rows(
        "DELETE FROM sign_up WHERE activity_id = ? AND resident_id = ? RETURNING turn", activity.id, who
    )
    if not gone:
        return None
    (told,) = await sql.rows(
        """SELECT (SELECT COUNT(*) FROM sign_up c WHERE c.activity_id = v.id) AS signed,
        n.turn, a.channel, a.private_chat
        FROM activity v LEFT JOIN sign_up n ON n.id = (
            SELECT o.id FROM sign_up o WHERE o.activity_id = v.id ORDER BY o.turn LIMIT 1 OFFSET ?)
        LEFT JOIN address a ON a.resident_id = n.resident_id WHERE v.id = ?""",
        *(activity.capacity - 1, activity.id),
    )
    # The last who has a place now waited before, if they came after the one who left.
    moved = told["turn"] is not None and int(told["turn"]) > int(gone[0]["turn"]) and told["private_chat"]
    chat = Chat(told["channel"], told["private_chat"], private=True) if moved else None
    return Left(int(told["signed"]), chat)


async def signed(activity: int, limit: int) -> list[int]:
    """Who signed up, in their turn. One statement."""
    found = await SignUp.filter(activity_id=activity).order_by("turn").limit(limit)
    return [row.resident_id for row in found]


async def cancel(activity: int, reason: str) -> bool:
    """It is off; False where it was already. One statement."""
    return bool(await Activity.filter(id=activity, cancelled="").update(cancelled=reason[:255]))


async def claim_soon(community: int, now: datetime) -> list[ActivityFacts]:
    """The activities whose people are reminded now, each claimed once. Two statements."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING subject""",
        *(now, community, SOON, now),
    )
    ids = [int(row["subject"]) for row in found]
    marks = ", ".join("?" for _ in ids)
    return await _standing(f"id IN ({marks}) AND cancelled = '' AND starts_at > ?", *ids, now) if ids else []
