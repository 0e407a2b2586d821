"""4 作好准备: sessions are announced, reminded of, moved and cancelled (INTERFACE.md §1 and "Time", VOICE.md §3)."""

from dataclasses import replace

import pytest

from domain.talk import Chat
from domain.terms import Role
from handlers.run import Run
from models import people
from models.tables.people import Group
from tests.stories.talk import GROUP

OTHER = Chat("web", "g2", title="枫林三号楼群")


@pytest.fixture
async def town(talk):
    """枫林小区 on 25 November, noon: rule `dates`, 19:30, 说事厅; two groups."""
    talk.at("11-25 12:00")
    community = (await people.communities())[0]
    await people.enter_group(community.id, OTHER.channel, OTHER.id, OTHER.title)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.plans(sessions={"rule": "dates", "time": "19:30", "place": "说事厅"})
    return talk


def texts(sent, chat=GROUP):
    """What was said in a chat; a toast without words only ends a press."""
    return [out.text for out in sent if out.to.id == chat.id and out.text]


async def test_session_is_announced_four_times_in_every_group(town):
    """3 days and 1 day ahead at 09:00, that morning at 07:30, and at the start; once each, in each group."""
    heard = {}
    for moment in (
        "12-01 08:59",
        "12-01 09:00",
        "12-01 09:01",
        "12-03 09:00",
        "12-04 07:30",
        "12-04 19:30",
        "12-04 19:31",
    ):
        sent = await town.wakes(moment)
        assert texts(sent) == texts(sent, OTHER)
        heard[moment] = texts(sent)

    assert heard == {
        "12-01 08:59": [],
        "12-01 09:00": ["📅 12月4日（周五）19:30 说事会\n地点：说事厅\n议题：还没定，现在可发“说事 内容”"],
        "12-01 09:01": [],
        "12-03 09:00": ["📅 明天12月4日（周五）19:30说事会\n地点：说事厅"],
        "12-04 07:30": ["📅 今天19:30说事会\n地点：说事厅"],
        "12-04 19:30": ["📅 19:30到了，说事会开始\n地点：说事厅"],
        "12-04 19:31": [],
    }


async def test_both_rules_make_one_message_a_morning(town):
    """With `both`, "tomorrow" and "today" on 3 December are one message."""
    await town.plans(sessions={"rule": "both", "time": "19:30", "place": "说事厅"})
    await town.wakes("12-02 09:00")

    assert texts(await town.wakes("12-03 07:30")) == [
        "📅 今天19:30说事会\n地点：说事厅\n📅 明天12月4日（周五）19:30说事会\n地点：说事厅"
    ]
    assert texts(await town.wakes("12-03 09:00")) == []
    assert texts(await town.wakes("12-03 19:30")) == ["📅 19:30到了，说事会开始\n地点：说事厅"]


async def test_downtime_is_told_once_and_said(town):
    """What fell due while the program was down is told late, once, saying so; of several only the newest."""
    assert texts(await town.wakes("12-03 12:00")) == [
        "📅 12月4日（周五）19:30 说事会\n地点：说事厅\n补发：这条该在12月3日（周四）09:00发，我停过。"
    ]
    assert texts(await town.wakes("12-03 12:01")) == []
    assert texts(await town.wakes("12-04 07:30")) == ["📅 今天19:30说事会\n地点：说事厅"]


async def test_restart_tells_nothing_twice_and_forgets_nothing(town):
    """A restart between two reminders: what was told stays told, what is to come comes."""
    await town.wakes("12-01 09:00")
    town.run = Run(town.house, town.clock)
    await town.plans()

    assert texts(await town.wakes("12-01 09:01")) == []
    assert texts(await town.wakes("12-03 09:00")) == ["📅 明天12月4日（周五）19:30说事会\n地点：说事厅"]


async def test_held_reminder_says_the_day_it_is_told(town):
    """Quiet hours hold a reminder over night: in the morning it says today, and is not late."""
    await town.plans(reminders={"three_days": False, "one_day": "22:00", "morning": False})

    assert [texts(await town.wakes(moment)) for moment in ("12-01 09:00", "12-03 09:00", "12-03 22:00")] == [[], [], []]
    assert texts(await town.wakes("12-04 07:30")) == ["📅 今天19:30说事会\n地点：说事厅"]


async def test_missed_session_is_owned_up_to(town):
    """After the end nothing is reminded of; where nobody heard of the session at all, the bot says so once."""
    sent = texts(await town.wakes("12-05 09:00"))

    assert sent == ["说事会没能提前通知，我停过\n时间：12月4日（周五）19:30\n会上的情况请看公开栏或问管理员。"]
    assert texts(await town.wakes("12-05 09:01")) == []


async def test_moved_session_was_heard_of(town):
    """Who was told of 改期 needs no word that the session was missed."""
    await town.says("管理员甲", "改期 12-4｜12-5 19:30｜停电")

    assert texts(await town.wakes("12-06 09:00")) == []


async def test_session_that_runs_when_the_program_first_starts_is_shown(talk):
    """It is entered and shown as running; its start, long past, is not told."""
    talk.at("12-04 20:00")
    await talk.plans(sessions={"rule": "dates"})

    assert texts(await talk.wakes()) == []
    assert (await talk.says("居民甲", "下次说事"))[0].text.startswith("📅 进行中：12月4日（周五）19:30")


async def test_nothing_is_told_after_the_end_when_the_session_was_announced(town):
    """None after the end: a session that was announced needs no late word."""
    await town.wakes("12-01 09:00")

    assert texts(await town.wakes("12-05 09:00")) == []


async def test_nothing_is_told_that_had_passed_before_the_session_was_entered(talk):
    """A reminder whose time had passed before the session's row was made is not told."""
    talk.at("12-02 12:00")
    await talk.plans(sessions={"rule": "dates"})

    assert texts(await talk.wakes("12-02 12:01")) == []
    assert texts(await talk.wakes("12-03 09:00")) == ["📅 明天12月4日（周五）19:30说事会\n地点：说事厅"]


async def test_next_sessions_are_two_and_the_running_one(town):
    """下次说事: the coming sessions; one that has begun is shown as running, and the next too."""
    assert (await town.says("居民甲", "下次说事"))[0].text == (
        "📅 下次：12月4日（周五）19:30\n地点：说事厅\n再下次：12月14日（周一）19:30"
    )
    town.at("12-04 20:00")
    assert (await town.says("居民甲", "下次说事"))[0].text.split("\n")[:3] == [
        "📅 进行中：12月4日（周五）19:30说事会",
        "地点：说事厅",
        "下次：12月14日（周一）19:30",
    ]
    town.at("12-04 21:30")
    assert (await town.says("居民甲", "下次说事"))[0].text.startswith("📅 下次：12月14日（周一）19:30")


async def test_holiday_is_only_a_remark(talk):
    """A session on a public holiday is held; the answer remarks it."""
    talk.at("09-25 12:00")
    await talk.plans(sessions={"rule": "thursdays", "time": "19:30", "place": "说事厅"})

    assert (await talk.says("居民甲", "下次说事"))[0].text == (
        "📅 下次：10月1日（周四）19:30（当天放假）\n地点：说事厅\n再下次：10月8日（周四）19:30"
    )


async def test_24_december_is_one_session(town):
    """24 December 2026 is the 24th and a Thursday: one session, one reminder."""
    await town.plans(sessions={"rule": "both", "time": "19:30", "place": "说事厅"})
    await town.wakes("12-21 09:00")
    await town.wakes("12-23 09:00")

    assert texts(await town.wakes("12-24 07:30")) == ["📅 今天19:30说事会\n地点：说事厅"]
    assert texts(await town.wakes("12-24 19:30")) == ["📅 19:30到了，说事会开始\n地点：说事厅"]


async def test_move_tells_every_group_and_reminds_anew(town):
    """改期 with a reason tells everyone who was told, at once, and the reminders follow the new time."""
    town.at("12-13 22:00")
    await town.wakes("12-13 09:00")
    sent = await town.says("管理员甲", "改期 12-14｜12-15 19:30｜说事厅停电")

    moved = "⚠️ 说事会改到12月15日（周二）19:30\n原因：说事厅停电\n原定：12月14日（周一）19:30\n地点、议题不变。"
    assert texts(sent) == texts(sent, OTHER) == [moved]
    assert texts(await town.wakes("12-14 07:30")) == []
    assert texts(await town.wakes("12-14 09:00")) == ["📅 明天12月15日（周二）19:30说事会\n地点：说事厅"]
    assert texts(await town.wakes("12-14 19:30")) == []
    assert texts(await town.wakes("12-15 19:30"))[-1:] == ["📅 19:30到了，说事会开始\n地点：说事厅"]


async def test_move_asks_for_what_is_missing(town):
    """A guided dialogue asks one thing at a time; 取消 leaves it."""
    first = await town.tells("管理员甲", "改期")
    assert "哪天" in first[0].text
    assert [button.label for button in first[0].rows[0]] == ["12月4日", "12月14日", "12月24日"]

    await town.presses("管理员甲", "12月14日", town.private("管理员甲"))
    assert (await town.tells("管理员甲", "12-13"))[0].text.startswith("没看懂时间")
    assert "为什么" in (await town.tells("管理员甲", "12-15 19:30"))[0].text
    sent = await town.tells("管理员甲", "停电")

    assert sent[0].text == "记下了，正在通知2个群。"
    assert texts(sent, OTHER)[0].startswith("⚠️ 说事会改到12月15日")
    assert (await town.tells("管理员甲", "取消"))[0].text == "没有正在填的，不用取消。"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("改期 12-13｜12-15 19:30｜停电", "没办：12月13日（周日）没有说事会，发“下次说事”可以看有哪些。"),
        ("停会 12-13｜停电", "没办：12月13日（周日）没有说事会，发“下次说事”可以看有哪些。"),
        ("改期 12-14｜12-24 9:00｜停电", "没改：12月24日（周四）已有一场说事会，请换一天。"),
        ("改期 12-14｜11-20 9:00｜停电", "没改：11月20日（周五）09:00已经过了，请换一个时间。"),
        ("改期 下周｜12-15 9:00｜停电", "没看懂日期“下周”，请这样写：12-14。"),
    ],
)
async def test_move_and_cancel_are_refused_for_a_date_without_a_session(town, typed, answer):
    """A refusal is one sentence: what was not done, why, what to do instead."""
    assert [out.text for out in await town.says("管理员甲", typed)] == [answer]


async def test_only_moderators_move_and_cancel(town):
    """May I comes before is it there: a resident hears who may, whatever the date."""
    answers = [await town.says("居民甲", f"{act} 12-13｜停电") for act in ("改期", "停会")]

    assert [a[0].text for a in answers] == ["没办：只有管理员可以改期。", "没办：只有管理员可以停会。"]


async def test_cancel_tells_every_group_and_silences_its_reminders(town):
    """停会 with a reason: everyone is told, the next session is named, nothing more is said of this one."""
    sent = await town.says("管理员甲", "停会 12-14｜台风")

    gone = "⚠️ 12月14日（周一）说事会不开了\n原因：台风\n说过的事都还在。\n下次：12月4日（周五）19:30"
    assert texts(sent) == texts(sent, OTHER) == [gone]
    await town.wakes("12-04 19:30")
    assert texts(await town.wakes("12-13 09:00")) == []
    await town.plans()
    assert texts(await town.wakes("12-14 19:30")) == []
    assert (await town.says("管理员甲", "停会 12-14｜台风"))[0].text.startswith("没办：12月14日（周一）没有说事会")


async def test_settings_move_only_what_nobody_was_told_of(town):
    """A new time in the config goes for sessions not announced yet; an announced one moves by 改期 alone."""
    await town.wakes("12-01 09:00")
    await town.plans(sessions={"rule": "dates", "time": "15:00", "place": "广场"})
    answer = (await town.says("居民甲", "下次说事"))[0].text

    assert answer == "📅 下次：12月4日（周五）19:30\n地点：说事厅\n再下次：12月14日（周一）15:00"


async def test_announcement_can_be_pasted_elsewhere(town):
    """A text for an ordinary WeChat group is offered: at most 120 characters, with when and where."""
    await town.wakes("12-01 09:00")
    pasted = texts(await town.presses("管理员甲", "转到微信"))

    assert pasted == ["【枫林小区说事会】12月4日（周五）19:30，说事厅。"]


async def test_pasted_text_has_the_link_and_stays_short(town):
    """VOICE.md §2: pasted into ordinary WeChat at most 120 characters, the link whole; a long place gives way."""
    town.house = town.run.house = replace(town.house, public_url="https://feng.example")
    await town.plans(sessions={"rule": "dates", "place": "说事厅，" * 30})
    await town.wakes("12-01 09:00")
    pasted = texts(await town.presses("管理员甲", "转到微信"))[-1]

    assert len(pasted) == 120
    assert pasted.endswith("看公开栏：https://feng.example/c/fenglin/sessions")


async def test_lost_group_is_left_out(town):
    """A group the bot was thrown out of is not written to."""
    await Group.filter(chat=OTHER.id).update(lost_at=town.clock())

    assert texts(await town.wakes("12-01 09:00"), OTHER) == []
