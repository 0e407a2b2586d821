"""What happens in the middle of something: a dialogue left for a day, a role lost, a message edited, a group gone."""

import pytest

from domain.terms import Pool, Role, SessionRule, Step, TopicState
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import Minute, Objection, Resolution, Task
from models.tables.people import Audit, Dialogue, Grant
from models.tables.sessions import Session
from models.tables.topics import Material
from tests.database import BOTH
from tests.stories.talk import GROUP

DIALOGUES = {
    "确定 1": "反映的人多",
    "确定 1 不上": "物业在修",
    "改题 1": "电梯",
    "退回 说事3": "已经在管",
    "发材料 1": "电梯检测报告",
    "开会": "等不得",
    "记录": "物业说绳子磨损",
    "决议 1": "换绳",
    "代记": "三号楼路灯不亮了",
    "征集": "停车",
    "改期": "12-4",
    "停会": "12-4",
    "派单 1": "修电梯",
}
"""Every dialogue of the six steps that a moderator begins, with the words that would go on with it."""
RUNNING = {"记录", "决议 1"}


@pytest.fixture
async def town(talk):
    """Three concerns, two of them topics, the first on today's session, nothing prepared."""
    for name in ("居民甲", "居民乙", "居民丙"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    who = await talk.knows("说事员甲", Role.DELIBERATOR)
    await Grant.filter(resident_id=who).update(pool=Pool.OWNERS)
    for name, words in (("居民甲", "三号楼电梯又停了"), ("居民乙", "楼道灯换声控灯"), ("居民丙", "遛狗不牵绳")):
        await talk.says(name, f"说事 {words}")
    await talk.tells("管理员甲", "合并 1｜三号楼电梯")
    await talk.tells("管理员甲", "合并 2｜楼道灯")
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    return talk


async def begun(town, words):
    """The stage that a dialogue needs, and its first words; the bot asks."""
    if words == "开会" or words in RUNNING:
        await town.tells("管理员甲", "确定 1 急")
        town.at("12-04 19:31")
    if words in RUNNING:
        await town.tells("管理员甲", "开会 急")
    out = await town.tells("管理员甲", words)
    assert await Dialogue.all().count() == 1, out


async def rows():
    """What a dialogue could have changed."""
    return (
        [(t.number, t.title, t.step, t.reason, t.session_id) for t in await Topic.all().order_by("number")],
        [(c.number, c.state, c.topic_id) for c in await Concern.all().order_by("number")],
        [(s.starts_at, s.state, s.opened_at) for s in await Session.all().order_by("day")],
        [await table.all().count() for table in (Minute, Resolution, Task, Material, Objection)],
    )


@pytest.mark.parametrize(("words", "answer"), DIALOGUES.items())
async def test_dialogue_left_for_a_day_is_over(town, words, answer):
    """After half an hour the question has lapsed: a day later the words answer nothing, and nothing changes."""
    await begun(town, words)
    before = await rows()
    town.now = town.now.replace(day=town.now.day + 1)
    out = await town.tells("管理员甲", answer)

    assert out[0].text.startswith(("没听懂", "在。"))
    assert await rows() == before


@pytest.mark.parametrize(("words", "answer"), DIALOGUES.items())
async def test_moderator_who_loses_the_role_midway_is_refused(town, words, answer):
    """The role is asked for at each word: what was begun is not saved."""
    await begun(town, words)
    before = await rows()
    await Grant.filter(role=Role.MODERATOR).update(revoked_at=town.clock())
    out = await town.tells("管理员甲", answer)

    assert out[0].text.startswith("没办：只有管理员可以")
    assert await rows() == before


@pytest.mark.parametrize("words", DIALOGUES)
async def test_cancel_leaves_a_dialogue(town, words):
    """取消: nothing was saved, and the bot waits for nothing any more."""
    await begun(town, words)
    before = await rows()
    await town.tells("管理员甲", "取消")

    assert await Dialogue.all().count() == 0
    assert await rows() == before


@pytest.mark.parametrize(("words", "answer"), DIALOGUES.items())
async def test_group_that_leaves_midway_stops_nothing(town, words, answer):
    """The bot is thrown out of the group while somebody fills in: what they say in private is done all the same."""
    await begun(town, words)
    before = await rows()
    town.channel.gone.add(GROUP.id)
    await town.tells("管理员甲", answer)

    assert await Dialogue.all().count() == (1 if words in {"决议 1", "改期", "停会", "派单 1"} else 0)
    last = await Audit.all().order_by("-id").first()
    assert last is not None
    assert last.refused == ""
    assert (await rows() != before) == (words not in {"决议 1", "改期", "停会", "征集", "派单 1"})


@BOTH
async def test_objection_left_for_a_day_is_over(town):
    """提异议 asks in private; a day later the words object to nothing."""
    await Topic.filter(number=1).update(step=Step.PUBLISH, state=TopicState.PUBLISHED)
    topic = await Topic.get(number=1)
    await Resolution.create(
        community_id=topic.community_id, topic_id=topic.id, text="换绳", decided_at=town.clock(),
        published_at=town.clock(), objections_until=town.clock().replace(day=9),
    )  # fmt: skip
    await town.tells("居民甲", "提异议 1")
    town.now = town.now.replace(day=town.now.day + 1)
    await town.tells("居民甲", "绳子不够")

    assert await Objection.all().count() == 0


async def test_edited_message_stands_as_it_was(town):
    """Somebody changes what they said: it is not taken twice, stays as it was, and they hear how to put it right."""
    out = await town.says("居民甲", "说事 三号楼电梯又停了，老人下不来", edited=True)

    assert [o.text for o in out] == [
        "改过的话我看不见，前面那条按原来的算：说事要改请发“更正 号码 新的话”，别的请重新发一次。"
    ]
    assert await Concern.all().count() == 3


@BOTH
async def test_edited_answer_is_no_second_answer(town):
    """In a dialogue the bot waits for words, not for a change of the last ones."""
    await town.tells("管理员甲", "确定 1")
    out = await town.tells("管理员甲", "反映的人多", edited=True)

    assert out[0].text.startswith("改过的话我看不见")
    assert (await Topic.get(number=1)).step is Step.SORT
    assert (await town.tells("管理员甲", "反映的人多"))[0].text == "定了：议题 #1 上12月4日（周五）说事会。"


async def test_edited_talk_of_the_group_is_none_of_the_bots_business(town):
    """What was not said to the bot is not answered when it is changed."""
    assert await town.says("居民甲", "今晚谁家炖肉，真香", edited=True) == []


async def test_card_that_was_deleted_is_not_sent_again(town):
    """Somebody deleted the bot's card: the matter goes on, everything else is said, and no second card appears."""
    card = town.card("收到，记为说事 #1。")
    town.channel.deleted.add(card.id)
    out = await town.tells("管理员甲", "确定 1 急")

    assert out[0].text == "定了：议题 #1 上12月4日（周五）说事会。"
    assert [shown.id for shown in town.channel.chats[GROUP.id] if "说事 #1。" in shown.text] == [card.id]


@BOTH
async def test_motion_is_put_to_a_vote_from_the_session(town):
    """付表决, beside what is talked about: the bot asks for the question, and the session goes on."""
    await town.tells("管理员甲", "确定 1 急")
    town.at("12-04 19:31")
    await town.tells("管理员甲", "开会 急")
    await town.tells("管理员甲", "现在议 1")
    await town.presses("管理员甲", "付表决", town.private("管理员甲"))

    assert (await Dialogue.get()).name.startswith("open_vote")
    assert (await Session.get(day="2026-12-04")).adjourned_at is None
