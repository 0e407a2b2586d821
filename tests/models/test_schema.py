"""Opening SQLite and PostgreSQL, and bringing them to this version's tables."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from domain.terms import CommunityKind
from models import migrations, schema, sqlite_guard
from models.tables.people import Community, Group
from tests.postgres import Cluster

IN_PUBLIC = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'tortoise_migrations' ORDER BY 1, 2"""
COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public'"""
KEYS = """
SELECT conrelid::regclass::text AS of_table, pg_get_constraintdef(oid) AS rule FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"""
INDEXES = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
CONSTRAINTS = "SELECT count(*) AS n FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'"


async def query(sql: str) -> list[dict]:
    return await get_connection("default").execute_query_dict(sql)


async def add_community(slug: str) -> Community:
    return await Community.create(slug=slug, name=slug, kind=CommunityKind.OLD, settings={"a": 1})


async def test_prepare_creates_sqlite_as_the_tables_declare(tmp_path: Path) -> None:
    """SQLite is created at the start, in its folder, with every declared index; all migrations count as done."""
    async with schema.opened(f"sqlite://{tmp_path}/new/bot.sqlite3"):
        assert await schema.prepare() == [path.stem for path in sorted(Path(migrations.__path__[0]).glob("0*.py"))]
        assert await schema.prepare() == []
        assert await sqlite_guard.indexes() == sqlite_guard.declared()


async def test_opened_sets_what_sqlite_needs(tmp_path: Path) -> None:
    """WAL, synchronous NORMAL, a busy timeout, foreign keys."""
    async with schema.opened(f"sqlite://{tmp_path}/bot.sqlite3"):
        found = [
            next(iter((await query(f"PRAGMA {name}"))[0].values()))
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        ]

    assert found == ["wal", 1, 5000, 1]


async def test_migrations_make_every_declared_index_by_themselves() -> None:
    """An index names columns, not relations: tortoise's migrations write `community` as it stands there."""
    async with schema.opened("sqlite://:memory:"):
        await schema.executor().migrate()

        assert await sqlite_guard.indexes() == sqlite_guard.declared()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///var/lib/bot.sqlite3", Path("/var/lib/bot.sqlite3")),
        ("sqlite://var/bot.sqlite3", Path("var/bot.sqlite3")),
        ("sqlite://:memory:", None),
        ("postgres://bot@127.0.0.1:5432/bot", None),
    ],
)
def test_sqlite_file_reads_both_forms(url: str, file: Path | None) -> None:
    """sqlite:///absolute, sqlite://relative (INTERFACE.md §3)."""
    assert schema.sqlite_file(url) == file


async def test_prepare_stops_on_postgres_until_it_is_migrated(postgres: Cluster) -> None:
    """On PostgreSQL the start stops; `migrate` makes the same tables and columns as the migrations one by one."""
    url, plain = postgres.fresh(), postgres.fresh()
    async with schema.opened(url):
        with pytest.raises(schema.NotMigrated, match="0001_initial"):
            await schema.prepare()
        assert await schema.migrate() != []
        assert await schema.prepare() == []
        at_once = await query(IN_PUBLIC), await query(CONSTRAINTS)
    async with schema.opened(plain):
        await schema.executor().migrate()
        one_by_one = await query(IN_PUBLIC), await query(CONSTRAINTS)

    assert at_once == one_by_one


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_upgrade_from_the_first_version_loses_nothing_and_ends_as_a_new_database(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A database of the first migration with rows in every table: `migrate` keeps them and makes a new one's tables."""
    cluster = request.getfixturevalue("postgres") if kind == "postgres" else None
    old, new = (cluster.fresh() if cluster else f"sqlite://{tmp_path}/{name}.sqlite3" for name in ("old", "new"))
    async with schema.opened(new):
        await schema.migrate()
        wanted = await shape(kind)
    async with schema.opened(old):
        first = await first_version()
        await fill(first)
        before = await rows(first)
        assert await shape(kind) != wanted
        done = await schema.migrate()

        assert done == [path.stem for path in sorted(Path(migrations.__path__[0]).glob("0*.py"))][1:]
        assert await rows(first) == before
        assert await shape(kind) == wanted


async def first_version() -> list[type[Model]]:
    """Make the tables of the first migration in the empty database; returns them, each after those it points to."""
    made = schema.executor()
    await made.loader.build_graph()
    key = next(key for key in made.loader.graph.nodes if key.name.startswith("0001"))
    step = made.loader.graph.nodes[key]
    assert step is not None
    state, editor = await made._project_state({key}), made._schema_editor(atomic=False)
    for operation in step.operations:
        await operation.database_forward(key.app_label, state, state, editor)
    await made.recorder.ensure_schema(editor)
    await made.recorder.record_applied(key.app_label, key.name)
    waiting, ordered = list(state.apps.apps[key.app_label].values()), list[type[Model]]()
    while waiting:
        ready = [one for one in waiting if not {field.related_model for field in needed(one)} & set(waiting) - {one}]
        assert ready
        ordered += ready
        waiting = [one for one in waiting if one not in ready]
    return ordered


def needed(table: type[Model]) -> list[Any]:
    """The relations of a table that can't be empty."""
    found = [table._meta.fields_map[name] for name in table._meta.fk_fields | table._meta.o2o_fields]
    return [field for field in found if not field.null]


async def fill(tables: list[type[Model]]) -> None:
    """Three rows in each table, the nth pointing to the nth of every table that has some by then."""
    for table in tables:
        for n in range(1, 4):
            row = table(**{name: value(field, n) for name, field in table._meta.fields_map.items() if plain(field)})
            for name in table._meta.fk_fields | table._meta.o2o_fields:
                field: Any = table._meta.fields_map[name]
                pointed = tables.index(field.related_model) < tables.index(table)
                setattr(row, field.source_field, n if pointed else None)
            await row.save(force_create=True)


def plain(field: Any) -> bool:
    """Whether a field has a value of its own: no relation, nor the column of one."""
    return field.has_db_field and field.reference is None


def value(field: Any, n: int) -> Any:
    """What a field may hold, different for each n where it can be."""
    enum, moment = getattr(field, "enum_type", None), datetime(2026, 12, n, 12, tzinfo=UTC)
    if enum is not None:
        return list(enum)[n % len(enum)]
    values: dict[type, Any] = {int: n, str: f"{n}", bool: n % 2 == 0, float: n / 2, bytes: bytes([n]), dict: {"n": n}}
    values |= {datetime: moment, date: moment.date(), Decimal: Decimal(n), list: [n]}
    return next((values[kind] for kind in values if kind is field.field_type), {"n": n})


async def rows(tables: list[type[Model]]) -> dict[str, list[dict]]:
    """All that these tables hold, in their own columns."""
    found = {}
    for table in tables:
        columns = ", ".join(f'"{name}"' for name in sorted(table._meta.db_fields))
        found[table._meta.db_table] = await query(f'SELECT {columns} FROM "{table._meta.db_table}" ORDER BY 1, 2')
        assert len(found[table._meta.db_table]) == 3
    return found


async def shape(kind: str) -> list[str]:
    """Columns with type, emptiness and default; keys and their rules; indexes: without the names of the latter two."""
    found: list[str] = []
    if kind == "postgres":
        for sql in (COLUMNS, KEYS, INDEXES):
            found += [re.sub(r"INDEX \S+ ON", "INDEX ON", str(sorted(row.items()))) for row in await query(sql)]
        return sorted(found)
    for table in [row["name"] for row in await query("SELECT name FROM sqlite_master WHERE type = 'table'")]:
        for part, left in (("table_info", {"cid"}), ("foreign_key_list", {"id", "seq"})):
            for row in await query(f'PRAGMA {part}("{table}")'):
                found.append(f"{table} {part} {sorted((name, v) for name, v in row.items() if name not in left)}")
    return sorted([*found, *map(str, await sqlite_guard.indexes())])


async def test_opened_forgets_the_other_kind_of_database(postgres: Cluster) -> None:
    """SQLite and PostgreSQL one after the other in one process: statements are made anew for each."""
    for url in ("sqlite://:memory:", postgres.fresh(), "sqlite://:memory:"):
        async with schema.opened(url):
            await schema.create_tables()
            community = await add_community("a")
            await Group.create(community=community, channel="telegram", chat="-1001234567890123")
            with pytest.raises(IntegrityError):
                await Group.create(community=community, channel="telegram", chat="-1001234567890123")

            assert [c.settings for c in await Community.filter(slug="a")] == [{"a": 1}]
