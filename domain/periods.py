"""Which lengths of time the figures are shown for, each in its parts.

periods(now)[Period.QUARTER]      # the first moments of its months that have begun, and the end of the last
Span.read("2026-Q3").bounds(now)  # of any month, quarter or year
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


_SPAN = re.compile(r"([1-9]\d{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", re.ASCII)
A_YEAR, A_QUARTER, A_MONTH = 12, 3, 1


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A month, a quarter or a year: from the first of `month` on, so many `months`."""

    year: int
    month: int
    months: int

    @classmethod
    def read(cls, text: str) -> "Span | None":
        """2026-11, 2026-Q4, 2026; None of anything else."""
        found = _SPAN.fullmatch(text)
        if found is None:
            return None
        year, month, quarter = found.groups()
        if month:
            return cls(int(year), int(month), A_MONTH)
        return cls(int(year), 3 * int(quarter) - 2, A_QUARTER) if quarter else cls(int(year), 1, A_YEAR)

    def __str__(self) -> str:
        if self.months == A_MONTH:
            return f"{self.year}-{self.month:02}"
        return f"{self.year}-Q{self.quarter}" if self.months == A_QUARTER else str(self.year)

    @property
    def quarter(self) -> int:
        """The quarter in which it begins."""
        return (self.month + 2) // 3

    def beside(self, steps: int) -> "Span":
        """The one so many of its length later, or earlier."""
        years, month = divmod(self.month - 1 + steps * self.months, 12)
        return Span(self.year + years, month + 1, self.months)

    def bounds(self, now: datetime) -> list[datetime]:
        """The moments that part it, on the clock of `now`: as `periods` parts its own; all, where it lies ahead."""
        first = now.replace(year=self.year, month=self.month, day=1, hour=0, minute=0, second=0, microsecond=0)
        after = self.beside(1)
        end = first.replace(year=after.year, month=after.month)
        if self.months == A_MONTH:
            bounds = _tens([first, end])
        else:
            step = 3 if self.months == A_YEAR else 1
            bounds = [*(first.replace(month=self.month + n) for n in range(0, self.months, step)), end]
        return _begun(bounds, now) if first <= now < end else bounds


def spans_of(now: datetime) -> Mapping[Period, Span]:
    """Which span each period is; the last six months are none."""
    month = Span(now.year, now.month, A_MONTH)
    quarter, year = Span(now.year, 3 * month.quarter - 2, A_QUARTER), Span(now.year, 1, A_YEAR)
    this = {Period.MONTH: month, Period.QUARTER: quarter, Period.YEAR: year}
    before = {Period.LAST_MONTH: month, Period.LAST_QUARTER: quarter, Period.LAST_YEAR: year}
    return this | {period: span.beside(-1) for period, span in before.items()}


def within(year: int) -> list[Span]:
    """A year's quarters, then its months."""
    quarters = [Span(year, month, A_QUARTER) for month in (1, 4, 7, 10)]
    return [*quarters, *(Span(year, month, A_MONTH) for month in range(1, 13))]


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
