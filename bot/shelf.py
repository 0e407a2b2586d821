"""Where channels keep what must outlive a restart: rows of the database."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from models import mail

MOST = 200


class Shelf:
    """Notes of one channel, as `bot.channels.base.Shelf` wants them. What has lain too long goes with the purge."""

    def __init__(self, channel: str, clock: Callable[[], datetime]) -> None:
        self._channel = channel
        self._clock = clock

    async def put(self, name: str, note: Mapping[str, Any], *, stays: bool = False) -> int:
        """Keep a note; returns its id."""
        return await mail.keep_line(self._channel, name, dict(note), None if stays else self._clock())

    async def of(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The newest notes under a name with their ids, oldest first."""
        return await mail.lines(self._channel, name, 0, MOST)

    async def drop(self, ids: Collection[int]) -> None:
        """Forget notes."""
        await mail.drop_lines(ids)
