"""清单 (DOMAIN.md §3): a topic of a kind gets its template's tasks proposed, with what its community adds."""

from datetime import date, timedelta

import pytest

from domain.talk import Button, Manner
from domain.terms import MatterKind, Role, SessionRule, TaskEnd, TaskState, Urgency
from models.tables.concerns import Topic
from models.tables.deliberations import Task
from models.tables.people import Community
from tests.stories.talk import GROUP


@pytest.fixture
async def town(talk):
    """A moderator, a mediator, a grid worker; one topic on the next session of an old community."""
    await Community.all().update(kind="old")
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("调解员甲", Role.MEDIATOR)
    await talk.knows("网格员甲", Role.GRID_WORKER)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    await talk.says("居民甲", "说事 楼上漏水，天花板坏了")
    await talk.tells("管理员甲", "合并 1｜楼上漏水")
    return talk


BEFORE = (
    "议题 #1 按矛盾调处，事前可以派：\n"
    "1 分别听双方说（调解员，2个工作日内，文字说明）\n"
    "2 看现场，留证据（网格员，2个工作日内，照片）\n"
    "3 问双方愿不愿意调解（调解员，3个工作日内，签字件）\n"
    "4 漏水的先查公共管道（网格员，5个工作日内，照片）"
)


async def test_what_leads_up_to_the_session_is_rated_by_nobody(town):
    """看现场 is done and over: no ✅ to the group, nobody is asked how it was, and what was decided is still rated."""
    await town.tells("居民甲", "帮助")
    await town.tells("管理员甲", "清单 1 矛盾调处")
    await town.presses("管理员甲", "派2", town.private("管理员甲"))
    await town.tells("网格员甲", "接单 1")
    seen = await town.tells("网格员甲", "办结 1 水从公共管道来")
    task = await Task.get(number=1)
    await town.tells("管理员甲", "派单 1 修管道｜网格员｜7天")
    fixed = await town.tells("网格员甲", "办结 2 修好了")
    late = await town.wakes("12-31 09:00")

    assert [o.text for o in seen if o.manner is not Manner.REDRAW] == ["记下了：任务 #1 办结，接着走下一步。"]
    assert (task.state, task.ended_as) == (TaskState.ENDED, TaskEnd.DONE)
    assert fixed[0].text == "报办结了：任务 #2，正在请大家评价。"
    asked = [o.text for o in [*seen, *fixed, *late] if o.to == town.private("居民甲")]
    assert ["修好了" in text for text in asked] == [True, False]
    assert asked[1].endswith("办过四周了，现在还好吗？")


async def test_topic_of_a_kind_has_its_list_and_a_task_comes_of_a_press(town):
    """The kind is named; the list is that of the template with what an old community adds; one press hands out one."""
    shown = await town.tells("管理员甲", "清单 1 矛盾调处")
    out = await town.presses("管理员甲", "派4", town.private("管理员甲"))
    again = await town.tells("管理员甲", "清单 1")
    twice = await town.tells("管理员甲", "派清单 1 4")

    assert shown[0].text == BEFORE
    assert [[b.label for b in row] for row in shown[0].rows] == [["派1", "派2", "派3"], ["派4"]]
    assert any(o.to == town.private("网格员甲") and "漏水的先查公共管道" in o.text for o in out)
    assert again[0].text.endswith("4 漏水的先查公共管道：派了，任务 #1")
    assert [[b.label for b in row] for row in again[0].rows] == [["派1", "派2", "派3"]]
    assert twice[0].text == "没派：议题 #1 的这一项派过了，是任务 #1。"
    task = await Task.get()
    assert task.text == "漏水的先查公共管道（标准：分清公共的还是自家的；凭证：照片）"
    assert (task.doer, task.doer_role, task.state, task.urgency) == (
        "网格员",
        "grid_worker",
        TaskState.GIVEN,
        Urgency.LONG,
    )
    assert task.last_day == date(2026, 12, 8)  # five working days after Tuesday the first
    assert (await Topic.get()).kind is MatterKind.MEDIATION


async def test_list_is_proposed_when_the_topic_is_prepared_and_after_it_is_resolved(town):
    """准备 brings the list of 事前 by itself; after 决议 its button leads to that of 事后; in between it is 事中's."""
    mine = town.private("管理员甲")
    await town.tells("管理员甲", "清单 1 矛盾调处")
    await town.tells("管理员甲", "确定 1 急")
    prepared = await town.tells("管理员甲", "准备 1")
    town.at("12-04 19:30")
    await town.tells("管理员甲", "开会")
    await town.presses("管理员甲", "议#1", mine)
    during = await town.tells("管理员甲", "清单 1")
    await town.tells("管理员甲", "决议 1 修水管｜物业｜12-31")
    after = await town.presses("管理员甲", "清单", mine)

    assert BEFORE in [o.text for o in prepared if o.to == mine]
    assert during[0].text.startswith("议题 #1 按矛盾调处，事中可以派：\n1 主持调解（调解员，5个工作日内，文字说明）")
    assert any(o.text.startswith("议题 #1 按矛盾调处，事后可以派：\n1 只公开结果") for o in after)


async def test_what_is_to_be_done_at_once_has_an_emergencys_hours(town):
    """No days in a template: two hours, unless the community says otherwise."""
    await town.tells("管理员甲", "清单 1 突发事件")
    await town.press("管理员甲", Button("", "give_item", ("1", "during", "1")), town.private("管理员甲"))

    task = await Task.get()
    assert task.text.startswith("报警，清点人数")
    assert task.urgency is Urgency.EMERGENCY
    assert task.due_at - task.made_at == timedelta(hours=2)


async def test_list_is_for_moderators_in_private_and_knows_six_kinds(town):
    """Who may, where it is shown, and what a slip is answered."""
    assert (await town.says("居民甲", "清单 1"))[0].text == "没办：只有管理员可以看清单。"
    in_group = await town.says("管理员甲", "清单 1")
    assert in_group[0].to == town.private("管理员甲")
    assert not any("可以派" in o.text for o in in_group if o.to == GROUP)
    for words, said in (
        ("清单 1 大扫除", "没改：没有这类事，可以是民主议事、规章制定、矛盾调处、活动开展、星级评定、突发事件。"),
        ("清单 9", "没有议题 #9，发“议题”可以看有哪些。"),
        ("派清单 1 9", "没派：请点清单上的按钮，或发“派清单 1 1”。"),
        ("派清单 1", "没派：请点清单上的按钮，或发“派清单 1 1”。"),
    ):
        assert (await town.tells("管理员甲", words))[0].text == said
    assert await Task.all().count() == 0


async def test_kind_that_is_set_brings_its_list(town):
    """性质: the topic is of that kind from now on, and its list comes along."""
    out = await town.tells("管理员甲", "性质 1 矛盾调处")

    assert out[-1].text == BEFORE
    assert (await Topic.get()).kind is MatterKind.MEDIATION
