"""A kill at every await, for what the kinds of matter add (ARCHITECTURE, decision 1)."""

from collections import Counter

import pytest

from domain.talk import Manner, Outgoing, Person, Pressed, Said
from domain.terms import Role
from models.tables.mail import NoticeDay, Outbox
from models.tables.matters import Emergency, EmergencyReceipt, Party, RoomWord, SignUp
from models.tables.people import Community, Resident
from tests.handlers.faults import Killed, faults
from tests.handlers.test_kill import killed_everywhere
from tests.stories.talk import GROUP


@pytest.mark.parametrize("after", [False, True])
async def test_place_is_given_and_passed_on_once(talk, after):
    """报名 and 取消报名, killed anywhere and sent again: one place each, and each who moves up is told once."""
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.tells("管理员甲", "活动 包粽子｜12-20 14:00｜活动室｜1人")
    for n in range(1, 50):
        await talk.knows(f"居民{n}")

    def joins(point: int) -> Pressed:
        return Pressed(f"j-{point}", talk.clock(), GROUP, Person(f"居民{point}"), "sign_up", ("1",))

    def leaves(point: int) -> Pressed:
        return Pressed(f"l-{point}", talk.clock(), GROUP, Person(f"居民{point}"), "sign_off", ("1",))

    joined = await killed_everywhere(talk, joins, after)
    for n in range(joined + 2, 50):
        await talk.run(joins(n))
    turns = [row.turn for row in await SignUp.all()]
    left = await killed_everywhere(talk, leaves, after)
    told = [row for row in await Outbox.filter(manner=Manner.NOTICE) if "您补上了" in str(row.body)]

    assert len(turns) == len(set(turns)) == 49
    assert await SignUp.all().count() == 49 - (left + 1)
    assert sorted(row.chat for row in told) == sorted(f"p-居民{n}" for n in range(2, left + 3))


@pytest.mark.parametrize("after", [False, True])
async def test_emergency_is_told_and_received_once(talk, after):
    """突发 and 收到, killed anywhere and sent again: one card each, one receipt each."""
    await talk.knows("管理员甲", Role.MODERATOR)
    mine = talk.private("管理员甲")

    def raised(point: int) -> Said:
        return Said(f"r-{point}", talk.clock(), mine, Person("管理员甲"), f"突发 第{point}次停气", "u")

    def seen(point: int) -> Pressed:
        return Pressed(f"s-{point}", talk.clock(), GROUP, Person(f"居民{point}"), "received", ("1",))

    points = await killed_everywhere(talk, raised, after)
    cards = await Outbox.filter(manner=Manner.ANSWER, chat=GROUP.id)
    received = await killed_everywhere(talk, seen, after)

    assert await Emergency.all().count() == len(cards) == points + 1
    assert await EmergencyReceipt.all().count() == received + 1


@pytest.mark.parametrize("after", [False, True])
async def test_word_in_the_room_is_passed_on_once(talk, after):
    """调处 1 …, killed anywhere and sent again: kept once, and passed on once to each of the two others."""
    await talk.knows("调解员甲", Role.MEDIATOR)
    shorts = [(await Resident.get(id=await talk.knows(name))).short for name in ("居民甲", "居民乙")]
    await talk.tells("调解员甲", f"开调处 漏水｜{shorts[0]}｜{shorts[1]}")
    for name in ("居民甲", "居民乙"):
        await talk.tells(name, "愿意调解 1")

    def says(point: int) -> Said:
        return Said(f"w-{point}", talk.clock(), talk.private("居民甲"), Person("居民甲"), f"调处 1 第{point}句", "u")

    points = await killed_everywhere(talk, says, after)
    passed = Counter(row.chat for row in await Outbox.all() if "甲方说" in str(row.body))

    assert await Party.all().count() == 2
    assert await RoomWord.all().count() == points + 1
    assert passed == {"p-调解员甲": points + 1, "p-居民乙": points + 1}


async def test_merged_notices_come_whole_whatever_await_dies(talk):
    """Killed at every await of the delivery: no notice is lost, at most one message comes twice, the count holds."""
    await Community.all().update(settings={"notices": {"private": 50}})
    await talk.knows("居民甲")
    chat = talk.private("居民甲")
    for point in range(1, 20):
        texts = [f"第{point}件", f"第{point}件又一条"]
        await talk.store.mail.put([Outgoing(chat, text, Manner.NOTICE) for text in texts], 1, talk.clock())
        before = len(talk.channel.sent)
        try:
            with faults(point):
                await talk.delivery.drain()
        except* Killed:
            pass
        talk.delivery._busy.clear()  # a new process remembers nothing
        await talk.delivery.drain()
        sent = [out.text for out in talk.channel.sent[before:]]

        assert await Outbox.all().count() == 0
        assert set(sent) == {"\n\n".join(texts)}
        assert 1 <= len(sent) <= 2
    day = await NoticeDay.get()
    assert 19 - 2 <= day.sent <= len(talk.channel.sent)
