"""What the overview of all communities shows. Six statements, however many there are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.terms import CommunityKind
from models import sql
from models.board_topics import PUBLIC, moment
from models.people import CommunityFacts
from models.tables.people import Community


@dataclass(frozen=True, slots=True)
class Overview:
    """A community in figures: concerns of this month, open topics and those overdue, open votes, the next session."""

    community: CommunityFacts
    kind: CommunityKind
    next: datetime | None
    concerns: int
    topics: int
    late: int
    votes: int


async def overview(now: datetime, since: datetime, today: date) -> list[Overview]:
    """All communities, in the order they were entered."""
    starts = await _by_community(
        "SELECT community_id, MIN(starts_at) AS n FROM session WHERE starts_at > ? AND state <> 'cancelled'", now
    )
    concerns = await _by_community(
        f"SELECT community_id, COUNT(*) AS n FROM concern c WHERE {PUBLIC} AND c.said_at >= ?", False, since
    )
    topics = await _by_community(
        f"""SELECT community_id, COUNT(*) AS n FROM topic t WHERE t.state = 'open'
        AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})""",
        False,
    )
    late = await _by_community(
        f"""SELECT community_id, COUNT(DISTINCT topic_id) AS n FROM task k WHERE k.done_at IS NULL AND k.last_day < ?
        AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = k.topic_id AND {PUBLIC})""",
        today,
        False,
    )
    votes = await _by_community("SELECT community_id, COUNT(*) AS n FROM vote WHERE state = 'open'")
    return [
        Overview(
            CommunityFacts(one.id, one.slug, one.name, one.settings),
            one.kind,
            moment(starts.get(one.id)),
            int(concerns.get(one.id, 0)),
            int(topics.get(one.id, 0)),
            int(late.get(one.id, 0)),
            int(votes.get(one.id, 0)),
        )
        for one in await Community.all().order_by("id")
    ]


async def _by_community(statement: str, *values: object) -> dict[int, Any]:
    found = await sql.rows(f"{statement} GROUP BY community_id", *values)
    return {int(row["community_id"]): row["n"] for row in found}
