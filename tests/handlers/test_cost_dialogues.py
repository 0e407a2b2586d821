"""What each answer within a dialogue costs: typed or pressed, at most ten statements of its own, the questions' too."""

import ast
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from domain.terms import Role
from models import households
from models.tables.ballot_log import OwnDigits
from models.tables.people import Household, Resident
from tests.database import memory
from tests.handlers.test_cost_steps import BY_NAME, IDLE, MOST, Act, M, R, Town, press
from tests.house import source
from tests.stories.talk import Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIZE = 3
QUESTION = 1
"""For typed words the run itself looks up which question they answer."""
TO_OPEN = 28
"""Opening a vote also freezes the roll, makes its key and begins the signed log; it is done once a vote."""
LOOKS_UP = {"1.0 要花钱"}
"""A reason that is pressed and acts at once: it looks up its question itself, as the run does for typed words."""
OPENS = {"开表决", "照样开", "roll_call", "yes"}
ELSEWHERE = {"picture", "say_anyway", "open_why", "slip"}
"""Counted with the steps; a slip's code casts the ballot like any other."""
DOER, VOTER, NEWCOMER, FIRST = "李工", "居民98", "居民99", "居民97"
HOME = "HJKM2345"
OWNERS = "业主表决 装门禁｜事项5｜通知 11-01｜截止 12-20 20:00"
TAKEN = (f"{M}：派单 1 修灯｜物业 李工｜12-03",)
DONE = (*TAKEN, f"{DOER}：办结 1 修好了")
SECRET = (f"{M}：表决 换灯｜赞同｜反对｜48小时｜不记名", f"{M}：照样开")


def dialogue(first: str, *answers: tuple[str, str], who: str = M, before: tuple[str, ...] = ()) -> tuple[Act, ...]:
    """Each answer (its route, its words) after those before it; a word that begins with ! is what a button says."""
    said = (*before, first)
    acts = []
    for route, words in answers:
        acts.append(Act(route, words.removeprefix("!"), who, verb=words.startswith("!"), before=said))
        said = (*said, words.removeprefix("!"))
    return tuple(acts)


def same(route: str, *answers: str) -> tuple[tuple[str, str], ...]:
    return tuple((route, words) for words in answers)


VOTE = ("换灯", "赞同、反对", "!选一个", "!记名", "!马上开始", "!48小时", "!开表决")
LATER = ("换灯", "赞同、反对", "!可多选", "!不记名", "12-05 09:00", "!用封口码", "!3天")
SORTED: tuple[Act, ...] = (
    *dialogue("说事", ("say", "三号楼电梯又停了"), who=R),
    *dialogue("代记", ("on_behalf", "三号楼电梯又停了")),
    *dialogue("征集", ("round", "停车")),
    *dialogue("更正", *same("correct", "{last}", "灯不亮"), who=f"居民{SIZE}"),
    *dialogue("改题 1", ("retitle", "路灯")),
    *dialogue("绑定", ("bind", HOME), who=NEWCOMER),
    *dialogue("改期", *same("move", "12-4", "12-5 19:30", "停电")),
    *dialogue("停会", *same("cancel_session", "12-4", "停电")),
    *dialogue("确定 1 不上", ("leave_out_why", "物业在修")),
    *dialogue("确定 1", ("decide_why", "急"), before=("-council",)),
    *dialogue("退回 说事{waits}", ("send_back_why", "在管")),
    *dialogue("发材料 1", ("material", "报告 https://example.org/1")),
    *dialogue("突发", ("emergency", "停气了")),
    *dialogue("进展 1", ("progress_what", "在等零件"), who=DOER, before=TAKEN),
    *dialogue("办结 1", ("done_how", "修好了"), who=DOER, before=TAKEN),
    *dialogue("退回 1", ("back_why", "没人手"), who=DOER, before=TAKEN),
    *dialogue("派单 1", *same("task_part", "换灯", "物业 李工", "12-31")),
    *dialogue("转派", *same("reassign_part", "1", "物业 王工", "李工休假"), before=TAKEN),
    *dialogue("上报", *same("escalate_part", "1", "要动用维修资金"), before=TAKEN),
    *dialogue("转派 1", *same("reassign_part", "网格员 赵姐", "请她协调"), who=DOER, before=TAKEN),
    *dialogue("上报 1", ("escalate_part", "!1.0 要花钱"), who=DOER, before=TAKEN),
    *dialogue("评价 议题1 不满意", ("rate_why", "又坏了"), who=R, before=DONE),
    *dialogue("意见 1", ("opinion_words", "太严"), who=R, before=(f"{M}：草案 1 先到先停",)),
    *dialogue("答意见 1 1 采纳", ("answer_opinion_why", "好"), before=("草案 1 先到先停", "意见 1 太严")),
    *dialogue("表态", ("open_poll", "跳舞到几点｜八点｜九点")),
    *dialogue("表决", *same("open_vote_part", *VOTE)),
    *dialogue("表决", *same("open_vote_part", *LATER)),
    *dialogue(SECRET[0].removeprefix(f"{M}："), ("open_tiny", "!roll_call")),
    *dialogue(SECRET[0].removeprefix(f"{M}："), ("open_tiny", "照样开")),
    *dialogue("投票 1 赞同", ("own_digits", "246810"), who=FIRST, before=SECRET),
    *dialogue("投票 1 赞同", ("own_digits", "!skip"), who=FIRST, before=SECRET),
    *dialogue("业主表决", *same("open_owners", "装门禁", "5"), ("open_owners_part", "!今天公示")),
    *dialogue("业主表决", *same("open_owners", "装门禁", "5", "11-01", "12-20 20:00", "记名"), ("owners_sure", "!yes")),
    *dialogue("投票 1 赞同", ("as_what", "我是业主"), who=VOTER, before=(f"{M}：{OWNERS}",)),
    *dialogue(
        "投票 1 赞同", ("as_what", "我是监护人"), ("document", "证明12345"), who=VOTER, before=(f"{M}：{OWNERS}",)
    ),
)
RUNNING = (
    *dialogue("记录", ("minute", "说了")),
    *dialogue("决议 1", *same("resolve_part", "换灯", "物业 李工", "12-31")),
)
PUBLISHED = (
    *dialogue("改决议 1", *same("amend_part", "换灯泡", "线路没坏")),
    *dialogue("提异议 1", ("object_why", "不妥"), who=R),
    *dialogue("答异议 1", ("answer_why", "好")),
)
STAGES = {"sorted": SORTED, "decided": (), "prepared": (), "running": RUNNING, "adjourned": (), "published": PUBLISHED}
EVERY = [(stage, act) for stage, acts in STAGES.items() for act in acts]


def named(stage: str, act: Act) -> str:
    return f"{stage}: {act.route} {act.words} after {' / '.join(act.before)}"


async def _counted(talk: Talk) -> dict[str, int]:
    """What every answer costs beyond what any event does."""
    town = Town(talk, SIZE)
    await town.settled()
    await talk.knows(DOER, Role.PROPERTY_COMPANY)
    for n, name in enumerate((FIRST, *(f"邻居{n}" for n in range(2)))):
        await talk.knows(name, household=f"3-1-4{n:02}")
    home, until = await Household.get(room="400"), talk.clock() + timedelta(days=1)
    await households.issue(home.community_id, home.id, households.code_hash(talk.house.key, HOME), until)
    await OwnDigits.filter(resident_id=await _id(FIRST)).delete()
    await town.said()
    counts: dict[str, int] = {}
    for stage, acts in STAGES.items():
        await getattr(town, stage)()
        own = {bool(route.may): await town.cost(press(name)) for name, route in IDLE.items()}
        for act in acts:
            counts[named(stage, act)] = await town.cost(act) - own[bool(BY_NAME[act.route].may)]
    return counts


async def _id(name: str) -> int:
    return int((await Resident.get(addresss__user=name)).id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counts(texts, understanding) -> AsyncIterator[dict[str, int]]:
    async with memory():
        yield await _counted(Talk(texts, understanding))


@pytest.mark.parametrize(("stage", "act"), EVERY, ids=[named(*one) for one in EVERY])
async def test_answer_costs_at_most_ten_statements(counts, stage, act) -> None:
    """A handler asks the database at most ten times (ARCHITECTURE.md §6), also within a dialogue."""
    question = QUESTION if not act.verb or act.words in LOOKS_UP else 0
    assert counts[named(stage, act)] <= (TO_OPEN if act.words in OPENS else MOST) + question


async def test_each_dialogue_is_counted() -> None:
    """A question that a handler asks is answered here, or with the steps."""
    calls = [node for file in source.files("handlers") for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    asks = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in {"ask", "expect"}]
    words = [node.value for call in asks for node in call.args if isinstance(node, ast.Constant)]

    assert {word for word in words if word in BY_NAME} <= {act.route for _, act in EVERY} | ELSEWHERE
