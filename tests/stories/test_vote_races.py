"""Two who act on one vote at the same time, on PostgreSQL: whoever is second acts on what the first left."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg

from domain.talk import Pressed, Said
from domain.terms import Role
from models import ballot_log, people, schema
from models.tables.ballot_log import OwnDigits
from models.tables.mail import Outbox
from models.tables.people import Community, Household
from models.tables.votes import Ballot, Vote
from tests.postgres import Cluster
from tests.stories.talk import GROUP, Talk
from tests.stories.test_ballot_log import audit, keys, published, tally, wrong
from tests.stories.test_vote import LINE, ticks

Act = Callable[[], Coroutine[Any, Any, None]]
QUEUED = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@asynccontextmanager
async def stage(postgres: Cluster, texts, understanding) -> AsyncIterator[tuple[Talk, str]]:
    """Twelve flats, 居民甲 and 家人 in the first, 居民乙 in the second, a moderator."""
    url = postgres.fresh()
    async with schema.opened(url):
        await schema.create_tables()
        talk = Talk(texts, understanding)
        community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(community.id)
        await people.enter_group(community.id, GROUP.channel, GROUP.id, GROUP.title)
        for room in range(101, 113):
            await Household.create(community_id=community.id, building="3", unit="1", room=str(room), area=8950)
        await talk.knows("管理员", Role.MODERATOR)
        for name, flat in {"居民甲": "3-1-101", "家人": "3-1-101", "居民乙": "3-1-102"}.items():
            await talk.knows(name, household=flat)
        yield talk, url


async def queued(url: str, lock: str, *acts: Act) -> None:
    """Let the acts wait for the same row, one behind the other, and then go on in this order."""
    holder, looker = await asyncpg.connect(url), await asyncpg.connect(url)
    try:
        async with asyncio.TaskGroup() as group, holder.transaction():
            await holder.execute(lock)
            for waiting, act in enumerate(acts, 1):
                started = group.create_task(act())
                while await looker.fetchval(QUEUED) < waiting:
                    assert not started.done(), "it did not wait"
                    await asyncio.sleep(0.01)
    finally:
        await holder.close()
        await looker.close()


def says(talk: Talk, event: str, name: str, text: str, chat=GROUP) -> Act:
    return lambda: talk.run(Said(event, talk.clock(), chat, talk.person(name), text, event))


def presses(talk: Talk, event: str, name: str, verb: str, *args: str, chat=GROUP) -> Act:
    return lambda: talk.run(Pressed(event, talk.clock(), chat, talk.person(name), verb, args, None, event))


async def test_of_two_extensions_at_once_the_later_close_stands(postgres: Cluster, texts, understanding) -> None:
    """An extension is later than the closing in force, also where that was moved a moment ago (VOTING.md §1)."""
    async with stage(postgres, texts, understanding) as (talk, url):
        await talk.says("管理员", LINE)
        await queued(
            url,
            "SELECT 1 FROM vote FOR UPDATE",
            says(talk, "x1", "管理员", "延期 1｜12-06 20:00｜人没到齐"),
            says(talk, "x2", "管理员", "延期 1｜12-05 20:00｜下雨"),
        )
        closes = (await Vote.get(number=1)).closes_at
        findings = audit({"log": (await published())["log"]}, [])

        assert closes.astimezone(talk.now.tzinfo).strftime("%m-%d") == "12-06"
        assert wrong(findings) == []


async def test_press_of_another_at_home_stands_where_somebody_goes(postgres: Cluster, texts, understanding) -> None:
    """删除我 takes one's own ballot; one that somebody else at home cast meanwhile is theirs and counts."""
    async with stage(postgres, texts, understanding) as (talk, url):
        await talk.says("管理员", LINE)
        await talk.presses("居民甲", "赞同")
        stamp = str(int(talk.now.timestamp()))
        await queued(
            url,
            "SELECT 1 FROM ballot FOR UPDATE",
            presses(talk, "x1", "家人", "ballot", "1", "2"),
            presses(talk, "x2", "居民甲", "forget_me_3", stamp, chat=talk.private("居民甲")),
        )
        kept = await Ballot.all()
        assert [(ballot.voter[:1], ballot.choice) for ballot in kept] == [("h", 1)]
        await ticks(talk, "12-03 20:00")
        assert wrong(audit(await published(), await keys())) == []


async def test_who_goes_while_a_vote_is_counted_leaves_the_log_in_order(
    postgres: Cluster, texts, understanding
) -> None:
    """A ballot that was counted stays: after the close nothing is entered for it any more (VOTING.md §3)."""
    async with stage(postgres, texts, understanding) as (talk, url):
        await talk.says("管理员", LINE)
        await talk.presses("居民甲", "赞同")
        await talk.wakes("12-03 09:00")
        talk.at("12-03 20:00")
        talk.now += timedelta(seconds=5)
        stamp = str(int(talk.now.timestamp()))
        await queued(
            url,
            "SELECT 1 FROM ballot_log FOR UPDATE",
            talk.ticks,
            presses(talk, "x2", "居民甲", "forget_me_3", stamp, chat=talk.private("居民甲")),
        )
        every = b"\n".join(await ballot_log.lines((await people.communities())[0].id, 99)) + b"\n"
        findings = audit({**await published(), "log": every}, await keys())

        assert wrong(findings) == []
        assert tally(findings)["counts"] == [1, 0, 0]


async def test_two_options_put_in_at_once_are_both_in(postgres: Cluster, texts, understanding) -> None:
    """Where several may be marked a press adds to what is marked, also to what was marked a moment ago."""
    async with stage(postgres, texts, understanding) as (talk, url):
        await talk.says("管理员", LINE.replace("弃权", "再议") + "｜可多选")
        await talk.presses("居民甲", "赞同")
        await queued(
            url,
            "SELECT 1 FROM ballot FOR UPDATE",
            presses(talk, "x1", "居民甲", "ballot", "1", "2"),
            presses(talk, "x2", "居民甲", "ballot", "1", "3"),
        )
        kept = await Ballot.get()

        assert (kept.choice, sorted(kept.more.split(","))) == (0, ["1", "2"])


async def test_first_two_options_at_once_are_both_in(postgres: Cluster, texts, understanding) -> None:
    """The same where nothing was marked yet."""
    async with stage(postgres, texts, understanding) as (talk, url):
        await talk.says("管理员", LINE.replace("弃权", "再议") + "｜可多选")
        await queued(
            url,
            "SELECT 1 FROM vote FOR UPDATE",
            presses(talk, "x1", "居民甲", "ballot", "1", "2"),
            presses(talk, "x2", "居民甲", "ballot", "1", "3"),
        )
        kept = await Ballot.get()

        assert (kept.choice, kept.more, (await Vote.get(number=1)).cast) == (1, "2", 1)


async def test_digits_do_not_bring_back_what_the_household_changed(postgres: Cluster, texts, understanding) -> None:
    """六位数 seals the ballot that counts once more; one that somebody at home changed meanwhile stays changed."""
    async with stage(postgres, texts, understanding) as (talk, url):
        await OwnDigits.all().delete()
        await talk.says("管理员", LINE)
        await talk.presses("居民甲", "赞同")
        await queued(
            url,
            "SELECT 1 FROM ballot FOR UPDATE",
            presses(talk, "x1", "家人", "ballot", "1", "2"),
            says(talk, "x2", "居民甲", "135790", talk.private("居民甲")),
        )
        kept = await Ballot.get()

        assert kept.choice == 1


async def test_press_beside_a_withdrawal_hears_of_it(postgres: Cluster, texts, understanding) -> None:
    """Whichever is first: a vote that was withdrawn a moment ago did not close, and it is said as it is."""
    async with stage(postgres, texts, understanding) as (talk, url):
        await talk.says("管理员", LINE)
        await queued(
            url,
            "SELECT 1 FROM vote FOR NO KEY UPDATE",
            says(talk, "x1", "管理员", "撤销表决 1｜写错了"),
            presses(talk, "x2", "居民甲", "ballot", "1", "1"),
        )
        (toast,) = [str(row.body["text"]) for row in await Outbox.filter(manner="toast") if row.body["text"]]
        known = {"没办：表决 #1 撤销了，没有结果。": (0, "withdrawn"), "计入了：表决 #1，您家选“赞同”": (1, "open")}
        told = [left for said, left in known.items() if toast.startswith(said)]

        assert [(await Ballot.all().count(), (await Vote.get(number=1)).state)] == told
