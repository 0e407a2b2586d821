"""Opening the database, and bringing it to this version's tables.

    async with opened("sqlite://var/bot.sqlite3"):
        await prepare()

SQLite is created and migrated at the start, under `models/sqlite_guard.py`; on PostgreSQL an operator runs `migrate`.
`python -m tortoise -c models.schema.TORTOISE makemigrations` writes a migration for what changed in `models/tables`.
"""

import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext, require_context
from tortoise.exceptions import BaseORMException
from tortoise.fields.data import CharEnumFieldInstance, IntEnumFieldInstance
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise.utils import get_schema_sql

from models import sqlite_guard
from models.picture import Executor
from models.reading import BOARD

AREAS = (
    "people",
    "concerns",
    "topics",
    "corrections",
    "deliberations",
    "matters",
    "tasks",
    "search",
    "sessions",
    "votes",
    "ballot_log",
    "mail",
)
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "busy_timeout": 5000,
    "foreign_keys": "ON",
    "cache_size": -16000,  # KiB: the indexes' hot pages of 100,000 concerns
}
MIGRATIONS = "models.migrations"
LOCK = 4_14_24
_migrations = ContextVar("migrations", default=MIGRATIONS)


def errors() -> tuple[type[Exception], ...]:
    """What a database answers with that is away, full, or none at all. asyncpg is named only where it was loaded."""
    driver = sys.modules.get("asyncpg")
    return (
        OSError,
        BaseORMException,
        sqlite3.Error,
        *((driver.PostgresError, driver.InterfaceError) if driver else ()),
    )


class NotMigrated(Exception):
    """The database lacks migrations of this version; on PostgreSQL an operator has to run `migrate`."""


def sqlite_file(url: str) -> Path | None:
    """The file of `sqlite:///absolute` or `sqlite://relative`; None for PostgreSQL and for `:memory:`."""
    scheme, _, path = url.partition("://")
    return Path(path) if scheme == "sqlite" and path != ":memory:" else None


def settings(url: str, migrations: str = MIGRATIONS, read_url: str = "") -> dict[str, Any]:
    """What tortoise wants to know. `read_url`: how pages reach PostgreSQL, as a role that can't write."""
    scheme, _, path = url.partition("://")
    engine = {"engine": "tortoise.backends.sqlite", "credentials": {"file_path": path, **PRAGMAS}}
    app = {"models": [f"models.tables.{area}" for area in AREAS], "migrations": migrations}
    return {
        "connections": {"default": engine if scheme == "sqlite" else url, **_reading(url, read_url)},
        "routers": ["models.reading.Router"],
        "apps": {"models": {**app, "default_connection": "default"}},
    }


def _reading(url: str, read_url: str) -> dict[str, Any]:
    """The connection that only reads (`models/reading.py`); a database in memory has none."""
    if file := sqlite_file(url):
        pragmas = {**PRAGMAS, "query_only": "ON"}
        return {BOARD: {"engine": "tortoise.backends.sqlite", "credentials": {"file_path": str(file), **pragmas}}}
    if url.startswith("sqlite"):
        return {}
    found = expand_db_url(read_url or url)
    found["credentials"]["server_settings"] = {"default_transaction_read_only": "on"}
    return {BOARD: found}


TORTOISE = settings("sqlite://:memory:")


def _undescribe() -> None:
    """Keep docstrings and enums' members out of the database's comments.

    There, each rewording would be a migration, and tortoise cuts a statement for SQLite at any semicolon.
    """
    for area in (import_module(name) for name in TORTOISE["apps"]["models"]["models"]):
        for row in vars(area).values():
            if isinstance(row, type) and issubclass(row, Model):
                row._meta.table_description = ""
                for field in row._meta.fields_map.values():
                    field.description = "" if isinstance(field, CharEnumFieldInstance | IntEnumFieldInstance) else None


_undescribe()


@asynccontextmanager
async def opened(url: str, migrations: str = MIGRATIONS, read_url: str = "") -> AsyncIterator[None]:
    """Connect for the time of the block. Raises `errors()` at the first query."""
    if file := sqlite_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    EXECUTOR_CACHE.clear()  # tortoise keeps INSERT statements without remembering for which kind of database
    _migrations.set(migrations)
    async with TortoiseContext() as context:
        await context.init(config=settings(url, migrations, read_url))
        yield


async def prepare() -> list[str]:
    """Make the open database fit for use; returns the migrations applied. Raises NotMigrated, sqlite_guard.Broken."""
    if sqlite_guard.is_sqlite():
        return await migrate()
    if lacking := await pending():
        raise NotMigrated(", ".join(lacking))
    return []


async def ping() -> None:
    """Ask the database for an answer. Raises `errors()`; `pending` alone would take it for empty."""
    await get_connection("default").execute_query("SELECT 1")


async def pending() -> list[str]:
    """The migrations that the open database lacks, in their order."""
    return [step.migration.name for step in await executor().plan()]


async def migrate() -> list[str]:
    """Apply what is pending; returns its names. Two processes at once: the second waits and finds nothing to do."""
    if sqlite_guard.is_sqlite():
        with sqlite_guard.alone():
            sqlite_guard.recover()
            lacking = await pending()
            if lacking:
                await sqlite_guard.guarded(_migrated, label=lacking[-1])
            return lacking
    async with in_transaction("default") as connection:
        await connection.execute_query(f"SELECT pg_advisory_xact_lock({LOCK})")
        # Without tortoise's own table its first question would abort the transaction.
        await MigrationRecorder(connection).ensure_schema(AsyncpgSchemaEditor(connection, atomic=False))
        lacking = await pending()
        await _migrated()
    return lacking


async def _migrated() -> None:
    """Carry out what is pending; a new database gets this version's tables at once, and all migrations count as done.

    All migrations one after the other, on an empty database, take 2 to 4 s.
    """
    made = executor()
    new = not await made.recorder.applied_migrations() and _migrations.get() == MIGRATIONS
    if new:
        await create_tables()
    await made.migrate(fake=new)


async def create_tables() -> None:
    """Make all tables of an empty database at once, without migrations."""
    connection = get_connection("default")
    await connection.execute_script(_tables(connection.capabilities.dialect))


@cache
def _tables(_dialect: str) -> str:
    """The statements that make all tables. Tortoise takes 60 ms to write them, a database 10 ms to carry them out."""
    return get_schema_sql(get_connection("default"), safe=False)


def executor() -> Executor:
    """Tortoise's own, bare: without the guard that SQLite needs."""
    apps = require_context().apps
    if apps is None:
        raise RuntimeError("no database is open")
    return Executor(get_connection("default"), {"models": {"migrations": _migrations.get()}})
