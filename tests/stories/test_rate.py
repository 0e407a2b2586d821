"""评价: those who asked are asked once, and once more after four weeks; 不满意 opens it again, once by itself; 月报."""

import pytest

from domain.terms import Grade, Role, TaskEnd, TaskState
from models.tables.deliberations import Task
from models.tables.tasks import Rating
from tests.stories.talk import GROUP


@pytest.fixture
async def town(talk):
    """A task that is reported done, of a concern that one neighbour seconded."""
    for name in ("居民甲", "居民乙", "居民丙"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("李工", Role.PROPERTY_COMPANY)
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.says("居民乙", "附议 1")
    await talk.tells("管理员甲", "合并 1｜三号楼电梯")
    await talk.plans()
    await talk.tells("管理员甲", "派单 1 修三号楼电梯｜物业 李工｜12-08")
    await talk.tells("李工", "接单 1")
    await talk.tells("李工", "办结 1 绳已换")
    return talk


def said_to(talk, name):
    return [shown.text for shown in talk.channel.chats.get(f"p-{name}", [])]


async def test_content_rating_confirms_the_end(town):
    """满意 by somebody who asked: from 报办结 to 办成."""
    assert (await Task.get(number=1)).ended_as is None
    out = await town.presses("居民甲", "满意", town.private("居民甲"))

    assert out[0].text == "记下了：满意。"
    task = await Task.get(number=1)
    assert (task.state, task.ended_as) == (TaskState.ENDED, TaskEnd.DONE)
    assert "任务 #1：办成" in (await town.says("居民丙", "进度 1"))[0].text


async def test_rating_is_for_those_who_asked(town):
    """Somebody else is refused, in the words of who may; a number that isn't there is refused alike."""
    assert (await town.says("居民丙", "评价 1 满意"))[0].text == "没记下：只有说这件事和附议的人可以评价。"
    assert (await town.says("居民丙", "评价 99 满意"))[0].text == "没记下：只有说这件事和附议的人可以评价。"
    assert await Rating.all().count() == 0


async def test_rating_from_the_group_is_asked_in_private(town):
    """〔评价〕 in the group: the question goes to the private chat."""
    out = await town.presses("居民乙", "评价")

    assert [one.text for one in out if one.to.id == "p-居民乙"] == ["议题 #1 三号楼电梯办得怎么样，请点一个。"]


async def test_nothing_is_rated_before_it_is_done(town):
    """Before 报办结 there is nothing to rate."""
    await town.says("居民丙", "说事 路灯不亮")
    await town.tells("管理员甲", "合并 2｜路灯")
    await town.tells("管理员甲", "派单 2 换灯｜物业 李工")

    assert (await town.says("居民丙", "评价 2 满意"))[0].text == "没记下：这件事还没全部办结，都办结了会请您评价。"


async def test_dissatisfied_reopens_once_by_itself_and_then_by_a_moderator(town):
    """不满意 with a reason: the task is its doer's again; the second time a moderator decides."""
    asked = await town.presses("居民甲", "不满意", town.private("居民甲"))
    first = await town.tells("居民甲", "又停了")
    assert asked[0].text == "记下了：不满意。哪里没办好，请回一句。"
    assert first[0].text == "记下了：不满意。\n任务 #1 重新办，退回给物业 李工。\n期限：最迟12月10日（周四）"
    assert said_to(town, "李工")[-1] == "任务 #1 修三号楼电梯重新办\n原因：又停了\n期限：最迟12月10日（周四）"
    task = await Task.get(number=1)
    assert (task.state, task.reopened, str(task.done_at)) == (TaskState.GIVEN, 1, "None")

    await town.tells("李工", "办结 1 换了电机")
    second = await town.tells("居民乙", "评价 1 不满意 还是响")
    assert second[0].text == "记下了：不满意。这件事已自动重办过一次，再办要由管理员定。"
    assert said_to(town, "管理员甲")[-1] == "任务 #1 修三号楼电梯又有人不满意\n原因：还是响\n下一步：请定要不要重办"
    assert (await Task.get(number=1)).state is TaskState.REPORTED
    third = await town.presses("管理员甲", "重办", town.private("管理员甲"))
    assert third[0].text == "重办了：任务 #1，最迟12月10日（周四）。"
    assert (await Task.get(number=1)).reopened == 2
    grades = [(row.round, row.grade) for row in await Rating.all().order_by("id")]
    assert grades == [(0, Grade.DISSATISFIED), (1, Grade.DISSATISFIED)]


async def test_moderator_may_leave_it(town):
    """不重办 needs a reason, which those who were not content hear."""
    await town.tells("居民甲", "评价 1 不满意 又停了")
    await town.tells("李工", "办结 1 换了电机")
    early = await town.tells("管理员甲", "不重办 1 已经更换")
    await town.tells("居民甲", "评价 1 不满意 还是响")
    bare = await town.tells("管理员甲", "不重办 1")
    await town.tells("管理员甲", "不重办 1 检测合格")

    assert early[0].text == "没办：任务 #1 现在没有人等着重办。"
    assert bare[0].text == "没办：请写上原因，比如“不重办 1 原因”。"
    assert said_to(town, "居民甲")[-1] == "议题 #1 三号楼电梯不再重办，原因：检测合格。"
    assert not (await Task.get(number=1)).undecided


async def test_four_weeks_later_it_is_asked_once_more(town):
    """还好吗: asked once after four weeks; 不满意 then opens it again."""
    await town.tells("居民甲", "评价 1 满意")
    early = await town.wakes("12-28 09:00")
    out = await town.wakes("12-29 19:00")
    once = await town.wakes("12-30 09:00")
    await town.tells("居民乙", "评价 1 不满意 又停了")

    assert [one for one in early if "四周" in one.text] == []
    assert [one.text for one in out if one.to.id == "p-居民甲"] == ["说事 #1 三号楼电梯办过四周了，现在还好吗？"]
    assert [one.text for one in out if one.to.id == "p-居民乙"] == [
        "您附议的说事 #1 三号楼电梯办过四周了，现在还好吗？"
    ]
    assert [one for one in once if "四周" in one.text] == []
    assert [(row.again, row.grade) for row in await Rating.all().order_by("id")] == [
        (False, Grade.SATISFIED),
        (True, Grade.DISSATISFIED),
    ]
    assert (await Task.get(number=1)).state is TaskState.GIVEN


async def test_matter_with_several_tasks_is_rated_when_the_last_is_done(town):
    """Nobody is asked while a task of the same topic is still open; then once for all."""
    await town.tells("管理员甲", "派单 1 贴通知｜物业 李工｜12-08")
    await town.tells("居民甲", "评价 1 不满意 没说一声")  # the other task is open: not yet
    before = len([text for text in said_to(town, "居民乙") if "您看办得怎么样" in text])
    await town.tells("李工", "办结 2 贴了")
    out = await town.wakes("12-29 19:00")

    assert len([text for text in said_to(town, "居民乙") if "您看办得怎么样" in text]) == before + 1
    assert await Rating.all().count() == 0
    assert len([one for one in out if one.to.id == "p-居民乙"]) == 1


async def test_work_that_ends_as_none_does_not_hold_the_question_back(town):
    """Two tasks: one is reported done, the other ends as 重复; then those who asked are asked about the first."""
    await town.tells("管理员甲", "派单 1 贴通知｜物业 李工｜12-08")
    await town.tells("居民甲", "评价 1 不满意 又停了")
    await town.tells("管理员甲", "办结 2 重复｜前面贴过")
    out = await town.wakes("12-29 19:00")

    assert said_to(town, "居民乙")[-2] == "您附议的说事 #1 三号楼电梯报办结：修三号楼电梯。\n您看办得怎么样？"
    assert [one.text for one in out if one.to.id == "p-居民乙"] == [
        "您附议的说事 #1 三号楼电梯办过四周了，现在还好吗？"
    ]


async def test_month_shows_work_and_rates(town):
    """月报: the month's work, the three rates with their counts, and each category."""
    await town.tells("居民甲", "评价 1 满意")
    await town.tells("居民乙", "评价 1 不满意 又停了")
    await town.tells("管理员甲", "派单 1 贴通知｜网格员 赵姐｜12-02")
    await town.wakes("12-03 09:00")
    out = await town.says("居民丙", "月报")
    every = await town.presses("居民丙", "分类看", GROUP)

    assert out[0].text == (
        "12月办事情况\n派了2件：办成0件，在办2件，过期1件，上报0件\n响应率：2件里1件按时接了（50.0%）\n"
        "解决率：2件里0件办成（0.0%）\n满意率：2次评价里1次满意（50.0%）"
    )
    assert [one.text for one in every if one.to.private] == [
        "12月办事情况\n服务民生：派2件，按时接1件，办成0件；评价2次，满意1次"
    ]
    assert (await town.says("居民丙", "月报 11"))[0].text == "11月没有派任务，也没有评价。"
    assert (await town.says("居民丙", "月报 13"))[0].text.startswith("没看懂日期")
