"""期限: hours where it presses, working days where it doesn't (DOMAIN.md §3)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.deadlines import (
    Deadline,
    LengthWords,
    Limits,
    deadline,
    extended,
    in_a_length,
    in_working_days,
    last_day,
    urgency_of,
)
from domain.errors import Refused
from domain.terms import MatterKind, Urgency

NOW = datetime(2026, 9, 29, 10, 0, tzinfo=UTC)
OFF = {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 10, 10)}
WORDS = LengthWords(("小时",), ("天",), ("个工作日", "工作日"))


def workday(day):
    """The week of National Day is off, the Saturday after it is worked; of 2027 nobody knows."""
    if day.year > 2026:
        return None
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


@pytest.mark.parametrize(
    ("kind", "urgent", "urgency"),
    [
        (MatterKind.EMERGENCY, False, Urgency.EMERGENCY),
        (MatterKind.DELIBERATION, True, Urgency.URGENT),
        (MatterKind.DELIBERATION, False, Urgency.NORMAL),
        (MatterKind.ACTIVITY, False, Urgency.NORMAL),
        (MatterKind.MEDIATION, False, Urgency.LONG),
        (MatterKind.RULE_MAKING, False, Urgency.LONG),
        (MatterKind.STAR_RATING, False, Urgency.LONG),
        (MatterKind.MEDIATION, True, Urgency.URGENT),
    ],
)
def test_urgency_goes_by_kind_and_what_presses(kind, urgent, urgency):
    """突发事件 presses most, then what is urgent; what takes long by its kind has fifteen days."""
    assert urgency_of(kind, urgent=urgent) is urgency


@pytest.mark.parametrize(
    ("urgency", "at"),
    [
        (Urgency.EMERGENCY, NOW + timedelta(hours=2)),
        (Urgency.URGENT, NOW + timedelta(hours=24)),
        (Urgency.NORMAL, datetime(2026, 10, 15, tzinfo=UTC)),
        (Urgency.LONG, datetime(2026, 10, 27, tzinfo=UTC)),
    ],
)
def test_default_deadline_is_two_hours_a_day_or_working_days(urgency, at):
    """2 h, 24 h, 7 and 15 working days, over a holiday and a worked Saturday."""
    assert deadline(urgency, NOW, Limits(), workday) == Deadline(at)


def test_working_days_of_an_unknown_year_are_monday_to_friday_and_say_so():
    """Where nobody knows the holidays yet, the count is not sure."""
    found = in_working_days(3, datetime(2026, 12, 31, 9, tzinfo=UTC), workday)

    assert (found.last_day, found.sure) == (date(2027, 1, 5), False)
    assert in_working_days(3, NOW, workday).sure


def test_last_day_is_included():
    """The day that is named ends before it is late."""
    found = last_day(date(2026, 12, 31), UTC)

    assert (found.at, found.last_day, found.whole_day) == (
        datetime(2027, 1, 1, tzinfo=UTC),
        date(2026, 12, 31),
        True,
    )
    assert not Deadline(NOW).whole_day


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2小时", NOW + timedelta(hours=2)),
        ("7 天", datetime(2026, 10, 7, tzinfo=UTC)),
        ("3个工作日", datetime(2026, 10, 10, tzinfo=UTC)),
        ("12-31", None),
        ("尽快", None),
        ("3年", None),
    ],
)
def test_length_is_read(text, at):
    """A number with hours, days or working days; anything else is no length."""
    found = in_a_length(text, NOW, WORDS, workday)

    assert (found.at if found else None) == at


@pytest.mark.parametrize("text", ["0天", "367天", "9999小时"])
def test_length_is_bounded(text):
    """Nothing, and more than a year, is refused."""
    with pytest.raises(Refused, match=r"tasks\.length"):
        in_a_length(text, NOW, WORDS, workday)


@pytest.mark.parametrize(
    ("later", "reason", "refusal"),
    [
        (timedelta(days=1), " ", "tasks.extend_needs_reason"),
        (timedelta(0), "等零件", "tasks.extend_earlier"),
        (timedelta(days=-1), "等零件", "tasks.extend_earlier"),
    ],
)
def test_deadline_is_put_off_only_for_a_reason_and_to_later(later, reason, refusal):
    """No reason, or no later moment: it stays."""
    with pytest.raises(Refused, match=re.escape(refusal)):
        extended(7, NOW + timedelta(days=3), NOW + timedelta(days=3) + later, reason, NOW)


def test_deadline_is_not_put_off_into_the_past():
    """A deadline long over is put off to a moment that is still to come, or not at all."""
    with pytest.raises(Refused, match=r"tasks\.extend_earlier"):
        extended(7, NOW - timedelta(days=9), NOW - timedelta(days=1), "等零件", NOW)
    extended(7, NOW - timedelta(days=9), NOW + timedelta(days=1), "等零件", NOW)
