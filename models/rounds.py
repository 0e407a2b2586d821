"""征集: rounds in which the community is asked about one theme."""

from dataclasses import dataclass
from datetime import datetime

from models import sql
from models.tables.concerns import Concern, Round

CLOSE = "round"
"""The kind of the row in `due` that ends a round; its subject is the round."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A round that is over, and how many concerns named its theme."""

    theme: str
    count: int


async def begin(community: int, theme: str, until: datetime, now: datetime) -> None:
    """Ask about a theme until a moment. Two statements."""
    made = await Round.create(community_id=community, theme=theme[:64], made_at=now, until=until)
    await sql.rows(
        "INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)",
        *(community, CLOSE, made.id, until, now),
    )


async def claim_ended(community: int, now: datetime) -> list[Ended]:
    """The rounds that end now; what was said in them about their theme is linked. Three statements a round."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING subject""",
        *(now, community, CLOSE, now),
    )
    ended = []
    for row in found:
        made = await Round.get(id=int(row["subject"]))
        said = Concern.filter(community_id=community, said_at__gte=made.made_at, said_at__lte=made.until)
        ended.append(Ended(made.theme, await said.filter(text__contains=made.theme).update(round_id=made.id)))
    return ended
