"""分级处置: what is late or beyond one's powers climbs, and comes down with means; the residents see where it is."""

import pytest

from domain.terms import OrgLevel, Role, TaskAct, TaskState
from models.tables.deliberations import Task
from models.tables.people import Resident
from models.tables.sessions import Due
from models.tables.tasks import TaskNote
from tests.stories.talk import GROUP


@pytest.fixture
async def town(talk):
    """A topic with its card in the group, a property company, people who answer at two levels, a secretary."""
    for name in ("居民甲", "居民乙"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("书记", Role.SECRETARY)
    await talk.knows("李工", Role.PROPERTY_COMPANY)
    await talk.knows("周主任", Role.NEIGHBOURHOOD_CADRE)
    await talk.knows("刘科", Role.SUBDISTRICT_CADRE)
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.tells("管理员甲", "合并 1｜三号楼电梯")
    await talk.plans(levels={"neighbourhood": {"group": "web:g9", "days": 3, "down": "branch"}})
    await talk.says("居民甲", "议题 1")
    await talk.tells("管理员甲", "派单 1 修三号楼电梯｜物业 李工｜12-08")
    await talk.tells("李工", "接单 1")
    return talk


def said_to(talk, name):
    return [shown.text for shown in talk.channel.chats.get(f"p-{name}", [])]


def in_group(talk, chat=GROUP.id):
    return [shown.text for shown in talk.channel.chats.get(chat, [])]


async def test_doer_is_reminded_then_late_then_it_climbs(town):
    """A day ahead a reminder; late: the doer hears when it goes up, the card says so; two days later it goes up."""
    ahead = await town.wakes("12-08 09:00")
    again = await town.wakes("12-08 10:00")
    late = await town.wakes("12-09 08:00")
    climbed = await town.wakes("12-11 09:00")

    assert [one.text.split("\n")[1] for one in ahead if one.to.id == "p-李工"] == [
        "期限：最迟12月8日（周二），还没办结。"
    ]
    assert again == []
    told = "任务 #1 修三号楼电梯过期1天。\n办好了发“办结 1 说明”加照片，办不了发“退回 任务1 原因”。\n"
    assert [one.text for one in late if one.to.private] == [f"{told}12月11日（周五）00:00还没办结，就自动上报社区。"]
    assert "任务 #1：上报到社区，最迟12月16日（周三）前答复" in town.card("议题 #1").text
    up = "任务 #1 修三号楼电梯上报到社区\n原因：过期3天\n首接责任：物业 李工\n答复期限：最迟12月16日（周三）"
    assert [one.text for one in climbed if one.to == GROUP and one.text.startswith("任务")] == [up]
    assert in_group(town, "g9")[0].startswith(
        "任务 #1 修三号楼电梯上报到社区\n原因：过期3天\n最迟12月16日（周三）前请答复"
    )
    assert said_to(town, "周主任")[-1] == in_group(town, "g9")[0]


async def test_late_card_is_edited_for_everybody(town):
    """What is late shows as late in the topic's card, in 进度 and in 任务."""
    await town.wakes("12-10 09:00")

    assert "任务 #1：过期2天，物业 李工负责" in town.card("议题 #1").text
    assert "任务 #1：过期2天，物业 李工负责" in (await town.says("居民乙", "进度 1"))[0].text
    assert "任务 #1 修三号楼电梯：过期2天，物业 李工负责" in (await town.says("居民乙", "任务"))[0].text


async def test_what_was_missed_is_told_once(town):
    """The program was down over reminder, deadline and climb: only the climb is told."""
    out = await town.wakes("12-20 09:00")

    assert said_to(town, "李工")[-1].startswith("接下了")
    assert len([one for one in out if one.to == GROUP and "上报到社区" in one.text.split("\n")[0]]) == 1
    assert (await town.wakes("12-20 09:10")) == []


async def test_climb_in_the_night_is_told_in_the_morning(town):
    """To the minute it goes up at night; the word of it comes when quiet hours end."""
    night = await town.wakes("12-11 00:00")
    morning = await town.wakes("12-11 07:30")

    assert (await Task.get(number=1)).level is OrgLevel.NEIGHBOURHOOD
    assert [one.text for one in night if one.text.startswith("任务 #1 修三号楼电梯上报到社区")] == []
    told = {one.to.id for one in morning if one.text.startswith("任务 #1 修三号楼电梯上报到社区")}
    assert told == {"g1", "p-周主任", "g9"}


async def test_beyond_powers_goes_up_two_levels_and_comes_down(town):
    """上报 with reasons; an answer needs means; down again it is the doer's, with a new deadline."""
    up = await town.tells("李工", "上报 1 要动用维修资金")
    higher = await town.tells("周主任", "上报 1 金额超过社区权限")
    bare = await town.tells("刘科", "退回 1 请物业尽快处理")
    down = await town.tells("刘科", "退回 1 同意用维修资金｜维修资金3万元，派工程师一名｜12-28")

    assert up[0].text == "上报了：任务 #1，到社区。"
    assert higher[0].text == "上报了：任务 #1，到街道。"
    assert bare[0].text == "没答复：请写上给什么，比如“退回 1 答复｜维修资金3万元｜期限”。"
    assert [one.text for one in down if one.to == GROUP and one.text.startswith("街道")] == [
        "街道答复了任务 #1 修三号楼电梯\n答复：同意用维修资金\n给的：维修资金3万元，派工程师一名\n"
        "下一步：物业 李工最迟12月28日（周一）办，办完请大家评价"
    ]
    assert said_to(town, "李工")[-1] == "派给您：任务 #1 修三号楼电梯\n期限：最迟12月28日（周一）"
    task = await Task.get(number=1)
    assert (task.level, task.state, str(task.last_day)) == (OrgLevel.BRANCH, TaskState.TAKEN, "2026-12-28")
    acts = [(note.act, OrgLevel(note.level)) for note in await TaskNote.all().order_by("id")]
    assert acts == [
        (TaskAct.TAKE, OrgLevel.BRANCH),
        (TaskAct.UP, OrgLevel.NEIGHBOURHOOD),
        (TaskAct.UP, OrgLevel.SUBDISTRICT),
        (TaskAct.DOWN, OrgLevel.SUBDISTRICT),
    ]


async def test_answer_comes_down_level_by_level_where_settings_say_so(town):
    """`down = "below"`: the subdistrict's answer goes to the neighbourhood, which passes it on."""
    await town.plans(levels={"subdistrict": {"down": "below", "days": 2}})
    await town.tells("李工", "上报 1 要钱")
    await town.tells("周主任", "上报 1 要更多钱")
    out = await town.tells("刘科", "退回 1 批了｜3万元")

    assert (await Task.get(number=1)).level is OrgLevel.NEIGHBOURHOOD
    assert "下一步：社区最迟12月4日（周五）前接着答复" in "\n".join(one.text for one in out)
    assert said_to(town, "周主任")[-1].startswith("任务 #1 修三号楼电梯上报到社区")


async def test_level_that_gives_no_answer_is_passed_over_upwards(town):
    """Each level has its deadline; at the top the moderators hear that no answer came, and nothing is told twice."""
    await town.tells("李工", "上报 1 要钱")
    await town.wakes("12-05 09:00")
    assert (await Task.get(number=1)).level is OrgLevel.SUBDISTRICT
    await town.wakes("12-10 09:00")
    assert (await Task.get(number=1)).level is OrgLevel.DISTRICT
    top = await town.wakes("12-16 09:00")
    task = await Task.get(number=1)

    assert task.reason == "街道答复过期1天"
    assert [one.text for one in top if one.to.id == "p-管理员甲"] == ["任务 #1 修三号楼电梯在区联席会议，答复过期1天。"]
    assert [one for one in await town.wakes("12-30 09:00") if "任务" in one.text] == []
    assert (await town.tells("管理员甲", "上报 1 再上报"))[0].text == "没上报：任务 #1 已经在区联席会议，上面没有了。"


async def test_level_without_group_and_persons_is_carried_by_the_secretary(town):
    """Nobody is set for the district: the secretary is asked to carry it, and may enter the answer."""
    for _ in range(2):
        await town.tells("管理员甲", "上报 1 要钱")
    await town.tells("管理员甲", "上报 1 要钱")
    carried = said_to(town, "书记")[-1]
    down = await town.tells("书记", "退回 1 批了｜30万元｜12-30")

    assert carried.startswith("任务 #1 修三号楼电梯上报到区联席会议\n区联席会议没有设群也没有设人，请您转告")
    assert down[0].text == "答复了：任务 #1，正在通知办的人。"
    assert (await Task.get(number=1)).level is OrgLevel.BRANCH


async def test_only_who_answers_there_may_answer(town):
    """A doer can't answer for the level; who answers at another level neither."""
    await town.tells("李工", "上报 1 要钱")

    assert (await town.tells("李工", "退回 1 批了｜3万元"))[0].text == "没办：任务 #1 已上报到社区，等答复。"
    assert (await town.tells("刘科", "退回 1 批了｜3万元"))[0].text == "没办：只有办这件事的人和管理员可以退回。"


async def test_everybody_on_silence_still_climbs_in_public(town):
    """With everyone on 静音 nobody is written to in private; the group still sees it, and the state is true."""
    await Resident.all().update(muted=True)
    out = await town.wakes("12-11 09:00")

    assert [one for one in out if one.to.private] == []
    assert any(one.text.startswith("任务 #1 修三号楼电梯上报到社区") for one in out if one.to == GROUP)
    assert (await Task.get(number=1)).level is OrgLevel.NEIGHBOURHOOD


async def test_tick_takes_a_bounded_batch(town):
    """Twenty at a time; several that go up at once are one message in the group."""
    for n in range(30):
        await town.tells("管理员甲", f"派单 1 第{n}件｜物业 李工｜12-08")
    first = await town.wakes("12-11 09:00")
    one = [one.text for one in first if one.to == GROUP and one.text.startswith("上报了")]
    await town.wakes("12-11 09:01")

    assert len(one) == 1
    assert one[0].split("\n")[0] == "上报了20件任务："
    assert len(one[0].split("\n")) == 6
    assert await Task.filter(level=OrgLevel.NEIGHBOURHOOD).count() == 31
    assert await Due.filter(kind="task", done_at=None).count() == 31
