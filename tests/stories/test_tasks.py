"""任务: handed out, taken, reported done with proof, handed back, reassigned, put off; by whom, and what is told."""

import pytest

from domain.talk import Upload
from domain.terms import OrgLevel, Role, TaskAct, TaskEnd, TaskState
from models import people
from models.tables.concerns import Photo, Topic
from models.tables.deliberations import Task
from models.tables.people import Grant, Resident
from models.tables.tasks import TaskNote


@pytest.fixture
async def town(talk):
    """A topic of two concerns, a property company of two, a grid worker, two moderators."""
    for name in ("居民甲", "居民乙", "居民丙"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("李工", Role.PROPERTY_COMPANY)
    await talk.knows("王工", Role.PROPERTY_COMPANY)
    await talk.knows("网格员甲", Role.GRID_WORKER)
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.says("居民乙", "附议 1")
    await talk.tells("管理员甲", "合并 1｜三号楼电梯")
    await talk.plans()
    return talk


def said_to(talk, name):
    return [shown.text for shown in talk.channel.chats.get(f"p-{name}", [])]


async def given(town, line="1 修三号楼电梯｜物业 李工｜12-08"):
    return await town.tells("管理员甲", f"派单 {line}")


async def test_doer_is_told_and_takes_it(town):
    """派单 reaches everybody of the unit in private, with its buttons; 接单 edits the topic's card."""
    await town.says("居民甲", "议题 1")
    out = await given(town)
    taken = await town.presses("李工", "接单", town.private("李工"))

    assert out[0].text == "派了任务 #1：修三号楼电梯，物业 李工，最迟12月8日（周二）"
    assert said_to(town, "李工")[0] == ("派给您：任务 #1 修三号楼电梯\n来自议题 #1，1人附议\n期限：最迟12月8日（周二）")
    assert said_to(town, "王工")[0] == said_to(town, "李工")[0]
    assert taken[0].text == "接下了：任务 #1，最迟12月8日（周二）。办好了请发“办结 1”。"
    assert "任务 #1：物业 李工在办" in town.card("议题 #1").text
    task = await Task.get(number=1)
    assert (task.state, task.first_doer, task.doer_role) == (TaskState.TAKEN, "物业 李工", Role.PROPERTY_COMPANY)
    assert (await town.tells("王工", "接单 1"))[0].text == "没再接：任务 #1 已经有人接下了。"


async def test_doer_reads_all_of_the_work_and_finds_the_button_for_it(town):
    """What a headline has no room for stands below it; 任务 1 has what its doer can do now, and for nobody else."""
    await given(town, "1 修三号楼一单元电梯，换钢丝绳，贴通知到每层｜物业 李工｜12-08")
    before = await town.tells("李工", "任务 1")
    await town.presses("李工", "接单", town.private("李工"))
    after = await town.tells("王工", "任务 1")
    other = await town.tells("居民甲", "任务 1")

    assert said_to(town, "李工")[0].split("\n")[:2] == [
        "派给您：任务 #1 修三号楼一单元电梯，换钢丝绳，…",
        "内容：修三号楼一单元电梯，换钢丝绳，贴通知到每层",
    ]
    assert "内容：修三号楼一单元电梯，换钢丝绳，贴通知到每层" in before[0].text
    labels = [[[button.label for button in row] for row in out[0].rows] for out in (before, after, other)]
    handing = ["转派", "上报"]
    assert labels == [[["接单", "退回", "详情"], handing], [["办结", "退回", "详情"], handing], [["详情"]]]


async def test_work_is_named_without_what_stands_in_brackets(town):
    """What a list proposes bears its standard and proof in brackets: its names leave them out, its doer reads them."""
    await given(town, "1 到现场核实（标准：说得清在哪里；凭证：照片）｜物业 李工｜12-08")
    await town.tells("李工", "退回 任务1 没有人手")

    assert said_to(town, "李工")[0].split("\n")[:2] == [
        "派给您：任务 #1 到现场核实",
        "内容：到现场核实（标准：说得清在哪里；凭证：照片）",
    ]
    assert said_to(town, "管理员甲")[-1] == (
        "任务 #1 到现场核实退回来了\n原因：没有人手\n下一步：请发“转派 1 责任人｜原因”，或“上报 1 原因”"
    )


async def test_rating_is_asked_for_only_when_all_work_on_the_topic_is_done(town):
    """While something else is open: the doer and the groups read so, and nothing is offered that would be refused."""
    await given(town)
    await given(town, "1 贴通知｜网格员 赵姐｜12-08")
    first = await town.tells("李工", "办结 1 修好了")
    card = town.card("任务 #1")
    asked = [text for text in said_to(town, "居民甲") if "评价" in text]
    second = await town.tells("管理员甲", "办结 2 贴好了")

    assert first[0].text == "报办结了：任务 #1，议题 #1 的任务都办结了再请大家评价。"
    assert card.text.endswith("下一步：这个议题的任务都办结了，再请大家评价")
    assert card.labels == [["详情"]]
    assert asked == []
    assert second[0].text == "报办结了：任务 #2，正在请大家评价。"
    assert town.card("任务 #2").labels == [["评价", "详情"]]


async def test_default_deadline_counts_working_days_over_a_holiday(town):
    """Without a deadline seven working days: National Day's week is off, the Saturday after it is worked."""
    town.at("09-29 10:00")
    out = await given(town, "1 修电梯｜物业 李工")

    assert out[0].text == "派了任务 #1：修电梯，物业 李工，最迟10月14日（周三）"


async def test_default_deadline_says_when_holidays_are_unknown(town):
    """Over a year whose holidays nobody knows yet Monday to Friday count, and the answer says so."""
    town.at("12-28 10:00")
    out = await given(town, "1 修电梯｜物业 李工")

    unsure = "最迟2027年1月6日（周三）（那年的放假安排还没公布，按周一到周五算）"
    assert out[0].text == f"派了任务 #1：修电梯，物业 李工，{unsure}"


async def test_urgent_topic_has_a_day(town):
    """What is urgent has 24 hours, to the minute."""
    await town.says("居民甲", "说事 楼道里有煤气味")
    await town.tells("管理员甲", "合并 2｜煤气味")
    await Topic.filter(number=2).update(urgent=True)
    out = await given(town, "2 查管道｜物业 李工")

    assert out[0].text.startswith("派了任务 #1：查管道，物业 李工，12月2日（周三）18:42")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2小时", "12月1日（周二）20:42"),
        ("7天", "最迟12月8日（周二）"),
        ("3个工作日", "最迟12月4日（周五）"),
        ("12-08 18:00", "12月8日（周二）18:00"),
    ],
)
async def test_deadline_is_read_as_it_is_typed(town, typed, told):
    """A day is included; a moment is a moment; lengths in hours, days and working days."""
    out = await given(town, f"1 修电梯｜物业 李工｜{typed}")

    assert out[0].text == f"派了任务 #1：修电梯，物业 李工，{told}"


async def test_report_with_a_picture_is_told_and_rated(town):
    """办结 with words and pictures: a new message in the group, those who asked are asked in private, once."""
    await given(town)
    await town.tells("李工", "接单 1")
    out = await town.tells("李工", "办结 1 绳已换", pictures=(Upload("a"), Upload("b")))

    group = next(one for one in out if not one.to.private)
    assert group.text == (
        "✅ 任务 #1 修三号楼电梯报办结\n物业 李工12月1日（周二）说：绳已换，照片2张\n下一步：请说事和附议的人评价"
    )
    asked = "报办结：绳已换。\n您看办得怎么样？"
    assert said_to(town, "居民甲")[-1] == f"您的说事 #1 三号楼电梯{asked}"
    assert said_to(town, "居民乙")[-1] == f"您附议的说事 #1 三号楼电梯{asked}"
    assert not [text for text in said_to(town, "居民丙") if "报办结" in text]
    note = await TaskNote.get(act=TaskAct.REPORT)
    assert await Photo.filter(note_id=note.id).count() == 2
    assert (await Task.get(number=1)).claim is TaskEnd.DONE
    assert (await town.tells("李工", "办结 1 再说一次"))[0].text == "没办：任务 #1 已经报过办结。"


async def test_private_words_about_a_task_are_masked_in_public(town):
    """A phone number in a report, a progress or a reason is masked wherever everybody reads it."""
    await given(town)
    await town.tells("李工", "进展 1 请打 13812345678")
    seen = await town.tells("居民丙", "任务 1")
    out = await town.tells("李工", "办结 1 绳已换，问 13812345678")

    assert "138****5678" in seen[0].text
    assert [one.text for one in out if "13812345678" in one.text] == []
    assert any("138****5678" in one.text for one in out if not one.to.private)


async def test_report_without_proof_is_asked_for(town):
    """办结 alone asks how it was done; the answer, here a picture, reports it."""
    await given(town)
    asked = await town.tells("李工", "办结 1")
    await town.tells("李工", "换好了", pictures=(Upload("a"),))

    assert asked[0].text.startswith("办得怎么样，请发一句，最好带照片")
    assert (await Task.get(number=1)).state is TaskState.REPORTED


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("办结 1 办不了", "没办：请写上原因，比如“办结 1 办不了｜原因”。"),
        ("办结 1 重复｜和任务2一样", "没办：任务 #1 是不是重复、要不要撤回，由管理员定。"),
        ("接单 9", "没办：只有办这件事的人和管理员可以接单。"),
    ],
)
async def test_wrong_use_is_refused_in_a_sentence(town, words, answer):
    """What is missing is named, with the form to use; what one may not see does not exist."""
    await given(town)

    assert (await town.tells("李工", words))[0].text == answer
    assert (await Task.get(number=1)).state is TaskState.GIVEN


@pytest.mark.parametrize(("words", "end"), [("办不了｜没有产权", "cannot"), ("部分办成｜先修一台", "partly")])
async def test_honest_end_is_rated_like_any_other(town, words, end):
    """部分办成 and 办不了 say so in the group; they stand once somebody who asked has rated them."""
    await given(town)
    out = await town.tells("李工", f"办结 1 {words}")
    await town.tells("居民甲", "评价 1 基本满意")

    assert any(f"报{words.split('｜')[0]}" in one.text for one in out if not one.to.private)
    assert (await Task.get(number=1)).ended_as == end


async def test_moderator_ends_what_is_no_work(town):
    """重复, 撤回, 转出 end at once; nobody is asked to rate them."""
    await given(town)
    await town.tells("管理员甲", "办结 1 重复｜议题2里在办")

    assert (await Task.get(number=1)).ended_as is TaskEnd.DUPLICATE
    assert not [text for text in said_to(town, "居民甲") if "您看办得怎么样" in text]


async def test_task_handed_back_three_times_goes_up(town):
    """退回 with a reason goes to the moderators, 转派 hands it out anew; the third time it goes up by itself."""
    await given(town)
    for n in (1, 2, 3):
        await town.tells("李工", f"退回 1 第{n}次：缺零件")
        assert said_to(town, "管理员甲")[-1].startswith(f"任务 #1 修三号楼电梯退回来了\n原因：第{n}次：缺零件")
        if n < 3:
            await town.tells("管理员甲", "转派 1 物业 王工｜换人试试")
    out = await town.wakes("12-02 09:00")

    task = await Task.get(number=1)
    assert (task.level, task.returned, task.reason) == (OrgLevel.NEIGHBOURHOOD, 3, "退回了3次")
    assert any(one.text.startswith("任务 #1 修三号楼电梯上报到社区\n原因：退回了3次") for one in out)


async def test_first_taker_stays_responsible_when_reassigned(town):
    """首接责任: after 转派 another does it, and the first one is still named."""
    await given(town)
    await town.tells("李工", "接单 1")
    out = await town.tells("管理员甲", "转派 1 网格员 赵姐｜要先协调")

    assert out[0].text == "转派了：任务 #1 给网格员 赵姐，首接责任还是物业 李工。"
    assert said_to(town, "网格员甲")[-1].startswith("派给您：任务 #1 修三号楼电梯")
    assert "首接责任：物业 李工" in (await town.says("居民甲", "任务 1"))[0].text
    assert (await town.tells("李工", "办结 1 换好了"))[0].text == "没办：只有办这件事的人和管理员可以报办结。"


async def test_deadline_is_put_off_only_with_a_reason(town):
    """延期 任务1: a moderator, a later day, a reason; a vote's 延期 still works beside it."""
    await given(town)
    short = await town.tells("管理员甲", "延期 任务1｜12-20")
    early = await town.tells("管理员甲", "延期 任务1｜12-05｜等零件")
    done = await town.tells("管理员甲", "延期 任务1｜12-20｜等零件")
    vote = await town.tells("管理员甲", "延期 3｜12-20 20:00｜再等等")

    assert short[0].text == "没延：请写上原因，比如“延期 任务1｜12-20｜等零件”。"
    assert early[0].text == "没延：任务 #1 的新期限要比原来的晚。"
    assert done[0].text == "延好了：任务 #1，最迟12月20日（周日）。"
    assert vote[0].text.startswith("没有表决 #3")
    assert "原因：等零件" in (await town.says("居民甲", "任务 1"))[0].text


async def test_deadline_moved_while_it_is_due(town):
    """A task that was put off a moment before its reminder is not recalled, not late, not sent up for the old one."""
    await given(town)
    town.at("12-08 23:59")
    await town.tells("管理员甲", "延期 任务1｜12-20｜等零件")
    out = await town.wakes("12-11 10:00")

    assert [one.text for one in out if "任务 #1" in one.text] == []
    assert (await Task.get(number=1)).level is OrgLevel.BRANCH


async def test_person_is_named_by_short_name(town):
    """A short name makes it this person's alone."""
    who = await Resident.get(id=await town.knows("赵姐"))
    await given(town, f"1 修电梯｜{who.short} 热心居民｜12-08")

    assert said_to(town, "赵姐")[-1].startswith("派给您：任务 #1")
    assert (await Task.get(number=1)).doer_who_id == who.id
    assert not said_to(town, "李工")


async def test_doer_who_leaves_leaves_the_unit_responsible(town):
    """Their role ended: colleagues are reminded instead; with nobody left the moderators are."""
    await given(town)
    await town.tells("李工", "接单 1")
    gone = await Resident.get(id=(await Task.get(number=1)).doer_who_id)
    await Grant.filter(resident_id=gone.id).update(revoked_at=town.clock())
    first = await town.wakes("12-08 09:00")
    await Grant.filter(role=Role.PROPERTY_COMPANY).update(revoked_at=town.clock())
    second = await town.wakes("12-09 09:00")

    assert {one.to.id for one in first if "还没办结" in one.text} == {"p-王工"}
    assert {one.to.id for one in second if "过期1天" in one.text and one.to.private} == {"p-管理员甲"}
    assert (await town.tells("李工", "办结 1 换好了"))[0].text == "没办：只有办这件事的人和管理员可以报办结。"


async def test_doer_who_deletes_themselves_leaves_it_to_the_unit(town):
    """删除我 takes the person out of the task; the unit stays, a colleague is reminded and may finish it."""
    await given(town)
    await town.tells("李工", "接单 1")
    await people.forget((await Task.get(number=1)).doer_who_id or 0)
    ahead = await town.wakes("12-08 09:00")
    await town.tells("王工", "办结 1 换好了")

    task = await Task.get(number=1)
    assert {one.to.id for one in ahead if "还没办结" in one.text} == {"p-王工"}
    assert (task.doer_who_id, task.doer, task.state) == (None, "物业 李工", TaskState.REPORTED)


async def test_open_tasks_are_listed_for_everybody_the_late_ones_first(town):
    """任务: overdue is shown to all, by nobody's name but the unit's."""
    await given(town)
    await given(town, "1 贴通知｜网格员 赵姐｜12-03")
    await town.wakes("12-05 09:00")
    out = await town.says("居民丙", "任务")

    assert out[0].text == (
        "在办的任务，最急的在前：\n任务 #2 贴通知：过期2天，网格员 赵姐负责\n任务 #1 修三号楼电梯：等物业 李工接单"
    )


async def test_progress_stands_in_the_record(town):
    """进展 with a picture is kept, and read in private under the task."""
    await given(town)
    await town.tells("李工", "接单 1")
    done = await town.tells("李工", "进展 1 零件到了", pictures=(Upload("a"),))
    out = await town.tells("居民甲", "任务 1")
    bare = await town.tells("李工", "进展 1 在装")

    assert done[0].text == "记下了：任务 #1 的进展，照片1张。"
    assert bare[0].text == "记下了：任务 #1 的进展。"
    assert "12月1日（周二） 进展：零件到了" in out[0].text
