"""授权: how long a role is given for."""

import re
from datetime import date

from domain.dates import parse_day
from domain.errors import Refused

LONGEST_YEARS = 5


def usual_last_day(today: date) -> date:
    """Where nothing is said, a role holds until the end of the next year."""
    return date(today.year + 1, 12, 31)


def read_last_day(words: str, today: date, until: str) -> tuple[str, date]:
    """The words without their end of term (`until` and a day), and the last day on which the role holds.

    Raises Refused: refused.day_unreadable; roles.until_past, roles.until_too_far (beyond five years), with the `day`.
    """
    match = re.search(rf"(?:^|\s){re.escape(until)}\s*(\S+)", words)
    if match is None:
        return words, usual_last_day(today)
    last = parse_day(match[1], today)
    if last < today and not re.search(r"\d{4}", match[1]):
        last = _years_later(last, 1)  # without a year a day to come is meant
    if last < today:
        raise Refused("roles.until_past", day=last)
    latest = _years_later(today, LONGEST_YEARS)
    if last > latest:
        raise Refused("roles.until_too_far", day=latest)
    return words[: match.start()] + words[match.end() :], last


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
