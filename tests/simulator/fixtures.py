"""Fixtures for every test that talks Telegram; one server serves all tests of a process."""

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.simulator import client

_numbers = itertools.count(7_000_001)


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    """The address of a Bot API server that lasts as long as the tests."""
    with client.running() as address:
        yield address


@pytest.fixture
def token() -> str:
    """A bot token nobody has used yet."""
    return f"{next(_numbers)}:{'A' * 35}"


@pytest.fixture
async def sim(simulator: str, token: str) -> AsyncIterator[client.Simulator]:
    """The world of `token`; at the end, every request must have been as the Bot API wants it."""
    async with client.world(simulator, token) as world:
        yield world
