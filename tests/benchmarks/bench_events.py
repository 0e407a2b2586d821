"""Events a second, as ratios to a bare echo bot of the same library through the same webhook and stub, in one run.

(a) up to the commit with the answer in the outbox, (b) through to the answer at the stub; both at 1x and at 100x
stored concerns.
"""

import asyncio
import gc
import tempfile
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import app as building
from bot import making
from bot.channels import telegram, telegram_carrier
from bot.config import Config
from bot.server import Server, take_socket
from models.tables.concerns import Concern
from tests.benchmarks.load import CHATS, TOKEN, Load, free_port, load

EVENTS = 500
ROUNDS = 4
WARM = 300
SECRET = "s"
STORED = 200


@asynccontextmanager
async def served(app):
    """An application on a loopback port; gives its address."""
    with take_socket("127.0.0.1", 0) as taken:
        server = Server(app, taken)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run_here())
            await server.listening.wait()
            yield f"http://127.0.0.1:{taken.getsockname()[1]}{telegram.PATH}"
            server.should_exit = True


async def best(load: Load, url: str, secret: str, answers: bool = False) -> float:
    """The seconds of the best round of several: what else runs on the machine only ever makes one slower."""
    await load.fed(url, secret, 0, WARM)
    await asyncio.sleep(1.0 if answers else 0.0)
    gc.collect()
    rounds = []
    for n in range(ROUNDS):
        fed, answered = await load.fed(url, secret, WARM + n * EVENTS, EVENTS, EVENTS if answers else 0)
        rounds.append(answered if answers else fed)
    return min(rounds)


async def echo_ptb(stub: str, load: Load) -> float:
    """The floor of python-telegram-bot: parse, send the text back, acknowledge."""
    from telegram import Bot, Update
    from telegram.request import HTTPXRequest

    bot = Bot(TOKEN, base_url=f"{stub}/bot", request=HTTPXRequest(32))
    await bot.initialize()

    async def hook(request: Request) -> Response:
        update = Update.de_json(await request.json(), bot)
        assert update.message is not None
        await bot.send_message(update.message.chat.id, update.message.text or "")
        return Response()

    async with served(Starlette(routes=[Route(telegram.PATH, hook, methods=["POST"])])) as url:
        fed = await best(load, url, "")
    await bot.shutdown()
    return EVENTS / fed


async def echo_aiogram(stub: str, load: Load) -> float:
    """The floor of aiogram: its dispatcher with one echo handler."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(stub)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    async def hook(request: Request) -> Response:
        await dispatcher.feed_raw_update(bot, await request.json())
        return Response()

    async with served(Starlette(routes=[Route(telegram.PATH, hook, methods=["POST"])])) as url:
        fed = await best(load, url, "")
    await bot.session.close()
    return EVENTS / fed


def _config(database: str, library: str) -> Config:
    groups = [f"telegram:{-100 - n}" for n in range(CHATS)]
    return Config(
        operator={"name": "江南街道", "contact": "010-1234"},
        database={"url": database},
        telegram={"token": TOKEN, "library": library},
        community=[{"name": "枫林小区", "slug": "fenglin", "groups": groups}],
    )


async def ours(stub: str, load: Load, library: str, stored: int, deliver: bool) -> float:
    """The program on SQLite, in webhook mode, with `stored` concerns in it."""
    with tempfile.TemporaryDirectory() as folder:
        config = _config(f"sqlite:///{Path(folder)}/b.sqlite3", library)
        setup = telegram.Setup(TOKEN, stub, f"{stub}{telegram.PATH}", SECRET, limits=False)
        channel = telegram_carrier.channel(library, setup)
        async with building.built(config, lambda _parts: {"telegram": channel}) as app:
            await _store(stored)
            async with (
                served(making.web(config, app.clock, app.house, app.channels)) as url,
                asyncio.TaskGroup() as tasks,
            ):
                running = [tasks.create_task(channel.listen(app.run))]
                if deliver:
                    running.append(tasks.create_task(app.deliveries["telegram"].run()))
                await asyncio.sleep(0.2)
                seconds = await best(load, url, SECRET, answers=deliver)
                for task in running:
                    task.cancel()
        await channel.close()
    return EVENTS / seconds


async def _store(count: int) -> None:
    now = datetime.now(UTC)
    rows = [
        Concern(
            community_id=1,
            number=1_000_000 + n,
            text=f"第{n}盏灯坏了",
            shown=f"第{n}盏灯坏了",
            guess="livelihood",
            category="livelihood",
            evidence=["灯"],
            visibility="open",
            said_at=now,
        )
        for n in range(count)
    ]
    for start in range(0, count, 2000):
        await Concern.bulk_create(rows[start : start + 2000])


@pytest.mark.bench
@pytest.mark.parametrize("library", ["ptb", "aiogram"])
def test_events_a_second(library, capsys):
    """(a) >= 0.8 of a bare echo up to the commit, (b) >= 0.5 through to the answer, 100x stored <= 1.2x the time."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        floor, committed, answered, grown = runner.run(_measured(library))
    with capsys.disabled():
        print(
            f"\nevents {library}: bare echo {floor:.0f}/s; (a) committed {committed:.0f}/s = {committed / floor:.2f}; "
            f"(b) answered {answered:.0f}/s = {answered / floor:.2f}; "
            f"100x stored {grown:.0f}/s = {committed / grown:.2f}x the time"
        )

    assert committed / floor >= 0.8
    assert answered / floor >= 0.5
    assert committed / grown <= 1.2


async def _measured(library: str) -> tuple[float, float, float, float]:
    port = free_port()
    stub = f"http://127.0.0.1:{port}"
    with load(port) as feeder:
        floor = await {"ptb": echo_ptb, "aiogram": echo_aiogram}[library](stub, feeder)
        committed = await ours(stub, feeder, library, STORED, deliver=False)
        answered = await ours(stub, feeder, library, STORED, deliver=True)
        grown = await ours(stub, feeder, library, STORED * 100, deliver=False)
    return floor, committed, answered, grown
