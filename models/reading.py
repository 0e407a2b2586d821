"""Reading for the public: on a connection that can't write, so that no fault of a page's can change a row.

SQLite: a second connection with `query_only`. PostgreSQL: sessions that are read only, by a role of their own where the
operator names one (`[database] read_url`). A database in memory has one connection only; there pages share it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tortoise.connection import get_connection
from tortoise.exceptions import ConfigurationError

BOARD = "board"
_only = ContextVar("only", default=False)


@contextmanager
def only_reading() -> Iterator[None]:
    """Within the block all statements go to the connection that can't write, where there is one."""
    token = _only.set(True)
    try:
        yield
    finally:
        _only.reset(token)


def connection() -> Any:
    """The connection for a statement of one's own."""
    return get_connection(name() or "default")


def name() -> str | None:
    """The reading connection's name while only reading; None: the usual one."""
    if not _only.get():
        return None
    try:
        get_connection(BOARD)
    except (ConfigurationError, KeyError):
        return None
    return BOARD


class Router:
    """Tortoise asks it where a row is read or written."""

    def db_for_read(self, _model: type[Any]) -> str | None:
        """Where to read."""
        return name()

    def db_for_write(self, _model: type[Any]) -> str | None:
        """Where to write: while only reading, where that fails."""
        return name()
