"""What each act of the six kinds costs: at most ten statements of its own, with one of a kind or thirty."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.texts import Texts
from domain.talk import Pressed, Said
from domain.terms import Role, SessionRule
from handlers.routes import ROUTES
from models import people
from models.tables.people import Audit, Community
from tests.database import memory
from tests.handlers.faults import faults
from tests.stories.talk import GROUP, Talk
from tests.words import understanding

pytestmark = pytest.mark.asyncio(loop_scope="module")
EVENT = 7
"""What every event asks beside its handler: BEGIN, COMMIT, seen, scene, roles, audit, outbox."""
M, S, T, R = "管理员", "书记", "调解员", "居民1"
FEW, MANY = 1, 30
FILES = {"activity", "emergency", "mediation", "rule_making", "star_rating", "checklist"}
LATER = {"opinion_words", "answer_opinion_why", "to_vote", "object_stars", "answer_stars", "publish_stars"}
"""What needs a question before it (test_cost_dialogues.py) or days; none of them asks for more than those above."""


def short(name: str) -> str:
    """Somebody by their short name."""
    return people.short_name(people.pseudonym(b"k" * 32, GROUP.channel, name))


ACTS: tuple[tuple[str, str, str], ...] = (
    ("activity", R, "活动"),
    ("activity", R, "活动 1"),
    ("activity", M, "活动 下棋｜12-20 14:00｜活动室｜30人"),
    ("activity", M, "活动 议题1｜12-20 14:00｜活动室｜30人"),
    ("sign_up", "居民0", "报名 1"),
    ("sign_off", R, "取消报名 1"),
    ("signed_up", M, "报名表 1"),
    ("call_off", M, "停办 1 下雨"),
    ("emergency", M, "突发 停气"),
    ("received", "居民0", "收到 1"),
    ("emergency_news", M, "突发进展 1 在修"),
    ("emergency_log", M, "突发记录 1"),
    ("emergency_end", M, "突发结束 1 修好了"),
    ("begin_mediation", T, f"开调处 漏水｜{short('居民2')}｜{short('居民3')}"),
    ("room", R, "调处 1 好商量"),
    ("room", R, "调处 1"),
    ("willing", R, "愿意调解 1"),
    ("unwilling", R, "不愿调解 1"),
    ("agreed", T, "谈成 1 修好"),
    ("let_public", R, "同意公开 1"),
    ("keep_private", R, "不公开 1"),
    ("no_agreement", T, "没谈成 1"),
    ("draft", R, "草案 1"),
    ("draft", M, "草案 1 先到先停"),
    ("opinion", R, "意见 1 太严"),
    ("answer_opinion", M, "答意见 1"),
    ("answer_opinion", M, "答意见 1 1 采纳 好"),
    ("star_form", S, "星评 支部 二支部"),
    ("stars", S, "打星 1 5 5 5 5 5"),
    ("stars", S, "打星 1 5"),
    ("tell_stars", S, "告知星评 1"),
    ("checklist", M, "清单 1"),
    ("checklist", M, "清单 1 矛盾调处"),
    ("give_item", M, "派清单 1 1"),
    ("give_item", M, "!give_item 1 before 1"),
)


class Kept(Exception):
    """What was done is taken back."""


async def cost(talk: Talk, route: str, who: str, words: str) -> int:
    """The statements of an act; what it did is undone. It must be done, not refused."""
    chat, person = talk.private(who), talk.person(who)
    try:
        async with talk.store.transaction():
            known = await Audit.all().count()
            with faults() as seen:
                if words.startswith("!"):
                    verb, *args = words[1:].split()
                    await talk.run(Pressed("c", talk.clock(), chat, person, verb, tuple(args), None, None))
                else:
                    await talk.run(Said("c", talk.clock(), chat, person, words, "u"))
            assert [(a.act, a.refused) for a in await Audit.all().order_by("id")][known:] == [(route, "")], words
            raise Kept
    except Kept:
        return int(seen.count)


async def lived(size: int) -> AsyncIterator[Talk]:
    """A town with so many of everything."""
    async with memory():
        community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        talk = Talk(Texts.load(), understanding())
        for name, role in ((M, Role.MODERATOR), (S, Role.SECRETARY), (T, Role.MEDIATOR)):
            await talk.knows(name, role)
        for n in range(max(size, 3) + 1):
            await talk.knows(f"居民{n}", household=f"1-1-{100 + n}")
        await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
        for n in range(1, size + 1):
            for who, words in story(n, size):
                await talk.tells(who, words)
        yield talk


def story(n: int, size: int) -> list[tuple[str, str]]:
    one = (f"{n}", f"居民{n}")
    return [
        (R, f"说事 {n}号楼路灯不亮"),
        (M, f"合并 {n}｜第{n}件"),
        (M, f"活动 第{n}次｜12-20 14:00｜活动室｜{max(1, size - 2)}人"),
        (R, f"报名 {n}"),
        *([(one[1], "报名 1")] if n > 1 else []),
        (M, f"突发 第{n}次停气"),
        (one[1], "收到 1"),
        (T, f"开调处 第{n}件｜{short(R)}｜{short('居民2')}"),
        (R, f"愿意调解 {n}"),
        ("居民2", f"愿意调解 {n}"),
        (T, f"谈成 {n} 修好"),
        (R, "调处 1 好"),
        (M, f"草案 {n} 先到先停"),
        (one[1], "意见 1 太严"),
        (S, f"星评 支部 第{n}支部"),
        (S, f"打星 {n} 4 4 4 4 4"),
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counts() -> dict[int, dict[tuple[str, str, str], int]]:
    """What each act costs in a small town and in a large one."""
    found: dict[int, dict[tuple[str, str, str], int]] = {}
    for size in (FEW, MANY):
        async for talk in lived(size):
            found[size] = {act: await cost(talk, *act) for act in ACTS}
    return found


@pytest.mark.parametrize("act", ACTS, ids=[f"{who} {words}" for _, who, words in ACTS])
async def test_act_costs_at_most_ten_statements(counts, act) -> None:
    """A handler asks the database at most ten times (ARCHITECTURE.md §6), however much a community holds."""
    few, many = counts[FEW][act], counts[MANY][act]

    assert many - EVENT <= 10
    assert many <= few + 1  # where there is somebody to be moved up, whether they want to hear of it is asked


async def test_each_act_of_the_kinds_is_counted() -> None:
    """A new route of a kind is counted here."""
    mine = {route.name for route in ROUTES if route.handle.__module__.rpartition(".")[2] in FILES}

    assert mine - {route for route, _, _ in ACTS} == LATER
