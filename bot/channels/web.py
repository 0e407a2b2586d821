"""The web channel: residents' own pages at `/say` and `/ballot`, and in rehearsal the group at `/chat`.

What is posted becomes an event; what the bot says is kept in a transcript and shown on the next page. Everything
works by plain forms; the page's own script only asks for news in between.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol
from weakref import WeakValueDictionary

from starlette.routing import BaseRoute

from bot.channels.base import Command, Line, OnEvent, Transcript, Unsendable
from bot.channels.web_ballot import BallotPages
from bot.channels.web_chat import ChatPages
from bot.channels.web_forms import Counter
from bot.channels.web_homes import HomesPages
from bot.channels.web_limits import Limits
from bot.channels.web_lines import Reader, as_rows
from bot.channels.web_open311 import PROGRAM, Answers, Open311Post
from bot.channels.web_say import SayPages
from bot.channels.web_stage import CHANNEL, NotListening, Rehearsal, Render
from bot.channels.web_visit import Doors, Registry
from domain.talk import Event, Manner, Outgoing, Upload

PATIENCE = 0.7
SETTLING = 0.15


class House(Registry, Answers, Protocol):
    """All that the pages ask."""


@dataclass(frozen=True, slots=True)
class Residents:
    """What residents' pages are made from. `key` is a secret of this installation."""

    registry: House
    key: bytes
    clock: Callable[[], datetime]
    open311_keys: Sequence[str] = ()


class WebChannel:
    """See `bot.channels.base.Channel`. `patience`: how many seconds a posted form waits for the bot's answer."""

    name = CHANNEL

    def __init__(
        self,
        stage: Rehearsal | None,
        transcript: Transcript,
        render: Render,
        reader: Reader,
        *,
        residents: Residents | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._transcript = transcript
        self._residents = residents
        self._routes: list[BaseRoute] = []
        if stage is not None:
            self._now = stage.clock.now
            keeper = residents.registry if residents else None
            self._routes += ChatPages(stage, transcript, render, reader, self._take, keeper).routes()
        if residents is not None:
            self._now = residents.clock
            counter = Counter(residents.registry, Doors(residents.key), self._hand, residents.clock, Limits())
            self._routes += SayPages(counter, transcript, reader).routes()
            self._routes += BallotPages(counter).routes()
            self._routes += HomesPages(counter).routes()
            self._routes += Open311Post(counter, residents.registry, residents.open311_keys).routes()
        self._patience = patience
        self._on_event: OnEvent | None = None
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: set[asyncio.Event] = set()

    async def listen(self, on_event: OnEvent) -> None:
        """Events come in by `routes`; this tells where they go."""
        self._on_event = on_event
        try:
            await asyncio.Event().wait()
        finally:
            self._on_event = None

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Keep a message for the next page; a toast is kept for its presser alone, an empty one by nobody."""
        if (out.manner is Manner.TOAST and not out.text) or out.to.id.startswith(PROGRAM):
            return message
        line = Line(
            id="",
            who="",
            name="",
            text=out.text,
            at=self._now().astimezone(UTC).isoformat(),
            rows=as_rows(out.rows),
            headed=out.headed,
            seen_by=(out.person or "") if out.manner is Manner.TOAST else "",
            file=replace(out.file, data=b"") if out.file else None,
        )
        if message is None:
            message = await self._transcript.add(out.to, line)
        else:
            await self._transcript.edit(message, line)
        for waiting in self._waiting:
            waiting.set()
        return message

    async def fetch(self, upload: Upload) -> bytes:
        """A picture that a resident's page took in. Raises Unsendable where it is gone."""
        data = await self._residents.registry.picture(upload.id) if self._residents else None
        if data is None:
            raise Unsendable(upload.id)
        return data

    def routes(self) -> Sequence[BaseRoute]:
        """Residents' pages, and the rehearsal's."""
        return self._routes

    async def ready(self, commands: Sequence[Command]) -> None:
        """There is no menu to set."""

    def link(self, start: str) -> str | None:  # noqa: ARG002 - the protocol's
        """There is no private chat to open from outside."""
        return None

    async def close(self) -> None:
        """There are no sockets."""

    async def _take(self, event: Event) -> None:
        """Hand an event on and wait a moment for the answer.

        Raises NotListening, and whatever kept the event from being taken.
        """
        answered = asyncio.Event()
        self._waiting.add(answered)
        try:
            await self._hand(event)
            await _wait(answered, self._patience)
        finally:
            self._waiting.discard(answered)

    async def _hand(self, event: Event) -> None:
        """Hand an event on, one of a chat after the other. Raises as `_take`."""
        if self._on_event is None:
            raise NotListening
        turn = self._turns.setdefault(event.chat.id, asyncio.Lock())
        async with turn:
            await self._on_event(event)


async def _wait(answered: asyncio.Event, patience: float) -> None:
    """So that the page which follows shows the answer also without a script; most talk has none."""
    try:
        async with asyncio.timeout(patience):
            await answered.wait()
        await asyncio.sleep(SETTLING)
    except TimeoutError:
        return
