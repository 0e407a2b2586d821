"""The roll and its one-time codes as rows, on SQLite and PostgreSQL (INTERFACE.md §1 绑定, §2 import-roll)."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from domain.households import Flat, Guesses, RollLine, make_code
from domain.talk import Chat
from models import households, people, schema
from models.store import Store
from models.tables.people import Community, Household, Resident
from models.tables.votes import Membership

KEY = b"k" * 32
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
async def community(request):
    """A community in an empty database of either kind."""
    kind = request.param
    url = request.getfixturevalue("postgres").fresh() if kind == "postgres" else "sqlite://:memory:"
    async with schema.opened(url):
        await schema.create_tables()
        made = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        yield int(made.id)


def line(room: str, area: int = 8950, **more: bool) -> RollLine:
    return RollLine(Flat("3", "1", room), area, "业主", "A1", **more)


def maker(seed: int):
    chance = random.Random(seed)
    return lambda: make_code(chance.choice)


async def test_roll_is_entered_and_updated_by_flat(community: int) -> None:
    """Again: updates by building, unit and room; what the roll does not name stays."""
    assert await households.import_roll(community, [line("301"), line("302"), line("P1", parking=True)]) == 3
    assert await households.import_roll(community, [line("302", 9000), line("303")]) == 1

    found = {h.room: h.area for h in await Household.filter(community_id=community)}
    assert found == {"301": 8950, "302": 9000, "303": 8950, "P1": 8950}


async def test_slips_are_for_homes_that_never_had_a_code(community: int) -> None:
    """Again: keeps codes, slips only for new ones; a parking space gets none."""
    await households.import_roll(community, [line("301"), line("P1", parking=True)])
    first = await households.make_slips(community, maker(1), KEY)
    await households.import_roll(community, [line("301"), line("302")])
    second = await households.make_slips(community, maker(2), KEY)

    assert [flat.room for flat, _ in first] == ["301"]
    assert [flat.room for flat, _ in second] == ["302"]
    found = await households.code(households.code_hash(KEY, first[0][1]))
    assert found is not None
    assert await households.flat(found.household) == Flat("3", "1", "301")


async def test_code_is_used_by_one_of_many_at_once(community: int) -> None:
    """One code, one use, however many try at the same moment."""
    await households.import_roll(community, [line("301")])
    (_, code), *_ = await households.make_slips(community, maker(1), KEY)
    found = await households.code(households.code_hash(KEY, code))
    assert found is not None

    async def use() -> bool:
        async with Store.transaction():
            return await households.use(found.id, NOW)

    assert sorted(await asyncio.gather(*[use() for _ in range(5)])) == [False, False, False, False, True]


async def test_code_is_not_kept_readable(community: int) -> None:
    """Whoever reads the table has no code: it is kept as its keyed hash."""
    assert households.code_hash(KEY, "ABCD2345") != households.code_hash(b"other", "ABCD2345")
    assert "ABCD2345" not in households.code_hash(KEY, "ABCD2345")
    assert await households.code(households.code_hash(KEY, "ABCD2345")) is None


async def test_household_is_found_by_a_typed_flat(community: int) -> None:
    """3-1-301 finds the flat also where the roll writes 3号楼; 301 alone or 3-1-30 is another."""
    await Household.create(community_id=community, building="3号楼", unit="1单元", room="301室", area=8950)

    assert await households.at(community, ("3", "1", "301")) is not None
    assert await households.at(community, ("3", "1", "30")) is None
    assert await households.at(community, ("3", "301")) is None


async def test_guesses_are_kept_and_forgotten_by_the_right_code(community: int) -> None:
    """The count of wrong tries outlives a restart; binding ends it."""
    await households.import_roll(community, [line("301")])
    home = await households.at(community, ("3", "1", "301"))
    who = await people.meet(community, "ab" * 32, Chat("web", "g1"), "u", NOW)
    assert home is not None
    await households.guessed(who.id, Guesses(0, NOW + timedelta(hours=1)))
    assert await households.guesses(who.id) == Guesses(0, NOW + timedelta(hours=1))

    await households.bind(who.id, home)
    assert await households.guesses(who.id) == Guesses()
    assert [member.id for member in await households.members(home)] == [who.id]


async def test_unbound_owner_of_two_flats_keeps_the_other(community: int) -> None:
    """解绑 of one flat: who speaks for another is bound to that from then on, the others to none."""
    await households.import_roll(community, [line("301"), line("302")])
    first, second = await Household.filter(community_id=community).order_by("room")
    names = ("居民甲", "居民乙")
    hidden = {name: people.pseudonym(KEY, "web", name) for name in names}
    people_of = [await people.meet(community, hidden[name], Chat("web", "g1"), name, NOW) for name in names]
    for who in people_of:
        await households.bind(who.id, first.id)
        await Membership.create(community_id=community, resident_id=who.id, household_id=first.id)
    await Membership.create(community_id=community, resident_id=people_of[0].id, household_id=second.id)
    await households.unbind(first.id)

    bound = await Resident.filter(id__in=[who.id for who in people_of]).order_by("id")
    assert [resident.household_id for resident in bound] == [second.id, None]
    assert await households.members(first.id) == []
