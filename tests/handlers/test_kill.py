"""A kill at every await loses nothing and repeats nothing (ARCHITECTURE, decision 1)."""

import pytest

from domain.talk import Person, Pressed, Said
from domain.terms import Role
from models.tables.ballot_log import SealedBallot
from models.tables.concerns import Concern, Second
from models.tables.mail import Outbox
from models.tables.votes import Ballot
from tests.handlers.faults import Killed, faults
from tests.stories.talk import GROUP
from tests.stories.test_ballot_log import audit, keys, published, wrong


def _said(talk) -> Said:
    return Said("e-1", talk.clock(), GROUP, Person("居民甲"), "说事 三号楼电梯又停了，老人下不来", "u1")


async def test_every_await_is_a_fault_point(talk):
    """The harness sees the statements of an event: fewer than seven would mean that it looks elsewhere."""
    with faults() as seen:
        await talk.run(_said(talk))

    assert seen.count >= 7


async def killed_everywhere(talk, event, after: bool = False) -> int:
    """Hand in `event(point)` killed at await 1, 2, 3 … and again without a kill; how many awaits there were."""
    for point in range(1, 50):
        try:
            with faults(point, after):
                await talk.run(event(point))
        except Killed:
            await talk.run(event(point))
        else:
            return point - 1
    raise AssertionError("no end of awaits")


@pytest.mark.parametrize("after", [False, True])
async def test_concern_survives_a_kill_at_every_await(talk, after):
    """Killed anywhere, sent again by the platform: one concern, one answer, one notice."""

    def event(point: int) -> Said:
        return Said(f"k-{point}", talk.clock(), GROUP, Person(f"居民{point}"), f"说事 第{point}盏路灯不亮了", "u1")

    points = await killed_everywhere(talk, event, after)

    assert points >= 9
    assert await Concern.all().count() == points + 1
    assert await Outbox.all().count() == 2 * (points + 1)


@pytest.mark.parametrize("after", [False, True])
async def test_press_is_counted_once_when_killed_and_pressed_again(talk, after):
    """附议, killed at every await and sent again, counts once."""
    await talk.says("居民甲", "说事 三号楼电梯又停了，老人下不来")

    def event(point: int) -> Pressed:
        return Pressed(f"p-{point}", talk.clock(), GROUP, Person(f"邻居{point}"), "second", ("1",))

    points = await killed_everywhere(talk, event, after)

    assert points >= 9
    assert (await Concern.get(number=1)).supporters == await Second.all().count() == points + 1


async def test_delivery_repeats_only_the_send_in_flight(talk):
    """Killed at every await of the delivery, each message is on the platform, at most one of them twice."""
    for point in range(1, 30):
        await talk.run(Said(f"d-{point}", talk.clock(), GROUP, Person(f"居民{point}"), f"说事 第{point}盏灯坏了", "u1"))
        before = len(talk.channel.sent)
        waiting = await Outbox.all().count()
        try:
            with faults(point) as seen:
                await talk.delivery.drain()
        except* Killed:
            assert seen.count == point
        talk.delivery._busy.clear()  # a new process remembers nothing
        await talk.delivery.drain()

        assert await Outbox.all().count() == 0
        assert waiting <= len(talk.channel.sent) - before <= waiting + 1


@pytest.mark.parametrize("after", [False, True])
async def test_ballot_is_sealed_once_when_killed_and_pressed_again(talk, after):
    """Killed anywhere between press and receipt: one ballot, one seal, one receipt, and a log that holds."""
    await talk.knows("管理员", Role.MODERATOR)
    for point in range(1, 50):
        await talk.knows(f"邻居{point}", household=f"3-1-{100 + point}")
    await talk.says("管理员", "表决 换灯｜赞同｜反对｜截止 12-03 20:00")

    def event(point: int) -> Pressed:
        return Pressed(f"b-{point}", talk.clock(), GROUP, Person(f"邻居{point}"), "ballot", ("1", "1"))

    points = await killed_everywhere(talk, event, after)
    await talk.delivery.drain()
    receipts = [out for out in talk.channel.sent if out.file is not None]
    talk.at("12-03 20:01")
    await talk.wakes()

    assert points >= 7
    assert await Ballot.all().count() == await SealedBallot.all().count() == len(receipts) == points + 1
    assert wrong(audit(await published(), await keys())) == []
