"""A WeCom bot over its callback address `/wecom`, as a Channel: for those who can't keep a connection open.

https://developer.work.weixin.qq.com/document/path/101039 (callbacks and passive replies), /101138 (`response_url`).
What is said while a request waits is its answer; for the rest there is the request's `response_url`, once within an
hour; what comes later lies on the shelf and stands at the top of the next answer.
"""

import asyncio
import json
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import Command, OnEvent, Shelf
from bot.channels.plain import in_words
from bot.channels.wechat_crypto import Envelope, Forged, Sealed, enclosed, key_of
from bot.channels.wechat_guard import Guard
from bot.channels.wechat_text import fit
from bot.channels.wechat_turns import Notes, Turns, fitting
from bot.channels.wecom.answers import Answers
from bot.channels.wecom.cards import MARKDOWN, Body, Look, content, greeting
from bot.channels.wecom.wire import CHANNEL, Ears, entered
from domain.talk import Event, Manner, Outgoing, Pressed, Upload

log = logging.getLogger(__name__)

PATH = "/wecom"
BIGGEST = 2**18
ENCLOSED = re.compile(rb'"encrypt"\s*+:\s*+"([A-Za-z0-9+/=\\]++)"')
RESPONSE_URL_LASTS = 3600.0
CHATS, ANSWERS = 5000, 2000
GAP = "\n\n"
Made = Callable[[Notes, Notes], tuple[Body | None, Notes]]
"""What to answer of all that lies there and all that came, and which of it that said."""


class WecomCallback:
    """See `bot.channels.base.Channel`. `clock` tells the time that requests are signed with."""

    name = CHANNEL

    def __init__(self, token: str, aes_key: str, look: Look, ears: Ears, shelf: Shelf, clock: Callable[[], datetime]):
        self._envelope = Envelope(token, aes_key)
        self._guard = Guard(clock)
        self._clock = clock
        self._answers = Answers(look, ears, shelf, key_of(aes_key))
        self._turns = Turns(shelf)
        self._urls: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._given: OrderedDict[str, Body] = OrderedDict()
        self._on_event: OnEvent | None = None
        self._tasks: asyncio.TaskGroup | None = None

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
        """The platform checks the address: it wants its own echo back, opened, within a second."""
        try:
            return PlainTextResponse(self._open(request, request.query_params.get("echostr", "")).decode())
        except (Forged, UnicodeDecodeError):
            return Response(status_code=403)

    async def _called(self, request: Request) -> Response:
        """Signed, fresh, readable: only then does anything happen. The answer follows the commit."""
        try:
            data = await _body(request)
            body = json.loads(self._open(request, enclosed(b'"encrypt"', ENCLOSED, data).replace("\\/", "/")))
            query = request.query_params
            self._guard.admit(query["msg_signature"], query["timestamp"], data)
        except (Forged, ValueError):
            return Response(status_code=403)
        if self._tasks is None or self._on_event is None:
            return Response(status_code=503)
        return await self._answered(self._tasks, body)

    def _open(self, request: Request, encrypted: str) -> bytes:
        query = request.query_params
        parts = (query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        return self._envelope.open(Sealed(encrypted, *parts))

    async def _answered(self, tasks: asyncio.TaskGroup, body: Body) -> Response:
        """The event's answer; to the platform's retries the same one again."""
        try:
            token = str(body["msgid"])
            if token in self._given:
                return self._sealed(self._given[token])
            event = await self._answers.read(body, token)
        except Exception as wrong:  # a person's words may be in it: they are not logged
            log.error("wecom: passed over a callback that can't be read: %s", type(wrong).__name__)
            return Response()
        if event is None:
            return Response()
        if isinstance(event, Pressed) and (turned := self._answers.turned(event)):
            return self._sealed(turned)
        self._note_url(event.chat.id, str(body.get("response_url", "")))
        answer = _update if isinstance(event, Pressed) else _greeting if entered(body) else _reply
        return await self._turn(tasks, event, answer)

    async def _turn(self, tasks: asyncio.TaskGroup, event: Event, made: Made) -> Response:
        on_event = self._on_event
        assert on_event is not None
        try:
            old, new = await self._turns.take(tasks, event.chat.id, event.event, lambda: on_event(event))
        except Exception as wrong:
            log.error("wecom: event %s was not kept in time: %s", event.event, type(wrong).__name__)
            return Response(status_code=503)
        answer, said = made(old, new)
        await self._turns.drop(said)
        if isinstance(event, Pressed):
            await self._by_url(event.chat.id)
        if answer is None:
            return Response()
        _remember(self._given, event.event, answer, ANSWERS)
        return self._sealed(answer)

    def _sealed(self, answer: Body) -> Response:
        timestamp, nonce = str(int(self._clock().timestamp())), secrets.token_hex(8)
        sealed = self._envelope.seal(json.dumps(answer, ensure_ascii=False).encode(), timestamp, nonce)
        told = {"encrypt": sealed.encrypted, "msgsignature": sealed.signature, "timestamp": timestamp, "nonce": nonce}
        return Response(json.dumps(told), media_type="application/json")

    # --- out ---

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Lay a message on the shelf for the request that waits, or the next; see `Channel.send`."""
        if message is not None:
            return message
        if out.manner is Manner.TOAST:
            if out.text:  # nothing waits for an empty one
                await self._toast(out)
            return None
        bodies, task = self._answers.messages(in_words(out))
        texts = [body["markdown"]["content"] for body in bodies if "markdown" in body]
        cards = [body["template_card"] for body in bodies if "template_card" in body]
        if texts:
            await self._turns.put(out.to.id, {"text": "\n".join(texts), "card": None})
        for card in cards:
            await self._turns.put(out.to.id, {"text": "", "card": card})
        if not self._turns.waits(out.to.id):
            await self._by_url(out.to.id)
        return task

    async def _toast(self, out: Outgoing) -> None:
        """The presser's own card while the press waits; else a line of theirs for the next time they write alone."""
        press = self._answers.press(out.token)
        if press is not None and out.person and self._turns.waits(out.to.id):
            await self._turns.put(out.to.id, {"update": self._answers.update(press, out.person, out.text)})
        elif out.person:
            await self._turns.put(out.person, {"text": content(out.text, out), "card": None})

    def _note_url(self, chat: str, url: str) -> None:
        if url:
            _remember(self._urls, chat, (url, asyncio.get_running_loop().time()), CHATS)

    async def _by_url(self, chat: str) -> None:
        """What waits for a chat, over the `response_url` of its last request, if that is still good."""
        url, at = self._urls.get(chat, ("", 0.0))
        if not url or asyncio.get_running_loop().time() - at > RESPONSE_URL_LASTS:
            return
        notes = await self._turns.waiting(chat)
        body, said = _once(notes)
        if body is None:
            return
        del self._urls[chat]
        try:
            answer = await self._answers.http.post(url, json=body)
            if answer.is_success and answer.json().get("errcode", 0) == 0:
                await self._turns.drop(said)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as wrong:
            log.warning("wecom: response_url: %s", type(wrong).__name__)

    async def fetch(self, upload: Upload) -> bytes:
        """The bytes of a picture; see `Channel.fetch`."""
        return await self._answers.fetch(upload)

    async def ready(self, commands: Sequence[Command]) -> None:
        """There is no menu to set."""

    def link(self, start: str) -> str | None:  # noqa: ARG002 - the protocol's shape
        """There is no link into a private chat."""
        return None

    async def close(self) -> None:
        """Give back sockets."""
        await self._answers.http.aclose()


async def _body(request: Request) -> bytes:
    """At most `BIGGEST` bytes. Raises Forged."""
    data = b""
    async for piece in request.stream():
        data += piece
        if len(data) > BIGGEST:
            raise Forged("size")
    return data


def _reply(old: Notes, new: Notes) -> tuple[Body | None, Notes]:
    """All that waits, oldest first, and the newest card: one answer holds one."""
    notes = fitting([note for note in (*old, *new) if "update" not in note[1]], MARKDOWN, GAP)
    texts = [note["text"] for _, note in notes if note["text"]]
    cards = [note["card"] for _, note in notes if note["card"]]
    stale = [note for note in old if "update" in note[1]]
    if not notes:
        return None, stale
    stream = {"id": secrets.token_hex(8), "finish": True, "content": fit(GAP.join(texts), MARKDOWN)}
    if not cards:
        return {"msgtype": "stream", "stream": stream}, [*notes, *stale]
    if not texts:
        return {"msgtype": "template_card", "template_card": cards[-1]}, [*notes, *stale]
    return {"msgtype": "stream_with_template_card", "stream": stream, "template_card": cards[-1]}, [*notes, *stale]


def _greeting(old: Notes, new: Notes) -> tuple[Body | None, Notes]:
    """Who opens the chat is greeted by words, or by a card; the rest waits for their first word."""
    for note in (*old, *new):
        if note[1].get("text"):
            return greeting({"msgtype": "markdown", "markdown": {"content": note[1]["text"]}}), [note]
        if note[1].get("card"):
            return {"msgtype": "template_card", "template_card": note[1]["card"]}, [note]
    return None, []


def _update(_old: Notes, new: Notes) -> tuple[Body | None, Notes]:
    """A press is answered by the presser's card alone; the rest goes another way."""
    found = [note for note in new if "update" in note[1]]
    return (found[-1][1]["update"], found) if found else (None, [])


def _once(notes: Notes) -> tuple[Body | None, Notes]:
    """What one use of a `response_url` can carry: the texts together, or one card."""
    said = [note for note in notes if "update" not in note[1]]
    texts = [note for note in said if note[1]["text"] and not note[1]["card"]]
    if texts:
        text = GAP.join(note["text"] for _, note in texts)
        return {"msgtype": "markdown", "markdown": {"content": fit(text, MARKDOWN)}}, texts
    cards = [note for note in said if note[1]["card"]]
    if cards:
        return {"msgtype": "template_card", "template_card": cards[0][1]["card"]}, cards[:1]
    return None, []


def _remember(kept: OrderedDict[str, Any], name: str, thing: object, most: int) -> None:
    kept[name] = thing
    while len(kept) > most:
        kept.popitem(last=False)
