"""Public holidays: a remark at a session (DOMAIN.md §2), and which days are worked, for deadlines (§3)."""

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


def is_workday(day: date) -> bool | None:
    """Whether a day is worked, with the days that are moved for a holiday; None in a year nobody knows yet."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        _warn(day.year)
        return None


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
    log.warning(
        "holidays of %s are not known yet: sessions get no remark, Monday to Friday count as working days", year
    )
