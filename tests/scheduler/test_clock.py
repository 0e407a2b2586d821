"""The scheduler only ticks (ARCHITECTURE.md §3, LIBRARIES.md "APScheduler")."""

import asyncio

from scheduler import clock


async def test_clock_ticks_at_once_and_goes_on_ticking() -> None:
    """A start tells what fell due meanwhile, and then ticks; cancelling ends it."""
    happened: list[str] = []
    enough = asyncio.Event()

    async def tick() -> None:
        happened.append("tick")
        if happened.count("tick") == 3:
            enough.set()

    async def plan() -> None:
        happened.append("plan")

    async with asyncio.TaskGroup() as group:
        running = group.create_task(clock.run(tick, plan, seconds=0.02))
        async with asyncio.timeout(5):
            await enough.wait()
        running.cancel()
    ended = len(happened)
    await asyncio.sleep(0.1)

    assert happened == ["tick"] * ended


async def test_clock_goes_on_when_a_tick_fails() -> None:
    """One bad tick must not be the last one."""
    ticks = 0
    enough = asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 2:
            raise OSError("database away")
        if ticks == 4:
            enough.set()

    async def plan() -> None:
        return

    async with asyncio.TaskGroup() as group:
        running = group.create_task(clock.run(tick, plan, seconds=0.02))
        async with asyncio.timeout(5):
            await enough.wait()
        running.cancel()

    assert ticks >= 4
