"""Platforms that hear the bot only as the answer to a request: what it says is laid on the shelf until one comes.

So that a kill loses nothing: a note leaves the shelf only after the answer that carried it was made.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

from bot.channels.base import Shelf

PATIENCE = 4.5
"""Seconds: the platforms wait for five."""
SETTLING = 0.2
"""What belongs to one answer comes within so many seconds of each other."""
LOOK_EVERY = 0.5
Notes = list[tuple[int, dict[str, Any]]]
Work = Callable[[], Awaitable[None]]


class Turns:
    """Requests that wait for the bot's answer, one of a chat after the other."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: dict[str, asyncio.Event] = {}
        self._works: dict[str, asyncio.Task[Exception | None]] = {}

    def waits(self, chat: str) -> bool:
        """Whether a request of this chat waits now."""
        return chat in self._waiting

    async def put(self, chat: str, note: Mapping[str, Any]) -> None:
        """Lay something on the shelf, and tell whoever waits for it."""
        await self._shelf.put(_name(chat), note)
        if chat in self._waiting:
            self._waiting[chat].set()

    async def take(self, tasks: asyncio.TaskGroup, chat: str, event: str, work: Work) -> tuple[Notes, Notes]:
        """Do `work` once for an event, however often it is sent, and wait for what it makes the bot say.

        Returns what lay there before and what came, both still on the shelf. Raises TimeoutError where the work is not
        done in time (it goes on in `tasks`; the platform asks again), and whatever the work raised.
        """
        until = asyncio.get_running_loop().time() + PATIENCE
        lock = self._locks.setdefault(chat, asyncio.Lock())
        async with asyncio.timeout_at(until):
            await lock.acquire()
        try:
            return await self._taken(chat, self._work(tasks, event, work), until)
        finally:
            lock.release()

    async def _taken(self, chat: str, work: asyncio.Task[Exception | None], until: float) -> tuple[Notes, Notes]:
        came = self._waiting[chat] = asyncio.Event()
        try:
            before = {id for id, _ in await self._shelf.of(_name(chat))}
            async with asyncio.timeout_at(until):
                wrong = await asyncio.shield(work)
            if wrong is not None:
                raise wrong
            await self._settled(chat, before, came, until)
        finally:
            del self._waiting[chat]
        found = await self._shelf.of(_name(chat))
        return [note for note in found if note[0] in before], [note for note in found if note[0] not in before]

    def _work(self, tasks: asyncio.TaskGroup, event: str, work: Work) -> asyncio.Task[Exception | None]:
        """The task of an event: the one under way, or a new one. What goes wrong in it must not end its group."""

        async def done() -> Exception | None:
            try:
                await work()
            except Exception as wrong:
                return wrong
            finally:
                del self._works[event]
            return None

        if event not in self._works:
            self._works[event] = tasks.create_task(done())
        return self._works[event]

    async def _settled(self, chat: str, before: set[int], came: asyncio.Event, until: float) -> None:
        """Wait for the first word, then until nothing more comes; not longer than the platform does."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._first(chat, before, came)
                came.set()
                while came.is_set():
                    came.clear()
                    await asyncio.sleep(SETTLING)

    async def _first(self, chat: str, before: set[int], came: asyncio.Event) -> None:
        """Until something new lies there. Where another process delivers, nobody tells this one: so it looks."""
        while not came.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await came.wait()
            if {id for id, _ in await self.waiting(chat)} - before:
                return

    async def waiting(self, chat: str) -> Notes:
        """What lies there for a chat."""
        return await self._shelf.of(_name(chat))

    async def drop(self, notes: Notes) -> None:
        """They were said."""
        await self._shelf.drop([id for id, _ in notes])


def fitting(notes: Notes, most: int, gap: str) -> Notes:
    """As many notes with a `text`, in their order, as have room in `most` bytes; the first in any case."""
    room, found = most, Notes()
    for note in notes:
        room -= len((note[1]["text"] + gap).encode())
        if found and room < 0:
            break
        found.append(note)
    return found


def _name(chat: str) -> str:
    return f"waits:{chat}"
