"""What the log costs: a press beside a plain event, and the close of 3,000 households (VOTING.md §3)."""

import time
from datetime import timedelta

import pytest

from bot.texts import Texts
from bot.words import Understanding
from domain.talk import Person, Pressed, Said
from domain.terms import Role
from models import ballot_log, people
from models.tables.people import Community, Household
from models.tables.votes import Ballot, Vote
from tests.database import memory
from tests.stories.talk import GROUP, Talk

HOUSEHOLDS, VOTERS, CHANGES, SAMPLE = 3000, 2200, 440, 200


async def _stage(talk: Talk) -> None:
    """3,000 households, one bound resident in each of the first 400; a vote that is open."""
    community = (await people.communities())[0]
    rows = [
        Household(community_id=community.id, building="1", unit="1", room=str(n), area=9000) for n in range(HOUSEHOLDS)
    ]
    await Household.bulk_create(rows, batch_size=500)
    await talk.knows("管理员", Role.MODERATOR)
    for n in range(2 * SAMPLE):
        await talk.knows(f"居民{n}", household=f"1-1-{n}")
    await talk.says("管理员", "表决 换灯｜赞同｜反对｜弃权｜截止 12-03 20:00")


async def _pressed(talk: Talk, first: int, choice: str = "1") -> float:
    """Seconds of one press in the median, of `SAMPLE` residents from `first` on."""
    return await _median(
        talk,
        [
            Pressed(f"p{n}", talk.clock(), GROUP, Person(f"居民{n}"), "ballot", ("1", choice))
            for n in range(first, first + SAMPLE)
        ],
    )


async def _median(talk: Talk, events) -> float:
    spent = []
    for event in events:
        start = time.perf_counter()
        await talk.run(event)
        spent.append(time.perf_counter() - start)
    return sorted(spent)[len(spent) // 2]


async def _cast_by_the_rest() -> None:
    """All other voters' ballots, and the changes, as rows."""
    vote = await Vote.get(number=1)
    homes = [home.id for home in await Household.all().order_by("id").offset(SAMPLE).limit(VOTERS - SAMPLE)]
    for home in homes:
        await Ballot.create(community_id=vote.community_id, vote=vote, voter=f"h{home}", choice=0, at=vote.opened_at)
        await ballot_log.seal(vote.community_id, vote.id, None, {f"h{home}": (0,)})
    for home in homes[-CHANGES:]:
        await ballot_log.seal(vote.community_id, vote.id, None, {f"h{home}": (0,)})
    await Vote.filter(id=vote.id).update(cast=VOTERS)


@pytest.mark.bench
async def test_press_and_close_of_three_thousand_households() -> None:
    """A press costs no more with 2,000 ballots cast than with none; the close takes a second at most."""
    async with memory():
        await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        community = (await people.communities())[0]
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        talk = Talk(Texts.load(), Understanding.load())
        await _stage(talk)
        said = [
            Said(f"s{n}", talk.clock(), GROUP, Person(f"居民{n}"), f"说事 第{n}盏路灯不亮了", f"u{n}")
            for n in range(SAMPLE)
        ]
        plain = await _median(talk, said)
        first = await _pressed(talk, 0)
        await _cast_by_the_rest()
        last = await _pressed(talk, SAMPLE, "2")
        talk.at("12-03 20:00")
        talk.now += timedelta(seconds=5)
        start = time.perf_counter()
        await talk.run.timed(_close)
        close = time.perf_counter() - start
        head = await ballot_log.last_head(community.id)
        assert head is not None
        log = head.size
    print(f"votes: plain event {plain * 1000:.2f} ms, press {first / plain:.2f}, late press {last / plain:.2f} of it")
    print(f"votes: close with {log} lines {close:.2f} s")

    assert log == 1 + VOTERS + CHANGES + SAMPLE + 2
    assert last <= 1.3 * first
    assert close <= 1


async def _close(house, community, now):
    from handlers import vote

    return await vote.close_due(house, community, now)
