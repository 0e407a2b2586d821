"""The one scheduler: it only ticks. No job is stored; a restart needs nothing (ARCHITECTURE.md §3)."""

import asyncio
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[None]]
TICK = 10
PLAN = 6 * 3600


async def run(tick: Job, plan: Job, seconds: float = TICK) -> None:
    """Tick at once, then every ten seconds, and plan every six hours, until cancelled."""
    await tick()
    scheduler = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    scheduler.add_job(tick, IntervalTrigger(seconds=seconds), id="tick")
    scheduler.add_job(plan, IntervalTrigger(seconds=PLAN), id="plan")
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
