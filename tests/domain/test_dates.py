"""Dates as they are written for residents and as people type them (VOICE.md §4)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import dates
from domain.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORDS = dates.DateWords(
    day="{month}月{day}日（{weekday}）",
    day_of_year="{year}年{month}月{day}日（{weekday}）",
    weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    today="今天{moment}",
    tomorrow="明天{moment}",
    by="最迟{day}",
    lengths={"minutes": "{n}分钟", "hours": "{n}小时", "days": "{n}天"},
)
TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 8, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 4, 19, 30, tzinfo=UTC), "12月4日（周五）19:30"),
        (datetime(2026, 12, 4, 9, 5, tzinfo=UTC), "12月4日（周五）09:05"),
        (datetime(2027, 1, 8, 18, 0, tzinfo=UTC), "2027年1月8日（周五）18:00"),
    ],
)
def test_moment_is_written_with_weekday_and_the_year_only_if_not_this_one(moment: datetime, expected: str) -> None:
    """VOICE.md §4: `12月4日（周五）19:30`, the year only if it isn't this one."""
    assert expected == dates.write_moment(moment, TODAY, WORDS)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 1, 19, 30, tzinfo=UTC), "今天19:30"),
        (datetime(2026, 12, 2, 19, 30, tzinfo=UTC), "明天12月2日（周三）19:30"),
        (datetime(2026, 12, 3, 19, 30, tzinfo=UTC), "12月3日（周四）19:30"),
    ],
)
def test_near_moment_says_today_with_time_and_tomorrow_with_date(moment: datetime, expected: str) -> None:
    """VOICE.md §4: 今天, 明天 only with the time, and 明天 with the date too."""
    assert expected == dates.write_near(moment, TODAY, WORDS)


def test_last_day_is_written_as_included() -> None:
    """VOICE.md §4: a last day reads 最迟, that day included."""
    assert dates.write_last_day(date(2026, 12, 31), TODAY, WORDS) == "最迟12月31日（周四）"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(minutes=15), "15分钟"),
        (timedelta(seconds=61), "2分钟"),
        (timedelta(hours=1), "1小时"),
        (timedelta(hours=47), "47小时"),
        (timedelta(days=3), "3天"),
    ],
)
def test_length_is_written_in_its_largest_unit(length: timedelta, expected: str) -> None:
    """VOICE.md §4: lengths read 2小时, 3天."""
    assert expected == dates.write_length(length, WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12-14", date(2026, 12, 14)),
        ("１２－１４", date(2026, 12, 14)),
        ("12/4", date(2026, 12, 4)),
        (" 12月14日 ", date(2026, 12, 14)),
        ("12月14日（周一）", date(2026, 12, 14)),
        ("2027-1-4", date(2027, 1, 4)),
        ("2027年1月4日", date(2027, 1, 4)),
        ("1-4", date(2027, 1, 4)),
        ("11-30", date(2026, 11, 30)),
    ],
)
def test_day_is_read_however_it_is_typed(text: str, expected: date) -> None:
    """INTERFACE.md §1: half and full width count alike; without a year the nearest such day is meant."""
    assert expected == dates.parse_day(text, TODAY)


@pytest.mark.parametrize("text", ["", "12", "13-40", "2-30", "明天", "12-14 19:30", "-", "12-14x y"])
def test_day_is_refused_when_it_is_none(text: str) -> None:
    """What is no day of the calendar is refused and repeated."""
    with pytest.raises(Refused) as refusal:
        dates.parse_day(text, TODAY)

    assert refusal.value.reason == "refused.day_unreadable"


@pytest.mark.parametrize(
    "text", ["12-15 19:30", "12月15日19:30", "12月15日（周二）19:30", "2026-12-15 19：30", "12-15 19点30分"]
)
def test_moment_is_read_however_it_is_typed(text: str) -> None:
    """INTERFACE.md §1: `12-15 19:30`, half or full width."""
    assert dates.parse_moment(text, NOW) == datetime(2026, 12, 15, 19, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize("text", ["", "19:30", "12-15", "12-15 25:00", "12-15 19:60", "12-1519:30", "2-30 9:00"])
def test_moment_is_refused_when_day_or_time_is_missing(text: str) -> None:
    """Half a moment is refused, not guessed."""
    with pytest.raises(Refused) as refusal:
        dates.parse_moment(text, NOW)

    assert refusal.value.reason == "refused.moment_unreadable"


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(-180, 180), st.times())
def test_what_is_written_can_be_typed_again(today: date, days: int, clock: time) -> None:
    """A moment within half a year, copied as it was written, is read as the same moment."""
    now = datetime.combine(today, time(), SHANGHAI)
    told = datetime.combine(today + timedelta(days=days), clock.replace(second=0, microsecond=0), SHANGHAI)

    assert dates.parse_moment(dates.write_moment(told, today, WORDS), now) == told
