"""What both Telegram channels do alike: receive in order, acknowledge after the commit, send, name what went wrong.

A carrier (`telegram_ptb`, `telegram_aiogram`) brings requests there and answers back; it is a subclass with `call`,
`download` and `close`.
"""

import asyncio
import hmac
import json
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import Command, OnEvent, Rejected, RetryLater, Unsendable
from bot.channels.telegram_errors import Failure, Troubles
from bot.channels.telegram_html import Call, Hand, render
from bot.channels.telegram_wire import ALLOWED_UPDATES, CHANNEL, Me, Wire, chat_of, parse
from domain.talk import Event, Outgoing, Upload

log = logging.getLogger(__name__)

API = "https://api.telegram.org"
PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONG_POLL = 30

_TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Setup:
    """How a Telegram channel is set up.

    `webhook_url` None: long polling. `typed_after`: see `telegram_html.Hand`. `limits`: keep Telegram's own limits
    (30 messages a second, 20 a minute in a group); off only for measuring.
    `now`: the program's clock; a press carries no time of its own.
    """

    token: str
    api_base_url: str = API
    webhook_url: str | None = None
    webhook_secret: str = ""
    limits: bool = True
    typed_after: str = ""
    now: Callable[[], datetime] = _now


class TelegramChannel(ABC):
    """A Bot API bot as a Channel (`bot.channels.base`)."""

    name = CHANNEL

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._me: Me | None = None
        self._on_event: OnEvent | None = None
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @abstractmethod
    async def call(self, method: str, params: Mapping[str, Any], seconds: float | None = None) -> Any:
        """One request; its result as the Bot API gives it. `seconds` to wait for it. Raises Failure."""

    @abstractmethod
    async def download(self, path: str) -> bytes:
        """A file by the path that getFile gave. Raises Failure."""

    @abstractmethod
    async def close(self) -> None:
        """Give back sockets."""

    # --- in ---

    async def listen(self, on_event: OnEvent) -> None:
        """Receive until cancelled; in webhook mode `routes` receive. Raises Rejected where Telegram refuses the bot."""
        self._on_event = on_event
        await self._identify()
        if self.setup.webhook_url:
            await asyncio.Event().wait()
        await self._insist("deleteWebhook", {})
        await self._poll()

    async def _poll(self) -> None:
        offset = 0
        troubles = Troubles()
        while True:
            asked = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": ALLOWED_UPDATES}
            try:
                updates = await self.call("getUpdates", asked, LONG_POLL + 10)
            except Failure as failure:
                await troubles.pause(failure)
                continue
            # The next request acknowledges: it is sent only when all of these are committed.
            taken = await self._take(updates)
            offset = max(offset, taken)
            if updates and taken <= updates[-1]["update_id"]:
                await troubles.pause(Failure("getUpdates", "an event was not kept, asking again"))
            else:
                troubles.over()

    async def _take(self, updates: Sequence[Wire]) -> int:
        """A batch, each chat in order, chats side by side. Returns the offset that acknowledges what is kept."""
        lanes: dict[str, list[Wire]] = {}
        for update in updates:
            lanes.setdefault(chat_of(update), []).append(update)
        async with asyncio.TaskGroup() as tasks:
            under_way = [tasks.create_task(self._lane(lane)) for lane in lanes.values()]
        lost = [first for task in under_way if (first := task.result()) is not None]
        return min(lost, default=updates[-1]["update_id"] + 1 if updates else 0)

    async def _lane(self, lane: Sequence[Wire]) -> int | None:
        """One chat's updates; the id of the first that was not kept."""
        for update in lane:
            if not await self._handed_on(update):
                return int(update["update_id"])
        return None

    async def _handed_on(self, update: Wire) -> bool:
        """Parse and hand on one update. True where it need not come again: it is kept, or can't be read."""
        event = self._read(update)
        if event is None:
            return True
        assert self._on_event is not None
        try:
            async with self._locks.setdefault(event.chat.id, asyncio.Lock()):
                await self._on_event(event)
        except Exception:  # whatever it was: nothing was kept, so it must come again
            log.exception("telegram: event %s was not kept", event.event)
            return False
        return True

    def _read(self, update: Wire) -> Event | None:
        assert self._me is not None
        try:
            return parse(update, self._me, self.setup.now())
        except Exception as wrong:  # a person's words may be in it: neither they nor the error's text are logged
            log.error("telegram: passed over an update that can't be read: %s", type(wrong).__name__)
            return None

    def routes(self) -> Sequence[BaseRoute]:
        """The webhook, in webhook mode."""
        return [Route(PATH, self._webhook, methods=["POST"])] if self.setup.webhook_url else []

    async def _webhook(self, request: Request) -> Response:
        """The secret first; the 200 follows the commit; 5xx makes Telegram send again."""
        given, secret = request.headers.get(SECRET_HEADER, ""), self.setup.webhook_secret
        if not (secret and hmac.compare_digest(given.encode(), secret.encode())):
            return Response(status_code=403)
        if self._me is None or self._on_event is None:
            return Response(status_code=503)
        try:
            update = json.loads(await request.body())
        except ValueError:
            update = {}
        return Response(status_code=200 if await self._handed_on(update) else 500)

    async def ready(self, commands: Sequence[Command]) -> None:
        """The web server listens: set webhook and command menus. Raises Rejected where the webhook is refused."""
        await self._identify()
        if url := self.setup.webhook_url:
            hook = {"url": url, "secret_token": self.setup.webhook_secret, "allowed_updates": ALLOWED_UPDATES}
            await self._insist("setWebhook", hook)
        for scope, menu in _menus(commands):
            try:
                await self._insist("setMyCommands", {"scope": {"type": scope}, "commands": menu})
            except Rejected as refused:
                log.warning("%s", refused)

    async def _identify(self) -> Me:
        if self._me is None:
            self._me = Me.read(await self._insist("getMe", {}))
        return self._me

    async def _insist(self, method: str, params: Mapping[str, Any]) -> Any:
        """Ask until an answer comes. Raises Rejected where the answer is a final no."""
        troubles = Troubles()
        while True:
            try:
                return await self.call(method, params)
            except Failure as failure:
                if failure.final:
                    raise Rejected(str(failure)) from failure
                await troubles.pause(failure)

    # --- out ---

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Send or edit; see `Channel.send`."""
        hand = Hand(await self._identify(), self.setup.typed_after)
        try:
            result = await self._sent(render(out, message, hand, self.setup.now()))
        except Failure as failure:
            if (outcome := failure.outcome()) is not None:
                raise outcome from failure
            return message
        return str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else message

    async def _sent(self, call: Call) -> Any:
        """Where a forum topic was closed or deleted, the group still hears it."""
        try:
            return await self.call(call.method, call.params)
        except Failure as failure:
            if not any(part in failure.words for part in _TOPIC_GONE) or "message_thread_id" not in call.params:
                raise
            rest = {name: value for name, value in call.params.items() if name != "message_thread_id"}
            return await self.call(call.method, rest)

    async def fetch(self, upload: Upload) -> bytes:
        """The bytes of a picture; see `Channel.fetch`."""
        try:
            found = await self.call("getFile", {"file_id": upload.id})
            return await self.download(found["file_path"])
        except Failure as failure:
            raise (
                RetryLater(failure.words, failure.wait) if not failure.final else Unsendable(failure.words)
            ) from failure

    def link(self, start: str) -> str | None:
        """A link into the private chat; `start` is left out where Telegram would not carry it."""
        if self._me is None:
            return None
        carried = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start)
        return f"https://t.me/{self._me.username}" + (f"?start={start}" if carried else "")


def _menus(commands: Sequence[Command]) -> list[tuple[str, list[dict[str, str]]]]:
    """Scope and command menu: everybody's, and the longer one of those who run a group."""
    every = [{"command": one.name, "description": one.description} for one in commands]
    plain = [line for line, one in zip(every, commands, strict=True) if not one.moderators_only]
    return [("default", plain), ("all_chat_administrators", every)]
