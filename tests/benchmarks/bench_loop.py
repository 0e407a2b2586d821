"""How long the event loop is kept from everybody else: the processor time of its longest step (ARCHITECTURE.md §5)."""

import asyncio
import time
from contextlib import contextmanager

import pytest

from bot.texts import Texts
from bot.words import Understanding
from domain.talk import Said
from domain.terms import Role
from models import people
from models.tables.people import Community
from tests.database import memory
from tests.stories.talk import GROUP, Talk

MOST_MS = 5
PLAIN = "三号楼电梯坏了，物业说等配件，老人下不来，"
LONG = {
    "sentences": (PLAIN * 400)[:3990],
    "no punctuation": (PLAIN.replace("，", "") * 400)[:3990],
    "one letter": "灯" * 3990,
    "danger": (PLAIN * 400)[:3900] + "楼道里有煤气味",
}
WAITING = 200


@contextmanager
def steps():
    """The processor time of each step that the event loop takes, in milliseconds."""
    took: list[float] = []
    run = asyncio.events.Handle._run

    def timed(self):
        start = time.thread_time()
        run(self)
        took.append((time.thread_time() - start) * 1000)

    asyncio.events.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield took
    finally:
        asyncio.events.Handle._run = run  # type: ignore[method-assign]


async def stage() -> Talk:
    community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
    await people.counters(community.id)
    await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
    return Talk(Texts.load(), Understanding.load())


async def longest(talk: Talk, words: str, times: int = 5) -> float:
    """The longest step of an event, the least of some tries."""
    least = float("inf")
    for n in range(times):
        said = Said(f"{hash(words)}{n}", talk.clock(), talk.private("管理员"), talk.person("管理员"), words, "u")
        with steps() as took:
            await asyncio.create_task(talk.run(said))
        least = min(least, max(took))
    return least


@pytest.mark.bench
@pytest.mark.parametrize("kind", LONG)
async def test_a_long_concern_lets_others_have_their_turn(kind: str) -> None:
    """4,000 characters: from the message to the commit no step of the loop takes more than 5 ms."""
    async with memory():
        talk = await stage()
        await talk.knows("管理员", Role.MODERATOR)
        most = await longest(talk, f"说事 {LONG[kind]}")
        print(f"\na concern of 4,000 characters ({kind}): the longest step takes {most:.1f} ms")

    assert most <= MOST_MS


@pytest.mark.bench
async def test_sorting_and_searching_let_others_have_their_turn() -> None:
    """梳理 of 200 waiting concerns, and their words for the search."""
    async with memory():
        talk = await stage()
        await talk.knows("管理员", Role.MODERATOR)
        for n in range(WAITING):
            await talk.tells("管理员", f"说事 {n}号楼{PLAIN * 7}")
        most = await longest(talk, "梳理", 3)
        print(f"\n梳理 of {WAITING}: the longest step takes {most:.1f} ms")

    assert most <= MOST_MS
