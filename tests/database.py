"""Databases for tests: the whole schema in memory in a few milliseconds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models import schema


@asynccontextmanager
async def memory(url: str = "sqlite://:memory:") -> AsyncIterator[None]:
    """An open database with all tables."""
    async with schema.opened(url):
        await schema.create_tables()
        yield
