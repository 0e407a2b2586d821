"""逢四: the days on which a community meets, and which reminder is due at a moment.

DOMAIN.md §2 has the days, INTERFACE.md "Time" the reminders. All moments are aware; whatever asks for a wall
clock or a day is answered in `Rules.zone`. Nothing here knows of holidays: they are a remark of the texts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType

from domain.errors import Refused
from domain.quiet import Quiet, next_loud
from domain.terms import SessionRule

FOURS = (4, 14, 24)
THURSDAY = 3


@dataclass(frozen=True, slots=True)
class SessionDay:
    """A day of sessions and why it is one: DATES, THURSDAYS, or both of them (24 December 2026)."""

    day: date
    reasons: tuple[SessionRule, ...]


def session_days(rule: SessionRule, first: date, last: date) -> list[SessionDay]:
    """The days of `rule` from `first` to `last`, both included, in order; each day once."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [SessionDay(day, reasons) for day in span if (reasons := _reasons(rule, day))]


def _reasons(rule: SessionRule, day: date) -> tuple[SessionRule, ...]:
    found = []
    if rule is not SessionRule.THURSDAYS and day.day in FOURS:
        found.append(SessionRule.DATES)
    if rule is not SessionRule.DATES and day.weekday() == THURSDAY:
        found.append(SessionRule.THURSDAYS)
    return tuple(found)


class Notice(StrEnum):
    """What a session is announced by: three days before, one day before, that morning, at its start."""

    THREE_DAYS = "three_days"
    ONE_DAY = "one_day"
    MORNING = "morning"
    START = "start"


DAYS_BEFORE = MappingProxyType({Notice.THREE_DAYS: 3, Notice.ONE_DAY: 1, Notice.MORNING: 0})


@dataclass(frozen=True, slots=True)
class Rules:
    """How one community reminds. A notice that is missing in `at` is not given; START is on or off.

    `lasts`: a session ends so long after its start. `grace`: told later than this, a reminder says that it is late.
    """

    zone: tzinfo
    at: Mapping[Notice, time] = field(
        default_factory=lambda: {
            Notice.THREE_DAYS: time(9, 0),
            Notice.ONE_DAY: time(9, 0),
            Notice.MORNING: time(7, 30),
        }
    )
    start: bool = True
    quiet: Quiet = field(default_factory=Quiet)
    lasts: timedelta = timedelta(hours=2)
    grace: timedelta = timedelta(minutes=10)


def reminders_of(starts_at: datetime, made_at: datetime, rules: Rules) -> list[tuple[Notice, datetime]]:
    """The reminders of a session, made or moved at `made_at`, with when each is due; the past ones are left out."""
    local = starts_at.astimezone(rules.zone)
    due = [
        (notice, datetime.combine(local.date() - timedelta(days=days), rules.at[notice], rules.zone))
        for notice, days in DAYS_BEFORE.items()
        if notice in rules.at
    ]
    due = [(notice, moment) for notice, moment in due if moment < local]
    if rules.start:
        due.append((Notice.START, local))
    return [(notice, moment) for notice, moment in due if moment >= made_at]


@dataclass(frozen=True, slots=True)
class Pending:
    """A reminder not told yet. `heard`: something about its session was told before."""

    id: int
    session: int
    notice: Notice
    due_at: datetime
    starts_at: datetime
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """A reminder to be told now. `late`: the program was down when it was due. `missed`: the session is over."""

    reminder: Pending
    late: bool = False
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """The messages to send, each made of one or more reminders, and the reminders that nobody needs any more."""

    messages: tuple[tuple[Telling, ...], ...] = ()
    dropped: tuple[Pending, ...] = ()


def reminders_due(pending: Iterable[Pending], now: datetime, rules: Rules) -> Due:
    """What one community is told at `now`, of all its reminders not told yet.

    Nothing in quiet hours. Of several overdue reminders of a session only the newest; none after the session's end,
    but where nobody heard of the newest such session at all, that is said. What falls on one day is one message, at
    the time of its first part; the start is always one of its own.
    """
    now = now.astimezone(rules.zone)
    if rules.quiet.holds(now):
        return Due()
    every = sorted(pending, key=lambda p: (p.starts_at, p.due_at))
    over = [p for p in every if now >= p.starts_at + rules.lasts]
    overdue = [p for p in every if p not in over and _loud(p, rules) <= now]
    joined = [p for p in every if p not in over and _joins(p, overdue, now, rules)]
    told = _newest(overdue + joined)
    missed = _missed(over, rules)
    dropped = tuple(p for p in over + overdue if p not in told and p not in missed)
    tellings = [Telling(p, missed=True) for p in missed]
    tellings += [Telling(p, late=now > _loud(p, rules) + rules.grace) for p in told]
    return Due(_messages(tellings), dropped)


def _loud(reminder: Pending, rules: Rules) -> datetime:
    """When it may be told at the earliest: its time, or the end of the quiet hours in which that lies."""
    return next_loud(reminder.due_at.astimezone(rules.zone), rules.quiet)


def _joins(reminder: Pending, overdue: Sequence[Pending], now: datetime, rules: Rules) -> bool:
    """Later today, and there is an announcement now which it can share."""
    if reminder.notice is Notice.START or all(p.notice is Notice.START for p in overdue):
        return False
    return now < (loud := _loud(reminder, rules)) and loud.date() == now.date()


def _newest(reminders: Sequence[Pending]) -> list[Pending]:
    """The newest reminder of each session, sessions in their order."""
    newest: dict[int, Pending] = {}
    for reminder in reminders:
        before = newest.get(reminder.session)
        if before is None or reminder.due_at > before.due_at:
            newest[reminder.session] = reminder
    return sorted(newest.values(), key=lambda p: p.starts_at)


def _missed(over: Sequence[Pending], rules: Rules) -> list[Pending]:
    """The last reminder of the newest session that ended unheard, though its time to be told had come."""
    silent = [p for p in over if not p.heard and _loud(p, rules) < p.starts_at + rules.lasts]
    return silent[-1:]


def _messages(tellings: Sequence[Telling]) -> tuple[tuple[Telling, ...], ...]:
    starts = [(t,) for t in tellings if t.reminder.notice is Notice.START and not t.missed]
    announced = tuple(t for t in tellings if (t,) not in starts)
    return (announced, *starts) if announced else tuple(starts)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as its community knows it: `planned` is the day the rule gave it, `starts_at` where it stands now."""

    id: int
    planned: date
    starts_at: datetime
    place: str = ""


def coming(meetings: Iterable[Meeting], now: datetime, rules: Rules) -> tuple[Meeting | None, list[Meeting]]:
    """The session that has begun and not ended yet, if any, and those to come, the nearest first."""
    ordered = sorted(meetings, key=lambda m: m.starts_at)
    running = [m for m in ordered if m.starts_at <= now < m.starts_at + rules.lasts]
    return (running[-1] if running else None), [m for m in ordered if m.starts_at > now]


def on_day(meetings: Iterable[Meeting], day: date, now: datetime, rules: Rules) -> Meeting:
    """The session that stands on `day` and has not begun. Raises Refused: no_session, session_begun (day)."""
    found = [m for m in meetings if m.starts_at.astimezone(rules.zone).date() == day]
    if not found:
        raise Refused("prepare.no_session", day=day)
    if found[0].starts_at <= now:
        raise Refused("prepare.session_begun", day=day)
    return found[0]


def check_move(meeting: Meeting, to: datetime, others: Iterable[Meeting], now: datetime, rules: Rules) -> None:
    """Whether `meeting` may move to `to`. Raises Refused: move_past, move_nowhere (to), day_taken (day)."""
    if to <= now:
        raise Refused("prepare.move_past", to=to)
    if to == meeting.starts_at:
        raise Refused("prepare.move_nowhere", to=to)
    day = to.astimezone(rules.zone).date()
    if any(m.id != meeting.id and m.starts_at.astimezone(rules.zone).date() == day for m in others):
        raise Refused("prepare.day_taken", day=day)
