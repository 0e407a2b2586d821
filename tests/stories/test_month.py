"""A month of a community: 40 concerns, 12 topics, 3 sessions, 2 resolutions; the same rows on SQLite and PostgreSQL."""

import asyncio

import pytest

from domain.talk import Said
from domain.terms import ConcernState, Pool, Role, SessionRule, Step, TopicState
from models import people
from models.tables.concerns import Concern, Second, Topic
from models.tables.deliberations import AgendaItem, Attendance, Minute, Objection, Resolution, Task
from models.tables.people import Community, Grant, Resident
from models.tables.sessions import Session
from models.tables.topics import Invitation, Sorting, TopicStep
from tests.database import memory
from tests.handlers.faults import faults
from tests.stories.talk import GROUP, Talk

MATTERS = (
    *("电梯又停了", "路灯不亮了", "下水道堵了", "水管漏水", "停车位不够", "楼道堆物", "门禁坏了"),
    *("垃圾没人清", "健身器材坏了", "外墙掉砖", "广场舞太吵", "遛狗不牵绳", "邻居半夜敲墙"),
)
TOPICS = 12
MODERATORS = ("管理员甲", "管理员乙")
DELIBERATORS = ("说事员甲", "说事员乙", "说事员丙", "说事员丁")
"""One of each side."""


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request, texts, understanding):
    """The same community on both databases."""
    url = "sqlite://:memory:" if request.param == "sqlite" else request.getfixturevalue("postgres").fresh()
    async with memory(url):
        community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        talk = Talk(texts, understanding)
        await settled(talk)
        yield talk


async def settled(talk):
    """The community before it begins."""
    for name in MODERATORS:
        await talk.knows(name, Role.MODERATOR)
    for name, pool in zip(DELIBERATORS, Pool, strict=True):
        who = await talk.knows(name, Role.DELIBERATOR)
        await Grant.filter(resident_id=who).update(pool=pool)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})


async def held(town, day, topics, resolved):
    """A session: opened, one sign-in and one note, what is resolved, and its end."""
    town.at(f"{day} 19:31")
    await town.tells("管理员甲", "开会")
    await town.says("居民1", "签到")
    await town.tells("管理员乙", f"记录 议题{topics[0]} 大家都说了")
    for number, work in resolved.items():
        await town.tells("管理员甲", f"决议 {number} {work}")
    await town.tells("管理员甲", "散会")
    await town.presses("管理员甲", "确认散会", town.private("管理员甲"))
    await town.tells("管理员甲", "确认记录")


async def lived(town):
    """December, from the first word to the last session."""
    for n in range(40):
        await town.says(f"居民{n + 1}", f"说事 {n % 9 + 1}号楼{MATTERS[n % 13]}")
    for n in (1, 2, 3):
        await town.says("居民40", f"附议 {n}")
    for t in range(1, TOPICS + 1):
        also = " ".join(f"说事{n}" for n in range(t + 13, 41, 13))
        await town.tells("管理员甲", f"合并 {t} {also}｜{MATTERS[t - 1]}")
    for n in (13, 26, 39):
        await town.tells("管理员乙", f"退回 说事{n} 派出所已经在管")
    for t in (1, 2, 3, 4):
        await town.tells("管理员甲", f"确定 {t} 反映的人多")
        await town.tells("管理员甲", f"准备 {t}")
    await town.tells("说事员甲", "能来 1")
    await town.tells("说事员乙", "来不了 1")
    await held(town, "12-04", [1, 2], {1: "换钢丝绳｜物业 李工｜12-31"})
    await town.tells("管理员甲", "公开 1")
    await town.tells("居民14", "提异议 1 绳子不够")
    await town.tells("管理员甲", "答异议 1 先换绳")
    for t in (5, 6, 7, 8):
        await town.tells("管理员乙", f"确定 {t} 12-14｜反映的人多")
        await town.tells("管理员乙", f"准备 {t}")
    await held(town, "12-14", [2, 5], {2: "换声控灯｜物业 王工｜2027-01-15"})
    await town.tells("管理员乙", "公开 2")
    await town.tells("管理员乙", "确定 9 不上｜物业已经在修")
    await held(town, "12-24", [3], {})
    await town.wakes("12-26 09:00")


async def test_month_ends_as_it_should(town):
    """The final state, row by row."""
    await lived(town)

    await ends_as_it_should()


async def ends_as_it_should():
    """The topics and what became of them, row by row."""
    topics = await Topic.all().order_by("number").select_related("session")
    rows = [
        (t.number, t.title, Step(t.step), t.state, t.reason, str(t.session.day) if t.session else "") for t in topics
    ]
    reason = "反映的人多"
    published = [
        (1, MATTERS[0], Step.PUBLISH, TopicState.PUBLISHED, reason, "2026-12-04"),
        (2, MATTERS[1], Step.PUBLISH, TopicState.PUBLISHED, reason, "2026-12-14"),
    ]
    later = [(n, MATTERS[n - 1], Step.DELIBERATE, TopicState.OPEN, reason, "2027-01-04") for n in range(3, 9)]
    left = [(n, MATTERS[n - 1], Step.SORT, TopicState.OPEN, "物业已经在修" if n == 9 else "", "") for n in range(9, 13)]
    assert rows == [*published, *later, *left]

    numbers = {t.id: t.number for t in topics}
    concerns = [(c.number, numbers.get(c.topic_id or 0), c.state) for c in await Concern.all().order_by("number")]
    assert concerns == [
        (n, None, ConcernState.RETURNED) if n % 13 == 0 else (n, (n - 1) % 13 + 1, ConcernState.OPEN)
        for n in range(1, 41)
    ]

    sessions = [s for s in await Session.all().order_by("day") if s.opened_at]
    assert [(str(s.day), bool(s.adjourned_at), bool(s.confirmed_at)) for s in sessions] == [
        ("2026-12-04", True, True),
        ("2026-12-14", True, True),
        ("2026-12-24", True, True),
    ]
    items = await AgendaItem.all().order_by("session__day", "place").select_related("session")
    assert [(str(i.session.day), numbers[i.topic_id], i.state.value) for i in items] == [
        ("2026-12-04", 1, "resolved"),
        *[("2026-12-04", n, "unfinished") for n in (2, 3, 4)],
        ("2026-12-14", 2, "resolved"),
        *[("2026-12-14", n, "unfinished") for n in (3, 4, 5, 6, 7, 8)],
        *[("2026-12-24", n, "unfinished") for n in (3, 4, 5, 6, 7, 8)],
        *[("2027-01-04", n, "waiting") for n in (3, 4, 5, 6, 7, 8)],
    ]
    assert [(t.number, t.text, t.doer, str(t.last_day)) for t in await Task.all().order_by("number")] == [
        (1, "换钢丝绳", "物业 李工", "2026-12-31"),
        (2, "换声控灯", "物业 王工", "2027-01-15"),
    ]
    assert [(numbers[r.topic_id], bool(r.published_at)) for r in await Resolution.all().order_by("id")] == [
        (1, True),
        (2, True),
    ]
    steps = [
        (numbers[s.topic_id], int(s.step), bool(s.skipped)) for s in await TopicStep.all().order_by("topic_id", "step")
    ]
    reached = {1: 6, 2: 6, **dict.fromkeys(range(3, 9), 5), **dict.fromkeys(range(9, 13), 2)}
    assert steps == [(n, step, False) for n, last in reached.items() for step in range(1, last + 1)]


async def test_month_leaves_every_word_and_act_where_it_belongs(town):
    """Who seconded, sorted, came, noted, was invited and objected, row by row; nothing more and nothing twice."""
    await lived(town)

    await words_and_acts_are_there(town)


async def words_and_acts_are_there(town):
    """Who did what, row by row, people by their names in the story."""
    numbers = {topic.id: topic.number for topic in await Topic.all()}
    names = {town.pseudonym(name): name for name in EVERYBODY}
    who = {resident.id: names[resident.pseudonym] for resident in await Resident.all()}
    seconds = await Second.all().order_by("id").select_related("concern")
    assert [(s.concern.number, who[s.resident_id]) for s in seconds if s.concern] == [(n, "居民40") for n in (1, 2, 3)]
    acts = [
        (row.act, numbers.get(row.topic_id or 0), len(row.moves), who[row.by_id or 0], row.reason)
        for row in await Sorting.all().order_by("id")
    ]
    assert acts == [
        *[("merge", t, 1 + len(range(t + 13, 41, 13)), "管理员甲", "") for t in range(1, TOPICS + 1)],
        *[("send_back", None, 1, "管理员乙", "派出所已经在管")] * 3,
    ]
    days = {session.id: f"{session.day:%m-%d}" for session in await Session.all()}
    came = [(days[row.session_id], who[row.resident_id]) for row in await Attendance.all().order_by("id")]
    assert came == [(day, "居民1") for day in ("12-04", "12-14", "12-24")]
    notes = [
        (days[n.session_id], numbers[n.topic_id or 0], n.text, who[n.by_id or 0])
        for n in await Minute.all().order_by("id")
    ]
    assert notes == [
        (day, topic, "大家都说了", "管理员乙") for day, topic in (("12-04", 1), ("12-14", 2), ("12-24", 3))
    ]
    asked = sorted((numbers[i.topic_id], who[i.resident_id], i.state.value) for i in await Invitation.all())
    answers = {(1, "说事员甲"): "yes", (1, "说事员乙"): "no"}
    assert asked == sorted((t, name, answers.get((t, name), "asked")) for t in range(1, 9) for name in DELIBERATORS)
    objections = [(numbers[o.topic_id], who[o.resident_id or 0], o.text, o.answer) for o in await Objection.all()]
    assert objections == [(1, "居民14", "绳子不够", "先换绳")]


EVERYBODY = (*MODERATORS, *DELIBERATORS, *[f"居民{n}" for n in range(1, 41)])


async def test_one_of_two_moderators_at_once_is_told(town):
    """Two act on one topic in the same moment: it is done once, and the other hears that it was."""
    await town.says("居民1", "说事 三号楼电梯又停了")
    await town.tells("管理员甲", "合并 1")
    await told_once(town)


async def told_once(town):
    """Both say it in one moment."""
    saids = [
        Said(f"race{n}", town.clock(), town.private(name), town.person(name), f"确定 1 理由{n}", f"u{n}")
        for n, name in enumerate(MODERATORS)
    ]
    before = len(town.channel.sent)
    await asyncio.gather(*[town.hears(said) for said in saids])
    await town.sends()

    answers = sorted(out.text for out in town.channel.sent[before:] if out.to.private)
    assert answers == ["定了：议题 #1 上12月4日（周五）说事会。", "没再办一次：议题 #1 刚由另一位管理员确定了。"]
    assert await AgendaItem.all().count() == 1
    assert await TopicStep.filter(step=Step.DECIDE).count() == 1


EVENT = 5
"""What every event asks beside its handler: seen, scene, roles, audit, outbox."""


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "words",
    [
        *("待办", "梳理", "议题", "详情 1", "合并 5 1", "合并 4 说事5", "拆分 1", "退回 说事5 在管", "附议 议题1"),
        *("确定 1 急", "确定 1 不上｜急", "准备 2", "议程", "公开 3"),
    ],
)
async def test_handler_costs_at_most_ten_statements(town, words):
    """Whatever a community holds: a handler asks the database at most ten times."""
    for n in range(5):
        await town.says(f"居民{n}", f"说事 {n + 1}号楼{MATTERS[n]}")
    for n in (1, 2, 3):
        await town.tells("管理员甲", f"合并 {n}")
    await town.tells("管理员甲", "确定 2 急")
    with faults() as seen:
        chat = town.private("管理员甲")
        await town.run(Said("cost", town.clock(), chat, town.person("管理员甲"), words, "u"))

    assert seen.count - 2 - EVENT <= 10
