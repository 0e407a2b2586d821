"""The web channel: the rehearsal group at `/chat`, where one plays every person of a community in turn.

What is posted becomes an event; what the bot says is kept in a transcript and shown on the next page. Everything
works by plain forms; the page's own script only asks for news in between.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC

from starlette.routing import BaseRoute

from bot.channels.base import Command, Line, OnEvent, Transcript, Unsendable
from bot.channels.web_chat import ChatPages
from bot.channels.web_lines import Reader, as_rows
from bot.channels.web_stage import CHANNEL, NotListening, Rehearsal, Render
from domain.talk import Event, Manner, Outgoing, Upload

PATIENCE = 0.7
SETTLING = 0.15


class WebChannel:
    """See `bot.channels.base.Channel`. `patience`: how many seconds a posted form waits for the bot's answer."""

    name = CHANNEL

    def __init__(
        self,
        stage: Rehearsal,
        transcript: Transcript,
        render: Render,
        reader: Reader,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._clock = stage.clock
        self._transcript = transcript
        self._pages = ChatPages(stage, transcript, render, reader, self._take)
        self._patience = patience
        self._on_event: OnEvent | None = None
        self._turns: dict[str, asyncio.Lock] = {}
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
        if out.manner is Manner.TOAST and not out.text:
            return message
        line = Line(
            id="",
            who="",
            name="",
            text=out.text,
            at=self._clock.now().astimezone(UTC).isoformat(),
            rows=as_rows(out.rows),
            headed=out.headed,
            seen_by=(out.person or "") if out.manner is Manner.TOAST else "",
        )
        if message is None:
            message = await self._transcript.add(out.to, line)
        else:
            await self._transcript.edit(message, line)
        for waiting in self._waiting:
            waiting.set()
        return message

    async def fetch(self, upload: Upload) -> bytes:
        """There are no pictures here. Raises Unsendable."""
        raise Unsendable(upload.id)

    def routes(self) -> Sequence[BaseRoute]:
        """The rehearsal's pages."""
        return self._pages.routes()

    async def ready(self, commands: Sequence[Command]) -> None:
        """There is no menu to set."""

    def link(self, start: str) -> str | None:  # noqa: ARG002 - the protocol's
        """There is no private chat to open from outside."""
        return None

    async def close(self) -> None:
        """There are no sockets."""

    async def _take(self, event: Event) -> None:
        """Hand an event on, one of a chat after the other, and wait a moment for the answer.

        Raises NotListening, and whatever kept the event from being taken.
        """
        if self._on_event is None:
            raise NotListening
        answered = asyncio.Event()
        async with self._turns.setdefault(event.chat.id, asyncio.Lock()):
            self._waiting.add(answered)
            try:
                await self._on_event(event)
                await _wait(answered, self._patience)
            finally:
                self._waiting.discard(answered)


async def _wait(answered: asyncio.Event, patience: float) -> None:
    """So that the page which follows shows the answer also without a script; most talk has none."""
    try:
        async with asyncio.timeout(patience):
            await answered.wait()
        await asyncio.sleep(SETTLING)
    except TimeoutError:
        return
