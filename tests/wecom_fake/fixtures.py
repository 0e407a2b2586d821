"""Fixtures for every test that talks WeCom or to the Official Account; one server serves all tests of a process."""

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.wecom_fake import client

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def platforms() -> Iterator[str]:
    """The address of the fake, which lasts as long as the tests."""
    with client.running() as address:
        yield address


@pytest.fixture
async def wecom(platforms: str) -> AsyncIterator[client.Fake]:
    """The world of a bot nobody has used yet; everything sent must have been as WeCom wants it."""
    async with client.world(platforms, f"aib{next(_numbers)}") as fake:
        yield fake
