"""Two at one task in the same moment, two processes, a kill at every await: it is done once; both databases."""

import asyncio
from datetime import timedelta

import pytest

from domain.talk import Said
from domain.terms import MatterKind, OrgLevel, Role, TaskAct, TaskState
from handlers import climb
from handlers.run import Run
from models.tables.concerns import Topic
from models.tables.deliberations import Task
from models.tables.sessions import Due
from models.tables.tasks import TaskNote
from scheduler import jobs
from tests.database import memory
from tests.handlers.faults import Killed, faults
from tests.stories import quarter
from tests.stories.talk import GROUP, Talk


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request, texts, understanding):
    """A community with one task for the property company, on both databases."""
    url = "sqlite://:memory:" if request.param == "sqlite" else request.getfixturevalue("postgres").fresh()
    async with memory(url):
        await quarter.community_made()
        talk = Talk(texts, understanding)
        await talk.knows("居民甲")
        roles = {"管理员": Role.MODERATOR, "李工": Role.PROPERTY_COMPANY, "王工": Role.PROPERTY_COMPANY}
        for name, role in roles.items():
            await talk.knows(name, role)
        await talk.plans()
        await talk.says("居民甲", "说事 三号楼电梯又停了")
        await talk.tells("管理员", "合并 1")
        await talk.tells("管理员", "派单 1 修电梯｜物业 李工｜12-08")
        yield talk


async def at_once(town, *said):
    """Both say it in the same moment; returns what they were answered."""
    before = len(town.channel.sent)
    events = [
        Said(f"race{n}", town.clock(), town.private(name), town.person(name), words, f"u{n}")
        for n, (name, words) in enumerate(said)
    ]
    await asyncio.gather(*[town.run(event) for event in events])
    await town.delivery.drain()
    return sorted(out.text.split("，")[0] for out in town.channel.sent[before:] if out.to.private)


async def test_one_of_two_who_take_it_at_once_is_told(town):
    """接单 by two colleagues: one takes it, the other hears that it was taken."""
    answers = await at_once(town, ("李工", "接单 1"), ("王工", "接单 1"))

    assert answers == ["接下了：任务 #1", "没再接：任务 #1 已经有人接下了。"]
    assert await TaskNote.filter(act=TaskAct.TAKE).count() == 1


async def test_report_and_escalation_at_once_are_one_after_the_other(town):
    """办结 and 上报 in the same moment: both are taken one after the other, or the later hears that it is over."""
    await at_once(town, ("李工", "办结 1 修好了"), ("管理员", "上报 1 要钱"))

    task = await Task.get(number=1)
    assert (task.state, OrgLevel(task.level)) == (TaskState.REPORTED, OrgLevel.BRANCH)
    assert await TaskNote.filter(act=TaskAct.REPORT).count() == 1


async def test_tick_in_two_processes_sends_up_once(town):
    """Two ticks at the same moment: one climb, one message in the group."""
    town.at("12-11 09:00")
    before = len(town.channel.sent)
    await asyncio.gather(jobs.tick(town.run), jobs.tick(Run(town.house, town.clock)))
    await town.delivery.drain()

    told = [out for out in town.channel.sent[before:] if out.to == GROUP and "上报到社区" in out.text.split("\n")[0]]
    assert len(told) == 1
    assert await TaskNote.filter(act=TaskAct.UP).count() == 1


async def test_deadline_moved_in_the_moment_in_which_it_is_due(town):
    """延期 and the tick at once: sent up before it was put off, or not at all; the new deadline holds."""
    town.at("12-11 09:00")
    said = Said("race", town.clock(), town.private("管理员"), town.person("管理员"), "延期 任务1｜12-20｜等零件", "u")
    await asyncio.gather(jobs.tick(town.run), town.run(said))

    task = await Task.get(number=1)
    ups = await TaskNote.filter(act=TaskAct.UP).count()
    assert str(task.last_day) == "2026-12-20"
    assert ups == int(OrgLevel(task.level) is OrgLevel.NEIGHBOURHOOD)
    looked = await Due.get(kind="task", done_at=None)
    assert looked.due_at == (task.answer_by or task.due_at - timedelta(days=1))


async def test_emergency_is_recalled_and_sent_up_at_night(town):
    """突发事件 has two hours, and quiet hours don't hold its word."""
    await Topic.all().update(kind=MatterKind.EMERGENCY)
    town.at("12-01 23:00")
    await town.tells("管理员", "派单 1 关水阀｜物业 李工")
    ahead = await town.wakes("12-02 00:31")
    late = await town.wakes("12-02 01:01")
    up = await town.wakes("12-02 03:01")

    assert sorted(out.to.id for out in ahead if "还没办结" in out.text) == ["p-李工", "p-王工"]
    assert sorted(out.to.id for out in late if "过期1分钟" in out.text and out.to.private) == ["p-李工", "p-王工"]
    assert any(out.to == GROUP and "上报到社区" in out.text.split("\n")[0] for out in up)


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
@pytest.mark.parametrize("after", [False, True])
async def test_tick_killed_at_every_await_sends_up_once(town, after):
    """Killed anywhere, the next tick finds it undone or done, never half."""
    for n in range(2, 41):
        await town.tells("管理员", f"派单 1 第{n}件｜物业 李工｜12-08")
    town.at("12-11 09:00")
    points = 0
    for point in range(1, 200):
        try:
            with faults(point, after):
                await town.run.timed(climb.due)
        except Killed:
            points += 1
        else:
            break
    while await Task.filter(level=OrgLevel.BRANCH).exists():
        await town.run.timed(climb.due)

    assert points >= 10
    assert await TaskNote.filter(act=TaskAct.UP).count() == await Task.all().count() == 40
