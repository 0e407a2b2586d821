"""Eight weeks of a community in some minutes (`make soak`): restarts, repeated events, platform trouble, talk.

A second, much simpler book-keeping runs beside the program; at the end both must agree.
"""

import random
import re
import resource
from collections import Counter
from collections.abc import Awaitable, Iterator
from datetime import datetime, timedelta

import pytest
from tortoise.connection import get_connection

from bot.channels.base import RetryLater
from bot.house import ZONE
from domain.session_days import session_days
from domain.talk import Outgoing, Said
from domain.terms import ConcernState, Role, SessionRule
from handlers.run import Run
from models import people
from models.tables.concerns import Concern
from models.tables.mail import Outbox
from models.tables.people import Household
from models.tables.votes import Vote
from tests.stories.talk import GROUP, Recorder, Talk

FIRST = datetime(2026, 12, 1, 6, 30, tzinfo=ZONE)
DAYS = 56
CHATTER = "今天菜市场的豆腐不错"
MATTERS = ("三号楼电梯又停了", "楼道灯不亮", "停车位被占", "夜里有人跳舞太吵", "垃圾桶没人清", "物业费算错了")
SPOILT = 0.03
SOON = timedelta(seconds=30)
TICK = timedelta(seconds=10)
LARGEST_GROWTH = 40_000
"""KiB that the process may grow from the second week to the last: caches fill, nothing piles up."""


class Troubled(Recorder):
    """A platform that is away now and then."""

    dice = random.Random(24)

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        if self.dice.random() < SPOILT:
            raise RetryLater("502", 1)
        return await super().send(out, message)


class Town:
    """The people, what they do, and what they must find in the end."""

    def __init__(self, talk: Talk) -> None:
        self.talk, self.dice = talk, random.Random(14)
        self.said = 0
        self.withdrawn: set[int] = set()
        self.repeated: list[Said] = []
        self.choices: dict[int, dict[str, str]] = {}
        self.grown: list[int] = []

    async def settle(self) -> None:
        community = (await people.communities())[0]
        self.people = [f"居民{number}" for number in range(40)]
        for number, name in enumerate(self.people):
            await Household.create(community_id=community.id, building="3", unit="1", room=f"{number}", area=8950)
            await self.talk.knows(name, household=f"3-1-{number}")
        await self.talk.knows("管理员", Role.MODERATOR)
        await self.talk.plans(sessions={"rule": "both", "time": "19:30", "place": "说事厅"})

    def hours(self) -> Iterator[datetime]:
        for day in range(DAYS):
            for half in range(32):
                yield FIRST + timedelta(days=day, minutes=30 * half)

    async def lives(self) -> None:
        for now in self.hours():
            self.talk.now = now
            if now.hour == 7 and now.minute == 0:
                await self.talk.plans()
                self.grown.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
            if self.dice.random() < SPOILT:
                self.talk.run = Run(self.talk.house, self.talk.clock)  # a restart: all that counts is in the database
            await self.ticks()
            for _ in range(self.dice.randrange(4)):
                await self.dice.choice((self.says, self.says, self.withdraws, self.chats, self.presses, self.repeats))()
            if now.hour == 12 and now.minute == 0 and now.day % 3 == 0:
                await self.opens()

    async def ticks(self) -> None:
        """Half a minute of the clock: a vote that was found overdue is counted 20 s later."""
        for _ in range(4):
            await self.does(self.talk.wakes())
            self.talk.now += TICK

    async def does(self, act: Awaitable[list[Outgoing]]) -> list[Outgoing]:
        """All that is sent because of an act, also what waits until the platform is back."""
        before = len(self.talk.channel.sent)
        await act
        while await Outbox.filter(due_at__lte=self.talk.clock() + SOON).exists():
            self.talk.now += SOON
            await self.talk.delivery.drain()
        return self.talk.channel.sent[before:]

    async def says(self) -> None:
        text = f"说事 {self.dice.choice(MATTERS)}，{self.said}"
        self.said += 1
        event = Said(
            f"s{self.said}", self.talk.clock(), GROUP, self.talk.person(self.somebody()), text, f"m{self.said}"
        )
        self.repeated.append(event)
        assert any(f"说事 #{self.said}" in out.text for out in await self.does(self.talk.takes(event)))

    async def withdraws(self) -> None:
        if self.repeated:
            done = await self.does(self.talk.says(self.repeated[-1].who.id, f"撤回 {self.said}"))
            assert done
            self.withdrawn.add(self.said)

    async def chats(self) -> None:
        assert await self.does(self.talk.says(self.somebody(), CHATTER)) == []

    async def repeats(self) -> None:
        if self.repeated:
            assert await self.does(self.talk.takes(self.dice.choice(self.repeated))) == []

    async def opens(self) -> None:
        number = len(self.choices) + 1
        self.choices[number] = {}
        await self.does(self.talk.says("管理员", f"表决 第{number}件｜赞同｜反对｜弃权"))

    async def presses(self) -> None:
        open_ones = [vote.number for vote in await Vote.filter(closed_at=None, closes_at__gt=self.talk.clock())]
        if not open_ones:
            return
        number, who = self.dice.choice(open_ones), self.somebody()
        card = self.talk.card(f"表决 #{number} ")
        button = self.dice.choice(card.out.rows[0])
        assert await self.does(self.talk.press(who, button, GROUP, card.id))
        self.choices[number][who] = button.label

    def somebody(self) -> str:
        return self.dice.choice(self.people)


@pytest.fixture
async def town(talk: Talk) -> Town:
    talk.channel = Troubled()
    talk.delivery._channels["web"] = talk.channel  # type: ignore[index] # the stage was set with an untroubled one
    town = Town(talk)
    talk.now = FIRST - timedelta(days=4)
    await town.settle()
    return town


@pytest.mark.soak
async def test_weeks_lose_nothing_and_tell_nothing_twice(town: Town) -> None:
    """Every concern has one number, every session one start, every vote its count; no talk is kept, nothing grows."""
    await town.lives()
    town.talk.now += timedelta(days=2, hours=12)  # past the last close, in the morning
    await town.ticks()

    concerns = await Concern.all().order_by("number")
    assert [concern.number for concern in concerns] == list(range(1, town.said + 1))
    assert {concern.number for concern in concerns if concern.state is ConcernState.WITHDRAWN} == town.withdrawn
    assert await Outbox.all().count() == 0
    assert starts(town) == expected_starts()
    for vote in await Vote.all():
        assert vote.result is not None
        chosen = Counter(town.choices[vote.number].values())
        assert counted(town, vote.number) == {option: chosen[option] for option in ("赞同", "反对", "弃权")}
    assert not await stored(CHATTER)
    print(f"soak: {town.said} concerns, {len(town.choices)} votes, {len(town.talk.channel.sent)} messages")
    assert town.grown[-1] - town.grown[13] < LARGEST_GROWTH


def starts(town: Town) -> list[str]:
    """The days of which the start was told in the group."""
    told = [shown.text for shown in town.talk.channel.chats[GROUP.id]]
    return [text for text in told if "到了，说事会开始" in text]


def expected_starts() -> list[str]:
    last = FIRST + timedelta(days=DAYS - 1)
    return ["📅 19:30到了，说事会开始\n地点：说事厅"] * len(session_days(SessionRule.BOTH, FIRST.date(), last.date()))


def counted(town: Town, number: int) -> dict[str, int]:
    """What the result in the group says."""
    text = town.talk.card(f"表决 #{number} 第{number}件结果").text
    return {option: int(count) for option, count in re.findall(r"(赞同|反对|弃权)(\d+)户", text)}


async def stored(text: str) -> list[str]:
    """The tables in which a text stands anywhere."""
    query = get_connection("default").execute_query_dict
    found = []
    for row in await query("SELECT name FROM sqlite_master WHERE type = 'table'"):
        rows = await query(f'SELECT * FROM "{row["name"]}"')
        found += [row["name"]] if any(text in str(one.values()) for one in rows) else []
    return found
