"""Where channels keep what must outlive a restart: rows of the database."""

from collections.abc import Collection, Mapping
from typing import Any

from models import mail

MOST = 200


class Shelf:
    """Notes of one channel, as `bot.channels.base.Shelf` wants them."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    async def put(self, name: str, note: Mapping[str, Any]) -> int:
        """Keep a note; returns its id."""
        return await mail.keep_line(self._channel, name, dict(note))

    async def of(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The newest notes under a name with their ids, oldest first."""
        return await mail.lines(self._channel, name, 0, MOST)

    async def drop(self, ids: Collection[int]) -> None:
        """Forget notes."""
        await mail.drop_lines(ids)
