"""What there is to read for a topic, and what its resolution said before it was changed. Bounded reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import sql
from models.board_topics import PUBLIC
from models.concerns import Image

MOST = 100


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """A line, or a file by its number: `file` None where it is none; `name` empty for a picture."""

    text: str
    at: datetime
    file: int | None
    name: str
    mime: str


async def of_topic(topic: int) -> list[MaterialFacts]:
    """What there is to read for a topic; a file that is not kept yet is left out. One statement."""
    rows = await sql.rows(
        f"""SELECT m.text, m.at, p.id AS photo_id, p.name, b.mime FROM material m
        LEFT JOIN photo p ON p.material_id = m.id LEFT JOIN blob b ON b.sha256 = p.blob_id
        WHERE m.topic_id = ? AND (p.id IS NULL OR b.sha256 IS NOT NULL) ORDER BY m.id, p.id LIMIT {MOST}""",
        topic,
    )
    found = [(sql.moment(row["at"]), row) for row in rows]
    return [
        MaterialFacts(row["text"], at, row["photo_id"], row["name"] or "", row["mime"] or "")
        for at, row in found
        if at is not None
    ]


async def file(community: int, id: int) -> tuple[str, Image] | None:
    """A file of a public topic, with its name; None for one that isn't public and for one that isn't there."""
    rows = await sql.rows(
        f"""SELECT p.name, b.sha256, b.data, b.mime, b.width, b.height FROM photo p
        JOIN material m ON m.id = p.material_id JOIN blob b ON b.sha256 = p.blob_id
        WHERE p.id = ? AND p.community_id = ?
        AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = m.topic_id AND {PUBLIC})""",
        *(id, community, False),
    )
    found = [(r["name"], Image(r["sha256"], bytes(r["data"]), r["mime"], r["width"], r["height"])) for r in rows]
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class AmendmentFacts:
    """What a resolution said until then, and why it was changed."""

    before: str
    reason: str
    at: datetime


async def amendments(topic: int) -> Sequence[AmendmentFacts]:
    """What a topic's resolution said before, the first first. One statement."""
    rows = await sql.rows(
        f"SELECT before, reason, at FROM amendment WHERE topic_id = ? ORDER BY id LIMIT {MOST}", topic
    )
    return [
        AmendmentFacts(row["before"], row["reason"], at) for row in rows if (at := sql.moment(row["at"])) is not None
    ]
