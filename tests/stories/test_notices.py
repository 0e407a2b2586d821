"""Notices (issue's own words): what concerns one, merged, outside quiet hours, so many a day; 静音 by topic."""

import pytest

from domain.talk import Button, Manner, Outgoing
from domain.terms import Role, SessionRule
from models.tables.mail import NoticeDay, Outbox
from tests.stories.talk import GROUP


@pytest.fixture
async def town(talk):
    """A moderator, two residents, and a session ahead."""
    await talk.knows("管理员甲", Role.MODERATOR)
    for name in ("居民甲", "居民乙"):
        await talk.knows(name)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    return talk


def to(out, name):
    return [o.text for o in out if o.to.id == f"p-{name}" and o.text]


async def two_topics(town):
    """One author, two concerns, each its own topic; said and sorted in the night."""
    town.at("12-01 22:00")
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.says("居民甲", "说事 遛狗不牵绳")
    return [
        *await town.tells("管理员甲", "合并 1｜电梯"),
        *await town.tells("管理员甲", "合并 2｜遛狗"),
    ]


async def test_what_concerns_one_waits_for_the_morning_and_comes_as_one(town):
    """Sorted at 22:00: the author hears of both at 07:30, in one message."""
    night = await two_topics(town)
    morning = await town.wakes("12-02 07:30")

    assert to(night, "居民甲") == []
    assert len(to(morning, "居民甲")) == 1
    assert "说事 #1 归到议题 #1" in to(morning, "居民甲")[0]
    assert "说事 #2 归到议题 #2" in to(morning, "居民甲")[0]


async def test_topic_that_was_muted_is_not_told_of(town):
    """静音 1: nothing by itself about that topic, also of what waits already; of others as before."""
    await two_topics(town)
    told = await town.tells("居民甲", "静音 1")
    morning = await town.wakes("12-02 07:30")
    await town.tells("管理员甲", "确定 1 不上｜物业在修")
    await town.tells("管理员甲", "确定 2 不上｜物业在贴告示")
    later = await town.wakes("12-02 09:00")

    assert told[0].text == "静音了议题 #1：我不再为它主动私聊您，要恢复发“取消静音 议题 #1”。"
    assert len(to(morning, "居民甲")) == 1
    assert "议题 #1" not in to(morning, "居民甲")[0]
    heard = [o.text for o in town.channel.sent if o.to.id == "p-居民甲" and o.manner is Manner.NOTICE]
    assert not any("议题 #1" in text for text in heard)
    assert any("议题 #2" in text and "物业在贴告示" in text for text in heard)
    assert later == []


async def test_muting_can_be_taken_back_and_needs_something_to_mute(town):
    """取消静音 1 undoes it; an unknown topic is unknown."""
    await two_topics(town)
    await town.wakes("12-02 07:30")
    await town.tells("居民甲", "静音 议题1")
    back = await town.tells("居民甲", "取消静音 议题 #1")
    out = await town.tells("管理员甲", "确定 1 不上｜物业在修")

    assert back[0].text == "议题 #1 有新的事，我又会私聊您了。"
    assert len(to(out, "居民甲")) == 1
    assert (await town.tells("居民甲", "静音 9"))[0].text == "没有议题 #9，发“议题”可以看有哪些。"


async def test_everybody_on_mute_is_left_alone(town):
    """静音 by all: not a word by itself in private, while groups, cards and answers go on as ever."""
    for name in ("居民甲", "居民乙", "管理员甲"):
        await town.tells(name, "静音")
    before = len(town.channel.sent)
    await two_topics(town)
    await town.tells("管理员甲", "活动 包粽子｜12-20 14:00｜活动室｜1人")
    await town.says("居民甲", "报名 1")
    await town.says("居民乙", "报名 1")
    await town.says("居民甲", "取消报名 1")
    await town.tells("管理员甲", "突发 停气")
    for moment in ("12-02 07:30", "12-03 09:00", "12-04 07:30", "12-04 19:30", "12-19 14:00"):
        await town.wakes(moment)
    sent = town.channel.sent[before:]

    assert [o.text for o in sent if o.manner is Manner.NOTICE and o.to.private] == []
    assert any(o.manner is Manner.NOTICE and o.to == GROUP for o in sent)
    assert any(o.text.startswith("⚠️ 突发 #1") and o.to == GROUP for o in sent)
    assert await Outbox.all().count() == 0


async def test_more_than_the_day_holds_comes_next_morning_as_one(town):
    """Three messages by itself a day to one person; the rest together on the next morning."""
    chat = town.private("居民甲")
    for n in range(5):
        await town.store.mail.put([Outgoing(chat, f"第{n}件", Manner.NOTICE)], 1, town.clock())
        await town.delivery.drain()
    same_day = [o.text for o in town.channel.sent if o.to == chat]
    morning = to(await town.wakes("12-02 07:30"), "居民甲")

    assert same_day == ["第0件", "第1件", "第2件"]
    assert morning == ["第3件\n\n第4件"]


async def test_what_says_the_same_is_said_once(town):
    """The same question twice in one morning's message stands there once, with its buttons once."""
    chat, row = town.private("居民甲"), ((Button("满意", "rate", ("1", "满意")),),)
    town.at("12-01 22:00")
    due = town.now.replace(day=2, hour=7, minute=30)
    for text in ("办得怎么样？", "明天有会", "办得怎么样？"):
        await town.store.mail.put([Outgoing(chat, text, Manner.NOTICE, rows=row, due=due)], 1, town.clock())
    (morning,) = [out for out in await town.wakes("12-02 07:30") if out.to == chat]

    assert (morning.text, morning.rows) == ("办得怎么样？\n\n明天有会", (*row, *row))
    assert await Outbox.all().count() == 0


async def test_what_anothers_act_sends_comes_at_once_and_counts(town):
    """Four tasks handed out reach the doer at once, each alone; what the bot says by itself after them waits."""
    await town.knows("李工", Role.PROPERTY_COMPANY)
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1｜电梯")
    town.at("12-01 20:50")
    for n in range(4):
        await town.tells("管理员甲", f"派单 1 第{n}件｜物业 李工｜12-08")
    handed = to(town.channel.sent, "李工")
    await town.store.mail.put([Outgoing(town.private("李工"), "明天有会", Manner.NOTICE)], 1, town.clock())
    await town.delivery.drain()
    same_day = to(town.channel.sent, "李工")[len(handed) :]
    next_day = to(await town.wakes("12-02 07:30"), "李工")

    assert [text.split("\n")[0] for text in handed] == [f"派给您：任务 #{n + 1} 第{n}件" for n in range(4)]
    assert same_day == []
    assert next_day == ["明天有会"]
    assert (await NoticeDay.get(chat="p-李工", day="2026-12-01")).sent == 4
    assert not await NoticeDay.filter(chat="p-管理员甲").exists()


async def test_group_hears_at_most_two_a_day_but_is_reminded_of_its_session(town):
    """What can wait, waits; a session that begins is told at its time."""
    for n in range(3):
        await town.store.mail.put([Outgoing(GROUP, f"第{n}件", Manner.NOTICE)], 1, town.clock())
        await town.delivery.drain()
    same_day = [o.text for o in town.channel.sent if o.to == GROUP]
    await town.wakes("12-02 07:30")
    next_day = [o.text for o in town.channel.sent if o.to == GROUP][2:]
    town.at("12-04 09:00")
    for n in range(3, 6):
        await town.store.mail.put([Outgoing(GROUP, f"第{n}件", Manner.NOTICE)], 1, town.clock())
        await town.delivery.drain()
    started = await town.wakes("12-04 19:30")

    assert same_day == ["第0件", "第1件"]
    assert next_day == ["第2件"]
    assert any("19:30到了" in o.text for o in started)


@pytest.mark.parametrize("muted", [0, 3])
async def test_count_is_each_chats_own(town, muted):
    """Counts are a chat's own: what one gets takes nothing from another."""
    for n in range(muted):
        await town.store.mail.put([Outgoing(town.private("居民甲"), f"{n}", Manner.NOTICE)], 1, town.clock())
        await town.delivery.drain()
    await town.store.mail.put([Outgoing(town.private("居民乙"), "有事", Manner.NOTICE)], 1, town.clock())
    await town.delivery.drain()

    assert town.channel.sent[-1].text == "有事"


async def test_question_about_a_muted_topic_is_not_asked(town):
    """Done, and to be rated: who muted the topic is not asked; who said the other one is."""
    await town.knows("物业甲", Role.PROPERTY_COMPANY)
    await two_topics(town)
    await town.tells("居民甲", "静音 1")
    town.at("12-02 09:00")
    for n in (1, 2):
        await town.tells("管理员甲", f"派单 {n} 修｜物业 李工｜12-20")
        await town.tells("物业甲", f"接单 {n}")
        await town.tells("物业甲", f"办结 {n} 修好了")
    asked = [o.text for o in town.channel.sent if o.to.id == "p-居民甲" and o.rows and o.manner is Manner.NOTICE]

    assert len(asked) == 1
    assert "说事 #2" in asked[0]
