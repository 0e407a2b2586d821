"""Quiet hours (VOICE.md §1.9, INTERFACE.md "Time")."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.quiet import Quiet, next_loud

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (_at(3, 20, 59), _at(3, 20, 59)),
        (_at(3, 21), _at(4, 7, 30)),
        (_at(3, 23, 59), _at(4, 7, 30)),
        (_at(4, 0), _at(4, 7, 30)),
        (_at(4, 7, 29), _at(4, 7, 30)),
        (_at(4, 7, 30), _at(4, 7, 30)),
    ],
)
def test_next_loud_is_the_morning_in_quiet_hours_and_now_otherwise(moment: datetime, expected: datetime) -> None:
    """INTERFACE.md "Time": quiet hours are 21:00–07:30; the end belongs to the day."""
    assert expected == next_loud(moment, Quiet())


def test_equal_ends_mean_never_quiet() -> None:
    """An operator switches quiet hours off by giving them no length."""
    assert next_loud(_at(3, 23), Quiet(time(0), time(0))) == _at(3, 23)


@given(
    st.builds(datetime.combine, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.times(), st.just(SHANGHAI)),
    st.builds(Quiet, st.times(), st.times()),
)
def test_next_loud_is_loud_and_less_than_a_day_away(moment: datetime, quiet: Quiet) -> None:
    """Nothing waits for a day or more, and nothing comes out in quiet hours."""
    loud = next_loud(moment, quiet)

    assert timedelta(0) <= loud - moment <= timedelta(days=1)
    assert not quiet.holds(loud)
