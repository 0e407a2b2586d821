"""What can go wrong with the Bot API, and what to make of it (https://core.telegram.org/bots/api#making-requests)."""

import asyncio
import logging
from http import HTTPStatus

from bot.channels.base import ChatGone, ChatMoved, Rejected, RetryLater, Unsendable

log = logging.getLogger(__name__)

PAUSES = (1, 2, 4, 8, 16, 30)
# Whoever comes second to a token is pushed out by the first within seconds; the first must outlive that.
SETTLED = 60.0
CONFLICTS = 3

_NOTHING_TO_DO = ("message is not modified", "query is too old", "query id is invalid", "poll has already been closed")
_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "chat_restricted",
    "group chat was deactivated",
    "need administrator rights",
    "not enough rights to send",
    "have no rights to send",
)
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
_FINAL = _REFUSED | {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


class Failure(Exception):
    """The Bot API said no, or nothing. `status` is its HTTP status, None where no answer came."""

    def __init__(
        self,
        method: str,
        description: str,
        status: int | None = None,
        *,
        wait: float | None = None,
        moved: int | None = None,
    ) -> None:
        super().__init__(f"telegram {method}: {description}")
        self.words = description.lower()
        self.status, self.wait, self.moved = status, wait, moved

    @property
    def final(self) -> bool:
        """Whether the same request would be refused again."""
        return self.status in _FINAL and self.wait is None

    def outcome(self) -> Exception | None:
        """As `bot.channels.base` names it; None where what was asked for is so already, or too late to matter."""
        if self.moved is not None:
            return ChatMoved(str(self.moved))
        if self.wait is not None:
            return RetryLater(self.words, self.wait)
        if any(part in self.words for part in _NOTHING_TO_DO):
            return None
        if self.status == HTTPStatus.FORBIDDEN or any(part in self.words for part in _GONE):
            return ChatGone(self.words)
        return Unsendable(self.words) if self.status in _REFUSED else RetryLater(self.words)


class Troubles:
    """Failures in a row: each waits longer. A poller that others push out before it has settled gives up."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._conflicts = 0
        self._began = asyncio.get_running_loop().time()

    def over(self) -> None:
        """It worked."""
        self._in_a_row = 0

    async def pause(self, failure: Failure) -> None:
        """Say what went wrong and wait. Raises Rejected where another program holds the token."""
        log.warning("%s", failure)
        if failure.status == HTTPStatus.CONFLICT:
            self._conflicts += 1
            if self._conflicts >= CONFLICTS and asyncio.get_running_loop().time() - self._began < SETTLED:
                raise Rejected(str(failure)) from failure
        pause = PAUSES[min(self._in_a_row, len(PAUSES) - 1)]
        self._in_a_row += 1
        await asyncio.sleep(failure.wait or pause)
