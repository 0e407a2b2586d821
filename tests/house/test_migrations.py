"""The migrations make what the tables declare."""

from tortoise.context import require_context
from tortoise.migrations.autodetector import MigrationAutodetector

from models import schema


async def test_migrations_match_the_tables() -> None:
    """`make migrations` would find nothing to write."""
    async with schema.opened("sqlite://:memory:"):
        apps = require_context().apps
        assert apps is not None

        detected = await MigrationAutodetector(apps, schema.TORTOISE["apps"]).changes()

    assert [repr(operation) for writer in detected for operation in writer.operations] == []
