"""What both ways of a WeCom bot do alike: render, remember cards, answer a press, fetch pictures."""

import asyncio
import base64
import binascii
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from bot.channels import wechat_http
from bot.channels.base import RetryLater, Shelf, Unsendable
from bot.channels.wechat_crypto import Forged, decrypt
from bot.channels.wecom.cards import MORE, Body, Card, Look, forgotten, render
from bot.channels.wecom.wire import Ears, parse, picture_of
from domain.talk import Event, Outgoing, Pressed, Said, Upload

CARDS = 2000
PICTURE_BYTES = 20 * 2**20
SECONDS_TO_UPDATE = 5.0


@dataclass(frozen=True, slots=True)
class Press:
    """A press that can still be answered: which card it was on, and when it came (seconds of the loop's clock)."""

    task: str
    at: float

    @property
    def fresh(self) -> bool:
        """Whether the platform still takes an update for it."""
        return asyncio.get_running_loop().time() - self.at < SECONDS_TO_UPDATE


class Doors:
    """Who has just opened the bot's chat: each may be greeted once, within seconds, by the request's id."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def open(self, chat: str, request: str) -> None:
        """Somebody came in."""
        self._open[chat] = request, asyncio.get_running_loop().time()
        while len(self._open) > CARDS:
            self._open.popitem(last=False)

    def pop(self, chat: str) -> str:
        """The request that a greeting answers; empty where there is none any more."""
        request, at = self._open.pop(chat, ("", 0.0))
        return request if asyncio.get_running_loop().time() - at < SECONDS_TO_UPDATE else ""


class Answers:
    """`look`: how cards look; `ears`: how the bot hears; `media_key` opens pictures that come without a key."""

    def __init__(self, look: Look, ears: Ears, shelf: Shelf, media_key: bytes = b"") -> None:
        self.look = look
        self._ears = ears
        self._shelf = shelf
        self._media_key = media_key
        self._cards: OrderedDict[str, Card] = OrderedDict()
        self._presses: OrderedDict[str, Press] = OrderedDict()
        self.http = wechat_http.client()

    async def read(self, body: Mapping[str, Any], token: str) -> Event | None:
        """The event of a callback; its pictures' addresses and keys are kept, being too long for a row and short-lived.

        Raises what `wire.parse` raises.
        """
        event = parse(body, self._ears, datetime.now(UTC), token)
        if isinstance(event, Pressed):
            self._remember(self._presses, token, Press(event.message or "", asyncio.get_running_loop().time()))
        if isinstance(event, Said) and event.pictures:
            kept = tuple([Upload(await self._keep(upload.id)) for upload in event.pictures])
            return replace(event, pictures=kept)
        return event

    async def _keep(self, picture: str) -> str:
        name = uuid4().hex
        await self._shelf.put(f"picture:{name}", {"picture": picture})
        return name

    def messages(self, out: Outgoing) -> tuple[list[Body], str | None]:
        """What says `out`, and the id of its card."""
        bodies, card = render(out, self.look, lambda prefix: f"{prefix}{uuid4().hex}")
        if card is not None:
            self._remember(self._cards, card.task, card)
        return bodies, card.task if card else None

    def press(self, token: str | None) -> Press | None:
        """The press that a toast answers, where it can still be answered; once."""
        press = self._presses.pop(token or "", None)
        return press if press and press.fresh else None

    def update(self, press: Press, person: str, text: str) -> Body:
        """The presser's own card with `text` in it. Without `userids` one press would change everybody's card."""
        card = self._cards.get(press.task) or forgotten(press.task, text, self.look)
        return _update(person, card.answered(text, self.look))

    def turned(self, event: Pressed) -> Body | None:
        """The card's next buttons, where the press only asked for them."""
        card = self._cards.get(event.message or "")
        if event.verb != MORE or card is None or not event.args[0].isdecimal():
            return None
        return _update(event.who.id, replace(card, first=int(event.args[0])).body(self.look))

    async def fetch(self, upload: Upload) -> bytes:
        """The bytes of a picture. Raises RetryLater, or Unsendable where it is gone or can't be opened."""
        notes = await self._shelf.of(f"picture:{upload.id}")
        if not notes:
            raise Unsendable("unknown picture")
        key, url = picture_of(notes[0][1]["picture"])
        data = await self._download(url)
        try:
            opened = decrypt(base64.b64decode(key + "=" * (-len(key) % 4)) if key else self._media_key, data)
        except (Forged, binascii.Error, ValueError) as wrong:
            raise Unsendable("picture can't be opened") from wrong
        await self._shelf.drop([id for id, _ in notes])
        return opened

    async def _download(self, url: str) -> bytes:
        try:
            answer = await self.http.get(url)
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise RetryLater(type(wrong).__name__) from wrong
        if answer.is_server_error:
            raise RetryLater(f"picture: {answer.status_code}")
        if not answer.is_success or len(answer.content) > PICTURE_BYTES:
            raise Unsendable(f"picture: {answer.status_code}")
        return answer.content

    @staticmethod
    def _remember(kept: OrderedDict[str, Any], name: str, thing: object) -> None:
        kept[name] = thing
        while len(kept) > CARDS:
            kept.popitem(last=False)


def _update(person: str, card: Body) -> Body:
    return {"response_type": "update_template_card", "userids": [person], "template_card": card}
