"""The stage of every story: one community, one group, an empty database in memory."""

import pytest

from bot.texts import Texts
from models import people
from models.tables.people import Community
from tests import words
from tests.database import MEMORY, memory
from tests.stories.talk import GROUP, Talk


@pytest.fixture(scope="session")
def texts():
    return Texts.load()


@pytest.fixture(scope="session")
def understanding():
    return words.understanding()


@pytest.fixture
async def talk(request, texts, understanding):
    """In memory; on PostgreSQL for a story that asks for `BOTH` (tests/database.py)."""
    on_postgres = getattr(request, "param", "sqlite") == "postgres"
    async with memory(request.getfixturevalue("postgres").fresh() if on_postgres else MEMORY):
        community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        yield Talk(texts, understanding)
