"""Opening SQLite and PostgreSQL, and bringing them to this version's tables."""

from pathlib import Path

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError

from domain.terms import CommunityKind
from models import migrations, schema, sqlite_guard
from models.tables.people import Community, Group
from tests.postgres import Cluster

IN_PUBLIC = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'tortoise_migrations' ORDER BY 1, 2"""
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
