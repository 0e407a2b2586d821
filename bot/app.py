"""The composition root: builds everything, one TaskGroup, starts and stops in order.

Stopping: nothing new is taken, what was answered goes out for a few seconds more, then the sockets close.
"""

import asyncio
import hashlib
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import flows, hearing, keys, making
from bot.channels.base import Channel
from bot.clock import Clock
from bot.config import Config
from bot.delivery import Delivery
from bot.house import make_house
from bot.pictures import Pictures
from bot.server import Server, take_socket
from bot.texts import Texts
from bot.words import Understanding
from domain.talk import Chat
from handlers import help as helping
from handlers.desk import House
from handlers.run import Run, moved
from models import figures, mail, people, private_topics, schema, search
from models.turn import turn
from scheduler import clock as ticking
from scheduler import jobs

log = logging.getLogger(__name__)
LAST_WORDS = 3.0
INDEXED = 200
LATELY, EVER = timedelta(days=2), timedelta(days=36500)


@dataclass(frozen=True)
class App:
    """A built program, without its web server."""

    config: Config
    clock: Clock
    house: House
    channels: Mapping[str, Channel]
    run: Run
    deliveries: Mapping[str, Delivery]
    pictures: Pictures

    def wake(self) -> None:
        """Something new waits to be sent or fetched."""
        for delivery in self.deliveries.values():
            delivery.wake()
        self.pictures.wake()

    async def tick(self) -> None:
        """What falls due now, happens."""
        await jobs.tick(self.run)
        await self.index(LATELY)
        local = self.clock.now().astimezone(self.house.zone)
        await figures.bring_up_to_date(local)
        self.wake()

    async def plan(self) -> None:
        """The sessions of the coming weeks are entered."""
        await jobs.plan(self.run)
        await self.index(EVER)

    async def index(self, back: timedelta) -> None:
        """The words of what was said lately can be searched for; topics with nothing public are known."""
        understanding = self.house.understanding
        assert isinstance(understanding, Understanding)
        while await search.bring_up_to_date(understanding.words, INDEXED, self.clock.now(), back):
            continue
        await private_topics.bring_up_to_date(self.clock.now(), back)

    async def deliver(self) -> None:
        """Send all that is due now."""
        for delivery in self.deliveries.values():
            await delivery.drain()


MakeChannels = Callable[[making.Parts], Mapping[str, Channel]]


@asynccontextmanager
async def built(
    config: Config,
    make: MakeChannels = making.channels,
    *,
    clock: Clock | None = None,
    texts: Texts | None = None,
) -> AsyncIterator[App]:
    """Open the database, enter what the config names, build all but the web server.

    `clock` and `texts` only where they are watched: else the config's clock, the language's texts.
    Raises schema.NotMigrated, sqlite_guard.Broken, and the database's own errors.
    """
    async with schema.opened(config.database.url, read_url=config.database.read_url):
        await schema.prepare()
        clock, texts = clock or making.clock(config), texts or Texts.load()
        understanding = await asyncio.to_thread(Understanding.load)
        key = await mail.secret("pseudonym")
        await making.enter(config, key, clock.now())
        operator, contact = config.operator.name, config.operator.contact
        house = make_house(
            texts, understanding, key, operator=operator, contact=contact, public_url=config.web.public_url
        )
        house = replace(house, flows=flows.load(texts, config.flows.folder))
        house = replace(house, log_key=await asyncio.to_thread(keys.load, keys.place(config)))
        parts = making.Parts(config, clock, house, await making.webhook_secret(config), await mail.secret("pages"))
        channels = make(parts)
        house = replace(
            house, link=lambda channel, start: _link(channels, channel, start), page=making.pass_link(parts)
        )
        app = _assembled(config, clock, house, channels)
        parts.built.set_result(app)
        await app.plan()
        yield app


def _link(channels: Mapping[str, Channel], channel: str, start: str) -> str | None:
    return channels[channel].link(start) if channel in channels else None


def _assembled(config: Config, clock: Clock, house: House, channels: Mapping[str, Channel]) -> App:
    async def on_gone(channel: str, chat: str, reason: str) -> None:
        await chat_gone(house, channel, chat, reason, clock.now())
        app.wake()

    async def on_moved(channel: str, chat: str, to: str) -> None:
        async with house.store.transaction():
            await moved(house.store, Chat(channel, chat), to)
        app.wake()

    async def on_silent(channel: str, chat: str) -> None:
        await hearing.silent(house, channel, chat, clock.now())
        app.wake()

    def wake() -> None:
        app.wake()

    said = (on_gone, on_moved, on_silent)
    deliveries = {name: Delivery({name: channel}, clock.now, *said) for name, channel in channels.items()}
    pictures = Pictures(house, channels, clock.now, wake)
    app = App(config, clock, house, channels, Run(house, clock.now, wake), deliveries, pictures)
    return app


async def chat_gone(house: House, channel: str, chat: str, reason: str, now: datetime) -> None:
    """A chat can't be written in any more: mark it, tell the secretaries."""
    log.warning("%s:%s can't be reached: %s", channel, chat, reason)
    async with house.store.transaction():
        await people.unreachable(channel, chat)
        told = await helping.lost(house, channel, chat, house.texts("help.reason_unreachable"), now)
        await mail.put(told, None, now)


async def main(config: Config, started: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT; stops within 10 s. `started` is told the board's address once all listens.

    Raises OSError where the address is taken, and what `built` raises.
    """
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with take_socket(config.web.host, config.web.port) as taken:
        host, port = taken.getsockname()[:2]
        async with built(config) as app:
            server = Server(making.web(app.config, app.clock, app.house, app.channels), taken)
            await _serve(app, server, stop, lambda: started(f"http://{host}:{port}/"))


async def _serve(app: App, server: Server, stop: asyncio.Event, started: Callable[[], None]) -> None:
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.run_here())
        await server.listening.wait()
        both = [name for name in app.channels if making.one_place(app.config, name)]
        receiving = [tasks.create_task(_receive(app, name)) for name in app.channels if name not in both]
        menu = making.commands(app.house.texts)
        receiving += [tasks.create_task(channel.ready(menu)) for channel in app.channels.values()]
        working = [tasks.create_task(app.pictures.run()), tasks.create_task(ticking.run(app.tick, app.plan))]
        working += [tasks.create_task(_send(app, name)) for name in app.channels if name not in both]
        working += [tasks.create_task(_receive_and_send(app, name)) for name in both]
        started()
        await stop.wait()
        await _end(receiving)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await app.deliver()
        await _end(working)
        server.should_exit = True
        await serving
    for channel in app.channels.values():
        await channel.close()


async def _receive(app: App, name: str) -> None:
    """Receive events; of several processes only one asks a platform that allows one at a time."""

    async def listen() -> None:
        await _listen(app, name)

    if making.polls(app.config, name):
        await _in_turn(app, f"{name}-receive", listen)
    else:
        await listen()


async def _listen(app: App, name: str) -> None:
    await app.channels[name].listen(hearing.Hearing(app.run, app.deliveries[name]))


async def _send(app: App, name: str) -> None:
    await _in_turn(app, f"{name}-send", app.deliveries[name].run)


async def _receive_and_send(app: App, name: str) -> None:
    """Where events and answers share one connection, one process does both."""

    async def both() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_listen(app, name))
            tasks.create_task(app.deliveries[name].run())

    await _in_turn(app, name, both)


async def _in_turn(app: App, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Work while it is this process's turn, as often as it comes."""
    token = app.config.telegram.token.get_secret_value() if app.config.telegram else ""
    name = f"{name}-{hashlib.sha256(token.encode()).hexdigest()[:8]}"
    while True:
        async with turn(app.config.database.url, name) as held, asyncio.TaskGroup() as tasks:
            working = tasks.create_task(_run(work))
            await held.kept()
            working.cancel()


async def _run(work: Callable[[], Awaitable[None]]) -> None:
    await work()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel, and wait until each has put down what it had in hand."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=LAST_WORDS)
