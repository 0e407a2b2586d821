"""规章制定: the versions of a rule's draft, the round of opinions, and what these are answered."""

from dataclasses import dataclass
from datetime import datetime

from domain.talk import Chat
from domain.terms import MatterKind
from models import sql
from models.tables.concerns import Topic
from models.tables.matters import Draft, Opinion

CLOSE = "draft"
"""The kind of the row in `due` that ends a round; its subject is the draft."""


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The newest version of a topic's draft. `opinions`: what was said to all versions, `answered` of them."""

    topic: int
    number: int
    title: str
    version: int
    text: str
    until: datetime
    opinions: int = 0
    answered: int = 0


async def add(community: int, topic: int, text: str, by: int, until: datetime, now: datetime) -> None:
    """Write the next version, ask about it until a moment; such a topic is a matter of rules. Three statements."""
    (made,) = await sql.rows(
        """INSERT INTO draft (community_id, topic_id, version, text, by_id, at, until)
        SELECT ?, ?, COALESCE(MAX(version), 0) + 1, ?, ?, ?, ? FROM draft WHERE topic_id = ? RETURNING id""",
        *(community, topic, text, by, now, until, topic),
    )
    await sql.rows(
        "INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)",
        *(community, CLOSE, int(made["id"]), until, now),
    )
    await Topic.filter(id=topic, kind=MatterKind.DELIBERATION).update(kind=MatterKind.RULE_MAKING)


async def newest(community: int, number: int) -> DraftFacts | None:
    """The newest version of a topic's draft; version 0 where it has none, None where there is no topic. 1 statement."""
    found = await sql.rows(
        """SELECT t.id, t.number, t.title, d.version, d.text, d.until,
        (SELECT COUNT(*) FROM opinion o WHERE o.topic_id = t.id) AS opinions,
        (SELECT COUNT(*) FROM opinion o WHERE o.topic_id = t.id AND o.answer <> '') AS answered
        FROM topic t LEFT JOIN draft d ON d.topic_id = t.id
        WHERE t.community_id = ? AND t.number = ? ORDER BY d.version DESC LIMIT 1""",
        *(community, number),
    )
    if not found:
        return None
    row, moment = found[0], Draft._meta.fields_map["until"].to_python_value
    head = (int(row["id"]), int(row["number"]), row["title"], int(row["version"] or 0), row["text"] or "")
    return DraftFacts(*head, moment(row["until"]), int(row["opinions"]), int(row["answered"]))


async def opine(community: int, draft: DraftFacts, who: int, text: str, now: datetime) -> int:
    """Keep what somebody thinks; returns its place in the topic. One statement."""
    (made,) = await sql.rows(
        """INSERT INTO opinion (community_id, topic_id, place, version, resident_id, text, at, answer)
        SELECT ?, ?, COALESCE(MAX(place), 0) + 1, ?, ?, ?, ?, '' FROM opinion WHERE topic_id = ? RETURNING place""",
        *(community, draft.topic, draft.version, who, text, now, draft.topic),
    )
    return int(made["place"])


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion that waits for its answer."""

    place: int
    text: str


async def unanswered(topic: int, limit: int) -> list[Said]:
    """The opinions that wait, the oldest first. One statement."""
    found = await Opinion.filter(topic_id=topic, answer="").order_by("place").limit(limit)
    return [Said(row.place, row.text) for row in found]


async def answer(topic: int, place: int, text: str, *, taken: bool) -> tuple[bool, Chat | None]:
    """Answer an opinion: whether it waited, and where its author is reached. One statement, two where it did."""
    found = await sql.rows(
        """UPDATE opinion SET answer = ?, taken = ? WHERE topic_id = ? AND place = ? AND answer = ''
        RETURNING resident_id""",
        *(text, taken, topic, place),
    )
    if not found:
        return False, None
    where = await sql.rows(
        "SELECT channel, private_chat FROM address WHERE resident_id = ? AND private_chat IS NOT NULL",
        found[0]["resident_id"],
    )
    return True, Chat(where[0]["channel"], where[0]["private_chat"], private=True) if where else None


async def claim_closed(community: int, now: datetime) -> list[DraftFacts]:
    """The rounds that end now, unless a newer version began another. Two statements and one for each."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING subject""",
        *(now, community, CLOSE, now),
    )
    rows = await Draft.filter(id__in=[int(row["subject"]) for row in found]).select_related("topic")
    current = [(row, await newest(community, row.topic.number)) for row in rows]
    return [draft for row, draft in current if draft is not None and draft.version == row.version]
