"""The month once more, on the wire: both Telegram libraries, both ways of receiving, both databases."""

import pytest

from tests.stories import test_month as month
from tests.stories.talk import BEGINS
from tests.stories.wired import wired


@pytest.fixture(params=["ptb-polling-sqlite", "aiogram-webhook-postgres"])
async def town(request, sim, texts, understanding, tmp_path, monkeypatch):
    """The same community, served on real sockets."""
    monkeypatch.chdir(tmp_path)
    carrier, _, database = request.param.rpartition("-")
    url = request.getfixturevalue("postgres").fresh() if database == "postgres" else f"sqlite://{tmp_path}/bot.sqlite3"
    async with wired(sim, url, carrier, texts, understanding, BEGINS) as talk:
        await month.settled(talk)
        yield talk


async def test_month_on_the_wire_ends_as_it_should(town):
    """Every word over the Bot API: the same rows as without it."""
    await month.lived(town)

    await month.ends_as_it_should()
    await month.words_and_acts_are_there(town)


@pytest.mark.parametrize("town", ["ptb-polling-sqlite"], indirect=True)
async def test_one_of_two_moderators_at_once_is_told_on_the_wire(town):
    """Two write in the same moment: it is done once, and the other reads that it was."""
    await town.says("居民1", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1")

    await month.told_once(town)
