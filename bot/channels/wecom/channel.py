"""A WeCom bot over its long connection, as a Channel."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

from starlette.routing import BaseRoute

from bot.channels.base import ChatGone, ChatSilent, Command, OnEvent, RetryLater, Shelf, Unsendable
from bot.channels.plain import in_words
from bot.channels.wecom.answers import Answers, Doors
from bot.channels.wecom.cards import Body, Look, greeting, markdown
from bot.channels.wecom.connection import PAUSES, Connection, Frame, Kicked, Setup
from bot.channels.wecom.errors import No, outcome
from bot.channels.wecom.limits import CHAT, Budget
from bot.channels.wecom.media import upload
from bot.channels.wecom.unsent import Unsent
from bot.channels.wecom.wire import CHANNEL, Ears, entered
from domain.talk import Chat, Event, Manner, Outgoing, Pressed, Upload

log = logging.getLogger(__name__)

PICTURE: Body = {"msgtype": "image"}
"""Stands for the picture until it is uploaded."""
PICTURE_NAME = "result.png"
SINGLE, GROUP = 1, 2
Tell = Callable[[str], Awaitable[None]]
"""Says something to the secretaries, by the key of its text."""


class WecomChannel:
    """See `bot.channels.base.Channel`. `tell` lets the secretaries know that another program has taken the bot."""

    name = CHANNEL

    def __init__(self, setup: Setup, look: Look, ears: Ears, shelf: Shelf, tell: Tell) -> None:
        self._connection = Connection(setup, self._came)
        self._answers = Answers(look, ears, shelf)
        self._shelf = shelf
        self._tell = tell
        self._budget = Budget(lambda: asyncio.get_running_loop().time(), CHAT)
        self._unsent = Unsent()
        self._heard: set[str] = set()
        self._doors = Doors()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: asyncio.TaskGroup | None = None
        self._on_event: OnEvent | None = None

    # --- in ---

    async def listen(self, on_event: OnEvent) -> None:
        """Connected until cancelled. Kicked out, it stays out: two programs that fight would lose every other event."""
        self._on_event = on_event
        async with asyncio.TaskGroup() as self._tasks:
            try:
                await self._connection.run()
            except Kicked:
                log.error("wecom: another program has taken the bot; start this one again when it is gone")
                await self._tell("wechat.kicked")
            await asyncio.Event().wait()

    def _came(self, frame: Frame) -> None:
        assert self._tasks is not None
        self._tasks.create_task(self._take(frame))

    async def _take(self, frame: Frame) -> None:
        """Read and hand on one callback. A person's words may be in what is wrong: they are not logged."""
        try:
            event = await self._answers.read(frame["body"], frame["headers"]["req_id"])
            came_in = entered(frame["body"])
        except Exception as wrong:
            log.error("wecom: passed over a callback that can't be read: %s", type(wrong).__name__)
            return
        if isinstance(event, Pressed) and (turned := self._answers.turned(event)):
            await self._turn(event, turned)
        elif event is not None and came_in:
            self._doors.open(event.chat.id, frame["headers"]["req_id"])
            await self._hand_on(event, heard=False)
        elif event is not None:
            await self._hand_on(event)

    async def _hand_on(self, event: Event, *, heard: bool = True) -> None:
        """One event of a chat after the other. The platform sends none again, so it is insisted on until it is kept."""
        assert self._on_event is not None
        failed = 0
        async with self._locks.setdefault(event.chat.id, asyncio.Lock()):
            if heard:
                await self._note_heard(event.chat)
            while True:
                try:
                    return await self._on_event(event)
                except Exception as wrong:
                    log.error("wecom: event %s was not kept: %s", event.event, type(wrong).__name__)
                await asyncio.sleep(PAUSES[min(failed, len(PAUSES) - 1)])
                failed += 1

    async def _turn(self, event: Pressed, card: Body) -> None:
        try:
            await self._connection.ask("aibot_respond_update_msg", card, event.token or "")
        except (No, RetryLater) as no:
            log.warning("wecom: a card was not turned: %s", no)

    async def _note_heard(self, chat: Chat) -> None:
        if not await self._is_heard(chat):
            await self._shelf.put(f"heard:{chat.id}", {}, stays=True)
            self._heard.add(chat.id)

    async def _is_heard(self, chat: Chat) -> bool:
        if chat.id not in self._heard and await self._shelf.of(f"heard:{chat.id}"):
            self._heard.add(chat.id)
        return chat.id in self._heard

    # --- out ---

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Send; see `Channel.send`. A card that is already there can't be edited: only a press may change it."""
        if out.manner is Manner.TOAST:
            if out.text:  # nothing waits for an empty one
                await self._toast(out)
            return None
        if message is not None:
            return message
        bodies, task = self._unsent.of(out, lambda: self._parts(out))
        try:
            self._take_budget(out.to, len(bodies))
            while bodies:
                await self._part(out, bodies[0])
                bodies = bodies[1:]
        except RetryLater:
            self._unsent.keep(out, (bodies, task))
            raise
        return task

    def _parts(self, out: Outgoing) -> tuple[list[Body], str | None]:
        """The messages that say it; its picture last."""
        bodies, task = self._answers.messages(in_words(out))
        return [*bodies, *([PICTURE] if out.picture and out.picture.png else [])], task

    async def _part(self, out: Outgoing, body: Body) -> None:
        if body is not PICTURE:
            return await self._push(out.to, body)
        assert out.picture is not None
        try:
            media = await self.upload(out.picture.png, PICTURE_NAME)
            await self._push(out.to, body | {"image": {"media_id": media}})
        except (ChatGone, ChatSilent, Unsendable) as no:  # the text is there, and says all of it
            log.warning("wecom: a picture was not sent: %s", no)

    def _take_budget(self, chat: Chat, count: int) -> None:
        """Raises RetryLater where the conversation has had its share."""
        if wait := self._budget.take(chat.id, count):
            raise RetryLater("rate", wait)

    async def _push(self, chat: Chat, body: Mapping[str, Any]) -> None:
        if door := self._doors.pop(chat.id):
            try:
                await self._connection.ask("aibot_respond_welcome_msg", greeting(dict(body)), door)
                return
            except No as no:
                log.info("wecom: a greeting came too late: %s", no)
        place = {"chatid": chat.id, "chat_type": SINGLE if chat.private else GROUP}
        try:
            await self._connection.ask("aibot_send_msg", place | dict(body))
        except No as no:
            raise outcome(no, heard=await self._is_heard(chat)) from no

    async def _toast(self, out: Outgoing) -> None:
        """The presser's own card changes; where it is too late for that, a private line. Never a word to the group."""
        press = self._answers.press(out.token)
        if press is not None and out.person and not self._budget.take(out.to.id):
            try:
                update = self._answers.update(press, out.person, out.text)
                await self._connection.ask("aibot_respond_update_msg", update, out.token or "")
                return
            except No as no:
                log.info("wecom: a press was answered in private: %s", no)
        await self._line(out)

    async def _line(self, out: Outgoing) -> None:
        chat = out.to if out.to.private else Chat(CHANNEL, out.person or "", private=True)
        self._take_budget(chat, 1)
        try:
            await self._push(chat, markdown(out.text, out))
        except (ChatGone, ChatSilent, Unsendable) as no:
            log.info("wecom: a press could not be answered: %s", no)

    async def upload(self, picture: bytes, name: str) -> str:
        """A picture to the platform, in pieces; its media id for three days. Raises RetryLater, Unsendable."""
        try:
            return await upload(self._connection.ask, picture, name)
        except No as no:
            raise outcome(no, heard=True) from no

    async def fetch(self, upload: Upload) -> bytes:
        """The bytes of a picture; see `Channel.fetch`."""
        return await self._answers.fetch(upload)

    def routes(self) -> Sequence[BaseRoute]:
        """None: the connection brings everything."""
        return ()

    async def ready(self, commands: Sequence[Command]) -> None:
        """There is no menu to set."""

    def link(self, start: str) -> str | None:  # noqa: ARG002 - the protocol's shape
        """There is no link into a private chat."""
        return None

    async def close(self) -> None:
        """Give back sockets."""
        await self._answers.http.aclose()
