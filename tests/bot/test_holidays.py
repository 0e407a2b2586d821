"""Public holidays, only as a remark (DOMAIN.md §2, LIBRARIES.md "holidays")."""

from datetime import date

import pytest

from bot import holidays


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 1), True),
        (date(2026, 12, 24), False),
        (date(2026, 12, 26), False),
        (date(2026, 10, 10), False),
    ],
    ids=["national day", "a working day", "a saturday", "a saturday worked instead"],
)
def test_holiday_is_a_public_one_with_its_day_off(day: date, expected: bool) -> None:
    """A weekend is no holiday, and neither is a day worked in place of one."""
    assert holidays.is_holiday(day) is expected


def test_unknown_year_gives_no_remark_and_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    """chinesecalendar ends somewhere: no remark then, one warning, and doctor can ask."""
    years = [holidays.is_holiday(date(2099, 1, 1)), holidays.is_holiday(date(2099, 10, 1))]

    assert years == [False, False]
    assert len(caplog.records) == 1
    assert (holidays.known(2026), holidays.known(2099)) == (True, False)
