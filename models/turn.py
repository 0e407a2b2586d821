"""Whose turn it is: of several processes on one database, one sends for a bot's token, another takes over.

On PostgreSQL an advisory lock of a connection of its own, which the server gives free when the process dies; on
SQLite a lock on a file beside the database, which the kernel gives free.
"""

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from models.schema import errors, sqlite_file

if TYPE_CHECKING:  # 3 MiB that SQLite needs not
    import asyncpg

ASK_AGAIN = 2.0


@asynccontextmanager
async def turn(url: str, name: str) -> AsyncIterator["Turn"]:
    """Wait for the turn called `name` and hold it for the block."""
    held = await (_postgres(url, name) if url.startswith("postgres") else _sqlite(url, name))
    try:
        yield held
    finally:
        await held.give_up()


class Turn:
    """A turn that is held."""

    async def kept(self) -> None:
        """Return only when the turn is lost."""
        await asyncio.Event().wait()

    async def give_up(self) -> None:
        """Let another have it."""


class _FileTurn(Turn):
    def __init__(self, file: Path) -> None:
        self._open = file.open("w")

    def taken(self) -> bool:
        try:
            fcntl.flock(self._open, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    async def give_up(self) -> None:
        self._open.close()


async def _sqlite(url: str, name: str) -> Turn:
    file = sqlite_file(url)
    if file is None:
        return Turn()
    held = _FileTurn(file.with_name(f"{file.name}.{name}.turn"))
    while not held.taken():  # noqa: ASYNC110 - another process gives it free
        await asyncio.sleep(ASK_AGAIN)
    return held


class _PostgresTurn(Turn):
    def __init__(self, connection: "asyncpg.Connection") -> None:
        self._connection = connection

    async def kept(self) -> None:
        with suppress(*errors()):
            while True:
                await self._connection.fetchval("SELECT 1")
                await asyncio.sleep(ASK_AGAIN)

    async def give_up(self) -> None:
        with suppress(*errors(), TimeoutError):
            await self._connection.close(timeout=2)


async def _postgres(url: str, name: str) -> Turn:
    import asyncpg  # noqa: PLC0415 - see above

    connection = await asyncpg.connect(url)
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", number):  # noqa: ASYNC110 - the same
        await asyncio.sleep(ASK_AGAIN)
    return _PostgresTurn(connection)
