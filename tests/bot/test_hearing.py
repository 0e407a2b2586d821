"""Chats that a platform opens only once somebody has spoken there: what waits, who is told, what opens them."""

from datetime import timedelta

import pytest

from bot import hearing
from bot.channels.base import ChatSilent, RetryLater
from bot.delivery import Delivery
from domain.talk import Chat, Joined, Manner, Membership, Outgoing, Person, Said
from domain.terms import Role
from models.tables.mail import Outbox
from tests.stories.talk import GROUP


@pytest.fixture
def delivery(talk) -> Delivery:
    """The story's delivery, which tells the secretaries as the program does."""

    async def silent(channel: str, chat: str) -> None:
        await hearing.silent(talk.house, channel, chat, talk.clock())

    return Delivery({"web": talk.channel}, talk.clock, talk._gone, talk._moved, silent)


class Closed:
    """The group's platform lets nothing in until `open`."""

    def __init__(self, talk, failure: Exception) -> None:
        self._send, self.open, self.asked, self._failure = talk.channel.send, False, 0, failure
        talk.channel.send = self

    async def __call__(self, out: Outgoing, message: str | None):
        if out.to.id == GROUP.id and not self.open:
            self.asked += 1
            raise self._failure
        return await self._send(out, message)


def said(talk, text: str) -> Said:
    return Said("e1", talk.clock(), GROUP, Person("居民甲"), text, "u1")


async def test_silent_group_waits_and_its_secretaries_are_told_once(talk, delivery):
    """However often it is tried, one word to each secretary, in private."""
    await talk.knows("书记", Role.SECRETARY)
    Closed(talk, ChatSilent("93008"))
    await talk.store.mail.put([Outgoing(GROUP, "📅 说事会", Manner.NOTICE)], None, talk.clock())
    for _ in range(4):
        await delivery.drain()
        talk.now += timedelta(minutes=6)

    assert [out.text for out in talk.channel.sent] == ["“枫林小区群”绑好了，还要群里有人 @我 一次，我才发得进去。"]
    assert [out.to.id for out in talk.channel.sent] == ["p-书记"]
    assert await Outbox.filter(failed_at=None).count() == 1


async def test_first_word_lets_out_what_waited(talk, delivery):
    """In the order it was said, and at once; what is due another day keeps its day."""
    closed = Closed(talk, ChatSilent("93008"))
    tomorrow = talk.clock() + timedelta(days=1)
    waiting = [Outgoing(GROUP, "一"), Outgoing(GROUP, "二"), Outgoing(GROUP, "明天", Manner.NOTICE, due=tomorrow)]
    await talk.store.mail.put(waiting, None, talk.clock())
    await delivery.drain()
    closed.open = True
    await delivery.drain()
    before = [out.text for out in talk.channel.sent]
    await hearing.Hearing(talk.run, delivery)(said(talk, "不是说给我听的"))
    await delivery.drain()

    assert before == []
    assert [out.text for out in talk.channel.sent] == ["一", "二"]
    assert (await Outbox.get()).due_at == tomorrow


async def test_word_does_not_shorten_another_wait(talk, delivery):
    """A platform that asked for a pause gets it, whoever speaks meanwhile."""
    closed = Closed(talk, RetryLater("429", 60.0))
    await talk.store.mail.put([Outgoing(GROUP, "一")], None, talk.clock())
    await delivery.drain()
    await hearing.Hearing(talk.run, delivery)(said(talk, "早"))
    await delivery.drain()

    assert closed.asked == 1


async def test_coming_into_a_chat_is_no_word(talk, delivery):
    """Only somebody's own word opens a chat."""
    closed = Closed(talk, ChatSilent("93008"))
    await talk.store.mail.put([Outgoing(GROUP, "一")], None, talk.clock())
    await delivery.drain()
    joined = Joined("e2", talk.clock(), Chat("web", "p-x", private=True), Person("x"), Membership.GONE)
    await hearing.Hearing(talk.run, delivery)(joined)
    await delivery.drain()

    assert closed.asked == 1


async def test_private_chat_that_is_silent_is_nobody_s_business(talk, delivery):
    """The secretaries are told of groups, not of a person's chat."""
    await talk.knows("书记", Role.SECRETARY)
    await hearing.silent(talk.house, "web", "p-居民甲", talk.clock())

    assert await Outbox.all().count() == 0


async def test_secretaries_of_every_community_are_told(talk):
    """What concerns the whole installation."""
    await talk.knows("书记", Role.SECRETARY)
    await talk.knows("管理员", Role.MODERATOR)
    await hearing.tell(talk.house, "wechat.kicked", talk.clock())
    await talk.delivery.drain()

    assert [out.to.id for out in talk.channel.sent] == ["p-书记"]
    assert talk.channel.sent[0].text.startswith("企业微信那边我发不进去了")
