"""A quarter of a community: thirty tasks from the word in the group to the rating, as a list of steps.

    steps = quarter()                       # by their moments
    for step in steps: await done(talk, step)

The same steps are played by the story and, killed at random points, by the soak.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.house import ZONE
from domain.talk import Said
from domain.terms import Role, SessionRule
from models import people
from models.tables.deliberations import Task
from models.tables.people import Community
from models.tables.tasks import Rating, TaskNote
from tests.stories import quarter_matters
from tests.stories.talk import GROUP, Talk

FIRST = datetime(2026, 10, 8, 10, 0, tzinfo=ZONE)
LAST = datetime(2026, 12, 31, 9, 0, tzinfo=ZONE)
MATTERS = ("路灯不亮", "水管漏水", "电梯异响", "垃圾没人清", "停车位被占", "墙面掉砖")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SHORT = re.compile(r"<(\w+)>")
"""Somebody by their short name."""


@dataclass(frozen=True, order=True)
class Step:
    """Somebody says something at a moment, in private but for 说事 and 附议; nobody: the clock ticks."""

    at: datetime
    order: int
    who: str = ""
    text: str = ""

    @property
    def private(self) -> bool:
        return not self.text.startswith(("说事", "附议"))


@dataclass(frozen=True)
class Matter:
    """The `n`-th matter; its numbers are all n."""

    n: int

    def on(self, days: float, who: str, text: str) -> tuple[datetime, str, str]:
        return FIRST + 2 * DAY * (self.n - 1) + days * DAY, who, text

    def day(self, days: int) -> str:
        return f"{FIRST + 2 * DAY * (self.n - 1) + days * DAY:%m-%d}"

    def begins(self) -> Iterator[tuple[datetime, str, str]]:
        n = self.n
        yield self.on(0, f"居民{n}", f"说事 {n}号楼{MATTERS[n % 6]}")
        yield self.on(0.01, f"邻居{n}", f"附议 {n}")
        yield self.on(0.02, "管理员", f"合并 {n}｜{MATTERS[n % 6]}")
        yield self.on(0.03, "管理员", f"派单 {n} 办第{n}件｜物业 李工｜{self.day(7)}")

    def rated(self, days: float, first: str = "满意", second: str = "基本满意") -> Iterator[tuple[datetime, str, str]]:
        yield self.on(days, f"居民{self.n}", f"评价 {self.n} {first}")
        yield self.on(days + 0.01, f"邻居{self.n}", f"评价 {self.n} {second}")

    def in_time(self) -> Iterator[tuple[datetime, str, str]]:
        yield self.on(0.1, "李工", f"接单 {self.n}")
        yield self.on(2, "李工", f"进展 {self.n} 在等零件")
        yield self.on(4, "李工", f"办结 {self.n} 办好了")
        yield from self.rated(5)

    def late(self) -> Iterator[tuple[datetime, str, str]]:
        yield self.on(3, "李工", f"接单 {self.n}")
        yield self.on(8.5, "李工", f"办结 {self.n} 晚了一天，办好了")
        yield from self.rated(9)

    def climbs_by_deadline(self) -> Iterator[tuple[datetime, str, str]]:
        yield self.on(0.1, "李工", f"接单 {self.n}")
        yield self.on(17, "刘科", f"退回 {self.n} 同意｜补助三万元｜{self.day(26)}")
        yield self.on(22, "李工", f"办结 {self.n} 用补助办好了")
        yield from self.rated(23)

    def climbs_by_word(self) -> Iterator[tuple[datetime, str, str]]:
        yield self.on(0.1, "李工", f"接单 {self.n}")
        yield self.on(1, "李工", f"上报 {self.n} 要动用维修资金")
        yield self.on(2, "周主任", f"上报 {self.n} 超过社区权限")
        yield self.on(3, "刘科", f"退回 {self.n} 同意｜补助三万元｜{self.day(12)}")
        yield self.on(8, "李工", f"办结 {self.n} 用补助办好了")
        yield from self.rated(9)

    def reopened(self) -> Iterator[tuple[datetime, str, str]]:
        yield self.on(0.1, "李工", f"接单 {self.n}")
        yield self.on(3, "李工", f"办结 {self.n} 办好了")
        yield self.on(4, f"居民{self.n}", f"评价 {self.n} 不满意 又坏了")
        yield self.on(5, "李工", f"接单 {self.n}")
        yield self.on(6, "李工", f"办结 {self.n} 这次换了新的")
        yield from self.rated(7)

    def ends(self, who: str, words: str) -> Iterator[tuple[datetime, str, str]]:
        yield self.on(0.1, "李工", f"接单 {self.n}")
        yield self.on(3, who, f"办结 {self.n} {words}")

    def handed_around(self) -> Iterator[tuple[datetime, str, str]]:
        yield self.on(0.1, "李工", f"接单 {self.n}")
        yield self.on(2, "李工", f"退回 {self.n} 没有人手")
        yield self.on(3, "管理员", f"转派 {self.n} 网格员 赵姐｜请网格员协调")
        yield self.on(4, "管理员", f"延期 任务{self.n}｜12-30 18:00｜等材料")
        yield self.on(5, "赵姐", f"接单 {self.n}")

    def goes_on(self) -> Iterator[tuple[datetime, str, str]]:
        n = self.n
        if n <= 16:
            return self.in_time()
        if n <= 20:
            return self.late()
        if n <= 24:
            return self.climbs_by_deadline() if n % 2 else self.climbs_by_word()
        if n <= 26:
            return self.reopened()
        return iter(
            {
                27: [*self.ends("李工", "办不了｜不归小区管"), *self.rated(5, "基本满意", "基本满意")],
                28: list(self.ends("李工", "转出｜给供水公司")),
                29: list(self.ends("管理员", "重复｜前面办过")),
                30: list(self.handed_around()),
            }[n]
        )


def quarter() -> list[Step]:
    """All that happens, by its moment; the clock ticks every morning, and the sessions are planned every ten days."""
    matters = [Matter(n) for n in range(1, 31)]
    said = [one for matter in matters for one in (*matter.begins(), *matter.goes_on())]
    mornings = [FIRST.replace(hour=9) + n * DAY for n in range((LAST - FIRST).days + 2)]
    every = [*said, *quarter_matters.said(), *[(moment, "", "") for moment in mornings]]
    return sorted(Step(at, order, who, text) for order, (at, who, text) in enumerate(every))


async def settled(talk: Talk) -> None:
    """The community before it begins."""
    talk.now = FIRST - timedelta(hours=2)
    for n in range(1, 31):
        await talk.knows(f"居民{n}")
        await talk.knows(f"邻居{n}")
    roles = {"管理员": Role.MODERATOR, "书记": Role.SECRETARY, "李工": Role.PROPERTY_COMPANY, "赵姐": Role.GRID_WORKER}
    roles |= {"周主任": Role.NEIGHBOURHOOD_CADRE, "刘科": Role.SUBDISTRICT_CADRE}
    for name, role in {**roles, **quarter_matters.ROLES}.items():
        await talk.knows(name, role)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})


async def done(talk: Talk, step: Step) -> None:
    """Play one step: the platform hands an event in, or the clock ticks."""
    talk.now = max(talk.now, step.at)
    if not step.who:
        await talk.schedules()
        await talk.ticks()
        return
    chat = talk.private(step.who) if step.private else talk.group
    text = SHORT.sub(lambda found: talk.short(found[1]), step.text)
    event = f"q{step.order}"
    await talk.hears(Said(event, talk.clock(), chat, talk.person(step.who), text, f"u{step.order}"))


async def community_made() -> None:
    """An empty community with its group."""
    community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
    await people.counters(community.id)
    await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)


async def state() -> tuple[list[tuple], dict[str, int], list[tuple]]:
    """The end, row by row: each task, how many lines of each act, each rating."""
    tasks = [
        (
            t.number,
            t.doer,
            t.first_doer,
            t.state.value,
            t.level.name,
            t.ended_as and t.ended_as.value,
            t.returned,
            t.reopened,
        )
        for t in await Task.all().order_by("number")
    ]
    acts: dict[str, int] = {}
    for note in await TaskNote.all():
        acts[note.act.value] = acts.get(note.act.value, 0) + 1
    ratings = [
        (r.topic.number, r.round, r.grade.value)
        for r in await Rating.all().order_by("topic__number", "id").select_related("topic")
    ]
    return tasks, acts, ratings
