"""A vote is opened for a topic's resolution, and its result is handed to it (VOICE.md §3, 表决 and 决议)."""

import pytest

from domain.terms import Role
from models.tables.deliberations import Resolution
from models.tables.people import Household
from tests.stories.test_session_day import opened, town
from tests.stories.test_vote import ticks

__all__ = ["town"]
LINE = "表决 换钢丝绳｜赞同｜反对｜议题 #1｜截止 12-06 20:00｜记名"


@pytest.fixture
async def voted(town):
    """At the session a vote is opened for topic #1; two of two households are for it; it closes by time."""
    for name, room in (("居民甲", "301"), ("居民乙", "302")):
        await town.knows(f"{name}家", household=f"3-1-{room}")
    await opened(town)
    await town.says("管理员甲", LINE)
    for name in ("居民甲家", "居民乙家"):
        await town.presses(name, "赞同")
    await ticks(town, "12-06 20:00")
    return town


async def test_result_says_whose_resolution_comes_next(voted):
    """The group's result names the next step; the opener gets the button that writes it."""
    result = voted.card("结果").text
    told = [shown for shown in voted.channel.chats["p-管理员甲"] if "有结果了" in shown.text]

    assert "下一步：管理员写进议题 #1 的决议" in result
    assert "表决 #1 有结果了，它是为议题 #1 开的。" in told[-1].text
    assert told[-1].labels == [["决议"]]


async def test_resolution_rests_on_the_vote_of_its_topic(voted):
    """The dialogue that the button starts writes down the vote by itself; what is published names it."""
    asked = await voted.presses("管理员甲", "决议", voted.private("管理员甲"))
    assert "决定了什么" in asked[0].text
    for words in ("换电梯钢丝绳", "物业 李工", "12-31"):
        said = await voted.tells("管理员甲", words)

    assert "议题 #1 的决议记下了" in said[0].text
    assert (await Resolution.get()).basis == 1
    await voted.tells("管理员甲", "公开 1")
    assert "表决 #1" in voted.card("的决议").text


async def test_unknown_topic_opens_no_vote(town):
    """The topic must be there; a line names one only."""
    await Household.create(community_id=1, building="3", unit="1", room="301", area=8950)
    await town.knows("管理员丙", Role.MODERATOR)
    unknown = await town.tells("管理员丙", "表决 换钢丝绳｜赞同｜反对｜议题9｜记名")
    twice = await town.tells("管理员丙", "表决 换钢丝绳｜赞同｜反对｜议题1｜议题2｜记名")

    assert "没有议题 #9" in unknown[0].text
    assert twice[0].text == "没开：议题只能写一个，请去掉一个再发。"
