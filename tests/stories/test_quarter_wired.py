"""The quarter once more, on the wire: both Telegram libraries, both ways of receiving, both databases."""

from datetime import timedelta

import pytest

from tests.stories import quarter
from tests.stories import test_quarter as story
from tests.stories.wired import wired


@pytest.fixture(
    params=["aiogram-webhook-sqlite", pytest.param("ptb-polling-postgres", marks=pytest.mark.soak)],
)
async def town(request, sim, texts, understanding, tmp_path, monkeypatch):
    """The same community, served on real sockets."""
    monkeypatch.chdir(tmp_path)
    carrier, _, database = request.param.rpartition("-")
    url = request.getfixturevalue("postgres").fresh() if database == "postgres" else f"sqlite://{tmp_path}/bot.sqlite3"
    async with wired(sim, url, carrier, texts, understanding, quarter.FIRST - timedelta(hours=2)) as talk:
        await quarter.settled(talk)
        yield talk


async def test_quarter_on_the_wire_ends_as_it_should(town):
    """Every word over the Bot API: the same rows as without it."""
    await story.lived(town)

    await story.ends_as_it_should(town)
