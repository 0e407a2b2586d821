"""Something that answers each event through its channel, as the program's delivery does: a moment after the commit."""

import asyncio
from collections.abc import Callable, Sequence

from bot.channels.base import Channel
from domain.talk import Event, Outgoing
from tests.channels.taken import Taken

Says = Callable[[Event], Sequence[Outgoing]]


class Answering:
    """`says` gives the answers to an event; `late` seconds pass between the commit and each of them."""

    def __init__(self, tasks: asyncio.TaskGroup, channel: Channel, says: Says, late: float = 0.0) -> None:
        self._tasks, self._channel, self._says, self.late = tasks, channel, says, late
        self.taken = Taken(self._then)
        self.tasks: list[str | None] = []

    async def _then(self, event: Event) -> None:
        self._tasks.create_task(self._deliver(self._says(event)))

    async def _deliver(self, answers: Sequence[Outgoing]) -> None:
        for out in answers:
            await asyncio.sleep(self.late)
            self.tasks.append(await self._channel.send(out, None))
