"""Pictures on the board: of public concerns, and of confirmed minutes. Bounded reads; nothing else leaves by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import sql
from models.board_topics import PUBLIC
from models.concerns import Image

MOST = 100
_KEPT = "p.blob_id IS NOT NULL"
_OF_CONCERN = f"EXISTS (SELECT 1 FROM concern c WHERE c.id = p.concern_id AND {PUBLIC})"
_OF_MINUTES = f"""EXISTS (SELECT 1 FROM minute m JOIN session s ON s.id = m.session_id
  WHERE m.id = p.minute_id AND s.confirmed_at IS NOT NULL AND (m.topic_id IS NULL
  OR EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = m.topic_id AND {PUBLIC})))"""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture by its number, of a concern (`of`: its number) or a note (its row), with its size in pixels."""

    id: int
    of: int
    width: int
    height: int


async def of_concern(community: int, number: int) -> list[PictureFacts]:
    """The pictures of a public concern. One statement."""
    return await _listed(
        f"JOIN concern c ON c.id = p.concern_id WHERE c.community_id = ? AND c.number = ? AND {PUBLIC}",
        "c.number",
        community,
        number,
        False,
    )


async def of_topic(topic: int) -> list[PictureFacts]:
    """The pictures of a topic's public concerns. One statement."""
    where = f"JOIN concern c ON c.id = p.concern_id WHERE c.topic_id = ? AND {PUBLIC}"
    return await _listed(where, "c.number", topic, False)


async def of_session(session: int) -> list[PictureFacts]:
    """The pictures of a session's minutes, once they stand. One statement."""
    where = f"JOIN minute m ON m.id = p.minute_id WHERE m.session_id = ? AND {_OF_MINUTES}"
    return await _listed(where, "p.minute_id", session, False)


async def _listed(where: str, of: str, *values: object) -> list[PictureFacts]:
    rows = await sql.rows(
        f"""SELECT p.id, {of} AS owner, b.width, b.height FROM photo p JOIN blob b ON b.sha256 = p.blob_id
        {where} ORDER BY p.id LIMIT {MOST}""",
        *values,
    )
    return [PictureFacts(int(row["id"]), int(row["owner"]), int(row["width"]), int(row["height"])) for row in rows]


async def picture(community: int, id: int) -> Image | None:
    """A picture that is public now; None for one that isn't and for one that isn't there, alike. One statement."""
    rows: Sequence[Mapping[str, Any]] = await sql.rows(
        f"""SELECT b.sha256, b.data, b.mime, b.width, b.height FROM photo p JOIN blob b ON b.sha256 = p.blob_id
        WHERE p.id = ? AND p.community_id = ? AND {_KEPT} AND ({_OF_CONCERN} OR {_OF_MINUTES})""",
        *(id, community, False, False),
    )
    return next((Image(r["sha256"], bytes(r["data"]), r["mime"], r["width"], r["height"]) for r in rows), None)
