"""三率 and a month's work in figures, by category. One bounded statement each."""

from dataclasses import dataclass
from datetime import datetime

from domain.rates import Rates
from domain.terms import ConcernCategory, Grade, OrgLevel, TaskEnd
from models import sql

_NOT_COUNTED = f"COALESCE(k.claim, '') NOT IN ('{TaskEnd.DUPLICATE.value}', '{TaskEnd.WITHDRAWN.value}')"
_SOLVED = f"k.ended_as IN ('{TaskEnd.DONE.value}', '{TaskEnd.PARTLY.value}')"
Month = tuple[datetime, datetime]
"""Its first moment, and the next month's."""


async def of_month(community: int, month: Month) -> dict[ConcernCategory | None, Rates]:
    """The counts behind 响应率, 解决率, 满意率 of a month, by category; `domain.rates.together` adds them up.

    One statement over the month's tasks and ratings. None: a topic without a category.
    """
    found = await sql.rows(
        f"""SELECT t.category, COUNT(*) AS given,
          SUM(CASE WHEN k.answered_at <= k.answer_due THEN 1 ELSE 0 END) AS answered,
          SUM(CASE WHEN {_SOLVED} THEN 1 ELSE 0 END) AS solved, 0 AS ratings, 0 AS content
        FROM task k JOIN topic t ON t.id = k.topic_id
        WHERE k.community_id = ? AND k.made_at >= ? AND k.made_at < ? AND {_NOT_COUNTED} GROUP BY t.category
        UNION ALL SELECT t.category, 0, 0, 0, COUNT(*), SUM(CASE WHEN r.grade <> ? THEN 1 ELSE 0 END)
        FROM rating r JOIN topic t ON t.id = r.topic_id
        WHERE r.community_id = ? AND r.at >= ? AND r.at < ? GROUP BY t.category""",
        *(community, *month, Grade.DISSATISFIED.value, community, *month),
    )
    counted: dict[ConcernCategory | None, Rates] = {}
    for row in found:
        category = ConcernCategory(row["category"]) if row["category"] else None
        one, had = Rates(*(int(row[name] or 0) for name in Rates.__slots__)), counted.get(category, Rates())
        counted[category] = Rates(*(getattr(one, name) + getattr(had, name) for name in Rates.__slots__))
    return counted


@dataclass(frozen=True, slots=True)
class Overview:
    """A month's work: handed out, ended well, still open, late now, lying above now."""

    given: int
    ended: int
    open: int
    late: int
    up: int


async def overview(community: int, month: Month, now: datetime) -> Overview:
    """The tasks that were handed out in a month, as they stand now. One statement."""
    (row,) = await sql.rows(
        f"""SELECT COUNT(*) AS given, COALESCE(SUM(CASE WHEN {_SOLVED} THEN 1 ELSE 0 END), 0) AS ended,
          COALESCE(SUM(CASE WHEN k.done_at IS NULL THEN 1 ELSE 0 END), 0) AS waiting,
          COALESCE(SUM(CASE WHEN k.done_at IS NULL AND k.due_at <= ? THEN 1 ELSE 0 END), 0) AS late,
          COALESCE(SUM(CASE WHEN k.done_at IS NULL AND k.level <> ? THEN 1 ELSE 0 END), 0) AS up
        FROM task k WHERE k.community_id = ? AND k.made_at >= ? AND k.made_at < ?""",
        *(now, OrgLevel.BRANCH.value, community, *month),
    )
    return Overview(*(int(row[name]) for name in ("given", "ended", "waiting", "late", "up")))
