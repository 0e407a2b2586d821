"""Counts over everything public: for small towns counted for each page, for large ones made ready beside the pages.

So no page pays for how much is stored. What is ready is at most `KEPT` old; it is counts, never a word of anybody.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from domain.rates import Rates, together
from domain.terms import ConcernCategory, Numbered
from models import board, board_topics, rates, sql
from models.board_topics import Month
from models.reading import only_reading
from models.tables.people import Community

MANY = 5_000
MONTHS = 6
KEPT = timedelta(minutes=1)
Figures = Mapping[str, Any] | None


async def bring_up_to_date(now: datetime, bounds: Sequence[datetime]) -> int:
    """Count again in each large town whose figures are old. `bounds` part the months. Returns how many towns."""
    large = await sql.rows(
        "SELECT community_id FROM counter WHERE kind = ? AND given > ?", Numbered.CONCERN.value, MANY
    )
    done = 0
    for row in large:
        town = await Community.get(id=row["community_id"])
        if town.figures is None or not timedelta() <= now - datetime.fromisoformat(town.figures["at"]) < KEPT:
            found = await _counted(town.id, now, bounds)
            await Community.filter(id=town.id).update(figures=found)
            done += 1
    return done


async def _counted(community: int, now: datetime, bounds: Sequence[datetime]) -> dict[str, Any]:
    with only_reading():
        counts = await board.concern_counts(community)
        months = await board_topics.months(community, bounds)
        topics, late = await board_topics.under_way(community, now.date())
        counted = await _rates(community, bounds)
    return {
        "at": now.isoformat(),
        "categories": {category.value if category else "": count for category, count in counts.items()},
        "months": {
            _span(*pair): [month.received, month.published]
            for pair, month in zip(pairwise(bounds), months, strict=True)
        },
        "rates": [getattr(counted, name) for name in Rates.__slots__],
        "topics": topics,
        "late": late,
    }


def _span(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()} {end.isoformat()}"


async def categories(community: int, ready: Figures) -> Mapping[ConcernCategory | None, int]:
    """Public concerns by category; None is 待定. One statement, or none."""
    if ready is None:
        return await board.concern_counts(community)
    return {ConcernCategory(name) if name else None: int(count) for name, count in ready["categories"].items()}


async def months(community: int, bounds: Sequence[datetime], ready: Figures) -> list[Month]:
    """The months between these moments. One statement, or none."""
    spans = [_span(*pair) for pair in pairwise(bounds)]
    if ready is None or not ready["months"].keys() >= set(spans):
        return await board_topics.months(community, bounds)
    return [Month(*ready["months"][span]) for span in spans]


async def rates_of_month(community: int, bounds: Sequence[datetime], ready: Figures) -> Rates:
    """The counts behind the three rates of the last of these months. One statement, or none."""
    if ready is None or not ready["months"].keys() >= {_span(*bounds[-2:])}:
        return await _rates(community, bounds)
    return Rates(*ready["rates"])


async def _rates(community: int, bounds: Sequence[datetime]) -> Rates:
    return together((await rates.of_month(community, (bounds[-2], bounds[-1]))).values())


def this_month(ready: Mapping[str, Any]) -> int:
    """How many concerns came in in the newest month that was counted."""
    return int(list(ready["months"].values())[-1][0])
