"""Dates, times and lengths as they are written for residents (VOICE.md §4) and as people type them.

The words are a language's own: `DateWords` comes from `locales/zh_CN/contract.toml`. Moments are written in the zone
they carry; typed ones get the zone of `now`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.errors import Refused

_DAY = re.compile(r"(?:(\d{4})[^\d\s]\s*)?(\d{1,2})[^\d\s]\s*(\d{1,2})(?:[^\d\s]?\s*\(\D{2}\)|[^\d\s])?", re.ASCII)
_CLOCK = re.compile(r"(.+?)(?:\s+|(?<=\D))(\d{1,2})[^\d\s](\d{2})[^\d\s]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class DateWords:
    """The language's forms, braces and all.

    `day` has {month} {day} {weekday}, `day_of_year` {year} too; `weekdays` begin with Monday; `today` and `tomorrow`
    have {moment}; `by` has {day}; `lengths` maps `minutes`, `hours`, `days` to a form with {n}.
    """

    day: str
    day_of_year: str
    weekdays: tuple[str, ...]
    today: str
    tomorrow: str
    by: str
    lengths: Mapping[str, str]


def write_day(day: date, today: date, words: DateWords) -> str:
    """A day with its weekday; the year only where it is not the year of `today`."""
    form = words.day if day.year == today.year else words.day_of_year
    return form.format(year=day.year, month=day.month, day=day.day, weekday=words.weekdays[day.weekday()])


def write_time(moment: datetime) -> str:
    """The wall clock of a moment, 24 hours: `9:00` stands as `09:00`."""
    return f"{moment:%H:%M}"


def write_moment(moment: datetime, today: date, words: DateWords) -> str:
    """A day and its time, without a space between."""
    return write_day(moment.date(), today, words) + write_time(moment)


def write_near(moment: datetime, today: date, words: DateWords) -> str:
    """Today with the time only, tomorrow with its date and the time, else day and time."""
    if moment.date() == today:
        return words.today.format(moment=write_time(moment))
    if moment.date() == today + timedelta(days=1):
        return words.tomorrow.format(moment=write_moment(moment, today, words))
    return write_moment(moment, today, words)


def write_last_day(day: date, today: date, words: DateWords) -> str:
    """A day that is included in a time limit."""
    return words.by.format(day=write_day(day, today, words))


def write_length(length: timedelta, words: DateWords) -> str:
    """A length in its largest telling unit: minutes (begun ones count), hours from one on, days from two on."""
    if length >= timedelta(days=2):
        return words.lengths["days"].format(n=length // timedelta(days=1))
    if length >= timedelta(hours=1):
        return words.lengths["hours"].format(n=length // timedelta(hours=1))
    return words.lengths["minutes"].format(n=-(-length // timedelta(minutes=1)))


def month_bounds(now: datetime, count: int) -> list[datetime]:
    """The first moments of the last `count` months and of the next one, on the clock of `now`."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    bounds = [(first + timedelta(days=32)).replace(day=1)]
    for _ in range(count):
        bounds.append((bounds[-1] - timedelta(days=1)).replace(day=1))
    return bounds[::-1]


def parse_day(text: str, today: date) -> date:
    """A typed day: `12-14`, `12月14日`, `2026-12-14`. Raises Refused: refused.day_unreadable.

    Without a year the day nearest to `today` is meant, past or to come.
    """
    match = _DAY.fullmatch(_plain(text))
    if match is None:
        raise Refused("refused.day_unreadable", text=text.strip())
    year, month, day = match.groups()
    years = [int(year)] if year else [today.year - 1, today.year, today.year + 1]
    days = [found for y in years if (found := _date(y, int(month), int(day))) is not None]
    if not days:
        raise Refused("refused.day_unreadable", text=text.strip())
    return min(days, key=lambda d: abs(d - today))


def parse_moment(text: str, now: datetime) -> datetime:
    """A typed day with its time: `12-15 19:30`. Raises Refused: refused.moment_unreadable."""
    match = _CLOCK.fullmatch(_plain(text))
    if match is None:
        raise Refused("refused.moment_unreadable", text=text.strip())
    try:
        clock = time(int(match[2]), int(match[3]))
        return datetime.combine(parse_day(match[1], now.date()), clock, now.tzinfo)
    except (Refused, ValueError) as error:
        raise Refused("refused.moment_unreadable", text=text.strip()) from error


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
