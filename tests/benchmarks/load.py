"""The other side of a Telegram webhook, as little as possible: feeds updates, answers each request at once.

A process of its own: `feed` posts updates to a webhook at a given concurrency; `stub` answers every method.
"""

import asyncio
import json
import multiprocessing
import socket
import time
from contextlib import contextmanager

import aiohttp
from aiohttp import web

CHATS = 16
PEOPLE = 64
TEXTS = (
    "说事 三号楼电梯又停了，老人下不来，已经第三次了，请物业尽快修",
    "说事 小区东门路灯不亮，晚上出入不安全",
    "说事 楼上邻居漏水把我家天花板泡了，谁来管",
    "说事 广场舞声音太大，晚上九点以后还不停",
)
TOKEN = "1:bench"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def update(number: int) -> dict:
    """A group message of one of 64 people in one of 16 groups."""
    user = {"id": 5000 + number % PEOPLE, "is_bot": False, "first_name": "居民"}
    chat = {"id": -100 - number % CHATS, "type": "supergroup", "title": "枫林小区群"}
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": chat,
        "from": user,
        "text": TEXTS[number % len(TEXTS)],
    }
    return {"update_id": number, "message": message}


async def _answer(request: web.Request) -> web.Response:
    method = request.match_info["method"]
    if method == "getMe":
        me = {
            "id": 1,
            "is_bot": True,
            "first_name": "bot",
            "username": "bench_bot",
            "can_read_all_group_messages": True,
        }
        return web.json_response({"ok": True, "result": me})
    if method in {"sendMessage", "editMessageText"}:
        request.app["sent"].append(time.perf_counter())
        chat = {"id": -1, "type": "supergroup", "title": "g"}
        message = {"message_id": len(request.app["sent"]), "date": 0, "chat": chat, "text": "x"}
        return web.json_response({"ok": True, "result": message})
    return web.json_response({"ok": True, "result": True})


async def _stubbed(port: int, pipe) -> None:
    app = web.Application()
    app["sent"] = []
    app.router.add_route("*", f"/bot{TOKEN}/{{method}}", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    pipe.send("ready")
    loop = asyncio.get_running_loop()
    while (asked := await loop.run_in_executor(None, pipe.recv)) is not None:
        url, secret, first, count, answers = asked
        before = len(app["sent"])
        started = time.perf_counter()
        await _feed(url, secret, first, count)
        fed = time.perf_counter() - started
        while answers and len(app["sent"]) - before < answers:  # noqa: ASYNC110 - what is measured
            await asyncio.sleep(0.002)
        pipe.send((fed, time.perf_counter() - started))


async def _feed(url: str, secret: str, first: int, count: int, at_once: int = 16) -> None:
    numbers = iter(range(first, first + count))
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:

        async def one() -> None:
            for number in numbers:
                async with session.post(url, data=json.dumps(update(number)), headers=headers) as answer:
                    assert answer.status == 200, await answer.text()

        await asyncio.gather(*[one() for _ in range(at_once)])


def _main(port: int, pipe) -> None:
    asyncio.run(_stubbed(port, pipe))


class Load:
    """The stub's process. `fed` gives the seconds until all updates were acknowledged, and until all were answered."""

    def __init__(self, pipe) -> None:
        self._pipe = pipe

    async def fed(self, url: str, secret: str, first: int, count: int, answers: int = 0) -> tuple[float, float]:
        self._pipe.send((url, secret, first, count, answers))
        return await asyncio.get_running_loop().run_in_executor(None, self._pipe.recv)


@contextmanager
def load(port: int):
    """A stub on a port, with its feeder."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_main, args=(port, theirs), daemon=True)
    process.start()
    ours.recv()
    try:
        yield Load(ours)
    finally:
        ours.send(None)
        process.join(5)
        process.kill()
