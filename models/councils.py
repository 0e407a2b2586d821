"""说事理事会: its members, what they say to a topic, and when its short vote closes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.talk import Chat
from domain.terms import Role
from models import sql
from models.tables.concerns import Topic
from models.tables.topics import CouncilVoice

CLOSE = "council"
"""The kind of the row in `due` that closes a short vote; its subject is the topic."""


@dataclass(frozen=True, slots=True)
class Members:
    """How many sit on the council, and where those are reached who can be."""

    count: int
    chats: tuple[Chat, ...]


async def members(community: int, now: datetime) -> Members:
    """The council of a community. One statement."""
    found = await sql.rows(
        """SELECT DISTINCT g.resident_id, a.channel, a.private_chat FROM role_grant g
        LEFT JOIN address a ON a.resident_id = g.resident_id
        WHERE g.community_id = ? AND g.role = ? AND g.revoked_at IS NULL AND (g.until IS NULL OR g.until > ?)
        ORDER BY g.resident_id""",
        *(community, Role.COUNCIL.value, now),
    )
    chats = tuple(Chat(row["channel"], row["private_chat"], private=True) for row in found if row["private_chat"])
    return Members(len(found), chats)


async def ask(community: int, topic: int, session: int, closes: datetime, now: datetime) -> bool:
    """Begin a short vote; False where one runs. Old voices go. Three statements."""
    if not await Topic.filter(id=topic, proposed=None).update(proposed=now, session_id=session, reason=""):
        return False
    await CouncilVoice.filter(topic_id=topic).delete()
    await sql.rows(
        """INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, done_at = NULL""",
        *(community, CLOSE, topic, closes, now),
    )
    return True


async def say(community: int, topic: int, who: int, yes: bool, now: datetime) -> None:
    """A member's voice; the last one counts. One statement."""
    await sql.rows(
        """INSERT INTO council_voice (community_id, topic_id, resident_id, yes, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (topic_id, resident_id) DO UPDATE SET yes = excluded.yes, at = excluded.at""",
        *(community, topic, who, yes, now),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How many members have said yes, how many no, and how many there are."""

    yes: int
    no: int
    members: int


async def standing(community: int, topic: int, now: datetime) -> Standing:
    """How a short vote stands. One statement."""
    (told,) = await sql.rows(
        """SELECT (SELECT COUNT(*) FROM council_voice WHERE topic_id = ? AND yes = ?) AS yes,
        (SELECT COUNT(*) FROM council_voice WHERE topic_id = ? AND yes = ?) AS no,
        (SELECT COUNT(DISTINCT g.resident_id) FROM role_grant g WHERE g.community_id = ? AND g.role = ?
          AND g.revoked_at IS NULL AND (g.until IS NULL OR g.until > ?)) AS members""",
        *(topic, True, topic, False, community, Role.COUNCIL.value, now),
    )
    return Standing(int(told["yes"]), int(told["no"]), int(told["members"]))


async def claim_closing(community: int, now: datetime) -> Sequence[int]:
    """The topics whose short vote closes now; they are this transaction's alone. One statement."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING subject""",
        *(now, community, CLOSE, now),
    )
    return [int(row["subject"]) for row in found]
