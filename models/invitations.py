"""准备: who is asked to sit on a topic, who comes, who takes a place, and what they are given to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.talk import Upload
from domain.terms import InvitationState, Pool, Role
from models import sql
from models.tables.concerns import Photo
from models.tables.sessions import Session
from models.tables.topics import Invitation, Material

NAME = 128


@dataclass(frozen=True, slots=True)
class Seat:
    """A 说事员 who may be asked: `asked` counts how often they were before."""

    who: int
    pool: Pool | None
    asked: int


async def seats(community: int, topic: int, now: datetime) -> list[Seat]:
    """The 说事员 of a community that were not asked about this topic, those asked least first. One statement."""
    found = await sql.rows(
        """SELECT g.resident_id, g.pool,
        (SELECT COUNT(*) FROM invitation i WHERE i.resident_id = g.resident_id) AS asked
        FROM role_grant g WHERE g.community_id = ? AND g.role = ? AND g.revoked_at IS NULL
        AND (g.until IS NULL OR g.until > ?)
        AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.topic_id = ? AND i.resident_id = g.resident_id)
        ORDER BY asked, g.resident_id""",
        *(community, Role.DELIBERATOR.value, now, topic),
    )
    return [Seat(int(r["resident_id"]), Pool(r["pool"]) if r["pool"] else None, int(r["asked"])) for r in found]


async def ask(community: int, topic: int, seats: Sequence[Seat], now: datetime, *, substitute: bool = False) -> None:
    """Invite these people. One statement."""
    if not seats:
        return
    marks = ", ".join("(?, ?, ?, ?, ?, ?, ?)" for _ in seats)
    state = InvitationState.ASKED.value
    values = [
        value
        for seat in seats
        for value in (community, topic, seat.who, seat.pool.value if seat.pool else None, state, substitute, now)
    ]
    await sql.rows(
        f"""INSERT INTO invitation (community_id, topic_id, resident_id, pool, state, substitute, asked_at)
        VALUES {marks} ON CONFLICT (topic_id, resident_id) DO NOTHING""",
        *values,
    )


async def answer(topic: int, who: int, state: InvitationState, now: datetime) -> tuple[bool, Pool | None]:
    """What an invited person answers; whether they were invited, and their pool. One statement."""
    found = await sql.rows(
        "UPDATE invitation SET state = ?, answered_at = ? WHERE topic_id = ? AND resident_id = ? RETURNING pool",
        *(state.value, now, topic, who),
    )
    return bool(found), Pool(found[0]["pool"]) if found and found[0]["pool"] else None


async def invited(topic: int) -> list[int]:
    """Those who were asked and did not say no. One statement."""
    found = Invitation.filter(topic_id=topic).exclude(state=InvitationState.NO)
    return [invitation.resident_id for invitation in await found.order_by("id")]


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who has not answered yet."""

    who: int
    pool: Pool | None


async def unanswered(topic: int) -> list[Silent]:
    """Those who were asked and have not answered. One statement."""
    found = await Invitation.filter(topic_id=topic, state=InvitationState.ASKED).order_by("id")
    return [Silent(one.resident_id, one.pool) for one in found]


async def give_up(topic: int, now: datetime) -> list[Silent]:
    """Those who have not answered are not waited for any more. One statement."""
    found = await sql.rows(
        """UPDATE invitation SET state = ?, answered_at = ? WHERE topic_id = ? AND state = ?
        RETURNING resident_id, pool""",
        *(InvitationState.NO.value, now, topic, InvitationState.ASKED.value),
    )
    return [Silent(int(row["resident_id"]), Pool(row["pool"]) if row["pool"] else None) for row in found]


async def add_material(community: int, topic: int, text: str, now: datetime) -> int:
    """Something to read; returns its row. One statement."""
    return int((await Material.create(community_id=community, topic_id=topic, text=text[:1000], at=now)).id)


async def add_files(community: int, material: int, channel: str, uploads: Sequence[Upload], now: datetime) -> None:
    """Files and pictures to read, fetched after the commit. One statement."""
    place = {"community_id": community, "material_id": material, "channel": channel, "next_at": now}
    await Photo.bulk_create(Photo(**place, upload=one.id, name=one.name[-NAME:]) for one in uploads)


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that is kept now: whose topic it is for, and what it says of itself."""

    community: int
    topic: int
    number: int
    title: str
    text: str


async def handed(material: int) -> Handed | None:
    """The topic that a file is for. One statement."""
    found = await Material.get_or_none(id=material).select_related("topic")
    if found is None:
        return None
    return Handed(found.community_id, found.topic_id, found.topic.number, found.topic.title, found.text)


async def files(topic: int, limit: int) -> list[tuple[str, str, str]]:
    """The files of a topic that are kept: name, hash and kind. One statement."""
    found = await sql.rows(
        """SELECT p.name, b.sha256, b.mime FROM material m JOIN photo p ON p.material_id = m.id
        JOIN blob b ON b.sha256 = p.blob_id WHERE m.topic_id = ? ORDER BY p.id LIMIT ?""",
        *(topic, limit),
    )
    return [(str(row["name"]), str(row["sha256"]), str(row["mime"])) for row in found]


async def materials(topic: int) -> list[str]:
    """What there is to read on a topic. One statement."""
    return [str(text) for text in await Material.filter(topic_id=topic).order_by("id").values_list("text", flat=True)]


async def book(session: int, place: str) -> None:
    """A session is held there. One statement."""
    await Session.filter(id=session).update(place=place[:128], told=True)
