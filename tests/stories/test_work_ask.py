"""派单, 转派, 上报 part by part: one thing at a time, with buttons; by whom, and when not."""

import pytest

from domain.terms import OrgLevel, Role, TaskState
from models.tables.deliberations import Task
from models.tables.people import Dialogue
from tests.database import BOTH
from tests.stories.talk import GROUP


@pytest.fixture
async def town(talk):
    """A topic with two tasks, who does them, who answers above, moderators."""
    await talk.knows("居民甲")
    for name in ("管理员甲", "管理员乙"):
        await talk.knows(name, Role.MODERATOR)
    await talk.knows("李工", Role.PROPERTY_COMPANY)
    await talk.knows("赵姐", Role.GRID_WORKER)
    await talk.knows("周主任", Role.NEIGHBOURHOOD_CADRE)
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.tells("管理员甲", "合并 1｜三号楼电梯")
    await talk.plans()
    await talk.tells("管理员甲", "派单 1 修三号楼电梯｜物业 李工｜12-08")
    await talk.tells("管理员甲", "派单 1 贴通知｜物业 王工｜12-09")
    return talk


def labels(out):
    return [[button.label for button in row] for row in out.rows]


@BOTH
async def test_reassigning_is_asked_for_step_by_step(town):
    """转派 alone: which task, to whom, why; what was handed back stands first, and who has it is not offered."""
    await town.tells("李工", "退回 任务2 没有人手")
    which = await town.tells("管理员甲", "转派")
    whom = await town.presses("管理员甲", "任务#2", town.private("管理员甲"))
    why = await town.presses("管理员甲", "物业 李工", town.private("管理员甲"))
    done = await town.tells("管理员甲", "王工休假｜李工顺路")

    assert which[0].text == (
        "转派哪件，请点一件，或发它的号码：\n"
        "任务 #2 贴通知：物业 王工退回来了，等管理员定\n任务 #1 修三号楼电梯：等物业 李工接单"
    )
    assert labels(which[0]) == [["任务#2", "任务#1"]]
    assert whom[0].text == "任务 #2 贴通知现在由物业 王工办。\n转派给谁，请点一个，或发单位和姓，比如“物业 李工”。"
    assert labels(whom[0]) == [["物业 李工", "物业", "网格员"], ["社区居委会"]]
    assert why[0].text == "任务 #2 贴通知转派给物业 李工，为什么，请发一句，大家都看得到。"
    assert done[0].text == "转派了：任务 #2 给物业 李工。"
    task = await Task.get(number=2)
    assert (task.doer, task.state, task.reason) == ("物业 李工", TaskState.GIVEN, "王工休假｜李工顺路")
    assert await Dialogue.filter(until__gt=town.clock()).count() == 0


@BOTH
async def test_sending_up_is_asked_for_step_by_step(town):
    """上报 alone: which of the doer's tasks; to which level it goes and why; a reason may be pressed."""
    which = await town.tells("李工", "上报")
    why = await town.tells("李工", "1")
    done = await town.presses("李工", "要花钱", town.private("李工"))

    assert labels(which[0]) == [["任务#1", "任务#2"]]
    assert why[0].text == (
        "任务 #1 修三号楼电梯要上报到社区。\n为什么，请点一个或发一句，大家都看得到；不上报了发“取消”。"
    )
    assert labels(why[0]) == [["要花钱", "超出权限", "要多家协调"]]
    assert done[0].text == "上报了：任务 #1，到社区。"
    task = await Task.get(number=1)
    assert (task.level, task.reason) == (OrgLevel.NEIGHBOURHOOD, "要花钱")


async def test_task_is_handed_out_step_by_step(town):
    """派单 of a topic: what, who, by when."""
    asked = [await town.tells("管理员甲", words) for words in ("派单 1", "换门机")]
    asked.append(await town.presses("管理员甲", "物业 王工", town.private("管理员甲")))
    done = await town.presses("管理员甲", "7天", town.private("管理员甲"))

    assert [out[0].text for out in asked] == [
        "议题 #1 三号楼电梯要办什么，请发一句；不派了发“取消”。",
        "谁来办，请点一个，或发单位和姓，比如“物业 李工”。",
        "最迟什么时候办好，请点一个，或发日期，比如 12-31。",
    ]
    assert labels(asked[1][0]) == [["物业 王工", "物业 李工", "物业"], ["网格员", "社区居委会"]]
    assert done[0].text == "派了任务 #3：换门机，物业 王工，最迟12月8日（周二）"


async def test_pressing_twice_sends_it_up_once(town):
    """A reason's button answers its question once; the task does not climb two levels."""
    await town.tells("李工", "上报 1")
    await town.presses("李工", "超出权限", town.private("李工"))
    again = await town.presses("李工", "超出权限", town.private("李工"))

    assert again[0].text == "没办：这个按钮过时了，请照“帮助”发一句话。"
    assert (await Task.get(number=1)).level is OrgLevel.NEIGHBOURHOOD


async def test_button_of_an_older_question_answers_no_newer_one(town):
    """The reason for task 1 is none for task 2, which is asked about now."""
    await town.tells("李工", "上报 1")
    older = town.channel.chats["p-李工"][-1].out.rows[0][0]
    await town.tells("李工", "上报 2")
    out = await town.press("李工", older, town.private("李工"))

    assert out[0].text == "没办：这个按钮过时了，请照“帮助”发一句话。"
    assert [task.level for task in await Task.all()] == [OrgLevel.BRANCH] * 2


@pytest.mark.parametrize(("first", "label"), [("转派 1", "网格员"), ("上报 1", "要花钱"), ("派单 1", "物业")])
async def test_button_of_somebody_elses_question_changes_nothing(town, first, label):
    """In the group a neighbour and another moderator press what was asked of somebody else."""
    await town.says("管理员甲", first)
    if first.startswith("派单"):
        await town.says("管理员甲", "换门机", addressed=True)
    for name in ("居民甲", "管理员乙"):
        out = await town.presses(name, label)

        assert out[0].text.startswith(("没办：这个按钮过时了", "没办：只有管理员可以派单"))
    assert await Task.filter(level=OrgLevel.BRANCH, doer__startswith="物业").count() == 2
    assert (await Dialogue.get()).until > town.clock()


async def test_answer_after_half_an_hour_is_none(town):
    """The question has lapsed, for words and for buttons."""
    await town.tells("管理员甲", "上报 1")
    town.at("12-01 19:30")
    pressed = await town.presses("管理员甲", "要花钱", town.private("管理员甲"))
    typed = await town.tells("管理员甲", "要花钱")

    assert pressed[0].text.startswith("没办：这个按钮过时了")
    assert typed[0].text.startswith("没听懂")
    assert (await Task.get(number=1)).level is OrgLevel.BRANCH


async def test_edited_answer_and_cancel_change_nothing(town):
    """A change of the last words is no answer; 取消 leaves."""
    await town.tells("管理员甲", "转派 1")
    edited = await town.tells("管理员甲", "网格员", edited=True)
    left = await town.tells("管理员甲", "取消")

    assert edited[0].text.startswith("改过的话我看不见")
    assert left[0].text == "好，不填了，刚填的没有保存。"
    assert (await Task.get(number=1)).doer == "物业 李工"


@BOTH
@pytest.mark.parametrize(("first", "meanwhile", "words"), [
    ("转派 1", "转派 1 网格员 赵姐｜请她协调", "物业 王工"),
    ("上报 1", "上报 1 要钱", "没有零件"),
])  # fmt: skip
async def test_answer_is_refused_where_another_was_first(town, first, meanwhile, words):
    """Two moderators: what was asked of the first is not true any more, so that nothing is taken from anybody."""
    await town.tells("管理员甲", first)
    await town.tells("管理员乙", meanwhile)
    out = await town.tells("管理员甲", words)

    assert out[0].text == "没办：任务 #1 刚才有人转派或上报过，请看清了再发一次。"
    assert (await Task.get(number=1)).level <= OrgLevel.BRANCH


async def test_who_has_nothing_in_hand_is_refused(town):
    """转派 and 上报 alone, of a neighbour: as with a number."""
    for words in ("转派", "上报"):
        out = await town.tells("居民甲", words)

        assert out[0].text == f"没办：只有办这件事的人和管理员可以{words}。"


async def test_moderator_finds_the_buttons_where_a_task_waits_for_them(town):
    """Handed back: under the word of it, and under 任务 2; at the top there is no level above any more."""
    await town.tells("李工", "退回 任务2 没有人手")
    told = town.channel.chats["p-管理员甲"][-1]
    shown = await town.presses("管理员甲", "任务#2", town.private("管理员甲"))
    group = await town.says("管理员甲", "任务 2")
    for _ in range(3):
        await town.tells("管理员甲", "上报 1 要钱")
    top = await town.tells("管理员甲", "任务 1")

    assert told.labels == [["转派", "上报", "任务#2"]]
    assert labels(shown[0]) == [["详情"], ["转派", "上报"]]
    assert labels(group[0]) == [["详情"]]
    assert labels(top[0]) == [["详情"], ["转派"]]


async def test_wrong_number_is_asked_for_again(town):
    """What is no number and what is none of the tasks is said, and the question still stands."""
    await town.tells("管理员甲", "转派")
    for words, answer in (("那件", "没看到号码，请连号一起发，比如“转派 12”。"), ("9", "没有任务 #9")):
        assert (await town.tells("管理员甲", words))[0].text.startswith(answer)

    assert (await town.tells("管理员甲", "1"))[0].text.startswith("任务 #1 修三号楼电梯现在由物业 李工办。")


async def test_question_in_the_group_is_answered_there(town):
    """It says how: by a reply to it."""
    asked = await town.says("管理员甲", "上报 1")
    out = await town.says("管理员甲", "要换主机", addressed=True)

    assert asked[0].text.endswith("在群里请回复这条来答，别的话我不听。")
    assert out[0].text == "上报了：任务 #1，到社区。"
    assert asked[0].to == GROUP
