"""突发事件 (DOMAIN.md §3): every group at once, quiet hours or not; receipts counted, the missing named."""

import pytest

from domain.talk import Chat, Manner, Pressed
from domain.terms import Role
from models import people
from models.tables.matters import EmergencyReceipt
from models.tables.people import Community
from tests.handlers.faults import faults
from tests.stories.talk import GROUP

BEGIN_AND_COMMIT = 2
SECOND = Chat("web", "g2", title="枫林三号楼群")


@pytest.fixture
async def town(talk):
    """Two groups, a moderator, two households, one of them with two people."""
    await people.enter_group((await Community.get()).id, SECOND.channel, SECOND.id, SECOND.title)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("居民甲", household="3-1-301")
    await talk.knows("居民乙", household="3-1-301")
    await talk.knows("居民丙", household="3-1-302")
    return talk


async def test_emergency_reaches_every_group_at_night(town):
    """At 02:00 the card stands in every group at once, for who has muted the bot too: it is the groups' message."""
    town.at("12-02 02:00")
    await town.says("居民甲", "静音")
    out = await town.tells("管理员甲", "突发 二号楼三层着火，走楼梯下楼，别坐电梯")

    cards = [o for o in out if o.to.id in {GROUP.id, SECOND.id}]
    assert [o.to.id for o in cards] == [GROUP.id, SECOND.id]
    assert {o.text for o in cards} == {
        "⚠️ 突发 #1\n二号楼三层着火，走楼梯下楼，别坐电梯\n时间：12月2日（周三）02:00\n人数：0人收到\n"
        "下一步：看到请点“收到”；有危险先离开，打110、119、120"
    }
    assert out[-1].text == "突发 #1 正在通知2个群。还没报警的，请先打110、119、120。"


async def test_receipts_are_counted_once_each_and_on_every_card(town):
    """收到 by button or word; the cards of all groups count on; twice is once."""
    await town.tells("管理员甲", "突发 停气")
    pressed = await town.presses("居民甲", "收到")
    await town.says("居民乙", "收到 1", SECOND)
    again = await town.presses("居民甲", "收到")

    assert [o.text for o in pressed if o.manner is Manner.TOAST] == ["记下了：突发 #1 您收到了。"]
    assert [o.text for o in again if o.manner is Manner.TOAST] == ["突发 #1 您点过收到了。"]
    for chat in (GROUP, SECOND):
        assert "人数：2人收到" in town.card("⚠️ 突发 #1", chat).text
    assert await EmergencyReceipt.all().count() == 2


async def test_log_says_what_was_told_and_who_did_not_answer(town):
    """突发记录: when, to how many groups, what came after, the end, and the households to call on, in private."""
    await town.tells("管理员甲", "突发 停气")
    await town.presses("居民甲", "收到")
    town.at("12-01 19:10")
    news = await town.tells("管理员甲", "突发进展 1 抢修到十点")
    town.at("12-01 22:05")
    end = await town.tells("管理员甲", "突发结束 1 来气了，阀门都查过")
    log = await town.says("管理员甲", "突发记录 1")

    assert {o.text for o in news if o.to.id == SECOND.id} == {"⚠️ 突发 #1 进展\n抢修到十点\n时间：12月1日（周二）19:10"}
    assert "突发 #1 结束了\n来气了，阀门都查过\n时间：12月1日（周二）22:05" in [o.text for o in end]
    assert log[0].to == town.private("管理员甲")
    assert log[0].text.split("\n") == [
        "突发 #1 停气",
        "12月1日（周二）18:42发出，2个群；收到1人，2户中1户",
        "12月1日（周二）19:10 抢修到十点",
        "12月1日（周二）22:05 来气了，阀门都查过",
        "12月1日（周二）22:05结束",
        "没回的1户，请上门（这里列1户）：3号楼1单元302室",
    ]


async def test_emergency_that_is_over_asks_nobody(town):
    """After its end the card has no button, and nothing more is told about it."""
    await town.tells("管理员甲", "突发 停气")
    await town.tells("管理员甲", "突发结束 1 来气了")

    card = town.card("现在：已经结束")
    assert card.labels == []
    assert (await town.tells("管理员甲", "突发进展 1 又停了"))[0].text == (
        "没发：突发 #1 已经结束了，有新情况请发“突发 内容”。"
    )


async def test_only_moderators_raise_one_and_it_needs_words(town):
    """May I before all; without words it asks; too many are refused; 突发 9 is unknown."""
    asked = await town.tells("管理员甲", "突发")
    out = await town.tells("管理员甲", "停气了，先别开火")

    assert (await town.says("居民甲", "突发 着火了"))[0].text == "没办：只有管理员可以发突发事件。"
    assert asked[0].text.startswith("出了什么事，请回一句")
    assert out[0].text.startswith("⚠️ 突发 #1\n停气了，先别开火")
    assert (await town.tells("管理员甲", "突发 " + "火" * 201))[0].text == "没发：有201字，最多200字，先拣要紧的说。"
    assert (await town.says("居民甲", "收到 9"))[0].text == "没有突发 #9，请看清号码再发。"
    assert (await town.tells("管理员甲", "突发进展 1"))[0].text == (
        "没发：请写上内容，最多200字，比如“突发进展 1 火已扑灭”。"
    )


async def test_receipt_costs_at_most_ten_statements(town):
    """收到: ten statements at most."""
    await town.tells("管理员甲", "突发 停气")
    with faults() as seen:
        await town.run(Pressed("cost", town.clock(), GROUP, town.person("居民丙"), "received", ("1",)))

    assert seen.count - BEGIN_AND_COMMIT <= 10
