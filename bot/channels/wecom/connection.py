"""The long connection of a WeCom bot: subscribe, ping, match answers to questions, come back when it breaks.

https://developer.work.weixin.qq.com/document/path/101463. A frame is `{"cmd", "headers": {"req_id"}, "body"}`; an
answer has no `cmd` but the `errcode` of the question with the same `req_id`.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.channels.base import RetryLater
from bot.channels.wecom.errors import No

log = logging.getLogger(__name__)

URL = "wss://openws.work.weixin.qq.com"
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
REFUSED_PAUSE = 300.0
BIGGEST = 8 * 2**20
Frame = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setup:
    """`ping`: seconds between two pings; `patience`: how many seconds an answer may take."""

    bot_id: str
    secret: str
    url: str = URL
    ping: float = 30.0
    patience: float = 5.0


class Kicked(Exception):
    """Another program has taken the bot: the platform allows one connection, and this one is over."""


class Lost(Exception):
    """The connection is gone; it will be opened again."""


class Refused(Lost):
    """The platform does not accept bot id or secret."""


class Connection:
    """One live connection at a time. `take` gets each frame that is a callback, in order, and must not wait."""

    def __init__(self, setup: Setup, take: Callable[[Frame], None]) -> None:
        self.setup = setup
        self._take = take
        self._socket: ClientConnection | None = None
        self._asked: dict[str, asyncio.Future[Frame]] = {}

    async def run(self) -> None:
        """Connected until cancelled. Raises Kicked."""
        broken = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._session()
            except Refused as refused:
                log.error("wecom: the platform refuses the bot: %s", refused)
                pause = REFUSED_PAUSE
            except (Lost, OSError, WebSocketException, TimeoutError) as wrong:
                broken = 0 if asyncio.get_running_loop().time() - began > PAUSES[-1] else broken
                pause = PAUSES[min(broken, len(PAUSES) - 1)]
                broken += 1
                log.warning("wecom: connection lost (%s %s), again in %.0f s", type(wrong).__name__, wrong, pause)
            await asyncio.sleep(pause)

    async def _session(self) -> None:
        """One connection from its opening to its end, which is always an exception."""
        async with connect(self.setup.url, ping_interval=None, max_size=BIGGEST, proxy=None) as socket:
            self._socket = socket
            try:
                raise await _first_end(self._read(socket), self._live())
            finally:
                self._socket = None
                self._let_go()

    def _let_go(self) -> None:
        """Whoever still waits for an answer will not get it here."""
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(RetryLater("connection lost"))
        self._asked.clear()

    async def _read(self, socket: ClientConnection) -> None:
        async for message in socket:
            try:
                frame = json.loads(message)
                self._frame(frame, str(frame["headers"]["req_id"]))
            except (LookupError, TypeError, ValueError, AttributeError) as wrong:
                log.error("wecom: passed over a frame that can't be read: %s", type(wrong).__name__)
        raise Lost("closed")

    def _frame(self, frame: Frame, asked: str) -> None:
        """An answer, or a callback. Raises Kicked."""
        if "cmd" not in frame:
            waiting = self._asked.pop(asked, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
            return
        if frame.get("body", {}).get("event", {}).get("eventtype") == "disconnected_event":
            raise Kicked
        self._take(frame)

    async def _live(self) -> None:
        """Subscribe, then ping; a ping without an answer in its time means that nobody is there."""
        try:
            await self.ask("aibot_subscribe", {"bot_id": self.setup.bot_id, "secret": self.setup.secret})
        except No as no:
            raise Refused(str(no)) from no
        except RetryLater as slow:
            raise Lost(str(slow)) from slow
        log.info("wecom: connected")
        while True:
            await asyncio.sleep(self.setup.ping)
            try:
                await self.ask("ping", None)
            except (No, RetryLater) as missing:
                raise Lost("no pong") from missing

    async def ask(self, command: str, body: Mapping[str, Any] | None, req_id: str = "") -> Mapping[str, Any]:
        """Send a frame and wait for its answer; returns the answer's body.

        Raises No where the answer is one, RetryLater where there is no connection or no answer in time.
        """
        if self._socket is None:
            raise RetryLater("not connected", PAUSES[0])
        req_id = req_id or f"{command}_{uuid4().hex}"
        frame: dict[str, Any] = {"cmd": command, "headers": {"req_id": req_id}}
        if body is not None:
            frame["body"] = body
        waiting = self._asked[req_id] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
            async with asyncio.timeout(self.setup.patience):
                answer = await waiting
        except TimeoutError as late:
            raise RetryLater(f"{command}: no answer") from late
        except (OSError, WebSocketException) as lost:
            raise RetryLater("connection lost") from lost
        finally:
            if self._asked.get(req_id) is waiting:
                del self._asked[req_id]
        if answer.get("errcode", 0) != 0:
            raise No(int(answer["errcode"]), str(answer.get("errmsg", "")))
        found: Mapping[str, Any] = answer.get("body") or {}
        return found


async def _first_end(*works: Coroutine[Any, Any, None]) -> Exception:
    """Do all at once until one ends; how it ended. Their end is always an exception."""

    async def ended(work: Coroutine[Any, Any, None]) -> Exception:
        try:
            await work
        except Exception as how:
            return how
        return Lost("ended")

    async with asyncio.TaskGroup() as tasks:
        under_way = [tasks.create_task(ended(work)) for work in works]
        done, rest = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
    return done.pop().result()
