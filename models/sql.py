"""Plain SQL where the query builder can't say it, one text for SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from tortoise.connection import get_connection

from models import reading
from models.tables.moment import utc


async def rows(sql: str, *values: object) -> Sequence[Mapping[str, Any]]:
    """Run a statement with `?` marks, in the transaction in force. Returns what it returns, if anything."""
    connection = reading.connection()
    if connection.capabilities.dialect == "postgres":
        # Tortoise throws the rows of a statement away that begins with INSERT, UPDATE or DELETE.
        sql = f"/* rows */ {_numbered(sql)}"
    found: Sequence[Mapping[str, Any]]
    _, found = await connection.execute_query(sql, [_value(v) for v in values])
    return found


def _value(value: object) -> object:
    return utc(value) if isinstance(value, datetime) else value


def _numbered(sql: str) -> str:
    parts = sql.split("?")
    return parts[0] + "".join(f"${i}{part}" for i, part in enumerate(parts[1:], 1))


def moment(value: object) -> datetime | None:
    """A moment as `rows` returns it: SQLite's text, PostgreSQL's value; UTC where it names no zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) if isinstance(found, datetime) else None


def known_moment(value: object) -> datetime:
    """The same where the column is never empty."""
    found = moment(value)
    assert found is not None
    return found


def day(value: object) -> date | None:
    """A day as `rows` returns it."""
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None


def on_postgres() -> bool:
    """Whether the database is PostgreSQL (else SQLite)."""
    return get_connection("default").capabilities.dialect == "postgres"
