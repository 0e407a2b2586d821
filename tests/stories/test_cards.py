"""One thing, one card: a concern's and a topic's cards are edited wherever they hang when the matter moves on."""

import pytest

from domain.terms import Role, SessionRule
from tests.stories.talk import GROUP

LIFT = "收到，记为说事 #1。"


@pytest.fixture
async def town(talk):
    """One concern said openly, one said in private, a moderator, the sessions of December."""
    for name in ("居民甲", "居民乙"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.tells("居民乙", "说事 三号楼电梯天天坏")
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    return talk


def stands(talk, start=LIFT, chat=GROUP):
    """Where the card that begins so says that its matter stands."""
    lines = talk.card(start, chat).text.split("\n")
    return [line for line in lines if line.startswith(("现在", "下一步", "原因"))]


async def test_concern_card_follows_its_topic(town):
    """Joined, decided, prepared, deliberated, resolved, published: the card of the concern says each step."""
    seen = [stands(town)]
    for words in ("合并 1 说事2｜三号楼电梯", "确定 1 急", "准备 1"):
        await town.tells("管理员甲", words)
        seen.append(stands(town))
    town.at("12-04 19:31")
    await town.tells("管理员甲", "开会")
    await town.wakes()
    seen.append(stands(town))
    for words in ("决议 1 换绳｜物业 李工｜12-31", "公开 1"):
        await town.tells("管理员甲", words)
    seen.append(stands(town))

    assert seen == [
        ["下一步：管理员梳理，发“进度 1”随时查"],
        ["现在：并在议题 #1，第2步 梳理议题"],
        ["现在：并在议题 #1，第3步 确定议题"],
        ["现在：并在议题 #1，第4步 作好准备"],
        ["现在：并在议题 #1，第5步 组织协商"],
        ["现在：并在议题 #1，第6步 公开结果"],
    ]


async def test_concern_said_in_private_has_its_card_there(town):
    """A concern said in private hangs in its author's chat, and is edited there alone."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")

    assert stands(town, "收到，记为说事 #2。", town.private("居民乙")) == ["现在：并在议题 #1，第2步 梳理议题"]
    assert all("说事 #2。" not in shown.text for shown in town.channel.chats[GROUP.id])


async def test_concern_that_leaves_its_topic_says_so(town):
    """拆分, 撤销, 退回: the card goes back to what it said before, or says why not."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    await town.tells("管理员甲", "拆分 1")
    split = stands(town)
    await town.tells("管理员甲", "退回 说事1 物业已经在修")
    sent_back = stands(town)
    await town.tells("管理员甲", "撤销")

    assert split == stands(town) == ["下一步：管理员梳理，发“进度 1”随时查"]
    assert sent_back == ["现在：没有列为议题", "原因：物业已经在修"]


async def test_concern_card_keeps_its_topic_when_seconded(town):
    """附议 edits the card too, and where it stands is still there."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    await town.says("居民乙", "附议 1")

    assert "人数：1人附议" in town.card(LIFT).text
    assert stands(town) == ["现在：并在议题 #1，第2步 梳理议题"]


async def test_hidden_concern_is_not_linked_in_the_group(town):
    """仅管理员: the card in the group does not tell which topic it went into."""
    await town.presses("居民甲", "仅管理员")
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")

    assert "议题" not in town.card(LIFT).text


async def test_topic_cards_follow_their_session(town):
    """开会, 散会, 改期, 停会 move all topics of a session: the next tick edits every card."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    await town.says("居民甲", "议题 1")
    await town.tells("管理员甲", "确定 1 急")
    card = []
    for words in ("改期 12-4｜12-5 19:30｜停电", "停会 12-5｜停电"):
        await town.tells("管理员甲", words)
        await town.wakes()
        card += [line for line in town.card("议题 #1 三号楼电梯\n").text.split("\n") if line.startswith("现在")]

    assert card == [
        "现在：第3步 确定议题（共6步），上12月5日（周六）说事会",
        "现在：第3步 确定议题（共6步），上12月14日（周一）说事会",
    ]
