"""1 收集民意: what residents say and what they hear back (INTERFACE.md §1)."""

from tests.stories.talk import GROUP


async def test_say_gives_number_category_and_reason(talk):
    """A concern is numbered and sorted, and the words that decided are shown."""
    answers = await talk.says("居民甲", "说事 三号楼电梯又停了，老人下不来")

    assert "收到，记为说事 #1。" in answers[0].text
    assert "服务民生" in answers[0].text
    assert "电梯" in answers[0].text
    assert "首次说明" in answers[1].text


async def test_say_hears_nothing_else(talk):
    """Other talk in a group is neither answered nor stored."""
    assert await talk.says("居民甲", "今天天气不错") == []
    assert await talk.says("居民甲", "说事厅几点开门") == []


async def test_second_counts_once_and_redraws_the_card(talk):
    """附议 counts once a person; the card says how many."""
    await talk.says("居民甲", "说事 三号楼电梯又停了，老人下不来")
    first = await talk.presses("居民乙", "附议")
    again = await talk.says("居民乙", "附议 1")
    own = await talk.says("居民甲", "附议 1")

    assert first[0].text == "已附议说事 #1，连您1人。"
    assert again[0].text == "您附议过说事 #1，仍算一次。"
    assert own[0].text == "说事 #1 是您自己说的，不用再附议。"
    assert "人数：1人附议" in talk.card("收到", GROUP).text
