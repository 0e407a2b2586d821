"""Values as plain SQL returns them."""

from datetime import UTC, datetime

import pytest

from models import sql

AT = datetime(2026, 12, 4, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "stored", ["2026-12-04 11:30:00+00:00", "2026-12-04 11:30:00", "2026-12-04 19:30:00+08:00", AT, None]
)
def test_moment_can_be_compared(stored: object) -> None:
    """SQLite's text with a zone or without, PostgreSQL's value; a page sorts them side by side."""
    assert sql.moment(stored) == (AT if stored else None)
