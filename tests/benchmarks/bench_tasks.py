"""分级处置 with 10,000 open tasks: what a tick costs, and 任务 and 月报 beside it."""

import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.texts import Texts
from bot.words import Understanding
from domain.talk import Said
from domain.terms import OrgLevel, Role, TaskState
from models import people, tasks
from models.tables.concerns import Topic
from models.tables.deliberations import Task
from models.tables.people import Community
from scheduler import jobs
from tests.database import memory
from tests.stories.talk import GROUP, Talk

TASKS = 10_000
TICK_MS, ANSWER_MS = 200, 50
TICKS = 30


async def filled(talk: Talk, community: int) -> None:
    """10,000 open tasks of a thousand topics, given over two weeks; the older half is late by now."""
    given = talk.clock() - timedelta(days=14)
    await Topic.bulk_create(
        [Topic(community_id=community, number=n, title=f"议题{n}", made_at=given) for n in range(1, 1001)],
        batch_size=500,
    )
    topics = [topic.id for topic in await Topic.all().order_by("id")]
    rows = []
    for n in range(1, TASKS + 1):
        made = given + timedelta(minutes=2 * n)
        due = made + timedelta(days=7)
        rows.append(
            Task(
                community_id=community, number=n, topic_id=topics[n % 1000], text=f"办第{n}件", doer="物业 李工",
                doer_role=Role.PROPERTY_COMPANY, state=TaskState.TAKEN, due_at=due, last_day=due.date(), since=made,
                made_at=made, answer_due=made + timedelta(days=1), answered_at=made,
            )
        )  # fmt: skip
    await Task.bulk_create(rows, batch_size=500)
    due_at = {task.id: task.due_at - timedelta(days=1) for task in await Task.all()}
    ids = list(due_at)
    for start in range(0, TASKS, 500):
        part = {id: due_at[id] for id in ids[start : start + 500]}
        await tasks.look_again(community, part, given)


@pytest.mark.bench
async def test_tick_among_ten_thousand_open_tasks_is_quick() -> None:
    """A tick that reminds, tells what is late and sends up takes at most 200 ms, whatever waits behind it."""
    async with memory():
        community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        talk = Talk(Texts.load(), Understanding.load())
        talk.now = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
        for name, role in (
            ("管理员", Role.MODERATOR),
            ("李工", Role.PROPERTY_COMPANY),
            ("周主任", Role.NEIGHBOURHOOD_CADRE),
        ):
            await talk.knows(name, role)
        await filled(talk, community.id)
        ticks = [await spent(jobs.tick(talk.run)) for _ in range(TICKS)]
        climbed = await Task.exclude(level=OrgLevel.BRANCH).count()
        talk.now += timedelta(seconds=10)
        answers = {words: await spent(said(talk, words)) for words in ("任务", "月报", "任务 5000")}

    print(f"tick: {statistics.median(ticks):.0f} ms, at most {max(ticks):.0f} ms; {climbed} sent up in {TICKS} ticks")
    print(", ".join(f"{words}: {took:.0f} ms" for words, took in answers.items()))
    assert climbed >= TICKS
    assert statistics.median(ticks) <= TICK_MS
    assert max(answers.values()) <= ANSWER_MS


async def said(talk: Talk, words: str) -> None:
    await talk.run(Said(words, talk.clock(), GROUP, talk.person("管理员"), words, "u"))


async def spent(work) -> float:
    """Milliseconds of one thing."""
    start = time.perf_counter()
    await work
    return (time.perf_counter() - start) * 1000
