"""What each act of the six steps costs: at most ten statements of its own, as many with one topic as with thirty.

A town lives through the steps; at each of them every act that is possible there is tried, counted and taken back.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import pytest_asyncio

from domain.talk import Pressed, Said, Upload
from domain.terms import Pool, Role, SessionRule
from handlers.routes import ROUTES, Route
from models import households, people
from models.tables.people import Audit, Community, Grant
from tests.database import memory
from tests.handlers.faults import faults
from tests.stories.talk import GROUP, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")
FEW, MANY = 1, 30
MOST = 10
COUNCIL, DELIBERATORS = 3, 12
"""How many there are of them in a town of any size."""
M, S, R = "管理员", "书记", "居民1"
CODE = "ABCD2345"


@dataclass(frozen=True)
class Act:
    """Who does what: typed words or a press of a verb, in private or in the group, after what was said before."""

    route: str
    words: str = ""
    who: str = M
    verb: bool = False
    group: bool = False
    before: tuple[str, ...] = ()
    pictures: int = 0

    @property
    def typed(self) -> str:
        return f"{self.route} {self.words}".strip()


def press(route: str, words: str = "", who: str = M, **more) -> Act:
    return Act(route, words, who, verb=True, **more)


WORK = ("派单 1 修灯｜物业 李工｜12-03", "派单 {other} 装牌｜物业 李工｜12-03")
"""Both topics have work already, so that their cards tell of it."""
STEPS: dict[str, tuple[Act, ...]] = {
    "said": (
        Act("say", "说事 一号楼路灯不亮了", R, group=True),
        Act("say", "说事 一号楼路灯不亮了", R, group=True, pictures=10),
        Act("second", "附议 2", R, group=True),
        Act("withdraw", "撤回 1", R, group=True),
        Act("status", "进度 2", R, group=True),
        Act("mine", "我的说事", R),
        Act("show_to", "谁能看 1 匿名", R),
        Act("category", "改类 1 服务民生", R),
        Act("category", "改类 1", R),
        press("pick_category", "1 livelihood", R),
        press("not_urgent", "1"),
        Act("picture", "一号楼路灯不亮了", R, before=("说事 +图",)),
        Act("say_anyway", "一号楼路灯不亮了", R, before=("说事 谢谢",)),
        Act("on_behalf", "代记 一号楼路灯不亮了"),
        Act("sort", "梳理"),
        Act("sort_one", "看说事 1"),
        Act("release", "可以公开 {held}"),
        Act("merge", "合并 1"),
        Act("merge", "合并 {every}｜路灯"),
        Act("send_back", "退回 说事1 在管"),
        Act("send_back_why", "在管", before=("退回 说事1",)),
        Act("round", "征集 停车"),
        Act("venue", "六个有", R, group=True),
        Act("venue", "六个有 标识 有", pictures=1),
        Act("privacy", "隐私", R),
        Act("agree", "同意", R),
        Act("forget_me", "删除我", R),
        press("forget_me_2", "", R),
        press("forget_me_3", "{stamp}", R),
        press("keep_me", "", R),
        Act("my_data", "我的数据", R),
        Act("correct", "更正 1 一号楼的灯", R),
        Act("correct", "更正 1", R),
        Act("mute", "静音", R),
        Act("unmute", "取消静音", R),
        Act("grant", "授权", S),
        Act("grant", "授权 网格员 {short}", S),
        Act("revoke", "撤权 管理员 {short}", S),
        Act("bind_group", f"绑群 {CODE}", S, group=True),
        Act("new_code", "补码 3-1-301", S),
        Act("unbind", "解绑 3-1-301", S),
        Act("inbox", "待办"),
    ),
    "sorted": (
        Act("topics", "议题", R, group=True),
        Act("topic", "详情 1", R),
        Act("topic", "详情 1"),
        Act("status", "进度 1", R),
        Act("second", "附议 议题1", "居民99", group=True),
        Act("merge", "合并 {waits} 1"),
        Act("merge", "合并 议题{other} 1"),
        Act("merge", "合并 {waits} 1", before=WORK),
        Act("merge", "合并 议题{other} 1｜新题目", before=WORK),
        Act("undo", "撤销", before=("合并 议题{other} 1｜新题目",)),
        Act("split", "拆分 1", before=WORK),
        Act("split", "拆分 1"),
        Act("undo", "撤销"),
        Act("retitle", "改题 1 路灯"),
        Act("retitle", "改题 1"),
        Act("matter_kind", "性质 1 活动开展"),
        Act("matter_kind", "性质 1"),
        Act("category", "改类 议题1 服务民生"),
        Act("decide", "确定 1"),
        Act("decide", "确定 1 急"),
        Act("decide", "确定 1 12-14｜急"),
        Act("decide", "确定 1 不上｜急"),
        Act("decide_why", "急", before=("-council", "确定 1")),
        Act("leave_out_why", "急", before=("确定 1 不上",)),
        Act("council_yes", "上会 1", "理事1", before=(f"{M}：确定 1",)),
        Act("council_yes", "上会 1", "理事2", before=(f"{M}：确定 1", "理事1：上会 1")),
        Act("council_no", "不上会 1", "理事1", before=(f"{M}：确定 1",)),
        Act("council_no", "不上会 1", "理事2", before=(f"{M}：确定 1", "理事1：不上会 1")),
        Act("inbox", "待办"),
    ),
    "decided": (
        Act("prepare", "准备 1"),
        Act("agenda", "议程", R, group=True),
        Act("agenda", "议程 全部", R, group=True),
        Act("agenda", "议程 1 30"),
        Act("agenda", "议程 {last} 第1"),
        Act("agenda", "议程 1 第{last}"),
        Act("decide", "确定 1 12-14｜改天"),
        Act("decide", "确定 1 不上｜改天"),
        Act("open_session", "开会 都等不得", before=("@12-04 19:31",)),
        Act("open_why", "都等不得", before=("@12-04 19:31", "开会")),
        Act("move", "改期 12-4｜12-5 19:30｜停电"),
        Act("cancel_session", "停会 12-4｜停电"),
        Act("next", "下次说事", R, group=True),
        press("paste_session", "1", R),
        Act("inbox", "待办"),
    ),
    "prepared": (
        Act("prepare", "准备 1 材料｜报告 https://example.org/1"),
        Act("prepare", "准备 1 材料", pictures=10),
        Act("seats", "请谁 1"),
        Act("chase", "再催 1"),
        Act("replace_seats", "换人 1"),
        Act("prepare", "准备 1 地点｜活动室"),
        Act("i_come", "能来 1", "说事员1"),
        Act("i_cannot", "来不了 1", "说事员1"),
        Act("open_session", "开会", before=("@12-04 19:31",)),
        Act("move", "改期 12-4｜12-5 19:30｜停电"),
        Act("cancel_session", "停会 12-4｜停电"),
        Act("inbox", "待办"),
    ),
    "running": (
        Act("attend", "签到", "居民99", group=True),
        Act("attend", "签到 12人"),
        Act("ask_word", "要发言", "居民99"),
        Act("next_speaker", "下一位"),
        Act("call_topic", "现在议 1"),
        Act("minute", "记录 议题1 说了"),
        Act("minute", "记录 说了", pictures=10),
        Act("resolve", "决议 1 换灯｜物业 李工｜12-31"),
        Act("resolve", "决议 1"),
        Act("resolve_part", "12-31", before=("决议 1", "换灯", "物业 李工")),
        Act("agenda", "议程", R, group=True),
        Act("adjourn", "散会"),
        Act("adjourn_for_sure", "确认散会"),
        Act("not_adjourn", "先不散"),
        Act("inbox", "待办"),
    ),
    "adjourned": (
        Act("confirm_minutes", "确认记录"),
        Act("publish", "公开 1"),
        Act("inbox", "待办"),
    ),
    "published": (
        Act("amend", "改决议 1 换灯泡｜线路没坏"),
        Act("amend", "改决议 1 换灯泡"),
        Act("amend_part", "线路没坏", before=("改决议 1 换灯泡",)),
        Act("object", "提异议 1 不妥", R),
        press("object", "1", R),
        Act("object_why", "不妥", R, before=("提异议 1",)),
        Act("answer_objection", "答异议 1"),
        Act("answer_objection", "答异议 1 好"),
        Act("answer_why", "好", before=("答异议 1",)),
        Act("topic", "详情 1", R),
        Act("inbox", "待办"),
    ),
}
EVERY = [(step, act) for step, acts in STEPS.items() for act in acts]
ON_ROW = frozenset({"say", "picture", "say_anyway"})
"""Acts whose own row is their line in the audit log."""
OTHERS = frozenset({"album", "task", "task_part"})
"""Counted with the pictures of `say`, as it comes by itself; with the tasks; with the dialogues."""
COUNTED = frozenset(
    {"agenda", "collect", "decide", "deliberate", "inbox", "invite", "minute", "my_data"}
    | {"prepare", "privacy", "publish", "roles", "round", "sort", "topics", "venue"}
)
"""The files whose routes are counted here."""


class TakenBack(Exception):
    """What was tried is undone."""


@dataclass
class Town:
    """A community with `size` of everything: groups, people of each kind, concerns, topics, who came, who objects."""

    talk: Talk
    size: int
    _events: int = 0

    async def settled(self) -> None:
        """Everybody is there; nobody has said anything."""
        community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(community.id)
        for n in range(1, self.size + 1):
            await people.enter_group(community.id, GROUP.channel, f"g{n}", f"{n}号群")
        await self.talk.knows(M, Role.MODERATOR)
        await self.talk.knows(S, Role.SECRETARY)
        await self.talk.knows("居民98", household="3-1-301")
        code, until = households.code_hash(self.talk.house.key, CODE), self.talk.clock() + timedelta(days=1)
        await households.issue_group_code(community.id, code, until)
        await self.talk.knows("居民99")
        pools = list(Pool)
        for n in range(1, COUNCIL + 1):
            await self.talk.knows(f"理事{n}", Role.COUNCIL)
        for n in range(DELIBERATORS):
            who = await self.talk.knows(f"说事员{n + 1}", Role.DELIBERATOR)
            await Grant.filter(resident_id=who).update(pool=pools[n % len(pools)])
        for n in range(1, self.size + 1):
            await self.talk.knows(f"居民{n}")
        await self.talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})

    async def said(self) -> None:
        for n in range(1, self.size + 1):
            await self.says(f"居民{n}", f"说事 {n}号楼路灯不亮了", group=True)
        for words in ("楼道堆物没人管", "遛狗不牵绳", "楼上老人得了糖尿病，上下楼没人扶"):
            await self.says("居民99", f"说事 {words}", group=True)

    async def sorted(self) -> None:
        for n in range(1, self.size + 1):
            await self.says(M, f"合并 {n}｜{n}号楼路灯")
            await self.says(f"居民{n}", "附议 1", group=True)
        await self.says(M, f"合并 {self.size + 2}｜遛狗")

    async def decided(self) -> None:
        for n in range(1, self.size + 1):
            await self.says(M, f"确定 {n} 急")

    async def prepared(self) -> None:
        for n in range(1, self.size + 1):
            await self.says(M, f"准备 {n}")

    async def running(self) -> None:
        self.talk.at("12-04 19:31")
        await self.says(M, "开会")
        for n in range(1, self.size + 1):
            await self.says(f"居民{n}", "签到", group=True)
            await self.says(f"居民{n}", "要发言", group=True)
            await self.says(M, f"记录 议题{n} 说了")

    async def adjourned(self) -> None:
        for n in range(1, self.size + 1):
            await self.says(M, f"决议 1 第{n}件｜物业 李工｜12-31")
        await self.says(M, "确认散会")

    async def published(self) -> None:
        await self.says(M, "确认记录")
        await self.says(M, "公开 1")
        for n in range(1, self.size + 1):
            await self.says(f"居民{n}", "提异议 1 不妥")

    async def says(self, name: str, words: str, *, group: bool = False, pictures: int = 0) -> None:
        """Say something; it must be done, not refused."""
        self._events += 1
        chat = replace(GROUP, title="") if group else self.talk.private(name)
        uploads = tuple(Upload(f"p{n}") for n in range(pictures))
        who, event = self.talk.person(name), f"c{self._events}"
        await self.talk.run(Said(event, self.talk.clock(), chat, who, words, event, pictures=uploads))

    async def presses(self, name: str, verb: str, words: str = "", *, group: bool = False) -> None:
        """Press a button of this verb."""
        self._events += 1
        chat, event = GROUP if group else self.talk.private(name), f"c{self._events}"
        args = tuple(words.split())
        await self.talk.run(Pressed(event, self.talk.clock(), chat, self.talk.person(name), verb, args, None, event))

    async def cost(self, act: Act) -> int:
        """The statements of an act, its event's own included; what it did is undone."""
        before = self.talk.now
        try:
            async with self.talk.store.transaction():
                for words in act.before:
                    await self._arranged(act.who, words)
                known = await Audit.all().count()
                with faults() as seen:
                    await self._done(act)
                told = [(row.act, row.refused) for row in await Audit.filter(id__gt=known)]
                assert told == ([] if act.route in ON_ROW else [(act.route, "")]), act.typed
                raise TakenBack
        except TakenBack:
            return int(seen.count)
        finally:
            self.talk.now = before

    async def _arranged(self, who: str, words: str) -> None:
        if words.startswith("@"):
            self.talk.at(words[1:])
        elif words == "-council":
            await Grant.filter(role=Role.COUNCIL).delete()
        else:
            name, _, words = words.rpartition("：")
            words, pictures = words.removesuffix("+图").strip().format(**self._told()), words.endswith("+图")
            await self.says(name or who, words, pictures=pictures)

    def _told(self) -> dict[str, object]:
        """What braces in words stand for in a town of this size."""
        return {
            "last": self.size,
            "other": self.size + 1,
            "held": self.size + 3,
            "waits": self.size + 1,
            "stamp": int(self.talk.clock().timestamp()),
            "short": people.short_name(people.pseudonym(self.talk.house.key, "web", M)),
            "every": " ".join(f"说事{n}" for n in range(1, self.size + 1)),
        }

    async def _done(self, act: Act) -> None:
        words = act.words.format(**self._told())
        if act.verb:
            await self.presses(act.who, act.route, words, group=act.group)
        else:
            await self.says(act.who, words, group=act.group, pictures=act.pictures)


def named(step: str, act: Act) -> str:
    """What an act is called in a table of costs."""
    pictures = f", {act.pictures} pictures" if act.pictures else ""
    after = f", after {act.before[-1]}" if act.before else ""
    return f"{step}: {act.typed} ({act.who}{', pressed' if act.verb else ''}{pictures}{after})"


def _file(route: Route) -> str:
    return route.handle.__module__.removeprefix("handlers.")


async def counted(talk: Talk, size: int) -> dict[str, int]:
    """What every act costs beyond what any event does, in a town of this size."""
    town = Town(talk, size)
    await town.settled()
    counts: dict[str, int] = {}
    for step, acts in STEPS.items():
        await getattr(town, step)()
        own = {bool(route.may): await town.cost(press(name, who=M)) for name, route in IDLE.items()}
        for act in acts:
            counts[named(step, act)] = await town.cost(act) - own[bool(BY_NAME[act.route].may)]
    return counts


BY_NAME = {route.name: route for route in ROUTES}
IDLE = {name: BY_NAME[name] for name in ("not_adjourn", "keep_me")}
"""Acts that ask the database nothing: what is left is the event's own."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counts(texts, understanding) -> AsyncIterator[dict[int, dict[str, int]]]:
    found = {}
    for size in (FEW, MANY):
        async with memory():
            found[size] = await counted(Talk(texts, understanding), size)
    yield found


@pytest.mark.parametrize(("step", "act"), EVERY, ids=[named(step, act) for step, act in EVERY])
async def test_act_costs_at_most_ten_statements(counts, step, act) -> None:
    """A handler asks the database at most ten times (ARCHITECTURE.md §6), however much a community holds."""
    few, many = counts[FEW][named(step, act)], counts[MANY][named(step, act)]

    assert many <= MOST
    assert many <= few


async def test_each_route_of_the_steps_is_counted() -> None:
    """A new route of the six steps is counted here."""
    assert {route.name for route in ROUTES if _file(route) in COUNTED} <= {act.route for _, act in EVERY} | OTHERS
