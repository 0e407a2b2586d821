"""From a topic to its published resolution: decided, prepared, deliberated, resolved, told to everyone it came from."""

import pytest

from bot.house import ZONE
from domain.talk import Chat, Manner
from domain.terms import AgendaState, InvitationState, Pool, Role, SessionRule, Step, TopicState
from models import people
from models.tables.concerns import Topic
from models.tables.deliberations import AgendaItem, Amendment, Attendance, Minute, Objection, Resolution, Task
from models.tables.mail import Outbox
from models.tables.people import Grant
from models.tables.sessions import Session
from models.tables.topics import Invitation, TopicStep


@pytest.fixture
async def town(talk):
    """Two topics, four 说事员 of two sides, and the sessions of December."""
    for name in ("居民甲", "居民乙", "居民丙"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("管理员乙", Role.MODERATOR)
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.says("居民乙", "说事 楼道灯换声控灯")
    await talk.says("居民丙", "附议 1")
    await talk.tells("管理员甲", "合并 1｜三号楼电梯")
    await talk.tells("管理员甲", "合并 2｜楼道灯")
    for name, pool in (("单位甲", Pool.ATTACHED_UNIT), ("单位乙", Pool.ATTACHED_UNIT), ("业主甲", Pool.OWNERS)):
        who = await talk.knows(name, Role.DELIBERATOR)
        await Grant.filter(resident_id=who).update(pool=pool)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    talk.channel.sent.clear()
    return talk


def said_to(talk, name):
    return [shown.text for shown in talk.channel.chats.get(f"p-{name}", [])]


async def decided(town):
    await town.tells("管理员甲", "确定 1 居民反映集中")


async def opened(town):
    await decided(town)
    await town.tells("管理员甲", "准备 1")
    town.at("12-04 19:31")
    await town.tells("管理员甲", "开会")


async def resolved(town):
    await opened(town)
    await town.tells("管理员甲", "决议 1 换电梯钢丝绳｜物业 李工｜12-31")


async def test_convener_decides_with_a_reason(town):
    """确定 5: without a council the convener's word, with a reason that stands on the card; onto the next session."""
    asked = await town.tells("管理员甲", "确定 1")
    done = await town.tells("管理员甲", "居民反映集中")

    assert asked[0].text == "由召集人定：请发一句原因，群里都会看到；不定了发“取消”。"
    assert done[0].text == "定了：议题 #1 上12月4日（周五）说事会。"
    shown = await town.says("居民甲", "进度 1")
    assert "现在：第3步 确定议题（共6步），上12月4日（周五）说事会\n原因：居民反映集中" in shown[0].text


async def test_council_decides_by_a_short_vote(town):
    """With a council it is asked; the voice after which nothing can change any more decides."""
    for name in ("理事甲", "理事乙", "理事丙"):
        await town.knows(name, Role.COUNCIL)
    asked = await town.tells("管理员甲", "确定 1")
    first = await town.presses("理事甲", "上会", town.private("理事甲"))
    second = await town.presses("理事乙", "上会", town.private("理事乙"))

    assert asked[0].text == "正在问说事理事会3人：议题 #1，12月2日（周三）18:42前答复。"
    assert first[0].text == "记下了：议题 #1，3位理事里1位答了，截止前可改。"
    assert second[0].text.startswith("记下了：议题 #1，3位理事里2位答了")
    topic = await Topic.get(number=1, step=Step.DECIDE, proposed=None)
    assert (await TopicStep.get(topic=topic, step=Step.DECIDE)).council
    assert (await town.tells("理事丙", "上会 1"))[0].text == "没记下：议题 #1 现在没有在问理事会。"


async def test_council_that_keeps_silent_leaves_it_to_the_convener(town):
    """The short vote closes after a day; too few voices decide nothing, and the moderators are told."""
    for name in ("理事甲", "理事乙", "理事丙"):
        await town.knows(name, Role.COUNCIL)
    await town.tells("管理员甲", "确定 1")
    await town.tells("理事甲", "上会 1")
    told = await town.wakes("12-02 18:45")

    assert "议题 #1：3位理事里答了1位，人不够，还没定；召集人可以发“确定 1 原因”。" in [t.text for t in told]
    assert (await Topic.get(number=1)).step is Step.SORT


@pytest.fixture
async def elsewhere(town):
    """The same community in a WeCom group, where 居民丁 speaks, and in one that is only written to."""
    community = (await people.communities())[0]
    for channel, chat in (("wecom", "wr1"), ("wecom", "wr2"), ("wecom_webhook", "楼长群")):
        await people.enter_group(community.id, channel, chat, chat)
    await town.says("居民丁", "说事 一号楼电梯也老停", Chat("wecom", "wr1"))
    await town.tells("管理员甲", "合并 3 1")
    await Outbox.all().delete()
    return town


async def sent_anew(part):
    """What waits for WeCom's groups with `part` in it, but for edits: chat by chat."""
    waiting = await Outbox.filter(channel__startswith="wecom").exclude(manner=Manner.REDRAW).order_by("id")
    return [row.chat for row in waiting if part in str(row.body["text"])]


async def test_step_three_is_a_new_message_where_cards_stay(elsewhere):
    """WeCom's cards can't be edited: whom a topic comes from, and groups only written to, get it anew; no others."""
    await decided(elsewhere)

    assert await sent_anew("现在：第3步 确定议题（共6步），上12月4日（周五）说事会") == ["wr1", "楼长群"]


async def test_step_three_by_the_council_is_told_in_the_morning(elsewhere):
    """Decided at the end of the council's day, in the night, it waits like all that the bot says by itself."""
    await elsewhere.knows("理事甲", Role.COUNCIL)
    await elsewhere.knows("理事乙", Role.COUNCIL)
    elsewhere.at("12-01 22:00")
    await elsewhere.tells("管理员甲", "确定 1")
    await elsewhere.tells("理事甲", "上会 1")
    await elsewhere.wakes("12-02 22:05")

    assert await sent_anew("上12月4日（周五）说事会") == ["wr1", "楼长群"]
    anew = await Outbox.get(channel="wecom", chat="wr1", manner=Manner.NOTICE)
    assert anew.due_at.astimezone(ZONE).strftime("%m-%d %H:%M") == "12-03 07:30"


async def test_result_is_a_new_message_in_the_groups_it_came_from(elsewhere):
    """公开: each group of a concern, and those that are only written to."""
    await resolved(elsewhere)
    await Outbox.all().delete()
    await elsewhere.tells("管理员甲", "公开 1 会上都同意")

    assert await sent_anew("议题 #1 的决议：换电梯钢丝绳") == ["wr1", "楼长群"]


async def test_left_out_topic_gets_a_reason(town):
    """确定 5 不上｜原因: whoever said it hears why; the topic is still there."""
    out = await town.tells("管理员甲", "确定 1 不上｜物业已经在修")

    assert out[0].text == "记下了：议题 #1 这次不上会，正在告诉说的人。"
    assert said_to(town, "居民甲")[-1] == "议题 #1（三号楼电梯）这次不上会，原因：物业已经在修；议题还在。"
    assert "现在：第2步 梳理议题（共6步），这次不上会" in (await town.says("居民甲", "进度 1"))[0].text


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("确定 9 急", "没有议题 #9，发“议题”可以看有哪些。"),
        ("确定 1 12-32｜急", "没看懂日期“12-32”，请这样写：12-14。"),
        ("确定 1 11-30｜急", "没办：11月30日（周一）没有说事会，发“下次说事”可以看有哪些。"),
        ("确定 1 12-05｜急", "没办：12月5日（周六）没有说事会，发“下次说事”可以看有哪些。"),
        ("准备 1", "没办：议题 #1 还没定上哪次会，请先发“确定 1”。"),
        ("决议 1 修｜物业｜12-31", "没记：议题 #1 还没在会上议，请先开会。"),
        ("公开 1", "没公开：议题 #1 还没有决议，请先发“决议 1 内容｜责任人｜期限”。"),
        ("开会", "没开：今天没有说事会，发“下次说事”可以看哪天有。"),
        ("散会", "没办：说事会还没开，请管理员先发“开会”。"),
        ("记录 说了什么", "没办：说事会还没开，请管理员先发“开会”。"),
        ("提异议 1 不妥", "没记下：议题 #1 的决议还没公开。"),
        ("答异议 1 好", "没办：议题 #1 没有等答复的异议。"),
        ("确认记录", "没有等确认的记录。"),
        ("议程 1 30", "没改：议题 #1 不在这次的议程里。"),
    ],
)
async def test_step_out_of_order_is_refused(town, words, answer):
    """Wrong number, wrong date, a step before its time: one sentence, and nothing changes."""
    assert (await town.tells("管理员甲", words))[0].text == answer
    assert {topic.step for topic in await Topic.all()} == {Step.SORT}


async def test_second_moderator_is_told_that_another_was_first(town):
    """Two at one topic: one wins, the other is told that it was not done again."""
    await decided(town)

    assert (await town.tells("管理员乙", "确定 1 同一天"))[0].text == "没再办一次：议题 #1 刚由另一位管理员确定了。"
    assert await AgendaItem.all().count() == 1


async def test_deliberators_are_picked_from_each_side_and_replaced(town):
    """准备 5: each side in turn; one who can't come is replaced from the same side; materials reach them."""
    await decided(town)
    out = await town.tells("管理员甲", "准备 1")
    await town.presses("业主甲", "能来", town.private("业主甲"))
    await town.tells("管理员甲", "准备 1 材料｜电梯检测报告 https://example.org/1")

    assert out[0].text == "正在请说事员3人来议议题 #1，能私聊到3人。"
    assert said_to(town, "业主甲")[0].startswith(
        "请您来当说事员：议题 #1 三号楼电梯\n时间：12月4日（周五）19:30\n地点：说事厅\n"
    )
    assert said_to(town, "业主甲")[-1] == "议题 #1（三号楼电梯）的材料：\n电梯检测报告 https://example.org/1"
    states = {row.state for row in await Invitation.all()}
    assert states == {InvitationState.ASKED, InvitationState.YES}
    assert "请了说事员3人，答应1人" in (await town.says("居民甲", "进度 1"))[0].text
    assert (await town.tells("居民甲", "能来 1"))[0].text == "没记下：议题 #1 没有请您当说事员。"


async def test_substitute_comes_from_the_same_side(town):
    """来不了: the next of that side who was not asked is invited."""
    await decided(town)
    who = await town.knows("单位丙", Role.DELIBERATOR)
    await Grant.filter(resident_id=who).update(pool=Pool.ATTACHED_UNIT)
    for n in range(3):
        other = await town.knows(f"街道{n}", Role.DELIBERATOR)
        await Grant.filter(resident_id=other).update(pool=Pool.CADRES)
    await town.tells("管理员甲", "准备 1")
    out = await town.tells("单位甲", "来不了 1")

    assert out[0].text == "记下了：议题 #1 您来不了，正在另请一位。"
    assert (await Invitation.get(substitute=True)).pool is Pool.ATTACHED_UNIT


async def test_room_is_booked_and_told(town):
    """准备 5 地点｜…: every group hears of another place."""
    await decided(town)
    out = await town.tells("管理员甲", "准备 1 地点｜老年活动室")

    assert "⚠️ 12月4日（周五）19:30的说事会改地点\n地点：老年活动室" in [o.text for o in out]
    assert (await Session.get(day="2026-12-04")).place == "老年活动室"


async def test_agenda_is_read_by_all_and_changed_by_moderators(town):
    """议程: places and minutes; a resident's change is refused."""
    await decided(town)
    await town.tells("管理员甲", "确定 2 路灯太暗")
    await town.tells("管理员甲", "议程 1 30")
    moved = await town.tells("管理员甲", "议程 2 第1")

    assert moved[0].text == "📅 12月4日（周五）说事会议程\n1 议题 #2 楼道灯（20分钟）\n2 议题 #1 三号楼电梯（30分钟）"
    assert (await town.says("居民甲", "议程"))[0].text == moved[0].text
    assert (await town.says("居民甲", "议程 1 5"))[0].text == "没办：只有管理员可以改议程。"


async def test_session_opens_people_sign_in_and_speak(town):
    """开会: a card in the group counts who came; in private the code on the wall is needed; speakers have a turn."""
    await opened(town)
    session = await Session.get(day="2026-12-04")
    first = await town.presses("居民甲", "我到了")
    again = await town.says("居民甲", "签到")
    wrong = await town.tells("居民乙", f"签到 {(int(session.code) + 1) % 10000:04}")
    right = await town.tells("居民乙", f"签到 {session.code}")
    await town.tells("管理员甲", "签到 12人")
    line = await town.presses("居民乙", "要发言")
    called = await town.tells("管理员甲", "下一位")

    assert first[0].text == "签到了，连您1人。"
    assert again[0].text == "您签过到了，现在1人。"
    assert wrong[0].text == "没签到：签到码不对，请看会场墙上。"
    assert right[0].text == "签到了，连您2人。"
    assert line[0].text == "排上了：您是第1个，轮到时叫您。"
    assert called[0].text == "请第1个排队的发言。"
    assert said_to(town, "居民乙")[-1] == "轮到您发言了，您是第1个。"
    assert town.card("说事会开始了，说事厅").text.endswith("先议：议题 #1 三号楼电梯\n到会：2人")
    assert await Attendance.all().count() == 2
    assert (await town.tells("管理员乙", "开会"))[0].text == "没再办一次：说事会已经开着了。"


async def test_unprepared_topic_needs_a_reason(town):
    """A step is left out only for a reason on record."""
    await decided(town)
    town.at("12-04 19:31")
    asked = await town.tells("管理员甲", "开会")
    await town.tells("管理员甲", "电梯停了等不得")

    assert asked[0].text == "有1项还没作好准备，照样议请发一句原因；先不开发“取消”。"
    skipped = await TopicStep.get(step=Step.PREPARE)
    assert (skipped.skipped, skipped.reason) == (True, "电梯停了等不得")
    detail = await town.tells("居民甲", "详情 1")
    assert "第4步 跳过“作好准备”，原因：电梯停了等不得" in detail[0].text


async def test_several_people_take_notes(town):
    """记录: of the topic that is talked about now, or of the one that is named."""
    await opened(town)
    await town.tells("管理员甲", "现在议 1")
    one = await town.tells("管理员甲", "记录 物业说绳子磨损")
    two = await town.tells("管理员乙", "记录 议题2 居民要声控灯")

    assert [one[0].text, two[0].text] == ["记下了：议题 #1。", "记下了：议题 #2。"]
    assert [row.text for row in await Minute.all().order_by("id")] == ["物业说绳子磨损", "居民要声控灯"]


async def test_resolution_asks_for_what_is_missing(town):
    """决议 5: what, who, by when, one after the other; an impossible or past day is asked for again."""
    await opened(town)
    asked = [(await town.tells("管理员甲", words))[0].text for words in ("决议 1", "换钢丝绳", "物业 李工", "12-32")]
    past = await town.tells("管理员甲", "12-3")
    done = await town.tells("管理员甲", "12-31")

    assert asked == [
        "决定了什么，请发一句。",
        "谁来办，请发单位和姓，比如“物业 李工”。",
        "最迟哪天办好，请发日期，比如 12-31。",
        "没看懂日期“12-32”，请这样写：12-14。",
    ]
    assert past[0].text == "没记：12月3日（周四）已经过了，请换一个日期。"
    assert done[0].text.startswith(
        "议题 #1 的决议记下了：换钢丝绳\n谁办：物业 李工\n期限：最迟12月31日（周四）\n任务 #1"
    )


async def test_adjourned_session_moves_what_is_left(town):
    """散会 asks once more; what was not finished goes on the next session; the convener confirms the minutes."""
    await decided(town)
    await town.tells("管理员甲", "确定 2 路灯太暗")
    await town.tells("管理员甲", "准备 1")
    await town.tells("管理员甲", "准备 2")
    town.at("12-04 19:31")
    await town.tells("管理员甲", "开会")
    await town.tells("管理员甲", "决议 1 换电梯钢丝绳｜物业 李工｜12-31")
    sure = await town.tells("管理员甲", "散会")
    await town.presses("管理员甲", "确认散会", town.private("管理员甲"))
    other = await town.tells("管理员乙", "确认记录")
    await town.tells("管理员甲", "确认记录")
    told = await town.wakes("12-05 09:00")
    aloud = [out.text for out in told if out.manner is not Manner.REDRAW]

    assert sure[0].text == "真的散会吗？还有1项没议完，会转到下次。"
    assert other[0].text == "没确认：只有这次会的召集人可以确认记录。"
    assert aloud == [
        "📅 12月4日（周五）说事会记录\n到会0人，议程2项\n"
        "议题 #1 三号楼电梯：有决议\n议题 #2 楼道灯：没议完，转到12月14日（周一）"
    ]
    lamps = await Topic.get(number=2)
    assert (await Session.get(id=lamps.session_id)).day.day == 14
    assert "没议完，转到12月14日（周一）" in (await town.says("居民乙", "进度 2"))[0].text
    states = [item.state for item in await AgendaItem.all().order_by("id")]
    assert states == [AgendaState.RESOLVED, AgendaState.UNFINISHED, AgendaState.WAITING]


async def test_result_reaches_everyone_it_came_from(town):
    """公开 5: every group it came from, each author and supporter once; objections are answered within a set time."""
    await resolved(town)
    out = await town.tells("管理员甲", "公开 1")
    objected = await town.presses("居民丙", "提异议")
    await town.tells("居民丙", "绳子不够，要换整机")
    answered = await town.tells("管理员甲", "答异议 1 先换绳，检测后再议整机")

    group = next(o for o in out if o.to.id == "g1")
    assert group.text == (
        "议题 #1 的决议：换电梯钢丝绳\n谁办：物业 李工，最迟12月31日（周四）（任务 #1）\n"
        "有异议：12月11日（周五）20:00前提出"
    )
    assert [text.split("\n")[0] for text in said_to(town, "居民甲")] == [
        "您的说事 #1 归到议题 #1（三号楼电梯），附议的人都还在。",
        "您说的事要上会了：议题 #1 三号楼电梯",
        "议题 #1 的决议：换电梯钢丝绳",
    ]
    assert said_to(town, "居民丙")[0].startswith("议题 #1 的决议")
    assert objected[0].text == "议题 #1 的决议，您觉得哪里不妥，请发一句，只有管理员看得到。"
    assert answered[0].text == "答复了：议题 #1 的异议，正在告诉提的人。"
    assert said_to(town, "居民丙")[-1] == "您对议题 #1 的异议有答复：先换绳，检测后再议整机"
    assert (await Topic.get(number=1)).state is TopicState.PUBLISHED
    assert (await Objection.get()).answered_at is not None
    assert (await Resolution.get()).published_at is not None
    assert (await Task.get()).doer == "物业 李工"
    town.at("12-12 09:00")
    assert (await town.says("居民丙", "提异议 1 还是不行"))[0].text == (
        "没记下：议题 #1 的异议已在12月11日（周五）20:00截止。"
    )


async def test_half_finished_dialogue_lapses(town):
    """A dialogue left for a day is over: the next words are no answer to it."""
    await town.tells("管理员甲", "确定 1")
    town.at("12-02 18:50")
    out = await town.tells("管理员甲", "居民反映集中")

    assert out[0].text.startswith("没听懂")
    assert (await Topic.get(number=1)).step is Step.SORT


async def test_moderator_who_lost_the_role_midway_is_refused(town):
    """The role is asked for at each word of a dialogue."""
    await town.tells("管理员甲", "确定 1")
    await Grant.filter(role=Role.MODERATOR).update(revoked_at=town.clock())

    assert (await town.tells("管理员甲", "居民反映集中"))[0].text == "没办：只有管理员可以确定议题。"
    assert (await Topic.get(number=1)).step is Step.SORT


async def test_group_that_is_gone_is_not_told(town):
    """A group that left: the result still reaches people in private."""
    await resolved(town)
    town.channel.gone.add("g1")
    await town.tells("管理员甲", "公开 1")

    assert said_to(town, "居民丙")[0].startswith("议题 #1 的决议")
    assert (await Topic.get(number=1)).state is TopicState.PUBLISHED


async def published(town):
    await resolved(town)
    await town.tells("管理员甲", "公开 1")


async def test_changed_resolution_is_told_and_may_be_objected_to_anew(town):
    """改决议: what it says now and why, to everyone it came from; the time for objections begins again."""
    await published(town)
    town.at("12-12 09:00")
    late = await town.tells("居民丙", "提异议 1 太晚了")
    asked = await town.tells("管理员甲", "改决议 1")
    why = await town.tells("管理员甲", "换整台电梯")
    done = await town.tells("管理员甲", "检测没通过")
    objected = await town.tells("居民丙", "提异议 1 钱从哪来")

    assert late[0].text.startswith("没记下：议题 #1 的异议已在12月11日")
    assert [asked[0].text, why[0].text] == [
        "议题 #1 的决议改成什么，请发一句；不改了发“取消”。",
        "为什么改，请发一句原因，群里都会看到。",
    ]
    assert done[0].text == "改好了：议题 #1 的决议，正在通知1个群、2人。"
    told = "议题 #1 的决议改了：换整台电梯\n原因：检测没通过\n有异议：12月19日（周六）20:00前提出"
    assert town.card("决议改了").text == said_to(town, "居民甲")[-1] == told
    assert objected[0].text == "记下了：您对议题 #1 的异议，管理员会答复。"
    kept = await Amendment.get()
    assert (kept.before, kept.reason, (await Resolution.get()).text) == ("换电梯钢丝绳", "检测没通过", "换整台电梯")


async def test_resolution_that_is_not_public_is_not_changed(town):
    """Before it is public, 决议 again says it; 改决议 tells so."""
    await resolved(town)

    assert (await town.tells("管理员甲", "改决议 1 换｜错了"))[0].text == (
        "没改：议题 #1 的决议还没公开，请直接发“决议 1 内容｜责任人｜期限”。"
    )


async def test_each_objection_is_answered_to_whom_it_was(town):
    """Several objections wait in 待办 until each has its own answer, the oldest first."""
    await published(town)
    await town.tells("居民丙", "提异议 1 绳子不够")
    await town.tells("居民乙", "提异议 1 太慢")
    waits = await town.tells("管理员甲", "待办")
    for answer in ("先换绳", "月底就好"):
        await town.tells("管理员甲", f"答异议 1 {answer}")

    assert waits[0].text.count("议题 #1：有异议") == 2
    assert said_to(town, "居民丙")[-1] == "您对议题 #1 的异议有答复：先换绳"
    assert said_to(town, "居民乙")[-1] == "您对议题 #1 的异议有答复：月底就好"
    assert (await town.tells("管理员甲", "答异议 1 好"))[0].text == "没办：议题 #1 没有等答复的异议。"
    assert "有异议" not in (await town.tells("管理员甲", "待办"))[0].text


async def test_second_moderator_is_told_that_it_was_published(town):
    """公开 by two: the other hears that it was done."""
    await published(town)

    assert (await town.tells("管理员乙", "公开 1"))[0].text == "没再办一次：议题 #1 刚由另一位管理员公开了。"
