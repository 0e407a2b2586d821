"""Pages read on a connection that can't write."""

from pathlib import Path

import pytest
from tortoise.exceptions import BaseORMException

from models import reading, schema, sql
from models.tables.people import Community
from tests.database import memory
from tests.postgres import Cluster
from tests.web import town


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'town.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.fresh()


async def test_page_reads_what_was_written_and_writes_nothing(url: str):
    """The database itself refuses, by whichever way a row is written."""
    async with memory(url):
        await town.community()
        with reading.only_reading():
            assert await Community.all().count() == 1
            assert len(await sql.rows("SELECT * FROM community")) == 1
            for write in (
                lambda: Community.all().update(name="x"),
                lambda: Community.all().delete(),
                lambda: town.community("枫林", "fl"),
                lambda: sql.rows("UPDATE community SET name = 'x' WHERE id > ?", 0),
                lambda: sql.rows("DROP TABLE word"),
            ):
                with pytest.raises(BaseORMException, match=r"readonly|read-only"):
                    await write()
        await Community.all().update(name="again")

        assert [one.name for one in await Community.all()] == ["again"]


async def test_database_in_memory_is_shared():
    """It has one connection, or pages would find nothing."""
    async with memory():
        await town.community()
        with reading.only_reading():
            assert await Community.all().count() == 1


def test_reading_is_never_the_connection_that_writes():
    """Where there is a file or a server, there are two."""
    for address in ("sqlite:///x/y", "postgres://u:p@h:1/d"):
        assert set(schema.settings(address)["connections"]) == {"default", "board"}
    assert set(schema.settings("sqlite://:memory:")["connections"]) == {"default"}
