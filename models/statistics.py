"""What the statistics show of a period: its parts, its categories, its rates. Three statements, of public matters."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from domain.periods import median
from domain.rates import Rates, together
from domain.terms import ConcernCategory
from models import rates, sql
from models.board_topics import PUBLIC

_PUBLIC_TASK = f"EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = k.topic_id AND {PUBLIC})"


@dataclass(frozen=True, slots=True)
class Part:
    """Concerns that came in, concerns whose topic's result was published, tasks that were late at its end."""

    received: int
    finished: int
    late: int


@dataclass(frozen=True, slots=True)
class Row:
    """Of the concerns that came in: those with a result by now, those of the others whose work is late now.

    `days`: from the word to the result, the middle of all that have one.
    """

    received: int
    finished: int
    late: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """A period in figures. None is 待定."""

    parts: tuple[Part, ...]
    rows: Mapping[ConcernCategory | None, Row]
    rates: Rates


async def counted(community: int, bounds: Sequence[datetime], now: datetime) -> Statistics:
    """What is stored of the time between the first and the last of these moments."""
    span = (bounds[0], bounds[-1])
    return Statistics(
        await _parts(community, bounds, now),
        await _rows(community, span, now),
        together((await rates.of_month(community, span)).values()),
    )


async def _parts(community: int, bounds: Sequence[datetime], now: datetime) -> tuple[Part, ...]:
    late = f"SELECT COUNT(*) FROM task k WHERE k.community_id = ? AND k.last_day < ? AND {_PUBLIC_TASK} AND k.done_at"
    part = f"""SELECT (SELECT COUNT(*) FROM concern c
      WHERE c.community_id = ? AND {PUBLIC} AND c.said_at >= ? AND c.said_at < ?) AS received,
    (SELECT COUNT(*) FROM topic t JOIN concern c ON c.topic_id = t.id
      WHERE t.community_id = ? AND t.ended_at >= ? AND t.ended_at < ? AND {PUBLIC}) AS finished,
    ({late} IS NULL) + ({late} >= ?) AS late"""
    values: list[object] = []
    for start, end in pairwise(bounds):
        then = min(end, now)
        values += (community, False, start, end, community, start, end, False)
        values += (community, then.date(), False, community, then.date(), False, then)
    found = await sql.rows(" UNION ALL ".join(part for _ in bounds[1:]), *values)
    return tuple(Part(int(row["received"]), int(row["finished"]), int(row["late"])) for row in found)


async def _rows(community: int, span: tuple[datetime, datetime], now: datetime) -> Mapping[ConcernCategory | None, Row]:
    found = await sql.rows(
        f"""SELECT c.category, {_days()} AS days, COUNT(*) AS received, SUM(CASE WHEN t.ended_at IS NULL AND EXISTS
          (SELECT 1 FROM task k WHERE k.topic_id = t.id AND k.done_at IS NULL AND k.last_day < ?)
          THEN 1 ELSE 0 END) AS late
        FROM concern c LEFT JOIN topic t ON t.id = c.topic_id
        WHERE c.community_id = ? AND {PUBLIC} AND c.said_at >= ? AND c.said_at < ? GROUP BY c.category, days""",
        *(now.date(), community, False, *span),
    )
    by: dict[ConcernCategory | None, list[Mapping[str, Any]]] = {}
    for row in found:
        by.setdefault(row["category"] and ConcernCategory(row["category"]), []).append(row)
    return {category: _row(rows) for category, rows in by.items()}


def _row(found: Sequence[Mapping[str, Any]]) -> Row:
    days = {max(int(row["days"]), 0): int(row["received"]) for row in found if row["days"] is not None}
    received, late = (sum(int(row[name]) for row in found) for name in ("received", "late"))
    return Row(received, sum(days.values()), late, median(days))


def _days() -> str:
    """Whole days from a concern's word to its topic's result; of no result none."""
    if sql.on_postgres():
        return "CAST(FLOOR(EXTRACT(EPOCH FROM t.ended_at - c.said_at) / 86400) AS INTEGER)"
    return "CAST(julianday(t.ended_at) - julianday(c.said_at) + 0.000001 AS INTEGER)"


def dumped(found: Statistics) -> dict[str, Any]:
    """As JSON holds it."""
    return {
        "parts": [astuple(part) for part in found.parts],
        "rows": {category.value if category else "": astuple(row) for category, row in found.rows.items()},
        "rates": astuple(found.rates),
    }


def loaded(kept: Mapping[str, Any]) -> Statistics:
    """As it was dumped."""
    return Statistics(
        tuple(Part(*part) for part in kept["parts"]),
        {ConcernCategory(name) if name else None: Row(*row) for name, row in kept["rows"].items()},
        Rates(*kept["rates"]),
    )
