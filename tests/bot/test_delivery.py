"""Delivery: order, merging, waiting, and what happens to a chat that is gone (ARCHITECTURE, "Delivery in detail")."""

import asyncio
from datetime import timedelta

import pytest

from bot.channels.base import ChatMoved, RetryLater, Unsendable
from domain.talk import Manner, Outgoing
from models.tables.mail import Card, Outbox
from models.tables.people import Group
from tests.stories.talk import GROUP

OTHER = GROUP.__class__("web", "g2")


async def _put(talk, *messages: Outgoing) -> None:
    await talk.store.mail.put(list(messages), None, talk.clock())


class Failing:
    """Makes the next sends of a channel fail, then lets them through."""

    def __init__(self, talk, *failures: Exception) -> None:
        self._send = talk.channel.send
        self._failures = list(failures)
        talk.channel.send = self

    async def __call__(self, out, message):
        if self._failures:
            raise self._failures.pop(0)
        return await self._send(out, message)


async def test_delivery_keeps_the_order_of_a_chat(talk):
    """Within a chat messages go out in the order they were said."""
    await _put(talk, *[Outgoing(GROUP, f"第{n}句") for n in range(20)])
    await talk.delivery.drain()

    assert [f"第{n}句" for n in range(20)] == [shown.text for shown in talk.channel.chats["g1"]]


async def test_drain_sends_also_what_came_behind_a_message_in_flight(talk):
    """A chat whose message is in flight is not passed over: the rehearsal's clock went on before its mail was out."""
    flying, landed, send = asyncio.Event(), asyncio.Event(), talk.channel.send

    async def slow(out, message):
        flying.set()
        await landed.wait()
        return await send(out, message)

    talk.channel.send = slow
    async with asyncio.TaskGroup() as group:
        running = group.create_task(talk.delivery.run())
        await _put(talk, Outgoing(GROUP, "一"))
        await flying.wait()
        await _put(talk, Outgoing(GROUP, "二"))
        draining = group.create_task(talk.delivery.drain())
        await asyncio.wait([draining], timeout=0.05)
        landed.set()
        await draining
        running.cancel()

    assert [out.text for out in talk.channel.sent] == ["一", "二"]


async def test_delivery_merges_redraws_of_a_card(talk):
    """Of several redraws of one card only the newest is sent, and after the answers."""
    await _put(talk, Outgoing(GROUP, "卡", card="vote:1"))
    await talk.delivery.drain()
    redraws = [Outgoing(GROUP, f"已投{n}户", Manner.REDRAW, card="vote:1") for n in range(9)]
    await _put(talk, *redraws, Outgoing(GROUP, "答"))
    await talk.delivery.drain()

    assert [out.text for out in talk.channel.sent] == ["卡", "答", "已投8户"]
    assert [shown.text for shown in talk.channel.chats["g1"]] == ["已投8户", "答"]


async def test_delivery_drops_a_redraw_without_a_card(talk):
    """What was never shown is not edited, and nothing is sent in its place."""
    await _put(talk, Outgoing(GROUP, "改", Manner.REDRAW, card="concern:9"))
    await talk.delivery.drain()

    assert talk.channel.sent == []
    assert await Outbox.all().count() == 0


async def test_delivery_waits_as_long_as_the_platform_asks(talk):
    """`retry_after` is obeyed; the chat's later messages wait behind, in order."""
    Failing(talk, RetryLater("429", 30.0))
    await _put(talk, Outgoing(GROUP, "一"), Outgoing(GROUP, "二"))
    first = await Outbox.all().order_by("id").first()
    await talk.delivery._lane("x", await talk.store.mail.waiting(["web"], [], talk.clock(), 10))

    assert first is not None
    await first.refresh_from_db()
    assert talk.clock() + timedelta(seconds=30) == first.due_at
    talk.now += timedelta(seconds=31)
    await talk.delivery.drain()
    assert [out.text for out in talk.channel.sent] == ["一", "二"]


async def test_delivery_does_not_overtake_a_waiting_message(talk):
    """A message that waits for its next try holds back what was said after it in its chat."""
    Failing(talk, RetryLater("500"))
    await _put(talk, Outgoing(GROUP, "一"))
    await talk.delivery.drain()
    await _put(talk, Outgoing(GROUP, "二"), Outgoing(OTHER, "别的群"))
    await talk.delivery.drain()

    assert [out.text for out in talk.channel.sent] == ["别的群"]
    talk.now += timedelta(minutes=1)
    await talk.delivery.drain()
    talk.now += timedelta(minutes=1)
    await talk.delivery.drain()
    assert [out.text for out in talk.channel.sent] == ["别的群", "一", "二"]


async def test_delivery_backs_off_and_never_gives_up(talk):
    """Each try waits twice as long, at most five minutes."""
    Failing(talk, *[RetryLater("500") for _ in range(12)])
    await _put(talk, Outgoing(GROUP, "一"))
    waits = []
    for _ in range(12):
        await talk.delivery.drain()
        row = await Outbox.get()
        waits.append((row.due_at - talk.clock()).total_seconds())
        talk.now += row.due_at - talk.clock()
    await talk.delivery.drain()

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert [out.text for out in talk.channel.sent] == ["一"]


async def test_delivery_marks_a_lost_group_and_tells_the_secretary(talk):
    """Kicked out: the group is marked, the secretary hears which group and what did not arrive."""
    from domain.terms import Role

    await talk.knows("书记", Role.SECRETARY)
    talk.channel.gone.add("g1")
    await _put(talk, Outgoing(GROUP, "12月4日说事会", Manner.NOTICE), Outgoing(GROUP, "第二条", Manner.NOTICE))
    await talk.delivery.drain()

    told = talk.channel.chats["p-书记"][-1].text
    assert "“枫林小区群”我发不进去了" in told
    assert "“12月4日说事会”等2条" in told
    assert (await Group.get(chat="g1")).lost_at is not None
    assert await Outbox.filter(failed_at=None).count() == 0


async def test_delivery_follows_a_migrated_group(talk):
    """A 400 with the new id: what waits goes there, and later events find the group."""
    Failing(talk, ChatMoved("g1-super"))
    await _put(talk, Outgoing(GROUP, "一"), Outgoing(GROUP, "二"))
    await talk.delivery.drain()

    assert [shown.text for shown in talk.channel.chats["g1-super"]] == ["一", "二"]
    assert (await Group.get(chat="g1-super")).title == "枫林小区群"


async def test_delivery_passes_over_what_a_platform_refuses(talk):
    """A message that can never be sent doesn't hold back the rest."""
    Failing(talk, Unsendable("too long"))
    await _put(talk, Outgoing(GROUP, "一"), Outgoing(GROUP, "二"))
    await talk.delivery.drain()

    assert [out.text for out in talk.channel.sent] == ["二"]
    assert await Outbox.filter(failed_at=None).count() == 0


async def test_delivery_never_queues_a_toast_behind_a_chat(talk):
    """A toast goes out while its chat waits for the platform."""
    Failing(talk, RetryLater("429", 60.0))
    await _put(talk, Outgoing(GROUP, "一"))
    await talk.delivery.drain()
    await _put(talk, Outgoing(GROUP, "计入了", Manner.TOAST, token="t", person="居民甲"))
    await talk.delivery.drain()

    assert [out.text for out in talk.channel.toasts] == ["计入了"]


@pytest.mark.parametrize("tries", [3])
async def test_delivery_drops_a_toast_that_nobody_waits_for(talk, tries):
    """A press is answered within seconds or not at all."""
    Failing(talk, *[RetryLater("500") for _ in range(9)])
    await _put(talk, Outgoing(GROUP, "计入了", Manner.TOAST, token="t"))
    for _ in range(tries):
        await talk.delivery.drain()
        talk.now += timedelta(minutes=1)

    assert await Outbox.all().count() == 0


async def test_delivery_remembers_the_newest_message_of_a_card(talk):
    """A card said again is edited where it was said last."""
    await _put(talk, Outgoing(GROUP, "卡", card="topic:1"), Outgoing(GROUP, "卡再发", card="topic:1"))
    await talk.delivery.drain()

    assert (await Card.get()).message == talk.channel.chats["g1"][-1].id
