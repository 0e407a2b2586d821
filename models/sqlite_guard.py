"""The guard around migrations of SQLite.

Where tortoise alters a field of SQLite it builds the table anew and drops the old one: under foreign keys every row
that points to it is deleted with it, unique constraints and indexes vanish, and it reports success. So here foreign
keys are off meanwhile, a copy is made first, lost indexes are made again as the tables declare them, and rows and
indexes are compared before and after. Where anything is missing the copy comes back. A migration that means to delete
or add rows needs a guard of its own.
"""

import fcntl
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tortoise.connection import get_connection
from tortoise.utils import get_schema_sql

UNFINISHED = "migrating"
BOOKKEEPING = "tortoise_migrations"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
INDEXES = f"""
SELECT m.name AS "table", l."unique" AS "unique",
       (SELECT group_concat(name, '", "') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) AS columns
FROM sqlite_master m, pragma_index_list(m.name) l
WHERE m.type = 'table' AND m.name <> '{BOOKKEEPING}' ORDER BY 1, 3"""


class Broken(Exception):
    """A migration lost something; the database is as it was before. The message names what was lost."""


class Index(NamedTuple):
    """An index or unique constraint, whatever its name."""

    table: str
    unique: bool
    columns: str

    def sql(self) -> str:
        """The statement that makes it."""
        name = "_".join((self.table, *self.columns.split('", "'), "again"))
        return f'CREATE {"UNIQUE " * self.unique}INDEX "{name}" ON "{self.table}" ("{self.columns}")'


def is_sqlite() -> bool:
    """Whether the open database is SQLite."""
    return get_connection("default").capabilities.dialect == "sqlite"


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time; the next one waits. Nothing to wait for in memory."""
    file = _file()
    if file is None:
        yield
        return
    with _beside(file, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def recover() -> None:
    """If the last migration died half way, go back to the copy made before it. Call it alone, before all else."""
    file = _file()
    if file and (unfinished := _beside(file, UNFINISHED)).exists():
        copy(unfinished, file)
        unfinished.unlink()


async def guarded(migrate: Callable[[], Awaitable[None]], *, label: str) -> None:
    """Run `migrate` so that no row and no index is lost. Keeps a copy `<file>.before-<label>` where there were tables.

    Raises Broken; whatever is raised, and even if the process dies (see `recover`), the database comes back as it was.
    """
    file, before = _file(), await _counts()
    if file:
        # A copy that is not whole never has the name that `recover` looks for.
        copy(file, _beside(file, "part"))
        _beside(file, "part").replace(_beside(file, UNFINISHED))
    try:
        await _migrated(migrate, before)
    except BaseException:
        recover()
        raise
    if file and before:
        _beside(file, UNFINISHED).replace(_beside(file, f"before-{label}"))
    elif file:
        _beside(file, UNFINISHED).unlink()


def _beside(file: Path, what: str) -> Path:
    return file.with_name(f"{file.name}.{what}")


async def _migrated(migrate: Callable[[], Awaitable[None]], before: dict[str, int]) -> None:
    await _rows("PRAGMA foreign_keys = OFF")
    try:
        await migrate()
        for index in sorted(declared() - await indexes()):
            await _rows(index.sql())
        await _compare(before)
    finally:
        await _rows("PRAGMA foreign_keys = ON")


async def _compare(before: dict[str, int]) -> None:
    after = await _counts()
    lost = [
        f"{table}: {count} rows, now {after[table]}"
        for table, count in before.items()
        if after.get(table, count) != count
    ]
    lost += [f"index {index}" for index in declared() - await indexes()]
    lost += [
        f"{row['table']}: a row points to nothing in {row['parent']}" for row in await _rows("PRAGMA foreign_key_check")
    ]
    if lost:
        raise Broken("; ".join(lost))


def declared() -> set[Index]:
    """The indexes that the tables of this version declare."""
    with closing(sqlite3.connect(":memory:")) as scratch:
        scratch.executescript(get_schema_sql(get_connection("default"), safe=False))
        return {Index(table, bool(unique), columns) for table, unique, columns in scratch.execute(INDEXES)}


async def indexes() -> set[Index]:
    """The indexes that the open database has."""
    return {Index(row["table"], bool(row["unique"]), row["columns"]) for row in await _rows(INDEXES)}


async def _counts() -> dict[str, int]:
    tables = [row["name"] for row in await _rows(TABLES) if row["name"] != BOOKKEEPING]
    return {table: (await _rows(f'SELECT count(*) AS n FROM "{table}"'))[0]["n"] for table in tables}


async def _rows(sql: str) -> list[dict[str, Any]]:
    return await get_connection("default").execute_query_dict(sql)


def _file() -> Path | None:
    name = getattr(get_connection("default"), "filename", ":memory:")
    return None if name == ":memory:" else Path(name)


def copy(source: Path, target: Path) -> None:
    """Copy a database into another one by SQLite's own means: right even while others have it open."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
