"""Migrating SQLite loses no row and no index, and what fails leaves the database as it was."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tortoise.connection import get_connection

from domain.terms import CommunityKind, ConcernCategory, Visibility
from models import schema, sqlite_guard
from models.tables.concerns import Concern
from models.tables.people import Community, Group, Household, Resident

EVERY = [path.stem for path in sorted((Path(schema.__file__).parent / "migrations").glob("0*.py"))]
"""This version's migrations."""
NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)
WIDER = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "LAST")]
    operations = [
        ops.AlterField(model_name="Community", name="name", field=fields.CharField(unique=True, max_length=128)),
        ops.AlterField(model_name="Concern", name="album", field=fields.CharField(null=True, max_length=128)),
    ]
"""
LOSES = """
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "LAST")]
    operations = [ops.RunSQL("DELETE FROM chat_group")]
"""


def later(folder: Path, monkeypatch: pytest.MonkeyPatch, migration: str) -> str:
    """The migrations of a later version: the real ones and one more."""
    package = folder / f"later_{folder.name.replace('-', '_')}"
    shutil.copytree(Path(schema.__file__).parent / "migrations", package, ignore=lambda *_: ["__pycache__"])
    (package / "9999_later.py").write_text(migration.replace("LAST", EVERY[-1]))
    monkeypatch.syspath_prepend(str(folder))
    return package.name


async def fill() -> None:
    """A community with everything that hangs on it."""
    community = await Community.create(slug="fenglin", name="枫林小区", kind=CommunityKind.OLD, settings={})
    group = await Group.create(community=community, channel="telegram", chat="-1001234567890")
    flat = await Household.create(community=community, building="3", unit="1", room="301", area=8950)
    author = await Resident.create(community=community, pseudonym="p", short="甲", household=flat, met_at=NOW)
    await Concern.create(
        community=community,
        number=12,
        group=group,
        author=author,
        text="三号楼电梯停运",
        shown="三号楼电梯停运",
        guess=ConcernCategory.LIVELIHOOD,
        evidence=["电梯"],
        visibility=Visibility.OPEN,
        said_at=NOW,
    )


async def counts() -> list[int]:
    return [await row.all().count() for row in (Community, Group, Household, Resident, Concern)]


@pytest.fixture
async def url(tmp_path: Path) -> str:
    """A database of this version with data in it."""
    url = f"sqlite://{tmp_path}/bot.sqlite3"
    async with schema.opened(url):
        await schema.prepare()
        await fill()
    return url


async def test_migrate_keeps_rows_and_indexes_when_a_parent_is_built_anew(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Child rows and indexes survive a migration that alters a field of their parent; a copy is made first."""
    async with schema.opened(url, later(tmp_path, monkeypatch, WIDER)):
        assert await schema.prepare() == ["9999_later"]

        assert await counts() == [1, 1, 1, 1, 1]
        assert await Concern.filter(number=12).values_list("author__short") == [("甲",)]
        assert await sqlite_guard.indexes() == sqlite_guard.declared()
        assert await schema.pending() == []
        assert (await get_connection("default").execute_query_dict("PRAGMA foreign_keys")) == [{"foreign_keys": 1}]
    async with schema.opened(f"sqlite://{tmp_path}/bot.sqlite3.before-9999_later"):
        assert await counts() == [1, 1, 1, 1, 1]
        assert await schema.pending() == []


async def test_tortoise_loses_rows_and_indexes_without_the_guard(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why the guard is there. Once this fails, tortoise has mended it and the guard may be thought over."""
    async with schema.opened(url, later(tmp_path, monkeypatch, WIDER)):
        await schema.executor().migrate()

        assert await counts() == [1, 0, 0, 0, 0]
        assert sqlite_guard.declared() - await sqlite_guard.indexes()


async def test_migrate_brings_the_database_back_when_rows_were_lost(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row counts are compared; what was lost is named, and the database is as before."""
    async with schema.opened(url, later(tmp_path, monkeypatch, LOSES)):
        with pytest.raises(sqlite_guard.Broken, match="chat_group: 1 rows, now 0"):
            await schema.prepare()

        assert await counts() == [1, 1, 1, 1, 1]
        assert await schema.pending() == ["9999_later"]
    assert not list(tmp_path.glob("*.migrating"))


async def dies(url: str, migrations: str, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """The process is killed while it migrates, when it comes to `place`: nothing after that is done."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_guard, place, killed)
        patch.setattr(sqlite_guard, "recover", lambda: None)
        async with schema.opened(url, migrations):
            with pytest.raises(Killed):
                await schema.migrate()


class Killed(BaseException):
    """No handler of errors sees it."""


@pytest.mark.parametrize("place", ["copy", "declared"])
async def test_migrate_loses_nothing_when_the_last_attempt_died(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Killed while it copies, or after the tables were changed: the next start has all, and migrates."""
    migrations = later(tmp_path, monkeypatch, WIDER)
    await dies(url, migrations, monkeypatch, place)

    async with schema.opened(url, migrations):
        await schema.prepare()

        assert await counts() == [1, 1, 1, 1, 1]
        assert await sqlite_guard.indexes() == sqlite_guard.declared()
        assert await schema.pending() == []


async def test_migrate_forgets_its_copy_once_it_is_done(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written after a migration is never taken back by the copy made before it."""
    migrations = later(tmp_path, monkeypatch, WIDER)
    async with schema.opened(url, migrations):
        await schema.prepare()
        await Concern.all().delete()
    async with schema.opened(url, migrations):
        await schema.prepare()

        assert await counts() == [1, 1, 1, 1, 0]


async def test_prepare_begins_anew_when_the_first_attempt_died(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new database whose tables were made, but not yet noted as made, is made again."""
    url = f"sqlite://{tmp_path}/new.sqlite3"
    await dies(url, schema.MIGRATIONS, monkeypatch, "declared")
    async with schema.opened(url):
        await get_connection("default").execute_query("DELETE FROM tortoise_migrations")
    async with schema.opened(url):
        assert await schema.prepare() == EVERY

        assert await sqlite_guard.indexes() == sqlite_guard.declared()


def test_migrate_waits_when_another_process_migrates(tmp_path: Path) -> None:
    """Two processes that start at once on one new file both find it ready."""
    code = f"""
import asyncio
from models import schema
async def main():
    async with schema.opened("sqlite://{tmp_path}/bot.sqlite3"):
        print(len(await schema.prepare()))
asyncio.run(main())
"""
    both = [
        subprocess.Popen([sys.executable, "-c", code], cwd=Path(schema.__file__).parent.parent, stdout=subprocess.PIPE)
        for _ in range(2)
    ]

    assert sorted(process.communicate()[0].strip() for process in both) == [b"0", str(len(EVERY)).encode()]
    assert [process.returncode for process in both] == [0, 0]
