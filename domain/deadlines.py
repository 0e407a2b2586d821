"""期限: until when a task is to be done (DOMAIN.md §3): hours where it presses, working days where it doesn't.

    urgency = urgency_of(MatterKind.MEDIATION, urgent=False)
    due = deadline(urgency, now, Limits(), workday)         # due.at, and whether its holidays were known
    due = last_day(date(2026, 12, 31), zone)                # that day included: due at its end

`workday` tells of a day whether it is worked, or None in a year whose holidays nobody knows yet: then Monday to Friday
count, and `sure` is False, so that what is told says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from domain.errors import Refused
from domain.terms import MatterKind, Urgency

Workday = Callable[[date], bool | None]
DAY = timedelta(days=1)
WEEKEND = 5
LONGEST = 366
_LONG = frozenset({MatterKind.RULE_MAKING, MatterKind.MEDIATION, MatterKind.STAR_RATING})
_LENGTH = re.compile(r"(\d{1,4})\s*(\D+)")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a task may take: hours where it presses, working days where it doesn't."""

    emergency_hours: int = 2
    urgent_hours: int = 24
    days: int = 7
    long_days: int = 15


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment at which a task is late. `sure` False: counted over a year whose holidays are not known."""

    at: datetime
    sure: bool = True

    @property
    def last_day(self) -> date:
        """The last local day on which it is not late."""
        return (self.at - timedelta(microseconds=1)).date()

    @property
    def whole_day(self) -> bool:
        """Whether it ends with a day, which is included."""
        return self.at.time() == time()


@dataclass(frozen=True, slots=True)
class LengthWords:
    """The language's words after a number: hours, days, working days."""

    hours: tuple[str, ...]
    days: tuple[str, ...]
    working_days: tuple[str, ...]


def urgency_of(kind: MatterKind, *, urgent: bool) -> Urgency:
    """How a task presses: 突发事件, what is urgent, what takes long by its kind, and the rest."""
    if kind is MatterKind.EMERGENCY:
        return Urgency.EMERGENCY
    if urgent:
        return Urgency.URGENT
    return Urgency.LONG if kind in _LONG else Urgency.NORMAL


def deadline(urgency: Urgency, now: datetime, limits: Limits, workday: Workday) -> Deadline:
    """The default deadline, from `now` on, in now's zone."""
    if urgency is Urgency.EMERGENCY:
        return Deadline(now + timedelta(hours=limits.emergency_hours))
    if urgency is Urgency.URGENT:
        return Deadline(now + timedelta(hours=limits.urgent_hours))
    days = limits.long_days if urgency is Urgency.LONG else limits.days
    return in_working_days(days, now, workday)


def in_working_days(count: int, now: datetime, workday: Workday) -> Deadline:
    """The end of the `count`-th working day after today."""
    day, left, sure = now.date(), count, True
    while left > 0:
        day += DAY
        worked = workday(day)
        sure = sure and worked is not None
        left -= day.weekday() < WEEKEND if worked is None else worked
    return Deadline(_end(day, now.tzinfo), sure)


def last_day(day: date, zone: tzinfo | None) -> Deadline:
    """A day that was named: it is included."""
    return Deadline(_end(day, zone))


def _end(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day + DAY, time(), zone)


def in_a_length(text: str, now: datetime, words: LengthWords, workday: Workday) -> Deadline | None:
    """A length that was typed: hours, days, working days; None where it is none.

    Raises Refused: tasks.length (nothing, or over a year).
    """
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return None
    count, unit = int(match[1]), match[2].strip()
    if unit not in (*words.hours, *words.days, *words.working_days):
        return None
    if not 0 < count <= LONGEST:
        raise Refused("tasks.length", text=text.strip())
    if unit in words.hours:
        return Deadline(now + timedelta(hours=count))
    if unit in words.days:
        return last_day(now.date() + timedelta(days=count), now.tzinfo)
    return in_working_days(count, now, workday)


def extended(number: int, old: datetime, new: datetime, reason: str, now: datetime) -> None:
    """A deadline is put off only for a reason, and only to a later moment that is still to come.

    Raises Refused: tasks.extend_needs_reason, tasks.extend_earlier; with `number`.
    """
    if not reason.strip():
        raise Refused("tasks.extend_needs_reason", number=number)
    if new <= old or new <= now:
        raise Refused("tasks.extend_earlier", number=number)
