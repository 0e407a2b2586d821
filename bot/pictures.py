"""Fetches pictures after the commit: opened, turned upright, without EXIF, kept once by their hash.

A picture that waits is a row, so a kill loses none. One that can't be opened, or is too large, is said to its sender.
"""

import asyncio
import hashlib
import io
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.channels.base import Channel, ChatGone, RetryLater, Unsendable
from domain.talk import Outgoing, Upload
from handlers import materials, paper_scans
from handlers.desk import House
from models.concerns import Image, Unfetched

if TYPE_CHECKING:  # 2 MiB, for the first picture
    from PIL import Image as Pillow

log = logging.getLogger(__name__)
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2560
BATCH = 20
FILE_MIME = "application/octet-stream"
IDLE = 10.0
TRIES = 8


class Pictures:
    """Fetches what waits. `wake` is called when something new came in."""

    def __init__(
        self, house: House, channels: Mapping[str, Channel], clock: Callable[[], datetime], told: Callable[[], None]
    ) -> None:
        self._house = house
        self._channels = channels
        self._clock = clock
        self._told = told
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something new may wait."""
        self._wake.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        while True:
            self._wake.clear()
            await self.fetch_all()
            try:
                async with asyncio.timeout(IDLE):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def fetch_all(self) -> None:
        """Fetch all that is due."""
        for photo in await self._house.store.concerns.unfetched(self._clock(), BATCH):
            if photo.channel in self._channels:
                await self._fetch(photo)

    async def _fetch(self, photo: Unfetched) -> None:
        store = self._house.store.concerns
        try:
            data = await self._channels[photo.channel].fetch(Upload(photo.upload))
            image = await asyncio.to_thread(kept_file if photo.name else ready, data)
        except TooLarge:
            await self._give_up(photo, "collect.too_big")
        except (Unsendable, ChatGone, Unreadable):
            await self._give_up(photo, "collect.unreadable")
        except RetryLater as no:
            if photo.tries >= TRIES:
                await self._give_up(photo, "collect.unreadable")
                return
            log.warning("picture %s waits: %s", photo.id, no)
            await store.photo_later(photo.id, self._clock() + timedelta(seconds=2**photo.tries))
        else:
            await store.keep_photo(photo.id, image, self._clock())
            await self._say(photo, image)

    async def _say(self, photo: Unfetched, image: Image | None) -> None:
        """What a file for a topic, or a paper ballot's picture, makes the bot say; nothing of other pictures."""
        if photo.material is None and photo.paper is None:
            return
        async with self._house.store.transaction():
            await self._house.store.mail.put(await self._words(photo, image), None, self._clock())
        self._told()

    async def _words(self, photo: Unfetched, image: Image | None) -> list[Outgoing]:
        house, now = self._house, self._clock()
        if photo.paper is not None:
            return await paper_scans.kept(house, photo.paper, image, now)
        material = photo.material or 0
        if image is None:
            return await materials.lost(house, material, photo.name, now)
        return await materials.kept(house, material, photo.name, image)

    async def _give_up(self, photo: Unfetched, key: str) -> None:
        store, concern = self._house.store, photo.concern
        await self._say(photo, None)
        if concern is None:
            await store.concerns.photo_unreadable(photo.id)
            return
        text = self._house.texts(key, number=concern.number, most=MOST_BYTES // 1024 // 1024)
        async with store.transaction():
            await store.concerns.photo_unreadable(photo.id)
            group = await store.people.group(concern.group_id)
            chat = group.chat if group else await store.people.private_chat_of(concern.author_id or 0)
            if chat is not None:
                await store.mail.put([Outgoing(chat, text)], concern.community_id, self._clock())
        self._told()


class Unreadable(Exception):
    """No picture, or one that Pillow can't open."""


class TooLarge(Exception):
    """More bytes or pixels than are taken."""


def kept_file(data: bytes) -> Image:
    """A file as it came. Raises TooLarge."""
    if len(data) > MOST_BYTES:
        raise TooLarge
    return Image(hashlib.sha256(data).hexdigest(), data, FILE_MIME, 0, 0)


def ready(data: bytes) -> Image:
    """Open a picture, turn it as its EXIF says, shrink it to 2,560 pixels, and write it without EXIF.

    Raises Unreadable, TooLarge.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
            return _written(picture)
    except Pillow.DecompressionBombError as bomb:
        raise TooLarge from bomb
    except (OSError, SyntaxError, ValueError) as wrong:
        raise Unreadable from wrong


def _written(picture: "Pillow.Image") -> Image:
    from PIL import ImageOps

    if picture.width * picture.height > MOST_PIXELS:
        raise TooLarge
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clear = upright.has_transparency_data
    out = io.BytesIO()
    if clear:
        upright.convert("RGBA").save(out, "PNG")
    else:
        upright.convert("RGB").save(out, "JPEG", quality=85)
    data = out.getvalue()
    mime = "image/png" if clear else "image/jpeg"
    return Image(hashlib.sha256(data).hexdigest(), data, mime, upright.width, upright.height)
