"""When an open vote is counted (INTERFACE.md §1, Time)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.vote_closing import BACKLOG, OVERDUE, UNDER_WAY, came_late, counted_at, put_off, to_the_minute

CLOSES = datetime(2026, 12, 14, 12, tzinfo=UTC)
SECONDS = st.integers(0, 10**6).map(lambda s: timedelta(seconds=s))


@given(SECONDS)
def test_counting_waits_for_words_under_way(late: timedelta) -> None:
    """It is never before the close; one that nobody watched waits once for what the platform still holds."""
    due = counted_at(CLOSES)
    now = due + late
    again = put_off(due, now)

    assert due == CLOSES + UNDER_WAY
    assert (again is None) == (late <= OVERDUE)
    assert again is None or (again == now + BACKLOG and put_off(again, again) is None)


def test_counting_in_time_says_nothing_of_it() -> None:
    """A word on the delay is owed only where somebody could notice it."""
    assert not came_late(CLOSES, CLOSES + timedelta(minutes=2))
    assert came_late(CLOSES, CLOSES + timedelta(minutes=2, seconds=1))


@given(SECONDS, st.integers(0, 999_999))
def test_close_is_a_whole_minute(after: timedelta, micro: int) -> None:
    """What is shown is what holds: to the minute, less than one later than asked for, never earlier."""
    asked = CLOSES + after + timedelta(microseconds=micro)
    closes = to_the_minute(asked)

    assert (closes.second, closes.microsecond) == (0, 0)
    assert timedelta(0) <= closes - asked < timedelta(minutes=1)
