"""待办: a moderator with a phone and no training: it says what is next and has the button for it."""

import pytest

from domain.terms import AgendaState, Pool, Role, SessionRule, Step, TopicState
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import AgendaItem
from models.tables.people import Grant
from models.tables.sessions import Session
from models.tables.topics import Invitation
from tests.database import BOTH
from tests.stories.talk import GROUP


@pytest.fixture
async def town(talk):
    """One moderator; the sessions of December; nothing said yet."""
    await talk.knows("管理员甲", Role.MODERATOR)
    for name in ("居民甲", "居民乙"):
        await talk.knows(name)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    return talk


async def test_inbox_is_empty_and_names_the_next_session(town):
    """Nothing waits: when the next session is."""
    out = await town.tells("管理员甲", "待办")

    assert out[0].text == "没有等您办的事。\n最近：12月4日（周五）19:30说事会"
    assert (await town.tells("居民甲", "待办"))[0].text == "没办：只有管理员可以看待办，您手里的任务请发“任务”看。"


@BOTH
async def test_inbox_puts_what_presses_first(town):
    """A danger before all, then a topic to decide, then what is to be sorted; three at once, the rest on demand."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.says("居民乙", "说事 楼道灯换声控灯")
    await town.tells("管理员甲", "合并 1｜电梯")
    town.now = town.now.replace(hour=20)
    await town.says("居民甲", "说事 楼道里有煤气味")
    await town.says("居民甲", "说事 遛狗不牵绳")
    out = await town.tells("管理员甲", "待办")
    everything = await town.presses("管理员甲", "看全部", town.private("管理员甲"))

    assert out[0].text == (
        "等您办4件，先办这3件：\n"
        "最近：12月4日（周五）19:30说事会\n"
        "1 说事 #3（紧急）：梳理，等了1分钟\n"
        "2 议题 #1：确定上哪次会，12月4日（周五）前\n"
        "3 说事 #2：梳理，等了2小时"
    )
    assert [[b.label for b in row] for row in out[0].rows] == [["说事#3", "确定#1", "说事#2"], ["看全部"]]
    assert everything[0].text.startswith("等您办4件：\n")
    assert "4 说事 #4：梳理" in everything[0].text


@BOTH
async def test_inbox_asks_for_deliberators_once_there_are_some(town):
    """Prepared before there was any 说事员: once some are named, 待办 leads to asking them; speakers hear it once."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1｜电梯")
    await town.tells("管理员甲", "确定 1 老人下不来")
    alone = await town.tells("管理员甲", "准备 1")
    before = await town.tells("管理员甲", "待办")
    await town.knows("说事员甲", Role.DELIBERATOR)
    waits = await town.tells("管理员甲", "待办")
    asked = await town.presses("管理员甲", "准备#1", town.private("管理员甲"))
    after = await town.tells("管理员甲", "待办")
    again = await town.tells("管理员甲", "准备 1")

    assert alone[0].text == "议题 #1 准备了，可还没有说事员可请，请书记先发“授权 说事员”。"
    assert before[0].text.startswith("没有等您办的事。")
    assert "1 议题 #1：还没请说事员，12月4日（周五）上会" in waits[0].text
    assert asked[0].text == "正在请说事员1人来议议题 #1，能私聊到1人。"
    assert [out.to for out in asked if out.text.startswith("请您来当说事员")] == [town.private("说事员甲")]
    assert not [out for out in asked if out.text.startswith("您说的事要上会了")]
    assert after[0].text.startswith("没有等您办的事。")
    assert again[0].text == "没再办一次：议题 #1 已经过了“作好准备”。"


async def test_inbox_alone_leads_through_the_six_steps(town):
    """From a resident's word to its published result by nothing but 待办, the buttons, and the answers asked for."""
    mine = town.private("管理员甲")
    await town.says("居民甲", "说事 三号楼电梯又停了")

    async def press(label):
        await town.tells("管理员甲", "待办")
        return await town.presses("管理员甲", label, mine)

    await press("说事#1")
    await town.presses("管理员甲", "单独立题", mine)
    await press("确定#1")
    await town.tells("管理员甲", "老人下不来")
    await press("准备#1")
    town.at("12-04 19:30")
    await press("开会")
    await town.presses("管理员甲", "议#1", mine)
    await town.presses("管理员甲", "决议", mine)
    for words in ("换钢丝绳", "物业 李工", "12-31"):
        await town.tells("管理员甲", words)
    await press("散会")
    await town.presses("管理员甲", "确认散会", mine)
    await press("确认记录")
    await press("公开#1")
    await town.wakes("12-30 09:00")
    left = await town.tells("管理员甲", "待办")

    topic = await Topic.get()
    assert (topic.step, topic.state) == (Step.PUBLISH, TopicState.PUBLISHED)
    assert "议题 #1 的决议：换钢丝绳" in town.card("有异议", GROUP).text
    assert left[0].text.startswith("没有等您办的事。")
    await town.wakes("12-31 09:00")
    assert (await town.tells("管理员甲", "待办"))[0].text.startswith("没有等您办的事。")


@BOTH
async def test_overdue_task_waits(town):
    """The day after the last day a task is overdue, by days."""
    await test_inbox_alone_leads_through_the_six_steps(town)
    town.now = town.now.replace(year=2027, month=1, day=2)
    await town.wakes()
    out = await town.tells("管理员甲", "待办")

    assert "1 任务 #1：过期2天" in out[0].text
    card = (await town.presses("管理员甲", "任务#1", town.private("管理员甲")))[0].text
    assert card.split("\n")[:3] == [
        "任务 #1 换钢丝绳",
        "现在：过期2天，物业 李工负责",
        "期限：最迟2026年12月31日（周四）",
    ]


async def test_concern_on_behalf_is_marked(town):
    """代记: what somebody said who phoned is entered, marked, and belongs to nobody in the chat."""
    out = await town.tells("管理员甲", "代记 三号楼路灯不亮了，王阿姨打电话来说的")
    mine = await town.tells("管理员甲", "我的说事")

    assert "来电、来访的居民说的，管理员代记" in out[0].text
    assert (await Concern.get()).author_id is None
    assert mine[0].text == "您还没说过事，发“说事 内容”就行。"
    assert (await town.tells("居民甲", "代记 路灯不亮"))[0].text == "没办：只有管理员可以代居民记说事。"


async def test_round_collects_for_a_week(town):
    """征集 停车: every group is asked; after a week the moderators hear how much came in."""
    out = await town.tells("管理员甲", "征集 停车")
    await town.says("居民甲", "说事 停车位不够，晚上回来没处停车")
    await town.says("居民乙", "说事 路灯不亮了")
    told = await town.wakes("12-08 20:01")

    assert [o.text for o in out] == [
        "征集“停车”开始了，正在通知1个群。",
        "本周征集：停车\n时间：到12月8日（周二）20:00\n下一步：有想法就发“说事 内容”",
        "下面这段可以贴到别的微信群：\n【枫林小区征集】停车，到12月8日（周二）20:00，有想法就说。",
    ]
    assert "征集“停车”到时了，收到说事1件，发“梳理”看。" in [o.text for o in told]


@BOTH
async def test_urgent_work_does_not_wait_and_is_reported(town):
    """派单: urgent work begins at once; the topic goes on the next session, which only hears of it."""
    await town.says("居民甲", "说事 三号楼外墙掉砖")
    await town.tells("管理员甲", "合并 1｜外墙掉砖")
    out = await town.tells("管理员甲", "派单 1 围起来修｜物业 李工｜12-2")
    agenda = await town.says("居民甲", "议程")
    town.at("12-04 19:31")
    await town.tells("管理员甲", "开会")
    await town.tells("管理员甲", "散会")
    await town.presses("管理员甲", "确认散会", town.private("管理员甲"))
    waits = await town.tells("管理员甲", "待办")

    assert out[0].text == "派了任务 #1：围起来修，物业 李工，最迟12月2日（周三）"
    assert agenda[0].text.endswith("1 议题 #1 外墙掉砖（先办了，会上通报）")
    assert (await AgendaItem.get()).state is AgendaState.REPORTED
    assert "议题 #1：议过了，等记决议" in waits[0].text


@BOTH
async def test_urgent_work_begins_where_no_session_is_planned(town):
    """派单 with no session ahead: the work begins, 待办 keeps the topic, and the first session to come hears of it."""
    await town.says("居民甲", "说事 三号楼外墙掉砖")
    await town.says("居民甲", "议题 1")
    await town.tells("管理员甲", "合并 1｜外墙掉砖")
    await Session.all().delete()
    refused = await town.tells("管理员甲", "确定 1")
    out = await town.tells("管理员甲", "派单 1 围起来修｜物业 李工｜12-2")
    waits = await town.tells("管理员甲", "待办")
    again = await town.tells("管理员甲", "派单 1 搭棚｜物业 李工｜12-3")
    topic = await town.says("居民甲", "议题 1")
    await town.plans()
    await town.presses("管理员甲", "确定#1", town.private("管理员甲"))
    await town.tells("管理员甲", "通报修了什么")
    agenda = await town.says("居民甲", "议程")

    assert refused[0].text == "没定：后面还没排说事会；会期由运营方设，请打010-1234，排上了再发“确定 1”。"
    assert [one.text for one in out if one.to == town.private("管理员甲")] == [
        "派了任务 #1：围起来修，物业 李工，最迟12月2日（周三）",
        "议题 #1 先办着。后面还没排说事会，排上了请发“确定 1”，会上再通报。",
    ]
    assert "议题 #1：确定上哪次会" in waits[0].text
    assert again[0].text.startswith("派了任务 #2")
    assert topic[0].text.split("\n")[1] == "现在：第3步 确定议题（共6步），先办着，等排上说事会通报"
    assert agenda[0].text.endswith("1 议题 #1 外墙掉砖（先办了，会上通报）")
    assert "议题 #1：确定" not in (await town.tells("管理员甲", "待办"))[0].text


@BOTH
async def test_topic_whose_last_session_is_cancelled_is_decided_anew(town):
    """停会 with none after it: what stood on its agenda is in 待办 again, wherever it was."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1｜电梯")
    await town.tells("管理员甲", "确定 1 急")
    await town.tells("管理员甲", "准备 1")
    await Session.exclude(day="2026-12-04").delete()
    await town.tells("管理员甲", "停会 12-4｜停电")

    assert "议题 #1：确定上哪次会" in (await town.tells("管理员甲", "待办"))[0].text


async def test_cancelled_session_leaves_its_topics_to_the_next(town):
    """停会: what was on it is on the next one; the reminder names it."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1｜电梯")
    await town.tells("管理员甲", "确定 1 急")
    out = await town.tells("管理员甲", "停会 12-4｜停电")
    told = await town.wakes("12-11 09:00")

    assert "议题 #1 还在，转到下次。" in "".join(o.text for o in out)
    assert told[0].text.endswith("议题 #1 电梯")


@pytest.fixture
async def prepared(town):
    """A topic on the session of the 4th, three 说事员 asked of two sides, one of each side free."""
    for name, pool in (("单位甲", Pool.ATTACHED_UNIT), ("单位乙", Pool.ATTACHED_UNIT), ("业主甲", Pool.OWNERS)):
        who = await town.knows(name, Role.DELIBERATOR)
        await Grant.filter(resident_id=who).update(pool=pool)
    await town.says("居民甲", "说事 三号楼电梯又停了")
    for words in ("合并 1｜电梯", "确定 1 急", "准备 1"):
        await town.tells("管理员甲", words)
    who = await town.knows("单位丙", Role.DELIBERATOR)
    await Grant.filter(resident_id=who).update(pool=Pool.ATTACHED_UNIT)
    return town


@BOTH
async def test_unanswered_invitation_waits_after_a_day(prepared):
    """请人: who has not answered for a day is asked again by a button, or somebody of the same side instead."""
    mine = prepared.private("管理员甲")
    await prepared.tells("单位甲", "能来 1")
    early = await prepared.tells("管理员甲", "待办")
    prepared.at("12-02 19:00")
    late = await prepared.tells("管理员甲", "待办")
    seats = await prepared.presses("管理员甲", "请人#1", mine)
    chased = await prepared.presses("管理员甲", "再催", mine)
    replaced = await prepared.presses("管理员甲", "换人", mine)

    assert early[0].text.startswith("没有等您办的事。")
    assert "1 议题 #1：说事员没答全，12月4日（周五）上会" in late[0].text
    assert seats[0].text == "议题 #1 的说事员：答应1人，没答2人\n下一步：没答的催一催，或另请人"
    assert chased[0].text == "正在再问议题 #1 没答的2人，能私聊到2人。"
    assert replaced[0].text == "议题 #1：没答的2人不等了，正在另请1人。"
    assert (await Invitation.get(substitute=True)).pool is Pool.ATTACHED_UNIT
    assert "请您来当说事员：议题 #1 电梯" in prepared.card("请您来当", prepared.private("单位丙")).text
    assert prepared.card("另请", prepared.private("业主甲")).text == "议题 #1 另请了说事员，这次不用您来了。"
    assert (await prepared.tells("管理员甲", "待办"))[0].text.startswith("没有等您办的事。")


async def test_chasing_where_all_answered_is_refused(prepared):
    """Nobody is asked twice for nothing."""
    for name in ("单位甲", "单位乙", "业主甲"):
        await prepared.tells(name, "能来 1")

    for words in ("再催 1", "换人 1"):
        assert (await prepared.tells("管理员甲", words))[0].text == "没催：议题 #1 请的说事员都答了。"


async def test_topic_to_prepare_waits_with_its_day(town):
    """准备 has the session's day as its deadline."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1｜电梯")
    await town.tells("管理员甲", "确定 1 急")

    assert "1 议题 #1：准备，12月4日（周五）上会" in (await town.tells("管理员甲", "待办"))[0].text


@BOTH
async def test_left_out_topic_comes_back_for_the_next_session(town):
    """不上: it does not wait any more, until that session has begun; then it is thought of again."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1｜电梯")
    await town.tells("管理员甲", "确定 1 不上｜物业在修")
    before = await town.tells("管理员甲", "待办")
    town.at("12-04 20:00")
    after = await town.tells("管理员甲", "待办")

    assert before[0].text.startswith("没有等您办的事。")
    assert "议题 #1：确定上哪次会，12月14日（周一）前" in after[0].text


@BOTH
async def test_unfinished_topic_without_a_session_waits_and_is_put_on_one(town):
    """没议完, and no session stood ahead: 待办 asks for one, and 确定 puts it there again."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    for words in ("合并 1｜电梯", "确定 1 急", "准备 1"):
        await town.tells("管理员甲", words)
    town.at("12-04 19:31")
    await town.tells("管理员甲", "开会")
    later = await Session.filter(day__gt="2026-12-04").all()
    await Session.filter(day__gt="2026-12-04").delete()
    await town.tells("管理员甲", "确认散会")
    await town.tells("管理员甲", "确认记录")
    waits = await town.tells("管理员甲", "待办")
    await Session.bulk_create(later)
    put = await town.tells("管理员甲", "确定 1 接着议")

    assert "1 议题 #1：确定上哪次会" in waits[0].text
    assert put[0].text == "定了：议题 #1 上12月14日（周一）说事会。"
    assert (await Topic.get()).step is Step.DELIBERATE


async def test_running_session_is_led_from_the_inbox(prepared):
    """While a session runs 待办 has the next topic and the end as buttons."""
    prepared.at("12-04 19:31")
    await prepared.tells("管理员甲", "开会")
    out = await prepared.tells("管理员甲", "待办")
    called = await prepared.presses("管理员甲", "议#1", prepared.private("管理员甲"))

    assert "散会" in [b.label for row in out[0].rows for b in row]
    assert called[0].text == "现在议：议题 #1 电梯"


async def test_every_thing_that_waits_has_its_button(town):
    """看全部: six a page, each with a button of its own, and 下一页 while there are more."""
    mine, seen = town.private("管理员甲"), []
    for n in range(14):
        await town.says("居民甲", f"说事 {n + 1}号楼路灯不亮了")
    await town.tells("管理员甲", "待办")
    for label in ("看全部", "下一页", "下一页"):
        await town.presses("管理员甲", label, mine)
        seen.append(town.card("等您办14件", mine).labels)

    assert seen == [
        [["说事#1", "说事#2", "说事#3"], ["说事#4", "说事#5", "说事#6"], ["下一页"]],
        [["说事#7", "说事#8", "说事#9"], ["说事#10", "说事#11", "说事#12"], ["下一页"]],
        [["说事#13", "说事#14"]],
    ]
    assert "13 说事 #13：梳理" in town.card("第3页", mine).text
