"""A moment in time, always kept in UTC.

SQLite compares dates as text, so two spellings of one moment would sort wrongly.
"""

from datetime import UTC, datetime
from typing import Any

from tortoise import fields


class Moment(fields.DatetimeField[datetime]):
    """A DatetimeField that turns aware values of any zone into UTC. Naive ones are an error."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        """Raises ValueError for a datetime without a zone."""
        return super().to_db_value(utc(value) if isinstance(value, datetime) else value, instance)


def utc(value: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError where the zone is missing."""
    if value.tzinfo is None:
        raise ValueError(f"a moment without a zone: {value}")
    return value.astimezone(UTC)
