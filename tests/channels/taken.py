"""What a channel handed on, and a way to keep one listening or served while a block lasts."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import uvicorn
from starlette.applications import Starlette

from bot.channels.base import Channel, OnEvent
from domain.talk import Event, Said

LONG, TRIES = 0.005, 10


class Taken:
    """Keeps events; `fail` makes the next ones be not kept; `then` happens with each."""

    def __init__(self, then: Callable[[Event], Awaitable[None]] | None = None) -> None:
        self.events: list[Event] = []
        self._came = asyncio.Event()
        self._then = then
        self.fail = 0
        self.slow = 0.0

    async def __call__(self, event: Event) -> None:
        await asyncio.sleep(self.slow)
        if self.fail:
            self.fail -= 1
            raise ConnectionError("no database")
        self.events.append(event)
        self._came.set()
        if self._then:
            await self._then(event)

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Said)]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.events) < count:
                self._came.clear()
                await self._came.wait()


@contextlib.asynccontextmanager
async def listening(channel: Channel, on_event: OnEvent) -> AsyncIterator[None]:
    """The channel receives while the block lasts."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(channel.listen(on_event))
        await asyncio.sleep(0)
        try:
            yield
        finally:
            task.cancel()


@contextlib.asynccontextmanager
async def served(channel: Channel, on_event: OnEvent) -> AsyncIterator[str]:
    """The channel's routes behind a real web server; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=channel.routes()), log_level="error", lifespan="off"))
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server._serve(sockets=[listener]))
        try:
            async with listening(channel, on_event):
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def cost(call: Callable[[], Awaitable[int]]) -> tuple[int, float]:
    """The status that a call gives, and its seconds of processor time.

    What took long is called again and the best counts: a request's own cost comes again, a pause of the machine's
    doesn't.
    """
    spent = []
    while True:
        began = time.thread_time()
        status = await call()
        spent.append(time.thread_time() - began)
        if spent[-1] < LONG or len(spent) == TRIES:
            return status, min(spent)
