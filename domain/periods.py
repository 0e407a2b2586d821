"""Which lengths of time the figures are shown for, each in its parts.

periods(now)[Period.QUARTER]      # the first moments of its months that have begun, and the end of the last
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from domain.dates import month_bounds

MONTHS = 6
PARTS_OF_A_MONTH = (1, 11, 21)


class Period(StrEnum):
    """The last six months; this and the last month, quarter, year."""

    HALF = "half"
    MONTH = "month"
    LAST_MONTH = "last_month"
    QUARTER = "quarter"
    LAST_QUARTER = "last_quarter"
    YEAR = "year"
    LAST_YEAR = "last_year"


def periods(now: datetime) -> Mapping[Period, list[datetime]]:
    """Each period by the moments that part it: months by 旬, quarters by months, years by quarters.

    Of what is not over yet, the parts that have begun; the last one is whole.
    """
    year = now.month  # months of this year that have begun
    quarter = (now.month - 1) % 3 + 1
    this, before = month_bounds(now, 1), month_bounds(now, 2)[:2]
    return {
        Period.HALF: month_bounds(now, MONTHS),
        Period.MONTH: _begun(_tens(this), now),
        Period.LAST_MONTH: _tens(before),
        Period.QUARTER: month_bounds(now, quarter),
        Period.LAST_QUARTER: month_bounds(now, quarter + 3)[:4],
        Period.YEAR: _begun(_quarters(_year(now, year)), now),
        Period.LAST_YEAR: _quarters(month_bounds(now, year + 12)[:13]),
    }


def _year(now: datetime, begun: int) -> list[datetime]:
    first = month_bounds(now, begun)[0]
    return [*(first.replace(month=month) for month in range(1, 13)), first.replace(year=first.year + 1)]


def _tens(month: Sequence[datetime]) -> list[datetime]:
    return [*(month[0].replace(day=day) for day in PARTS_OF_A_MONTH), month[1]]


def _quarters(year: Sequence[datetime]) -> list[datetime]:
    return list(year[::3])


def _begun(bounds: list[datetime], now: datetime) -> list[datetime]:
    return [*(one for one in bounds[:-1] if one <= now), next(one for one in bounds if one > now)]


def median(counts: Mapping[int, int]) -> int | None:
    """The middle of numbers that are told by how often each stands; of two middles the lower. None of nothing."""
    left = (sum(counts.values()) + 1) // 2
    for number in sorted(counts):
        left -= counts[number]
        if left <= 0 < counts[number]:
            return number
    return None
