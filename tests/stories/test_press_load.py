"""500 presses in one second through the webhook, by the real program: all answered, all counted once."""

import time

import pytest

from bot.clock import Clock
from domain.talk import Chat
from models import mail, people, schema
from models.tables.ballot_log import OwnDigits, SealedBallot
from models.tables.people import Household, Resident
from models.tables.votes import Ballot, Vote
from tests.simulator.client import Simulator
from tests.stories.on_telegram import Stage, stage
from tests.stories.test_ballot_log import audit, keys, published, tally, wrong

__all__ = ["stage"]
PRESSES = 500
PATIENCE = 90
"""Seconds until all are answered, on however slow a machine; what is promised is that none is lost."""


async def _neighbours(stage: Stage) -> list[int]:
    """500 people with a flat each, who have met the bot before; the program is told through its database."""
    users = [await stage.sim.user(f"居民{n}") for n in range(PRESSES)]
    async with schema.opened(stage.url):
        community, key, now = (await people.communities())[0], await mail.secret("pseudonym"), Clock().now()
        for n, user in enumerate(users):
            home = await Household.create(community_id=community.id, building="9", unit="1", room=str(n), area=9000)
            name = people.pseudonym(key, "telegram", str(user))
            who = await people.meet(community.id, name, Chat("telegram", str(user), private=True), str(user), now)
            await Resident.filter(id=who.id).update(household_id=home.id, notice_version="1")
            await OwnDigits.create(community_id=community.id, resident_id=who.id, at=now)
    return users


async def _pressed(sim: Simulator, users: list[int], cards: list[dict]) -> list[str]:
    """Each presses once, all at the same moment; returns the queries' ids."""
    presses = []
    for n, user in enumerate(users):
        card = cards[n % len(cards)]
        where = {"chat": card["chat"]["id"], "message": card["message_id"]}
        presses.append({**where, "user": user, "button": "反对" if n % 3 else "赞同"})
    started = time.monotonic()
    queries = await sim.ask("press_all", presses=presses)
    assert time.monotonic() - started < 1
    return list(queries)


@pytest.mark.parametrize("stage", ["ptb-webhook", "aiogram-webhook-postgres"], indirect=True)
async def test_five_hundred_presses_at_once_are_answered_and_counted_once(stage: Stage):
    """Every presser is told that it counts, each household counts once, and the log that is published holds."""
    users = await _neighbours(stage)
    await stage.sim.say(stage.people["管理员"], stage.people["管理员"], "帮助")
    await stage.hears("发给我", stage.people["管理员"])
    mine = await stage.sim.say(stage.group, stage.people["管理员"], "我来当管理员")
    await stage.sim.say(stage.group, stage.people["书记"], "授权 管理员", reply_to=mine["message_id"])
    await stage.hears("您现在是枫林小区的管理员", stage.people["管理员"])
    await stage.says("管理员", "表决 楼道灯换声控灯｜赞同｜反对｜48小时｜不记名")
    cards = [await stage.hears("🗳️ 表决 #1", group) for group in stage.groups]
    queries = await _pressed(stage.sim, users, cards)
    answers = [await stage.sim.answer(query, PATIENCE) for query in queries]
    await stage.sim.wait_for(stage.group, "已投500户，共503户", PATIENCE)
    await stage.says("管理员", "截止 1")
    sure = await stage.hears("真的截止吗")
    await stage.sim.press(stage.people["管理员"], sure, "确认截止")
    await stage.sim.wait_for(stage.group, "503户中500户参加", PATIENCE)

    assert [answer["text"].startswith("计入了：表决 #1") for answer in answers] == [True] * PRESSES
    async with schema.opened(stage.url):
        vote = await Vote.get(number=1)
        assert (await Ballot.all().count(), await SealedBallot.all().count(), vote.cast) == (500, 500, 500)
        findings = audit(await published(), await keys())
    assert wrong(findings) == []
    assert sum(tally(findings)["counts"]) == PRESSES
