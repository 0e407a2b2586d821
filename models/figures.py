"""Counts over everything public: for small towns counted for each page, for large ones made ready beside the pages.

So no page pays for how much is stored. What is ready is at most `KEPT` old; it is counts, never a word of anybody.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.periods import Period, periods
from domain.rates import Rates, together
from domain.terms import ConcernCategory, Numbered
from models import board, board_topics, rates, sql, statistics
from models.reading import only_reading
from models.statistics import Statistics
from models.tables.people import Community

MANY = 5_000
KEPT = timedelta(minutes=1)
Figures = Mapping[str, Any] | None


async def bring_up_to_date(now: datetime) -> int:
    """Count again in each large town whose figures are old. `now` on its clock. Returns how many towns."""
    large = await sql.rows(
        "SELECT community_id FROM counter WHERE kind = ? AND given > ?", Numbered.CONCERN.value, MANY
    )
    done = 0
    for row in large:
        town = await Community.get(id=row["community_id"])
        if town.figures is None or not timedelta() <= now - datetime.fromisoformat(town.figures["at"]) < KEPT:
            found = await _counted(town.id, now)
            await Community.filter(id=town.id).update(figures=found)
            done += 1
    return done


async def _counted(community: int, now: datetime) -> dict[str, Any]:
    with only_reading():
        counts = await board.concern_counts(community)
        topics, late = await board_topics.under_way(community, now.date())
        months = periods(now)
        found = {one: await statistics.counted(community, bounds, now) for one, bounds in months.items()}
    return {
        "at": now.isoformat(),
        "categories": {category.value if category else "": count for category, count in counts.items()},
        "periods": {one.value: {"of": _span(months[one]), **statistics.dumped(found[one])} for one in Period},
        "topics": topics,
        "late": late,
    }


def _span(bounds: list[datetime]) -> str:
    return " ".join(one.isoformat() for one in bounds)


async def categories(community: int, ready: Figures) -> Mapping[ConcernCategory | None, int]:
    """Public concerns by category; None is 待定. One statement, or none."""
    if ready is None:
        return await board.concern_counts(community)
    return {ConcernCategory(name) if name else None: int(count) for name, count in ready["categories"].items()}


async def between(community: int, bounds: list[datetime], now: datetime, ready: Figures) -> Statistics:
    """A time in figures, parted by these moments. Three statements; none, where it is made ready."""
    kept = next((found for period in Period if (found := _kept(ready, period, bounds))), None)
    return kept or await statistics.counted(community, bounds, now)


async def rates_of_month(community: int, now: datetime, ready: Figures) -> Rates:
    """The counts behind the three rates of this month. One statement, or none."""
    bounds = periods(now)[Period.MONTH]
    if kept := _kept(ready, Period.MONTH, bounds):
        return kept.rates
    return together((await rates.of_month(community, (bounds[0], bounds[-1]))).values())


def _kept(ready: Figures, period: Period, bounds: list[datetime]) -> Statistics | None:
    found = (ready or {}).get("periods", {}).get(period.value)
    return statistics.loaded(found) if found and found["of"] == _span(bounds) else None


def this_month(ready: Mapping[str, Any]) -> int:
    """How many concerns came in in the month that was counted last."""
    found = ready.get("periods", {}).get(Period.MONTH.value)
    return sum(part.received for part in statistics.loaded(found).parts) if found else 0
