"""The board and the rehearsal group on a real socket, for a real browser."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.web import WebChannel
from bot.channels.web_lines import Reader
from bot.channels.web_stage import Note, Rehearsal
from bot.server import Server, take_socket
from bot.transcript import Transcript
from domain.talk import Button, Chat, Event, Manner, Outgoing, Person, Pressed, Said
from tests.channels.test_web import HandClock
from tests.database import memory
from tests.web import owners_town, town
from web.app import create_app

GROUP = Chat("web", "hall", title="3号楼业主群")
PLAYERS = tuple(
    Person(name, name) for name in ("居民甲", "居民乙", "业主", "网格员", "管理员", "书记", "物业公司", "不在册的人")
)


@dataclass
class Served:
    """`url` is where the pages are; `channel` is what the bot speaks through."""

    url: str
    channel: WebChannel


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    """青竹苑小区 with its rehearsal group; a bot that takes every 说事 in as number 31."""
    async with memory():
        of = await town.settle()
        await town.topics(of)
        await owners_town.settle(of)
        await town.community("北湖里", "empty")
        render, clock = town.renderer(rehearsal=True), HandClock()
        reader = Reader(render.site.texts, render.site.dates, render.site.zone)
        stage = Rehearsal(GROUP, PLAYERS, clock, _recorded)
        channel = WebChannel(stage, Transcript(), render, reader, patience=0.3)
        taken = take_socket("127.0.0.1", 0)
        server = Server(create_app(render, clock.now, channel.routes()), taken)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(server.run_here())
            listening = group.create_task(channel.listen(lambda event: _answer(channel, event)))
            await server.listening.wait()
            try:
                yield Served(f"http://127.0.0.1:{taken.getsockname()[1]}", channel)
            finally:
                server.should_exit = True
                await running
                listening.cancel()
                taken.close()


async def _recorded() -> Sequence[Note]:
    told = ((41, "说事 #31 附议，共2人"), (10, "找到相近的议题 #12"), (10, "记下说事 #31，服务民生"))
    return [Note(town.NOW + timedelta(seconds=seconds), text) for seconds, text in told]


ANSWER = "收到，记为说事 #31，服务民生（依据：楼道、灯）。\n下一步：管理员梳理，发“进度 31”随时查"
ROWS = (
    (Button("公开✓", "show_to", ("31", "open")), Button("匿名", "show_to", ("31",)), Button("仅管理员", "show_to")),
    (Button("改类别", "category", ("31",)), Button("撤回", "withdraw", ("31",))),
)


async def _answer(channel: WebChannel, event: Event) -> None:
    if isinstance(event, Said) and event.text.startswith("说事"):
        await channel.send(Outgoing(event.chat, ANSWER, rows=ROWS), None)
    elif isinstance(event, Pressed):
        toast = Outgoing(event.chat, f"按了{event.verb}", Manner.TOAST, person=event.who.id)
        await channel.send(toast, None)
