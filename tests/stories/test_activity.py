"""活动开展 (DOMAIN.md §3): people sign up until it is full; who leaves makes room for the next, who is told."""

import asyncio

import pytest

from domain.talk import Manner, Pressed
from domain.terms import Role
from models.tables.concerns import Topic
from models.tables.matters import Activity, SignUp
from tests.handlers.faults import faults
from tests.stories.talk import GROUP

BEGIN_AND_COMMIT = 2
OPEN = "活动 包粽子｜12-20 14:00｜活动室｜2人"


@pytest.fixture
async def town(talk):
    """A moderator and four residents whom the bot may write to."""
    await talk.knows("管理员甲", Role.MODERATOR)
    for name in ("居民甲", "居民乙", "居民丙", "居民丁"):
        await talk.knows(name)
    return talk


def toast(out):
    return next(o.text for o in out if o.manner is Manner.TOAST)


async def test_activity_fills_up_and_the_next_moves_up(town):
    """Two places: the third waits, hears of it when the first leaves, and the card counts along."""
    opened = await town.tells("管理员甲", OPEN)
    first = await town.presses("居民甲", "报名")
    await town.presses("居民乙", "报名")
    third = await town.presses("居民丙", "报名")
    full = town.card("活动 #1").text
    left = await town.presses("居民甲", "取消报名")

    assert opened[0].text == "活动 #1 发出来了，正在通知1个群。"
    assert toast(first) == "报上了：活动 #1，您是第1个。"
    assert toast(third) == "活动 #1 名额满了，您排在候补第1个，有人退就补上。"
    assert full == (
        "活动 #1 包粽子\n时间：12月20日（周日）14:00\n地点：活动室\n"
        "人数：2人报名，名额满了，1人候补\n下一步：点“报名”排候补，有人退就补上"
    )
    told = [o for o in left if o.to == town.private("居民丙")]
    assert [o.text.split("\n")[0] for o in told] == ["有人退出，您补上了：活动 #1 包粽子"]
    assert town.card("活动 #1").text.split("\n")[3] == "人数：2人报名，共2个名额"
    assert toast(left) == "退了：活动 #1，名额让给后面的人。"


async def test_who_waits_and_leaves_moves_nobody_up(town):
    """The one on the waiting list goes; those who are in hear nothing."""
    await town.tells("管理员甲", OPEN)
    for name in ("居民甲", "居民乙", "居民丙", "居民丁"):
        await town.presses(name, "报名")
    left = await town.says("居民丙", "取消报名 1")

    assert [o for o in left if o.manner is Manner.NOTICE] == []
    again = await town.says("居民丁", "报名 1")
    assert toast_or_text(again) == "活动 #1 名额满了，您排在候补第1个，有人退就补上。"


def toast_or_text(out):
    return out[0].text


async def test_same_by_words_and_each_only_once(town):
    """报名 and 取消报名 can be typed; twice counts once; who has no place can't give one back."""
    await town.tells("管理员甲", OPEN)
    await town.says("居民甲", "报名 1")
    again = await town.says("居民甲", "报名 活动1")
    not_in = await town.says("居民乙", "取消报名 1")

    assert toast_or_text(again) == "您报过活动 #1 了，是第1个，仍算一次。"
    assert toast_or_text(not_in) == "没退：您没报活动 #1。"
    assert await SignUp.all().count() == 1
    assert toast_or_text(await town.says("居民甲", "报名 9")) == "没有活动 #9，发“活动”可以看有哪些。"


async def test_last_place_goes_to_one_of_two_at_once(town):
    """Two press at the same moment: one has the place, the other waits; no place is given twice."""
    await town.tells("管理员甲", "活动 包粽子｜12-20 14:00｜活动室｜1人")
    presses = [
        Pressed(f"x{n}", town.clock(), GROUP, town.person(name), "sign_up", ("1",), None, f"x{n}")
        for n, name in enumerate(("居民甲", "居民乙"))
    ]
    await asyncio.gather(*(town.run(press) for press in presses))
    await town.delivery.drain()

    told = {o.text for o in town.channel.toasts[-2:]}
    assert told == {"报上了：活动 #1，您是第1个。", "活动 #1 名额满了，您排在候补第1个，有人退就补上。"}
    assert {row.turn for row in await SignUp.all()} == {1, 2}


async def test_day_before_those_inside_are_reminded(town):
    """24 hours before, those who have a place are told; who waits is not."""
    await town.tells("管理员甲", "活动 包粽子｜12-20 14:00｜活动室｜1人")
    await town.says("居民甲", "报名 1")
    await town.says("居民乙", "报名 1")
    told = await town.wakes("12-19 14:00")

    assert [(o.to.id, o.text) for o in told if o.text.startswith("您报了")] == [
        ("p-居民甲", "您报了活动 #1 包粽子\n时间：12月20日（周日）14:00\n地点：活动室")
    ]


async def test_activity_is_called_off(town):
    """停办: every group and whoever signed up are told; the card says why; nobody signs up any more."""
    await town.tells("管理员甲", OPEN)
    await town.says("居民甲", "报名 1")
    why = await town.tells("管理员甲", "停办 1")
    out = await town.tells("管理员甲", "停办 1 下大雨")

    assert why[0].text == "没停：请写上原因，发“停办 1 原因”。"
    assert {o.to.id for o in out if o.text.startswith("⚠️ 活动 #1 不办了")} == {GROUP.id, "p-居民甲"}
    assert toast_or_text(await town.says("居民乙", "报名 1")) == "没办：活动 #1 不办了。"
    assert (await town.says("居民乙", "活动 1"))[0].text == "活动 #1 包粽子\n现在：不办了\n原因：下大雨"


async def test_moderator_sees_who_comes_in_private_only(town):
    """报名表: the flats, where they are bound; to the moderator alone."""
    await town.knows("住户甲", household="3-1-301")
    await town.tells("管理员甲", OPEN)
    await town.says("住户甲", "报名 1")
    out = await town.says("管理员甲", "报名表 1")

    assert out[0].to == town.private("管理员甲")
    assert out[0].text == "活动 #1：1人报上，0人候补\n1 3号楼1单元301室"
    assert (await town.says("居民甲", "报名表 1"))[0].text == "没办：只有管理员可以看报名表。"


async def test_what_is_coming_is_listed_and_residents_open_none(town):
    """活动: the nearest first. Only a moderator opens one; the parts are checked one by one."""
    assert (await town.says("居民甲", OPEN))[0].text == "没办：只有管理员可以发活动。"
    for words, said in (
        ("活动 包粽子｜12-20 14:00｜活动室", "没发：请这样发“活动 题目｜12-20 14:00｜地点｜30人”。"),
        ("活动 包粽子｜11-20 14:00｜活动室｜9", "没发：11月20日（周五）14:00已经过了，请换一个时间。"),
        ("活动 包粽子｜12-20 14:00｜活动室｜0人", "没发：名额要在1到5000之间。"),
        (f"活动 {'包' * 21}｜12-20 14:00｜活动室｜9", "没发：题目最多20字，地点最多20字，都不能空。"),
    ):
        assert (await town.tells("管理员甲", words))[0].text == said
    await town.tells("管理员甲", OPEN)
    await town.tells("管理员甲", "活动 义诊｜12-12 9:00｜广场｜50")
    out = await town.says("居民甲", "活动")

    assert out[0].text.split("\n")[1:] == [
        "活动 #2 义诊，12月12日（周六）09:00，0人报名，共50个名额",
        "活动 #1 包粽子，12月20日（周日）14:00，0人报名，共2个名额",
    ]
    town.at("12-20 14:00")
    assert toast_or_text(await town.says("居民甲", "报名 1")) == "没办：活动 #1 已经开始了。"


@pytest.mark.parametrize("before", [0, 40])
async def test_signing_costs_at_most_ten_statements(town, before):
    """报名 and 取消报名: ten statements at most, however many signed up before."""
    await town.tells("管理员甲", "活动 包粽子｜12-20 14:00｜活动室｜20人")
    for n in range(before):
        await town.says(f"路人{n}", "报名 1")
    for verb in ("sign_up", "sign_off"):
        with faults() as seen:
            await town.run(Pressed(verb, town.clock(), GROUP, town.person("居民甲"), verb, ("1",)))
        assert seen.count - BEGIN_AND_COMMIT <= 10


async def test_activity_may_carry_out_a_topic(town):
    """活动 议题1｜…: its title is the topic's."""
    await town.says("居民甲", "说事 想一起包粽子")
    await town.tells("管理员甲", "合并 1｜包粽子")
    await town.tells("管理员甲", "活动 议题1｜12-20 14:00｜活动室｜30人")

    assert town.card("活动 #1").text.startswith("活动 #1 包粽子\n")
    assert (await Activity.get()).topic_id == (await Topic.get()).id
