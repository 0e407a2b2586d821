"""Owners' ballots and papers as rows: units, co-owners, races on a real server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from domain.owners_roll import Relation, together
from domain.rules import Counted, Profile, Share
from domain.talk import Chat
from domain.terms import CommunityKind, VoteKind, VoteState
from models import ballots, owners, paper, people, schema, votes
from models.ballots import Marked, Raced, Unit
from models.people import Who
from models.tables.people import Community, Household, Resident
from models.tables.votes import Ballot, Vote
from models.votes import NewVote, RollUnit, VoteRecord
from tests.database import memory
from tests.postgres import Cluster

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)
RULE = Profile(
    "ordinary", Counted.OWNERS, Share(2, 3), Share(1, 2, strict=True), citation="第278条", in_force="2021-01-01"
)
SNAPSHOT = {"rule": RULE.snapshot(), "answers": ["consent", "against", "abstain"], "never_deemed": None}


@pytest.fixture
async def database() -> AsyncIterator[None]:
    async with memory():
        yield


async def opened() -> tuple[VoteRecord, list[Who]]:
    """Units 1 and 2 of one head, unit 3 of another; two people of unit 1, one of units 2 and 3."""
    community = await Community.create(slug="f", name="f", kind=CommunityKind.OLD, settings={})
    await people.counters(community.id)
    flats = [
        await Household.create(community=community, building="3", unit="1", room=str(n), area=10000, owner="AAB"[n - 1])
        for n in (1, 2, 3)
    ]
    whos = []
    for number, flat in enumerate((flats[0], flats[0], flats[1])):
        chat = Chat("web", f"p{number}", private=True)
        who = await people.meet(community.id, people.pseudonym(b"k", "web", str(number)), chat, str(number), NOW)
        await Resident.filter(id=who.id).update(household_id=flat.id)
        whos.append(replace(who, household=flat.id))
    await ballots.relate(community.id, whos[2].id, [flats[2].id], Relation.PROXY, "7号")
    units = tuple(RollUnit(flat.id, flat.area, f"owner:{flat.owner}") for flat in flats)
    closes = NOW + timedelta(days=20)
    new = NewVote(VoteKind.OWNERS, "灯", ("赞同", "反对", "弃权"), False, closes, snapshot=SNAPSHOT, units=units)
    return await votes.open_vote(community.id, whos[0].id, new, NOW), whos


async def answer(vote: VoteRecord, who: Who, position: int, household: int | None = None) -> ballots.Cast:
    """What one co-owner answers, seen from how the ballot stands now."""
    standing = await ballots.standing(vote.community, vote.number, who)
    assert standing is not None
    chosen = [unit for unit in standing.units if household in {None, unit.household}]
    marked = [_marked(unit, who, position) for unit in chosen]
    return await ballots.put(vote, who.id, marked, NOW)


def _marked(unit: Unit, who: Who, position: int) -> Marked:
    said = {**unit.said, str(who.id): position}
    return Marked(f"h{unit.household}", together(said), said, unit.previous.rev + 1 if unit.previous else 0)


async def test_standing_has_all_units_with_their_relation(database: None) -> None:
    """A person's own household and those they speak for besides, each with its ballot."""
    vote, whos = await opened()
    await answer(vote, whos[2], 1)
    standing = await ballots.standing(vote.community, 1, whos[2])

    assert standing is not None
    assert [unit.relation for unit in standing.units] == [None, Relation.PROXY]
    assert [unit.said for unit in standing.units] == [{str(whos[2].id): 1}] * 2
    other = await ballots.standing(vote.community, 1, whos[0])
    assert other is not None
    assert [chat.id for chat in other.at_home] == ["p1"]


async def test_turnout_counts_heads_once(database: None) -> None:
    """A second unit of an owner who takes part already adds nobody."""
    vote, whos = await opened()
    alone = [await answer(vote, whos[0], 0), await answer(vote, whos[2], 0)]

    assert [cast.cast for cast in alone] == [1, 2]
    closed = await votes.close(vote.id, NOW)
    assert closed is not None
    assert (closed.roll_size, closed.cast, closed.counts) == (2, 2, (2, 0, 0))


async def test_co_owners_who_differ_are_a_dispute(database: None) -> None:
    """The unit's ballot has both answers, and in the count it is in favour of nothing."""
    vote, whos = await opened()
    await answer(vote, whos[0], 0)
    await answer(vote, whos[1], 1)
    closed = await votes.close(vote.id, NOW)

    assert [(ballot.choice, ballot.more, ballot.rev) for ballot in await Ballot.all()] == [(0, "1", 1)]
    assert closed is not None
    assert closed.tally is not None
    assert closed.tally["cast"]["disputed"] == ["owner:A"]
    assert closed.counts == (0, 0, 0)


async def test_forgetting_a_co_owner_leaves_the_others_answer(database: None) -> None:
    """Who is deleted takes their own answer along; what the other said stays and counts."""
    vote, whos = await opened()
    await answer(vote, whos[0], 0)
    await answer(vote, whos[1], 1)
    await ballots.forget_said(whos[1].id, NOW)
    await people.forget(whos[1].id)

    assert [(ballot.choice, ballot.more, ballot.said) for ballot in await Ballot.all()] == [
        (0, "", {str(whos[0].id): 0})
    ]
    assert (await Vote.get(id=vote.id)).cast == 1
    await ballots.forget_said(whos[0].id, NOW)
    await people.forget(whos[0].id)
    assert await Ballot.all().count() == 0
    assert (await Vote.get(id=vote.id)).cast == 0


async def test_vote_is_withdrawn_only_while_it_has_no_ballot(database: None) -> None:
    """With a ballot in it a vote goes on."""
    vote, whos = await opened()
    await answer(vote, whos[0], 0)
    assert not await votes.withdraw(vote, NOW)

    await Ballot.all().delete()
    await Vote.all().update(cast=0)
    assert await votes.withdraw(vote, NOW)
    assert (await votes.by_id(vote.id)).state is VoteState.WITHDRAWN
    assert await votes.close(vote.id, NOW) is None


async def test_proof_of_delivery_is_taken_by_one_vote(database: None) -> None:
    """What waits belongs to the next vote that deems, and to no other."""
    vote, whos = await opened()
    assert whos[0].household is not None
    await owners.delivered(vote.community, [whos[0].household], "签收表1号", NOW)
    await owners.delivered(vote.community, [whos[0].household], "签收表2号", NOW)
    before = await owners.waiting_proofs(vote.community)
    await owners.take_proofs(vote.community, vote.number)

    assert before == {whos[0].household: "签收表2号"}
    assert await owners.waiting_proofs(vote.community) == {}


async def answer_in_its_own_transaction(vote: VoteRecord, who: Who, position: int) -> None:
    """One press, taken again where a co-owner was faster, as an event is."""
    for _ in range(3):
        try:
            async with in_transaction("default"):
                await answer(vote, who, position)
                return
        except Raced:
            continue
    raise AssertionError("raced three times")


async def test_co_owners_at_once_lose_no_answer(postgres: Cluster) -> None:
    """Two co-owners at the same moment in two processes: both answers are in the unit's ballot."""
    async with schema.opened(postgres.fresh()):
        await schema.create_tables()
        vote, whos = await opened()
        await asyncio.gather(*(answer_in_its_own_transaction(vote, whos[n], n) for n in (0, 1)))
        ballot = await Ballot.get()
        closed = await votes.close(vote.id, NOW)

        assert (ballot.choice, ballot.more, ballot.rev) == (0, "1", 1)
        assert ballot.said == {str(whos[0].id): 0, str(whos[1].id): 1}
        assert closed is not None
        assert (closed.cast, closed.counts) == (1, (0, 0, 0))


async def confirm_in_its_own_transaction(vote: VoteRecord, who: Who) -> bool:
    async with in_transaction("default"):
        found = (await paper.waiting(vote))[0:1]
        return bool(found) and await paper.confirm(vote, found[0], who.id, NOW)


async def test_paper_is_confirmed_once_and_by_another(postgres: Cluster) -> None:
    """Two who confirm at once: one does; who entered it never can; afterwards a press loses against the paper."""
    async with schema.opened(postgres.fresh()):
        await schema.create_tables()
        vote, whos = await opened()
        assert whos[0].household is not None
        assert await paper.enter(vote, whos[0].household, (1,), whos[0].id, NOW)
        assert not await confirm_in_its_own_transaction(vote, whos[0])
        done = await asyncio.gather(*(confirm_in_its_own_transaction(vote, who) for who in (whos[1], whos[2])))
        await ballots.put(vote, None, [Marked(f"h{whos[0].household}", (1,))], NOW, paper=True)

        assert sorted(done) == [False, True]
        assert not await paper.enter(vote, whos[0].household, (0,), whos[0].id, NOW)
        with pytest.raises(Raced):
            async with in_transaction("default"):
                await answer(vote, whos[0], 0)
        assert [(ballot.choice, ballot.paper, ballot.by_id) for ballot in await Ballot.all()] == [(1, True, None)]
