"""What tests of the Telegram carriers share: both libraries against the simulator."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channels import telegram_errors
from bot.channels.base import Command, OnEvent
from bot.channels.telegram import Setup, TelegramChannel
from bot.channels.telegram_carrier import channel
from domain.talk import Event, Said
from tests.simulator.client import Simulator

Make = Callable[..., TelegramChannel]
COMMANDS = (Command("say", "提一件事"), Command("vote", "开表决", moderators_only=True))


@pytest.fixture(params=["ptb", "aiogram"])
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def make(sim: Simulator, library: str) -> AsyncIterator[Make]:
    """Makes a channel of this library for the simulated bot, its limits off."""
    made: list[TelegramChannel] = []

    def ready(**more: Any) -> TelegramChannel:
        settings: dict[str, Any] = {"limits": False, "typed_after": "发"} | more
        made.append(channel(library, Setup(sim.token, sim.address, **settings)))
        return made[-1]

    yield ready
    for one in made:
        await one.close()


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses after a failure are short."""
    monkeypatch.setattr(telegram_errors, "PAUSES", (0.05,))


class Taken:
    """What a channel handed on; `fail` makes the next ones be not kept."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = asyncio.Event()
        self.fail = 0
        self.slow = 0.0

    async def __call__(self, event: Event) -> None:
        await asyncio.sleep(self.slow)
        if self.fail:
            self.fail -= 1
            raise ConnectionError("no database")
        self.events.append(event)
        self._came.set()

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Said)]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.events) < count:
                self._came.clear()
                await self._came.wait()


@contextlib.asynccontextmanager
async def listening(one: TelegramChannel, on_event: OnEvent) -> AsyncIterator[None]:
    """The channel receives while the block lasts."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(one.listen(on_event))
        yield
        task.cancel()


@contextlib.asynccontextmanager
async def served(make: Make, on_event: OnEvent, **more: Any) -> AsyncIterator[tuple[TelegramChannel, str]]:
    """A channel in webhook mode behind a real web server; yields it and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/telegram"
    one = make(webhook_url=url, webhook_secret="s3cret", **more)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=one.routes()), log_level="error", lifespan="off"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server._serve(sockets=[listener]))
        task = tasks.create_task(one.listen(on_event))
        await one.ready(COMMANDS)
        yield one, url
        task.cancel()
        server.should_exit = True


async def acknowledged(sim: Simulator) -> int:
    return len((await sim.state())["delivered"])
