"""Telegram through aiogram: it carries Bot API dicts there and back. Importing this takes seconds."""

import asyncio
import io
from collections.abc import Iterable, Mapping
from typing import Any

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import Response, TelegramMethod
from aiogram.types import BufferedInputFile
from aiohttp import ClientError, ClientResponseError
from aiolimiter import AsyncLimiter

from bot.channels.telegram import Setup, TelegramChannel
from bot.channels.telegram_errors import Failure
from bot.channels.telegram_html import Attached

RETRIES = 3
PATIENCE = 30
KEPT = 512
# Messages and seconds: in all, in a chat, in a group.
ALL, A_SECOND, A_MINUTE = (30, 1), (1, 1), (20, 60)
_STATUS: tuple[tuple[type[exceptions.AiogramError], int], ...] = (
    (exceptions.TelegramBadRequest, 400),
    (exceptions.TelegramForbiddenError, 403),
    (exceptions.TelegramUnauthorizedError, 401),
    (exceptions.TelegramNotFound, 404),
    (exceptions.TelegramConflictError, 409),
    (exceptions.TelegramEntityTooLarge, 413),
)


class _Method(TelegramMethod[Any]):
    """Any method, asked and answered in plain dicts: a field aiogram does not know yet can't break what was sent."""

    __returning__ = Any
    __api_method__ = ""


class Limits(BaseRequestMiddleware):
    """Telegram's own limits, as PTB's AIORateLimiter keeps them: 30 messages a second in all, one a second in a chat,
    20 a minute in a group. Told to wait (429), all requests wait; each is tried three times more."""

    def __init__(self) -> None:
        self._all = AsyncLimiter(*ALL)
        self._seconds: dict[int, AsyncLimiter] = {}
        self._minutes: dict[int, AsyncLimiter] = {}
        self._open = asyncio.Event()
        self._open.set()

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        if method.__api_method__ == "getUpdates":
            return await make_request(bot, method)
        for left in range(RETRIES, -1, -1):
            for limiter in self._limiters(getattr(method, "chat_id", None)):
                await limiter.acquire()
            await self._open.wait()
            try:
                return await make_request(bot, method)
            except exceptions.TelegramRetryAfter as flood:
                if not left:
                    raise
                await self._wait(flood.retry_after)
        raise AssertionError("unreachable")

    def _limiters(self, chat: int | None) -> Iterable[AsyncLimiter]:
        """Toasts and menus belong to no chat and wait for nothing."""
        if chat is None:
            return
        if chat < 0:
            yield _limiter(self._minutes, chat, A_MINUTE)
        yield _limiter(self._seconds, chat, A_SECOND)
        yield self._all

    async def _wait(self, seconds: float) -> None:
        self._open.clear()
        try:
            await asyncio.sleep(seconds + 0.1)
        finally:
            self._open.set()


def _limiter(kept: dict[int, AsyncLimiter], chat: int, rate: tuple[int, int]) -> AsyncLimiter:
    """A chat's limiter; those that hold nobody back are forgotten when there are many."""
    if chat not in kept and len(kept) >= KEPT:
        for idle in [one for one, limiter in kept.items() if limiter.has_capacity(limiter.max_rate)]:
            del kept[idle]
    return kept.setdefault(chat, AsyncLimiter(*rate))


class AiogramChannel(TelegramChannel):
    """aiogram as a carrier."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        session = AiohttpSession(api=TelegramAPIServer.from_base(setup.api_base_url))
        if setup.limits:
            session.middleware(Limits())
        self._bot = Bot(setup.token, session=session)
        self._methods: dict[str, type[_Method]] = {}

    async def call(self, method: str, params: Mapping[str, Any], seconds: float | None = None) -> Any:
        if method not in self._methods:
            self._methods[method] = type(method, (_Method,), {"__api_method__": method})
        plain = {name: _uploaded(value) for name, value in params.items()}
        try:
            return await self._bot(self._methods[method](**plain), request_timeout=int(seconds or PATIENCE))
        except exceptions.AiogramError as wrong:
            raise _failure(method, wrong) from wrong

    async def download(self, path: str) -> bytes:
        content = io.BytesIO()
        try:
            await self._bot.download_file(path, content)
        except ClientResponseError as wrong:
            raise Failure("download", wrong.message, wrong.status) from wrong
        except (ClientError, TimeoutError) as wrong:
            raise Failure("download", type(wrong).__name__) from wrong
        return content.getvalue()

    async def close(self) -> None:
        await self._bot.session.close()


def _uploaded(value: Any) -> Any:
    """A file as aiogram sends it; everything else as it is."""
    return BufferedInputFile(value.data, value.name) if isinstance(value, Attached) else value


def _failure(method: str, wrong: exceptions.AiogramError) -> Failure:
    """aiogram's exception as what the Bot API answered."""
    message = str(getattr(wrong, "message", type(wrong).__name__))
    if isinstance(wrong, exceptions.TelegramRetryAfter):
        return Failure(method, message, 429, wait=wrong.retry_after)
    if isinstance(wrong, exceptions.TelegramMigrateToChat):
        return Failure(method, message, 400, moved=wrong.migrate_to_chat_id)
    status = next((code for kind, code in _STATUS if isinstance(wrong, kind)), None)
    return Failure(method, message, status)
