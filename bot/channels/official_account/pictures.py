"""Pictures to a resident: uploaded when said, shown when asked for, as a reply holds either text or a picture.

https://developers.weixin.qq.com/doc/service/api/material/temporary/api_uploadtempmedia.html: kept for three days.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.base import RetryLater, Shelf
from bot.channels.official_account.api import Api, No

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that an upload may take: the text must be said within five."""
LASTS = timedelta(days=3) - timedelta(hours=1)
NAME = "result.png"


class Pictures:
    """The newest picture of each person."""

    def __init__(self, api: Api, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._shelf = shelf
        self._clock = clock

    async def keep(self, person: str, png: bytes) -> bool:
        """Upload a picture for a person; False where that was not to be done in time: its text goes without it."""
        try:
            async with asyncio.timeout(PATIENCE):
                media = await self._api.upload(png, NAME)
        except (No, RetryLater, TimeoutError) as no:
            log.warning("official account: a picture was not uploaded: %s", no or type(no).__name__)
            return False
        old = await self._shelf.of(_name(person))
        await self._shelf.put(_name(person), {"media": media, "until": (self._clock() + LASTS).isoformat()})
        await self._shelf.drop([id for id, _ in old])
        return True

    async def of(self, person: str) -> str:
        """The media id of a person's newest picture; empty where there is none any more."""
        found = await self._shelf.of(_name(person))
        fresh = [note for _, note in found if datetime.fromisoformat(note["until"]) > self._clock()]
        return str(fresh[-1]["media"]) if fresh else ""


def _name(person: str) -> str:
    return f"shown:{person}"
