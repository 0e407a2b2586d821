"""The first page: what waits longest, what happened this week, the text for the group."""

import re
from datetime import date, timedelta

import httpx
import pytest

from domain.terms import Visibility
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import Resolution, Task
from tests.web import owners_town, town
from tests.web.test_pages import read, visiting, words


async def part(page: str, name: str) -> str:
    """The words of one section, by its heading's id."""
    found = re.search(rf'aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    assert found is not None
    return words(found[0])


async def test_week_tells_each_kind_of_event_newest_first():
    """Said, put on a session, resolved, reported done, voted; what is older than seven days is not told."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        await Task.filter(number=7).update(done_at=town.NOW - timedelta(hours=2))
        await Resolution.all().update(published_at=town.NOW - timedelta(hours=1))
        told = await part(await read(visitor, "/"), "week")

        order = (
            "议题 #4 的决议：用维修资金修天面",
            "任务 #7 报办结：交水泵检测记录",
            "说事 #16：门口那个事",
            "表决 #3 投完了：楼道灯换声控灯",
        )
        assert sorted(order, key=told.index) == list(order)
        assert "#5：电梯维保费用" not in told
        assert "跳舞几点结束好" not in told


async def test_topic_that_is_put_on_a_session_is_told():
    """议题 #5 上12月14日说事会."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        await Concern.exclude(topic_id__not_isnull=True).delete()

        assert "议题 #5 上12月14日（周一）说事会" in await part(await read(visitor, "/"), "week")


async def test_week_tells_nothing_of_what_is_private():
    """A topic whose concerns went private takes its task, its resolution and its session with it."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        await Task.filter(number=7).update(done_at=town.NOW)
        await Concern.all().update(visibility=Visibility.MODERATORS)
        page = words(await read(visitor, "/"))

        for private in ("水泵检测", "修天面", "夜间停水", "门口那个事"):
            assert private not in page


async def test_longest_waiting_are_topics_and_concerns_alike():
    """Whichever was said first, with who owes the next word; what was published waits no more."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        told = await part(await read(visitor, "/"), "waiting")

        assert re.findall(r"(\d+) 天", told) == ["37", "10", "1", "1"]
        for said in ("电梯维保费用公开到每一项", "等管理员梳理", "议题 #5", "过期2天", "物业工程部办"):
            assert said in told
        assert "天面漏水" not in told


async def test_empty_town_says_what_is_not_there():
    """What isn't there, then what to do."""
    async with visiting() as visitor:
        await town.community()
        page = words(await read(visitor, "/"))

        for said in ("还没排说事会", "没有等着办的事", "这七天没有新的事"):
            assert said in page


@pytest.mark.parametrize("title", ["电梯", "很长的题目" * 30])
async def test_text_for_the_group_names_the_topics(title: str):
    """When, where, about what, the link; at most 120 characters."""
    async with visiting(public_url="https://qzy.example") as visitor:
        await town.topics(await town.settle())
        await Topic.filter(number=5).update(title=title)
        pasted = re.search(r'id="paste">([^<]+)<', await read(visitor, "/"))

        assert pasted is not None
        assert len(pasted[1]) <= 120
        assert f"12月14日（周一）19:30，{town.PLACE}。议题：{title[:20]}" in pasted[1]
        assert pasted[1].endswith("看议程、说事：https://qzy.example/")


async def test_home_costs_a_fixed_number_of_statements(caplog: pytest.LogCaptureFixture):
    """Ten at most, with one row of each kind or with a hundred."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        few = await statements(visitor, caplog)
        for number in range(100, 200):
            topic = await Topic.create(community=of, number=number, title="题", made_at=town.NOW)
            await town.concern(of, number, "事", topic=topic)
            await town.session(of, date(2027, 2, 1) + timedelta(days=number))
        await owners_town.settle(of)

        assert await statements(visitor, caplog) == few <= 10


async def statements(visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> int:
    """How many the first page takes."""
    with caplog.at_level("DEBUG", "tortoise.db_client"):
        caplog.clear()
        await read(visitor, "/")
    return len([one for one in caplog.records if one.name == "tortoise.db_client"])
