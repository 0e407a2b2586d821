"""Databases for tests: the whole schema in memory in a few milliseconds."""

from contextlib import asynccontextmanager

from tortoise import Tortoise

AREAS = ("people", "concerns", "sessions", "votes", "mail")
TABLES = [f"models.tables.{area}" for area in AREAS]


@asynccontextmanager
async def memory(url: str = "sqlite://:memory:"):
    """An open database with all tables."""
    await Tortoise.init(db_url=url, modules={"models": TABLES}, use_tz=True, timezone="UTC")
    await Tortoise.generate_schemas()
    try:
        yield
    finally:
        await Tortoise.close_connections()
