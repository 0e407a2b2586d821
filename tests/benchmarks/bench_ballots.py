"""What the log costs: a press beside a plain event, and the close of 3,000 households (VOTING.md §3)."""

import gc
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


async def _measured(talk: Talk, first: int, choice: str) -> tuple[float, float]:
    """Seconds of a plain event and of a press, in the median of `SAMPLE` each, taken in turns so that both meet the
    same machine."""
    spent: tuple[list[float], list[float]] = ([], [])
    for n in range(first, first + SAMPLE):
        said = Said(f"s{n}", talk.clock(), GROUP, Person(f"居民{n}"), f"说事 第{n}盏路灯不亮了", f"u{n}")
        press = Pressed(f"p{n}", talk.clock(), GROUP, Person(f"居民{n}"), "ballot", ("1", choice))
        spent[0].append(await _seconds(talk, said))
        spent[1].append(await _seconds(talk, press))
    plain, pressed = (sorted(kept)[SAMPLE // 2] for kept in spent)
    return plain, pressed


async def _seconds(talk: Talk, event: Said | Pressed) -> float:
    """Of the processor: what else runs on the machine is left out."""
    start = time.process_time()
    await talk.run(event)
    return time.process_time() - start


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
    """A press costs at most 1.2 of a plain event, also with 2,000 ballots cast; the close takes a second at most."""
    async with memory():
        await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        community = (await people.communities())[0]
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        talk = Talk(Texts.load(), Understanding.load())
        await _stage(talk)
        gc.disable()
        plain, first = await _measured(talk, 0, "1")
        await _cast_by_the_rest()
        late_plain, last = await _measured(talk, SAMPLE, "2")
        gc.enable()
        talk.at("12-03 20:00")
        talk.now += timedelta(seconds=5)
        start = time.process_time()
        await talk.run.timed(_close)
        close = time.process_time() - start
        head = await ballot_log.last_head(community.id)
        assert head is not None
        log = head.size
    early, late = first / plain, last / late_plain
    print(f"votes: plain event {plain * 1000:.2f} ms, press {early:.2f}, press after {VOTERS} voters {late:.2f} of it")
    print(f"votes: close with {log} lines {close:.2f} s")

    assert log == 1 + VOTERS + CHANGES + SAMPLE + 2
    assert early <= 1.2
    assert late <= 1.2
    assert close <= 1


async def _close(house, community, now):
    from handlers import vote

    return await vote.close_due(house, community, now)
