"""The Official Account (公众号) as a Channel: one to one, `/wechat`.

https://developers.weixin.qq.com/doc/service/guide/dev/push/. What the bot says within five seconds is the request's
answer; what it says later lies on the shelf, is counted on top of the next answer, and comes when it is asked for.
"""

import asyncio
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import Command, OnEvent, RetryLater, Shelf, Unsendable
from bot.channels.official_account import xml
from bot.channels.official_account.api import Api, No
from bot.channels.official_account.menu import menu
from bot.channels.official_account.notices import Notices, Template
from bot.channels.official_account.pictures import Pictures
from bot.channels.official_account.replies import Words, compose, text_of
from bot.channels.official_account.wire import CHANNEL, event_id, parse
from bot.channels.plain import in_words
from bot.channels.wechat_crypto import Envelope, Forged, Sealed, check, enclosed, signature
from bot.channels.wechat_guard import Guard
from bot.channels.wechat_turns import Turns
from domain.talk import Event, Joined, Outgoing, Said, Upload

log = logging.getLogger(__name__)

PATH = "/wechat"
BIGGEST = 2**18
ENCLOSED = re.compile(rb"<Encrypt>\s*+(?:<!\[CDATA\[)?([A-Za-z0-9+/=]++)(?:\]\]>)?\s*+</Encrypt>")
ANSWERS = 2000
MARKS = " 。.，,！!？?～~"
NOTHING = "success"
"""What tells WeChat that all is well and nothing is to be said."""


Reply = xml.Fields
"""What is said in a request's answer, without who says it to whom; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Setup:
    """`aes_key` empty: plain mode; with it, every request must be sealed (compatible and safe mode both are).

    `labels` are the menu's; `template` None: the account sends no notices.
    """

    app_id: str
    token: str
    aes_key: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    template: Template | None = None


class OfficialAccount:
    """See `bot.channels.base.Channel`. `api` None: no app secret, so no menu, no pictures, no notices."""

    name = CHANNEL

    def __init__(
        self, setup: Setup, words: Words, shelf: Shelf, clock: Callable[[], datetime], api: Api | None = None
    ) -> None:
        self.setup = setup
        self._words = words
        self._clock = clock
        self._api = api
        self._envelope = Envelope(setup.token, setup.aes_key, setup.app_id) if setup.aes_key else None
        self._guard = Guard(clock)
        self._turns = Turns(shelf)
        self._given: OrderedDict[str, Reply] = OrderedDict()
        self._on_event: OnEvent | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._notices = Notices(api, shelf, setup.template) if api and setup.template else None
        self._pictures = Pictures(api, shelf, clock) if api else None

    # --- in ---

    async def listen(self, on_event: OnEvent) -> None:
        """Events come in by `routes`; this tells where they go."""
        self._on_event = on_event
        async with asyncio.TaskGroup() as self._tasks:
            await asyncio.Event().wait()

    def routes(self) -> Sequence[BaseRoute]:
        """The callback address."""
        return [Route(PATH, self._verify, methods=["GET"]), Route(PATH, self._called, methods=["POST"])]

    async def _verify(self, request: Request) -> Response:
        """WeChat checks the address: it wants its own echo back."""
        try:
            self._check(request)
        except Forged:
            return Response(status_code=403)
        return PlainTextResponse(request.query_params.get("echostr", ""))

    def _check(self, request: Request) -> None:
        query = request.query_params
        expected = signature(self.setup.token, query.get("timestamp", ""), query.get("nonce", ""))
        check(expected, query.get("signature", ""))

    async def _called(self, request: Request) -> Response:
        """Signed, fresh, readable: only then does anything happen. The answer follows the commit."""
        try:
            fields = await self._read(request)
        except (Forged, ValueError):
            return Response(status_code=403)
        if self._tasks is None or self._on_event is None:
            return Response(status_code=503)
        try:
            return self._written(fields, await self._answered(self._tasks, fields))
        except Exception as wrong:  # a person's words may be in it: they are not logged
            log.error("official account: an event was not kept in time: %s", type(wrong).__name__)
            return Response(status_code=503)

    async def _read(self, request: Request) -> dict[str, str]:
        """The message's fields. Raises Forged, ValueError."""
        data = b""
        async for piece in request.stream():
            data += piece
            if len(data) > BIGGEST:
                raise Forged("size")
        query = request.query_params
        if self._envelope is None:
            self._check(request)
            self._guard.admit(query["signature"], query["timestamp"], data)
            return xml.read(data)
        parts = (query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        inside = self._envelope.open(Sealed(enclosed(b"<Encrypt>", ENCLOSED, data), *parts))
        self._guard.admit(query["msg_signature"], query["timestamp"], data)
        return xml.read(inside)

    async def _answered(self, tasks: asyncio.TaskGroup, fields: Mapping[str, str]) -> Reply:
        """What to answer; to WeChat's retries the same again. Raises what kept the event from being taken."""
        try:
            id = event_id(fields)
            if id in self._given:
                return self._given[id]
            if self._notices is not None:
                await self._notices.note(fields)
            event = parse(fields)
        except (LookupError, ValueError) as wrong:
            log.error("official account: passed over a message that can't be read: %s", type(wrong).__name__)
            return {}
        if event is None:
            return {}
        reply = await self._shown(event) or _text(await self._turn(tasks, event))
        self._given[id] = reply
        while len(self._given) > ANSWERS:
            self._given.popitem(last=False)
        return reply

    async def _shown(self, event: Event) -> Reply:
        """The picture that is asked for by its word; nothing for any other event, which goes on."""
        asked = isinstance(event, Said) and event.text.strip(MARKS) == self._words.see
        if not asked or self._pictures is None:
            return {}
        media = await self._pictures.of(event.chat.id)
        return {"MsgType": "image", "Image": {"MediaId": media}} if media else _text(self._words.unseen)

    async def _turn(self, tasks: asyncio.TaskGroup, event: Event) -> str:
        on_event = self._on_event
        assert on_event is not None
        if isinstance(event, Joined):
            await on_event(event)
            return ""
        old, new = await self._turns.take(tasks, event.chat.id, event.event, lambda: on_event(event))
        asked = isinstance(event, Said) and event.text.strip(MARKS) in self._words.mine
        text, carried = compose(old, new, self._words, all_of_it=asked)
        await self._turns.drop(carried)
        return text

    def _written(self, fields: Mapping[str, str], reply: Reply) -> Response:
        """The answer as WeChat wants it, sealed where requests are."""
        if not reply:
            return PlainTextResponse(NOTHING)
        timestamp = str(int(self._clock().timestamp()))
        people = {"ToUserName": fields["FromUserName"], "FromUserName": fields["ToUserName"], "CreateTime": timestamp}
        written = xml.write({**people, **reply})
        if self._envelope is not None:
            sealed = self._envelope.seal(written.encode(), timestamp, secrets.token_hex(8))
            signed = {"Encrypt": sealed.encrypted, "MsgSignature": sealed.signature}
            written = xml.write(signed | {"TimeStamp": timestamp, "Nonce": sealed.nonce})
        return Response(written, media_type="application/xml")

    # --- out ---

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Lay a message on the shelf for the request that waits, or the next; see `Channel.send`."""
        if message is not None:
            return message
        png = out.picture.png if out.picture else b""
        pictured = bool(png and self._pictures and await self._pictures.keep(out.to.id, png))
        await self._turns.put(out.to.id, {"text": text_of(in_words(out), self._words, pictured=pictured)})
        if self._notices is not None and not self._turns.waits(out.to.id):
            await self._notices.send(out.to.id, len(await self._turns.waiting(out.to.id)))
        return None

    async def fetch(self, upload: Upload) -> bytes:
        """The bytes of a picture by its media id. Raises RetryLater, or Unsendable where it is gone."""
        if self._api is None:
            raise Unsendable("no app secret")
        try:
            return await self._api.media(upload.id)
        except No as no:
            raise no.outcome() from no

    async def ready(self, commands: Sequence[Command]) -> None:
        """Set the menu, where there is an app secret. It stays as it is where WeChat can't be reached."""
        if self._api is None:
            return
        names = [command.name for command in commands]
        try:
            await self._api.post("/cgi-bin/menu/create", menu(names, self.setup.labels))
        except (No, RetryLater) as no:
            log.error("official account: the menu was not set: %s", no)

    def link(self, start: str) -> str | None:  # noqa: ARG002 - the protocol's shape
        """There is no link into an Official Account's chat."""
        return None

    async def close(self) -> None:
        """Give back sockets."""
        if self._api is not None:
            await self._api.close()


def _text(words: str) -> Reply:
    return {"MsgType": "text", "Content": words} if words else {}
