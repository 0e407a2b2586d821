"""Several communities on one installation: each its own board, one overview over all."""

import logging
from datetime import date, timedelta

import pytest

from domain.terms import Visibility
from tests.web import town
from tests.web.test_pages import visiting, words


async def test_overview_shows_each_community_with_its_own_figures():
    """Next session, concerns of the month, topics, what is overdue, open votes; private things are not counted."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        other = await town.community("枫林小区", "fenglin")
        await town.concern(other, 1, "枫林的事", said_at=town.NOW)
        await town.concern(other, 2, "不公开", said_at=town.NOW, visibility=Visibility.MODERATORS)
        page = words((await visitor.get("/district")).text)
        first, second = page[: page.index("枫林小区")], page[page.index("枫林小区") :]

        for said in ("青竹苑小区", "12月14日（周一）19:30", "这个月收到5件", "在办议题1项", "过期1项", "表决1个"):
            assert said in first
        for said in ("还没排说事会", "这个月收到1件", "在办议题0项"):
            assert said in second


async def test_overview_costs_the_same_for_many_communities(caplog: pytest.LogCaptureFixture):
    """A fixed number of statements."""
    async with visiting() as visitor:
        counts = []
        for number in range(12):
            of = await town.community(f"小区{number}", f"c{number}")
            await town.session(of, date(2026, 12, 14) + timedelta(days=number))
            with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
                caplog.clear()
                assert (await visitor.get("/district")).status_code == 200
                counts.append(len(caplog.records))

        assert len(set(counts)) == 1


@pytest.mark.parametrize(
    "end",
    ["", "topics", "feed.atom", "calendar.ics", "api/v1/concerns", "data/concerns.csv", "open311/v2/requests.json"],
)
async def test_community_shows_nothing_of_another(end: str):
    """Pages, feeds and tables are a community's own."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        other = await town.community("枫林小区", "fenglin")
        await town.concern(other, 1, "枫林的事", said_at=town.NOW)
        answer = await visitor.get(f"/c/fenglin/{end}")

        assert answer.status_code == 200
        for said in ("青竹苑", "停水", "保洁公司"):
            assert said not in answer.text.replace("<wbr>", "")
