"""规章制定 (DOMAIN.md §3): drafts, a round of opinions of which each is answered, and then the vote."""

import pytest

from domain.talk import Manner, Said
from domain.terms import MatterKind, Role, VoteState
from models.tables.concerns import Topic
from models.tables.matters import Draft, Opinion
from models.tables.votes import Vote
from tests.database import BOTH
from tests.handlers.faults import faults
from tests.stories.talk import GROUP

BEGIN_AND_COMMIT = 2
TEXT = "一、车位先到先停。二、消防通道不停车。"


@pytest.fixture
async def town(talk):
    """A moderator, the owners' committee, two residents, one topic."""
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("业委会甲", Role.OWNERS_COMMITTEE)
    for name in ("居民甲", "居民乙"):
        await talk.knows(name, household=f"3-1-30{1 if name == '居民甲' else 2}")
    await talk.says("居民甲", "说事 小区里乱停车")
    await talk.tells("管理员甲", "合并 1｜停车规定")
    return talk


def texts(out, to=None):
    return [o.text for o in out if o.text and (to is None or o.to == to)]


async def test_draft_opinions_answers_and_vote(town):
    """From the first draft to the vote: everybody reads it, says what they think, is answered; then it is voted on."""
    kept = await town.tells("业委会甲", f"草案 1 {TEXT}")
    read = await town.presses("居民甲", "看草案")
    asked = await town.presses("居民甲", "提意见")
    said = await town.says("居民甲", "访客的车停哪里", addressed=True)
    card = town.card("第1稿").text
    town.at("12-02 10:00")
    answered = await town.tells("管理员甲", "答意见 1 1 采纳 加一条访客车位")
    revised = await town.tells("管理员甲", f"草案 1 {TEXT}三、访客停北门。")
    early = await town.tells("管理员甲", "交表决 1")
    over = await town.wakes("12-09 20:00")
    ready = await town.tells("管理员甲", "交表决 1")
    await town.presses("管理员甲", "开表决", town.private("管理员甲"))

    assert texts(kept)[0] == "议题 #1 草案第1稿记下了，正在通知1个群，征求意见一周。"
    assert texts(read, town.private("居民甲")) == [f"议题 #1 停车规定，草案第1稿：\n{TEXT}"]
    assert texts(asked)[0].startswith("您对议题 #1 的草案有什么意见，请回一句；没有了发“取消”。")
    assert texts(said)[0] == "记下了：议题 #1 草案的第1条意见，会有答复。"
    assert card == (
        "议题 #1 停车规定 第1稿\n时间：征求意见到12月8日（周二）20:00\n人数：1条意见，答复0条\n"
        "下一步：先看草案，再发“意见 1 内容”，条条有答复"
    )
    assert texts(answered, town.private("居民甲")) == ["您对议题 #1 草案的第1条意见：采纳\n原因：加一条访客车位"]
    assert texts(revised)[0] == "议题 #1 草案第2稿记下了，正在通知1个群，征求意见一周。"
    assert texts(early) == ["没交：议题 #1 的意见征求到12月9日（周三）20:00，到时再交表决。"]
    assert "议题 #1 草案第2稿征求意见到时了，收到意见1条，没有要答复的了，可以发“交表决 1”。" in texts(over)
    assert texts(ready)[0].startswith("议题 #1 草案第2稿可以交表决了。")
    await town.presses("管理员甲", "改记名", town.private("管理员甲"))
    vote = await Vote.get()
    assert (vote.title, vote.state) == ("通过停车规定（草案第2稿）", VoteState.OPEN)
    assert vote.options == ["赞同", "反对", "弃权"]
    assert (await Topic.get()).kind is MatterKind.RULE_MAKING


async def test_vote_waits_for_the_last_answer(town):
    """An opinion without an answer holds the vote back, and the end of the round names how many there are."""
    await town.tells("管理员甲", f"草案 1 {TEXT}")
    await town.says("居民甲", "意见 1 太严了")
    await town.says("居民乙", "意见 1 太松了，打我电话13812345678")
    waiting = await town.tells("管理员甲", "答意见 1")
    over = await town.wakes("12-08 20:00")
    refused = await town.tells("管理员甲", "交表决 1")
    await town.tells("管理员甲", "答意见 1 1 不采纳 消防要求")
    await town.tells("管理员甲", "答意见 1 2｜采纳｜加罚则")
    done = await town.tells("管理员甲", "答意见 1")

    assert texts(waiting) == [
        "议题 #1 草案还有2条意见等答复：\n1 太严了\n2 太松了，打我电话138****5678\n"
        "先答第1条：点下面的，或发“答意见 1 1 采纳 原因”。"
    ]
    assert any("2条里还有2条没答复" in text for text in texts(over))
    assert texts(refused) == ["没交：议题 #1 还有2条意见没答复，请发“答意见 1”。"]
    assert texts(done) == ["议题 #1 草案的意见都答复了，时间到了发“交表决 1”。"]
    assert [row.taken for row in await Opinion.all().order_by("place")] == [False, True]


@BOTH
async def test_opinions_wait_in_the_inbox_and_are_answered_by_presses(town):
    """An opinion without an answer is in 待办, once a topic, and the buttons lead to the last of them."""
    mine = town.private("管理员甲")
    await town.tells("管理员甲", f"草案 1 {TEXT}")
    await town.says("居民甲", "意见 1 太严了")
    await town.says("居民乙", "意见 1 太松了")
    town.at("12-02 18:42")
    waits = await town.tells("管理员甲", "待办")
    await town.presses("管理员甲", "看意见#1", mine)
    asked = await town.presses("管理员甲", "采纳", mine)
    kept = await town.tells("管理员甲", "放宽到两小时")
    await town.presses("管理员甲", "看意见#1", mine)
    await town.presses("管理员甲", "不采纳", mine)
    last = await town.tells("管理员甲", "消防要求")

    assert "1 议题 #1：草案有意见，等答复23小时" in texts(waits)[0]
    assert texts(waits)[0].count("草案有意见") == 1
    assert texts(asked) == ["采纳第1条意见，请回一句为什么，提的人会看到；先不答发“取消”。"]
    assert texts(kept, mine) == ["答复了议题 #1 草案的第1条意见：采纳。"]
    assert texts(kept, town.private("居民甲")) == ["您对议题 #1 草案的第1条意见：采纳\n原因：放宽到两小时"]
    assert texts(last, mine) == ["答复了议题 #1 草案的第2条意见：不采纳。"]
    assert last[0].rows == ()
    assert [row.taken for row in await Opinion.all().order_by("place")] == [True, False]
    assert "草案有意见" not in texts(await town.tells("管理员甲", "待办"))[0]


async def test_round_is_over_at_its_time(town):
    """After the close no opinion is taken; the card says what comes next and has no button for one."""
    await town.tells("管理员甲", f"草案 1 {TEXT}")
    await town.wakes("12-08 20:00")
    late = await town.says("居民甲", "意见 1 还有一句")

    assert texts(late) == ["没记：议题 #1 的意见征求到12月8日（周二）20:00，已经结束了。"]
    card = town.card("第1稿")
    assert card.text.endswith("下一步：管理员答复完，交表决")
    assert card.labels == [["看草案"]]


async def test_who_may_write_and_what_is_refused(town):
    """Moderators and the owners' committee draft; everybody reads; each slip has its sentence."""
    for who, words, said in (
        ("居民甲", f"草案 1 {TEXT}", "没办：只有书记、管理员、业委会可以写草案。"),
        ("居民甲", "草案 1", "议题 #1 还没有草案，管理员可以发“草案 1 正文”。"),
        ("居民甲", "意见 1 好", "议题 #1 还没有草案，管理员可以发“草案 1 正文”。"),
        ("居民甲", "草案 9", "没有议题 #9，发“议题”可以看有哪些。"),
        ("管理员甲", f"草案 1 {'字' * 2001}", "没记：草案有2001字，最多2000字，请分几个议题。"),
        ("居民甲", "答意见 1", "没办：只有管理员可以答复意见。"),
    ):
        assert texts(await town.tells(who, words)) == [said]
    await town.tells("管理员甲", f"草案 1 {TEXT}")
    for who, words, said in (
        ("居民甲", f"意见 1 {'字' * 501}", "没记：意见有501字，最多500字，请分几条说。"),
        ("管理员甲", "答意见 1 7 采纳 好", "没答：议题 #1 没有第7条意见，或者答复过了。"),
        ("管理员甲", "答意见 1 1 同意 好", "没答：请这样发“答意见 1 1 采纳 原因”，或“不采纳”，原因最多300字。"),
    ):
        assert texts(await town.tells(who, words)) == [said]
    assert await Draft.all().count() == 1


async def test_opinion_costs_at_most_ten_statements(town):
    """意见: ten statements at most."""
    await town.tells("管理员甲", f"草案 1 {TEXT}")
    with faults() as seen:
        said = Said("cost", town.clock(), GROUP, town.person("居民甲"), "意见 1 太严了", "u")
        await town.run(said)

    assert seen.count - BEGIN_AND_COMMIT <= 10
    assert not any(o.manner is Manner.NOTICE and o.to == GROUP for o in town.channel.sent)
