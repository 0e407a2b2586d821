"""Chats that the platform opens to the bot only once somebody has spoken there: told once, opened at the first word."""

import logging
from datetime import datetime

from bot.channels.base import OnEvent
from bot.delivery import Delivery
from domain.talk import Event, Joined, Outgoing
from domain.terms import Role
from handlers.desk import House
from models import mail, people

log = logging.getLogger(__name__)


class Hearing:
    """Hands an event on, and lets out what waited for somebody to speak in its chat."""

    def __init__(self, run: OnEvent, delivery: Delivery) -> None:
        self._run = run
        self._delivery = delivery

    async def __call__(self, event: Event) -> None:
        """Returns after the commit."""
        await self._run(event)
        if not isinstance(event, Joined):
            await self._delivery.heard(event.chat)


async def silent(house: House, channel: str, chat: str, now: datetime) -> None:
    """A group is bound and nobody has spoken to the bot there: tell the secretaries what opens it, once."""
    async with house.store.transaction():
        if not await mail.first_time(channel, f"silent:{chat}", now):
            return
        found = await people.group_at(channel, chat)
        if found is None:
            return
        community, group = found
        log.warning("%s:%s waits until somebody speaks to the bot there", channel, chat)
        text = house.texts("wechat.silent", title=group.chat.title or chat)
        await mail.put(await _to_secretaries(community.id, text, now), community.id, now)


async def tell(house: House, key: str, now: datetime) -> None:
    """Something that the secretaries of every community must know."""
    async with house.store.transaction():
        for community in await people.communities():
            await mail.put(await _to_secretaries(community.id, house.texts(key), now), community.id, now)


async def _to_secretaries(community: int, text: str, now: datetime) -> list[Outgoing]:
    return [Outgoing(chat, text) for chat in await people.private_chats_of(community, (Role.SECRETARY,), now)]
