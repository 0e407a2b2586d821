"""Databases for tests: the whole schema in memory in a few milliseconds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models import schema

MEMORY = "sqlite://:memory:"
BOTH = pytest.mark.parametrize("talk", ["sqlite", "postgres"], indirect=True)
"""A story on both databases."""


@asynccontextmanager
async def memory(url: str = MEMORY) -> AsyncIterator[None]:
    """An open database with all tables."""
    async with schema.opened(url):
        await schema.create_tables()
        yield
