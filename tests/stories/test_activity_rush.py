"""Many press at one moment (ARCHITECTURE §3): no place is given twice, each who moves up is told, on both databases."""

import asyncio

import pytest

from domain.talk import Manner, Pressed
from domain.terms import Role
from models import people
from models.tables.mail import Outbox
from models.tables.matters import Activity, SignUp
from models.tables.people import Community
from tests.database import memory
from tests.stories.talk import GROUP, Talk

PEOPLE = 12


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request, texts, understanding):
    """An activity with three places, and twelve who want one."""
    url = "sqlite://:memory:" if request.param == "sqlite" else request.getfixturevalue("postgres").fresh()
    async with memory(url):
        community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        talk = Talk(texts, understanding)
        await talk.knows("管理员甲", Role.MODERATOR)
        for n in range(PEOPLE):
            await talk.knows(f"居民{n}")
        await talk.tells("管理员甲", "活动 包粽子｜12-20 14:00｜活动室｜3人")
        yield talk


async def at_once(town, verb: str, some) -> None:
    presses = [Pressed(f"{verb}{n}", town.clock(), GROUP, town.person(f"居民{n}"), verb, ("1",)) for n in some]
    await asyncio.gather(*(town.run(press) for press in presses))


async def test_places_are_given_and_passed_on_in_turn(town):
    """Twelve at once, then those three at once who are in: the next three are in, and each was told once."""
    await at_once(town, "sign_up", range(PEOPLE))
    rows = await SignUp.all().order_by("turn").select_related("resident")
    order = [(row.resident_id, row.turn) for row in rows]
    inside = {row.resident.short for row in rows[:3]}
    first = [n for n in range(PEOPLE) if people.short_name(people.pseudonym(b"k" * 32, "web", f"居民{n}")) in inside]
    await at_once(town, "sign_off", first)
    left = [row.resident_id for row in await SignUp.all().order_by("turn")]
    told = [row.chat for row in await Outbox.filter(manner=Manner.NOTICE) if "您补上了" in str(row.body)]

    assert len({turn for _, turn in order}) == PEOPLE
    assert left == [who for who, _ in order[3:]]
    assert len(told) == len(set(told)) == 3
    assert (await Activity.get()).turns == PEOPLE + 3
