"""Counts of large towns: made ready beside the pages, the same as counted, never a word of anybody."""

from datetime import timedelta

import pytest

from domain.periods import Period
from domain.terms import ConcernCategory, Numbered
from models import figures
from models.tables.concerns import Concern
from models.tables.people import Community, Counter
from tests.web import town
from tests.web.test_pages import read, visiting, words

PERIODS = [f"/statistics?period={one}" for one in Period]


async def grown() -> Community:
    """青竹苑小区, as if more concerns than are counted for each page had been numbered."""
    of = await town.settle()
    await town.topics(of)
    await Counter.update_or_create({"given": figures.MANY + 1}, community=of, kind=Numbered.CONCERN)
    return of


async def test_large_town_shows_what_a_small_one_counts():
    """The same numbers on each page that has some."""
    pages = ("/", "/concerns", "/statistics", *PERIODS, "/data/statistics.csv?period=year", "/district")
    async with visiting() as visitor:
        await grown()
        counted = [words(await read(visitor, page)) for page in pages]
        assert await figures.bring_up_to_date(town.NOW) == 1

        assert [words(await read(visitor, page)) for page in pages] == counted


async def test_figures_are_counted_again_when_they_are_old():
    """Not within a minute, and after it; in a small town never."""
    async with visiting() as visitor:
        of = await grown()
        await figures.bring_up_to_date(town.NOW)
        await Concern.filter(community=of).update(category=ConcernCategory.ECONOMY)
        soon, later = town.NOW + figures.KEPT - timedelta(seconds=1), town.NOW + figures.KEPT
        assert await figures.bring_up_to_date(soon) == 0
        assert "经济发展 0件" in words(await read(visitor, "/statistics"))
        assert await figures.bring_up_to_date(later) == 1
        assert "经济发展 7件" in words(await read(visitor, "/statistics"))
        await Counter.filter(community=of).update(given=figures.MANY)

        assert await figures.bring_up_to_date(later + timedelta(days=1)) == 0


@pytest.mark.parametrize("page", ["/concerns", "/statistics", *PERIODS])
async def test_page_counts_nothing_that_is_ready(page: str, caplog: pytest.LogCaptureFixture):
    """However much is stored, no page counts it."""
    async with visiting() as visitor:
        await grown()
        await figures.bring_up_to_date(town.NOW)
        with caplog.at_level("DEBUG", "tortoise.db_client"):
            caplog.clear()
            await read(visitor, page)

        assert [one.message for one in caplog.records if "COUNT(" in one.message] == []
