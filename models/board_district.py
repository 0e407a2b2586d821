"""What the overview of all communities shows. Six statements, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.terms import CommunityKind
from models import sql
from models.board_topics import PUBLIC
from models.figures import this_month
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
    """All communities, in the order they were entered. What is ready of large ones is not counted again."""
    towns = await Community.all().order_by("id")
    small = [town.id for town in towns if town.figures is None]
    starts = await _by_community(
        "SELECT community_id, MIN(starts_at) AS n FROM session WHERE starts_at > ? AND state <> 'cancelled'",
        [town.id for town in towns],
        now,
    )
    concerns = await _by_community(
        f"SELECT community_id, COUNT(*) AS n FROM concern c WHERE {PUBLIC} AND c.said_at >= ?", small, False, since
    )
    topics = await _by_community(
        f"""SELECT community_id, COUNT(*) AS n FROM topic t WHERE t.state = 'open'
        AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})""",
        small,
        False,
    )
    late = await _by_community(
        f"""SELECT community_id, COUNT(DISTINCT topic_id) AS n FROM task k WHERE k.done_at IS NULL AND k.last_day < ?
        AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = k.topic_id AND {PUBLIC})""",
        small,
        today,
        False,
    )
    votes = await _by_community(
        "SELECT community_id, COUNT(*) AS n FROM vote WHERE state = 'open'", [town.id for town in towns]
    )
    for town in towns:
        if (ready := town.figures) is not None:
            concerns[town.id], topics[town.id], late[town.id] = this_month(ready), ready["topics"], ready["late"]
    return [
        Overview(
            CommunityFacts(one.id, one.slug, one.name, one.settings),
            one.kind,
            sql.moment(starts.get(one.id)),
            int(concerns.get(one.id, 0)),
            int(topics.get(one.id, 0)),
            int(late.get(one.id, 0)),
            int(votes.get(one.id, 0)),
        )
        for one in towns
    ]


async def _by_community(statement: str, communities: Sequence[int], *values: object) -> dict[int, Any]:
    if not communities:
        return {}
    marks = ", ".join("?" for _ in communities)
    found = await sql.rows(f"{statement} AND community_id IN ({marks}) GROUP BY community_id", *values, *communities)
    return {int(row["community_id"]): row["n"] for row in found}
