"""Public holidays, only as a remark at a session (DOMAIN.md §2)."""

import logging
from datetime import date
from functools import cache

import chinese_calendar

log = logging.getLogger(__name__)


def is_holiday(day: date) -> bool:
    """Whether a public holiday, with its days off, falls on a day; False for a weekend and for an unknown year."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        _warn(day.year)
        return False
    return bool(off and name)


def known(year: int) -> bool:
    """Whether the holidays of a year are known."""
    try:
        chinese_calendar.get_holiday_detail(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def _warn(year: int) -> None:
    """Once a year and process."""
    log.warning("holidays of %s are not known yet: sessions get no remark", year)
