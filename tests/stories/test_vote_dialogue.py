"""表决, question by question: each answer is read where it was given; the end shows what was said and the roll."""

import pytest

from domain.terms import Method
from models.tables.votes import Vote
from tests.stories.talk import Talk
from tests.stories.test_ballot_log import homes

__all__ = ["homes"]


async def said(homes: Talk, *answers: str) -> str:
    """The moderator answers one question after the other in private; the last answer's answer."""
    chat = homes.private("管理员")
    for answer in answers:
        labels = [label for row in homes.channel.chats[chat.id][-1].labels for label in row]
        out = await (homes.presses("管理员", answer, chat) if answer in labels else homes.tells("管理员", answer))
    return out[0].text


async def test_dialogue_asks_one_thing_after_the_other(homes: Talk) -> None:
    """Title, options, how many, secrecy, start, slips, close; then all of it with the roll's total, and it opens."""
    asked = await homes.tells("管理员", "表决")
    assert asked[0].text.startswith("表决什么，请发题目")
    assert [button.label for button in asked[0].rows[0]] == ["业主表决", "表态"]
    assert "用顿号隔开" in await said(homes, "换物业")
    assert "可以选几个" in await said(homes, "甲公司、乙公司，丙公司")
    assert "各户选了什么给谁看" in await said(homes, "可多选")
    assert "什么时候开始" in await said(homes, "不记名")
    assert "要用封口码吗" in await said(homes, "12-05 09:00")
    assert "什么时候截止" in await said(homes, "用封口码")
    shown = await said(homes, "3天")
    assert shown.splitlines()[:2] == [
        "换物业：甲公司、乙公司、丙公司",
        "可多选，不记名，开始 12-05 09:00，封口码，截止 3天",
    ]
    assert "名单上12户，一户一票" in shown
    await said(homes, "开表决")
    vote = await Vote.get(number=1)

    assert (vote.title, vote.options, vote.secret) == ("换物业", ["甲公司", "乙公司", "丙公司"], True)
    assert (vote.snapshot["method"], vote.snapshot["slips"]) == (Method.APPROVAL, True)
    assert (vote.closes_at - vote.opened_at).days == 3


async def test_dialogue_says_what_each_kind_of_secrecy_means(homes: Talk) -> None:
    """Three buttons, each with its meaning above; 实名公示 is shown before it opens, and kept in the snapshot."""
    await homes.tells("管理员", "表决")
    asked = await said(homes, "换灯", "赞同、反对", "选一个")
    assert homes.channel.chats[homes.private("管理员").id][-1].labels == [["不记名", "记名", "实名公示"]]
    assert asked.splitlines()[1:] == [
        "不记名：不公布，只公布哪些户投了",
        "记名：名单上的住户和管理员看得到",
        "实名公示：任何人都看得到，上公开栏，不用码",
    ]
    shown = await said(homes, "实名公示", "马上开始", "48小时")
    assert "选一个" not in shown
    assert "实名公示，截止 48小时" in shown
    await said(homes, "开表决")
    vote = await Vote.get(number=1)

    assert (vote.secret, vote.snapshot["public_list"]) == (False, True)


async def test_dialogue_leaves_out_what_need_not_be_asked(homes: Talk) -> None:
    """Without a later start there is nothing to print, so slips are not asked for."""
    await homes.tells("管理员", "表决")
    assert "什么时候截止" in await said(homes, "换灯", "赞同、反对、弃权", "选一个", "记名", "马上开始")
    await said(homes, "12-03 20:00", "开表决")
    vote = await Vote.get(number=1)

    assert (vote.secret, vote.snapshot["method"], "slips" in vote.snapshot) == (False, Method.SINGLE, False)


@pytest.mark.parametrize(
    ("before", "wrong", "answer", "right"),
    [
        ([], "长" * 201, "没开：题目有201字", "换灯"),
        (["换灯"], "赞同", "没开：至少要2个选项", "赞同、反对"),
        (["换灯", "赞同、反对"], "三个", "没看懂，请点上面的一个按钮。", "选一个"),
        (["换灯", "赞同、反对", "选一个", "记名"], "11-30 09:00", "已经过了", "马上开始"),
        (["换灯", "赞同、反对", "选一个", "记名", "马上开始"], "后天", "没看懂截止", "48小时"),
    ],
)
async def test_dialogue_asks_again_where_it_was_wrong(homes: Talk, before, wrong: str, answer: str, right: str) -> None:
    """What was said before is kept; the same question takes another answer."""
    await homes.tells("管理员", "表决")
    if before:
        await said(homes, *before)
    told = (await homes.tells("管理员", wrong))[0].text
    after = (await homes.tells("管理员", right))[0].text

    assert answer in told
    assert not after.startswith("没")


async def test_dialogue_may_be_answered_by_a_line_or_left(homes: Talk) -> None:
    """A whole line at the first question opens at once; 不开了 at the last one opens nothing."""
    await homes.tells("管理员", "表决")
    await homes.tells("管理员", "换灯｜赞同｜反对｜48小时｜记名")
    assert await Vote.all().count() == 1
    await homes.tells("管理员", "表决")
    assert "什么也没发" in await said(homes, "换灯", "赞同、反对", "选一个", "记名", "马上开始", "48小时", "不开了")
    assert await Vote.all().count() == 1
