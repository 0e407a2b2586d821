"""Votes, rolls and ballots as rows; two at once on a real server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from domain.errors import Refused
from domain.talk import Chat
from domain.terms import CommunityKind, VoteKind
from models import ballots, people, schema, votes
from models.ballots import Marked
from models.people import Who
from models.tables.people import Community, Household, Resident
from models.tables.sessions import Due
from models.tables.votes import Ballot, RollEntry, Vote
from models.votes import NewVote, VoteRecord
from tests.database import memory
from tests.postgres import Cluster

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)
CLOSES = NOW + timedelta(days=2)
NEW = NewVote(VoteKind.HOUSEHOLD, "灯", ("赞同", "反对"), secret=True, closes_at=CLOSES)


@pytest.fixture
async def database() -> AsyncIterator[None]:
    async with memory():
        yield


async def community(slug: str = "fenglin", flats: int = 3) -> tuple[int, list[Who]]:
    """A community with flats, a parking unit, and one resident in each flat."""
    found = await Community.create(slug=slug, name=slug, kind=CommunityKind.OLD, settings={})
    await people.counters(found.id)
    whos = []
    for number in range(1, flats + 1):
        flat = await Household.create(community=found, building="3", unit="1", room=str(number), area=8950)
        name = f"{slug}{number}"
        chat = Chat("web", f"p{name}", private=True)
        who = await people.meet(found.id, people.pseudonym(b"k", "web", name), chat, name, NOW)
        await Resident.filter(id=who.id).update(household_id=flat.id)
        whos.append(replace(who, household=flat.id))
    await Household.create(community=found, building="B1", unit="", room="1", area=1200, parking=True)
    return found.id, whos


async def opened(new: NewVote = NEW) -> tuple[VoteRecord, list[Who]]:
    id, whos = await community()
    return await votes.open_vote(id, whos[0].id, new, NOW), whos


async def press(vote: VoteRecord, who: Who, choice: int) -> tuple[int, int]:
    """A household's ballot: its rev, and how many take part now."""
    cast = await ballots.put(vote, who.id, [Marked(f"h{who.household}", (choice,))], NOW)
    return cast.rev, cast.cast


async def test_roll_is_a_snapshot_of_households(database: None) -> None:
    """Every household at the opening, no parking unit; who comes later is not on it. A 表态 has none."""
    vote, whos = await opened()
    await Household.create(community_id=vote.community, building="9", unit="1", room="1", area=1)
    poll = await votes.open_vote(vote.community, whos[0].id, replace(NEW, kind=VoteKind.POLL), NOW)

    assert vote.roll_size == (await Vote.get(id=vote.id)).roll_size == 3
    assert {entry.household_id for entry in await RollEntry.all()} == {who.household for who in whos}
    assert (vote.number, poll.number, poll.roll_size) == (1, 2, 0)


async def test_put_counts_a_household_once(database: None) -> None:
    """A change makes a new rev of the one ballot; the turnout counts households."""
    vote, (first, second, _) = await opened()

    assert await press(vote, first, 0) == (0, 1)
    assert await press(vote, first, 1) == (1, 1)
    assert await press(vote, second, 1) == (0, 2)
    assert (await votes.close(vote.id, CLOSES) or vote).counts == (0, 2)


async def test_standing_tells_roll_ballot_and_who_is_told(database: None) -> None:
    """One statement's answer: on the roll, the ballot so far, the groups, the others at home; lost groups left out."""
    vote, (first, second, _) = await opened()
    await people.enter_group(vote.community, "web", "g1", "群")
    await people.enter_group(vote.community, "web", "g2", "没了的群")
    await people.group_lost("web", "g2", "removed", NOW)
    await Resident.filter(id=second.id).update(household_id=first.household)
    await press(vote, first, 1)
    found = await ballots.standing(vote.community, 1, first)
    stranger = await ballots.standing(vote.community, 1, replace(first, id=999, household=None))

    assert found is not None
    assert found.previous is not None
    assert found.vote == replace(vote, cast=1)
    assert (found.on_roll, found.previous.choice, found.previous.rev) == (True, (1,), 0)
    assert [chat.id for chat in found.groups] == ["g1"]
    assert [chat.id for chat in found.at_home] == ["pfenglin2"]
    assert stranger is not None
    assert (stranger.on_roll, stranger.previous, stranger.at_home) == (False, None, ())
    assert await ballots.standing(vote.community, 9, first) is None


async def test_put_is_refused_when_the_vote_was_counted(database: None) -> None:
    """Whoever comes beside the counting and after it is refused, and nothing of theirs stays."""
    vote, (first, second, _) = await opened()
    await press(vote, first, 0)
    await votes.close(vote.id, CLOSES)

    for who, choice in ((first, 1), (second, 1)):
        with pytest.raises(Refused, match=r"vote\.closed"):
            async with in_transaction("default"):
                await press(vote, who, choice)
    assert [ballot.choice for ballot in await Ballot.all()] == [0]


async def test_close_counts_once(database: None) -> None:
    """A counted vote is not counted again, keeps its moment, and its counting falls due no more."""
    vote, (first, *_) = await opened()
    await votes.schedule(vote, CLOSES, NOW)
    await press(vote, first, 1)
    early = NOW + timedelta(hours=1)
    counted = await votes.close(vote.id, early)

    assert counted is not None
    assert (counted.counts, counted.cast, counted.closes_at, counted.open) == ((0, 1), 1, early, False)
    assert (await Vote.get(id=vote.id)).result == {"赞同": 0, "反对": 1}
    assert await votes.close(vote.id, CLOSES) is None
    assert await votes.claim(vote.community, CLOSES) == {}


async def test_closings_are_claimed_once_when_due(database: None) -> None:
    """Each community claims its own, not before the time, and anew once the close was moved."""
    vote, _ = await opened()
    other, _ = await community("other")
    await votes.schedule(vote, CLOSES, NOW)

    assert await votes.claim(vote.community, CLOSES - timedelta(seconds=1)) == {}
    assert await votes.claim(other, CLOSES) == {}
    assert await votes.claim(vote.community, CLOSES) == {vote.id: CLOSES}
    assert await votes.claim(vote.community, CLOSES) == {}
    await votes.schedule(vote, CLOSES + timedelta(days=1), NOW)
    assert await votes.claim(vote.community, CLOSES + timedelta(days=1)) == {vote.id: CLOSES + timedelta(days=1)}
    assert await Due.all().count() == 1


async def test_took_part_hides_the_choice_when_secret(database: None) -> None:
    """In the order of the houses; what was chosen only where the vote was 记名."""
    vote, whos = await opened(replace(NEW, secret=False))
    for who in reversed(whos[:2]):
        await press(vote, who, 1)

    assert [(str(one.flat), one.choice) for one in await ballots.took_part(vote, 10, 0)] == [
        ("3-1-1", ("反对",)),
        ("3-1-2", ("反对",)),
    ]
    assert [one.choice for one in await ballots.took_part(replace(vote, secret=True), 1, 1)] == [()]


async def put_in_its_own_transaction(vote: VoteRecord, who: Who, choice: int) -> int | None:
    """One press: the rev that its ballot got, or None where the vote was counted before."""
    try:
        async with in_transaction("default"):
            return (await press(vote, who, choice))[0]
    except Refused:
        return None


async def close_in_its_own_transaction(vote: VoteRecord) -> VoteRecord | None:
    async with in_transaction("default"):
        return await votes.close(vote.id, CLOSES)


async def test_two_presses_at_once_are_one_ballot(postgres: Cluster) -> None:
    """Two of one household at the same moment: the unique row decides which is the change; the turnout says one."""
    async with schema.opened(postgres.fresh()):
        await schema.create_tables()
        vote, whos = await opened()
        revs = await asyncio.gather(
            *(put_in_its_own_transaction(vote, who, choice) for who in whos for choice in (0, 1, 0))
        )
        counted = await close_in_its_own_transaction(vote)

        assert [sorted(r for r in revs[at : at + 3] if r is not None) for at in (0, 3, 6)] == [[0, 1, 2]] * 3
        assert counted is not None
        assert (counted.cast, sum(counted.counts or ())) == (3, 3)
        assert (await Vote.get(id=vote.id)).cast == 3


async def claim_in_its_own_transaction(vote: VoteRecord) -> dict[int, datetime]:
    async with in_transaction("default"):
        return await votes.claim(vote.community, CLOSES)


async def test_two_closers_at_once_claim_once(postgres: Cluster) -> None:
    """Of two processes that find a counting due at the same moment one does it."""
    async with schema.opened(postgres.fresh()):
        await schema.create_tables()
        vote, _ = await opened()
        await votes.schedule(vote, CLOSES, NOW)
        claimed = await asyncio.gather(*(claim_in_its_own_transaction(vote) for _ in range(4)))

        assert sorted(len(one) for one in claimed) == [0, 0, 0, 1]


@pytest.mark.parametrize("order", range(4))
async def test_press_beside_the_counting_is_in_or_refused(postgres: Cluster, order: int) -> None:
    """Whoever hears that their ballot counts is in the result; two counters at once make one result."""
    async with schema.opened(postgres.fresh()):
        await schema.create_tables()
        id, whos = await community(flats=8)
        vote = await votes.open_vote(id, whos[0].id, NEW, NOW)
        work = [put_in_its_own_transaction(vote, who, 1) for who in whos]
        both = [close_in_its_own_transaction(vote), close_in_its_own_transaction(vote)]
        done = await asyncio.gather(*work[: 2 * order], *both, *work[2 * order :])
        counted = [one for one in done if isinstance(one, VoteRecord)]
        accepted = [one for one in done if isinstance(one, int)]

        assert len(counted) == 1
        assert counted[0].counts == (0, len(accepted))
        assert await Ballot.filter(vote_id=vote.id).count() == len(accepted)


async def test_statements_read_the_same_on_postgres(postgres: Cluster) -> None:
    """Plain statements mean the same on both databases."""
    async with schema.opened(postgres.fresh()):
        await schema.create_tables()
        vote, whos = await opened(replace(NEW, secret=False))
        await people.enter_group(vote.community, "web", "g1", "群")
        await votes.schedule(vote, CLOSES, NOW)
        await press(vote, whos[0], 1)
        found = await ballots.standing(vote.community, 1, whos[0])
        stranger = await ballots.standing(vote.community, 1, replace(whos[0], id=999, household=None))

        assert found is not None
        assert (found.vote, found.on_roll, len(found.groups)) == (replace(vote, cast=1), True, 1)
        assert stranger is not None
        assert not stranger.on_roll
        assert await votes.claim(vote.community, CLOSES) == {vote.id: CLOSES}
        assert [str(one.flat) for one in await ballots.took_part(vote, 10, 0)] == ["3-1-1"]
        assert [str(one.flat) for one in await ballots.took_part(vote, 2**31, 0)] == ["3-1-1"]
        assert [await ballots.has_taken_part(vote, who.household or 0) for who in whos[:2]] == [True, False]
        await people.forget(whos[0].id)
        assert (await Vote.get(id=vote.id)).cast == 0
