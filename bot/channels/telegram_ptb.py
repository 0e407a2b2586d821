"""Telegram through python-telegram-bot: it carries Bot API dicts there and back."""

import logging
import os
from collections.abc import Mapping
from typing import Any

# Asked for at import: without it every 429 warns that `retry_after` will become a timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import InputFile, error
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram import Setup, TelegramChannel
from bot.channels.telegram_errors import Failure
from bot.channels.telegram_html import Attached

# httpx logs each address at INFO, and Telegram's addresses hold the token.
logging.getLogger("httpx").setLevel(logging.WARNING)

RETRIES = 3
_STATUS: tuple[tuple[type[error.TelegramError], int], ...] = (
    (error.BadRequest, 400),
    (error.Forbidden, 403),
    (error.InvalidToken, 401),
    (error.Conflict, 409),
)


class _Bot(ExtBot[int]):
    """PTB's bot, asked and answering in plain dicts: a field it does not know yet can't break what was sent."""

    async def ask(self, method: str, params: Mapping[str, Any], seconds: float | None) -> Any:
        plain = {name: _uploaded(value) for name, value in params.items()}
        if seconds is None:
            return await self._post(method, plain)
        return await self._post(method, plain, read_timeout=seconds)


def _uploaded(value: Any) -> Any:
    """A file as PTB sends it; everything else as it is."""
    return InputFile(value.data, value.name) if isinstance(value, Attached) else value


class PtbChannel(TelegramChannel):
    """python-telegram-bot as a carrier."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        # Long polling has its own connections, so that an answer never waits for it.
        self._requests = (_requests(32), _requests(8))
        base = setup.api_base_url.rstrip("/")
        self._bot = _Bot(
            setup.token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
            rate_limiter=AIORateLimiter(max_retries=RETRIES) if setup.limits else None,
        )

    async def call(self, method: str, params: Mapping[str, Any], seconds: float | None = None) -> Any:
        try:
            return await self._bot.ask(method, params, seconds)
        except error.TelegramError as wrong:
            raise _failure(method, wrong) from wrong

    async def download(self, path: str) -> bytes:
        try:
            return bytes(await self._requests[0].retrieve(f"{self._bot.base_file_url}/{path}"))
        except error.TelegramError as wrong:
            raise _failure("download", wrong) from wrong

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()


def _requests(connections: int) -> HTTPXRequest:
    """Patient: an answer given up too early is sent twice."""
    return HTTPXRequest(connections, read_timeout=30, write_timeout=30, connect_timeout=10, pool_timeout=30)


def _failure(method: str, wrong: error.TelegramError) -> Failure:
    """PTB's exception as what the Bot API answered (BadRequest is a NetworkError to PTB)."""
    if isinstance(wrong, error.RetryAfter):
        return Failure(method, wrong.message, 429, wait=wrong._retry_after.total_seconds())
    if isinstance(wrong, error.ChatMigrated):
        return Failure(method, wrong.message, 400, moved=wrong.new_chat_id)
    status = next((code for kind, code in _STATUS if isinstance(wrong, kind)), None)
    return Failure(method, wrong.message, status)
