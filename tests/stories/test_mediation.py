"""矛盾调处 (DOMAIN.md §3): a private room of the parties and the mediator; nothing is public but the outcome."""

import pytest

from domain.talk import Button, Said
from domain.terms import Role
from models.tables.matters import Mediation, Party, RoomWord
from models.tables.people import Audit, Resident
from tests.handlers.faults import faults
from tests.stories.talk import GROUP

BEGIN_AND_COMMIT = 2
SECRET = "楼上漏水，天花板坏了，要赔两千"


@pytest.fixture
async def town(talk):
    """A mediator, two parties, and a moderator and a secretary who are not in the room."""
    await talk.knows("调解员甲", Role.MEDIATOR)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("书记甲", Role.SECRETARY)
    ids = [await talk.knows(name) for name in ("居民甲", "居民乙", "居民丙")]
    talk.shorts = [(await Resident.get(id=id)).short for id in ids]
    return talk


async def opened(town):
    """A room in which both want to talk."""
    one, two, _ = town.shorts
    out = await town.tells("调解员甲", f"开调处 楼上漏水｜{one}｜{two}")
    await town.presses("居民甲", "愿意调解", town.private("居民甲"))
    await town.presses("居民乙", "愿意调解", town.private("居民乙"))
    return out


def in_groups(town):
    return [o.text for o in town.channel.sent if not o.to.private]


async def test_room_carries_words_between_three_and_no_further(town):
    """Both are asked, both want to; what one says the other two read; the group hears nothing at all."""
    begun = await opened(town)
    said = await town.tells("居民甲", f"调处 1 {SECRET}")
    shown = await town.tells("居民乙", "调处 1")

    assert begun[0].text == "调处 #1 开了，正在问双方愿不愿意；都愿意了我告诉您。"
    assert {o.to.id for o in begun[1:]} == {"p-居民甲", "p-居民乙"}
    assert [(o.to.id, o.text) for o in said] == [
        ("p-居民甲", "转给对方了：调处 #1。"),
        ("p-调解员甲", f"调处 #1 甲方说：{SECRET}"),
        ("p-居民乙", f"调处 #1 甲方说：{SECRET}"),
    ]
    assert shown[0].text.startswith(f"调处 #1 楼上漏水\n甲方（12月1日（周二）18:42）：{SECRET}")
    assert in_groups(town) == []


async def test_outcome_is_public_only_when_both_let_it(town):
    """One says yes: nothing yet; the other too: every group hears the one sentence, without names, masked."""
    await opened(town)
    await town.tells("居民甲", f"调处 1 {SECRET}")
    await town.tells("调解员甲", "谈成 1 楼上修防水，12月20日前修好，有事打13812345678")
    first = await town.presses("居民甲", "同意公开", town.private("居民甲"))
    before = in_groups(town)
    await town.presses("居民乙", "同意公开", town.private("居民乙"))

    assert first[0].text == "记下了：您同意公开，等对方答复调处 #1。"
    assert before == []
    assert in_groups(town) == [
        "调处 #1 谈成了\n楼上修防水，12月20日前修好，有事打138****5678\n双方同意公开，不写是谁。"
    ]
    assert all(word not in "".join(in_groups(town)) for word in (SECRET, "居民", *town.shorts))
    row = await Mediation.get()
    assert (row.closed_at, row.published_at) == (row.published_at, row.closed_at)


async def test_outcome_stays_in_the_room_when_one_says_no(town):
    """不公开: it ended well, and nobody else hears how."""
    await opened(town)
    await town.tells("调解员甲", "谈成 1 楼上修防水")
    await town.presses("居民甲", "同意公开", town.private("居民甲"))
    out = await town.presses("居民乙", "不公开", town.private("居民乙"))

    assert {(o.to.id, o.text) for o in out if o.text} == {
        (f"p-{name}", "调处 #1 结束：谈成了，结果不公开，只有房间里的人知道。")
        for name in ("居民甲", "居民乙", "调解员甲")
    }
    assert in_groups(town) == []
    assert (await Mediation.get()).published_at is None


async def test_nobody_else_sees_the_room_a_secretary_neither(town):
    """To everybody who does not sit in it, it is as unknown as one that isn't there; no answer tells the difference."""
    await opened(town)
    await town.tells("居民甲", f"调处 1 {SECRET}")
    for name in ("居民丙", "管理员甲", "书记甲"):
        for words in ("调处 1", "调处 1 我来说两句", "谈成 1 办法", "同意公开 1", "没谈成 1", "愿意调解 1"):
            assert [o.text for o in await town.tells(name, words)] == ["没有调处 #1，请看清号码再发。"]
        assert (await town.tells(name, "调处 7"))[0].text == "没有调处 #7，请看清号码再发。"
    assert "漏水" not in "".join(f"{row.act}{row.subject}{row.refused}" for row in await Audit.all())


async def test_in_a_group_nothing_is_taken(town):
    """Said in the group by mistake: it isn't kept, isn't repeated, and who said it is asked to delete it."""
    await opened(town)
    for who, words in (
        ("居民甲", f"调处 1 {SECRET}"),
        ("调解员甲", f"开调处 漏水｜{town.shorts[0]}｜{town.shorts[1]}"),
    ):
        out = await town.says(who, words)
        assert [o.text for o in out] == ["没办：调处只在私聊里办，群里别人看得见，刚才那条请您自己删。"]
    assert await RoomWord.all().count() == 0
    assert SECRET not in "".join(in_groups(town))


async def test_unwilling_party_ends_it(town):
    """Nobody has to: the others hear that it is over, and nothing was said."""
    one, two, _ = town.shorts
    await town.tells("调解员甲", f"开调处 楼上漏水｜{one}｜{two}")
    early = await town.tells("调解员甲", "调处 1 先问问情况")
    out = await town.presses("居民甲", "不愿调解", town.private("居民甲"))
    late = await town.presses("居民乙", "愿意调解", town.private("居民乙"))

    assert early[0].text == "没记：调处 #1 还在等双方答复愿不愿意。"
    assert out[0].text == "记下了：您不愿意，调处 #1 到此为止，没有公开任何事。"
    assert {o.to.id for o in out[1:] if o.text} == {"p-调解员甲", "p-居民乙"}
    assert late[0].text == "没办：调处 #1 已经结束了。"


async def test_it_may_fail_and_nobody_else_hears_of_it(town):
    """没谈成: the mediator ends it; the parties are told where to go on."""
    await opened(town)
    await town.tells("居民甲", f"调处 1 {SECRET}")
    only = await town.tells("居民甲", "没谈成 1")
    out = await town.tells("调解员甲", "没谈成 1")

    assert only[0].text == "没办：只有调解员可以写结果。"
    assert {o.to.id for o in out} == {"p-调解员甲", "p-居民甲", "p-居民乙"}
    assert out[0].text == "调处 #1 没谈成，到此为止，没有公开任何事；要走别的路请打010-1234。"
    assert in_groups(town) == []


async def test_only_a_mediator_opens_one_between_two_others(town):
    """Who may; each part of the line; three different people, all of whom can be written to."""
    one, two, _ = town.shorts
    refused = await town.tells("居民甲", f"开调处 漏水｜{one}｜{two}")

    assert refused[0].text == "没办：只有书记、管理员、调解员可以开调处。"
    for line, said in (
        (f"漏水｜{one}", "没开：请这样发“开调处 事由｜甲方短名｜乙方短名”，事由最多40字。"),
        (f"漏水｜{one}｜QQQQQ", "没开：没有短名叫QQQQQ的人，请他发“我的数据”看自己的短名。"),
        (f"漏水｜{one}｜{one}", "没开：双方和调解员要是三个不同的人。"),
    ):
        assert (await town.tells("调解员甲", f"开调处 {line}"))[0].text == said
    await town.says("路人甲", "帮助")
    stranger = await Resident.exclude(short__in=town.shorts).order_by("-id").first()
    assert stranger is not None
    out = await town.tells("调解员甲", f"开调处 漏水｜{one}｜{stranger.short}")
    assert out[0].text == f"没开：我还不能私聊{stranger.short}，请他先私聊我发“帮助”。"
    assert await Mediation.all().count() == 0


async def test_words_go_after_their_time_and_with_their_speaker(town):
    """What was said goes thirty days after the end, and at once with 删除我; the public outcome stays."""
    await opened(town)
    await town.tells("居民甲", f"调处 1 {SECRET}")
    await town.tells("居民乙", "调处 1 好商量")
    await town.tells("调解员甲", "谈成 1 楼上修防水")
    for name in ("居民甲", "居民乙"):
        await town.presses(name, "同意公开", town.private(name))
    copy = await town.tells("居民甲", "我的数据")
    stamp = str(int(town.clock().timestamp()))
    await town.press("居民甲", Button("", "forget_me_3", (stamp,)), town.private("居民甲"))
    left = [row.text for row in await RoomWord.all()]
    town.now = town.now.replace(year=2027, month=1, day=2)
    await town.plans()

    assert SECRET in copy[0].file.content
    assert left == ["好商量"]
    assert await Party.all().count() == 1
    assert await RoomWord.all().count() == 0
    assert (await Mediation.get()).outcome == "楼上修防水"


async def test_word_in_the_room_costs_at_most_ten_statements(town):
    """调处 1 …: ten statements at most."""
    await opened(town)
    with faults() as seen:
        chat, who = town.private("居民甲"), town.person("居民甲")
        await town.run(Said("cost", town.clock(), chat, who, "调处 1 好商量", "u"))

    assert seen.count - BEGIN_AND_COMMIT <= 10
    assert GROUP.id not in {o.to.id for o in town.channel.sent}
