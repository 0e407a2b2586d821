"""The terminal: one person's lines in, the bot's lines out. For scripts (`python -m bot say`)."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from starlette.routing import BaseRoute

from bot.channels.base import Command, OnEvent, Unsendable
from domain.talk import Button, Chat, Event, Manner, Outgoing, Person, Pressed, Said, Upload

PRESS = "/press "


class Console:
    """`lines` are what the person types; `typed` tells how a button is typed; `write` shows a line."""

    name = "console"

    def __init__(
        self,
        who: str,
        chat: Chat,
        lines: AsyncIterator[str],
        now: Callable[[], datetime],
        typed: Callable[[Button], str],
    ) -> None:
        self._who = Person(who, who)
        self._chat = chat
        self._lines = lines
        self._now = now
        self._typed = typed
        self._buttons: dict[str, Button] = {}
        self._sent = 0

    async def listen(self, on_event: OnEvent) -> None:
        """Until the lines end. `/press LABEL` presses a button shown before."""
        async for line in self._lines:
            event = self._event(line.strip())
            if event is not None:
                await on_event(event)

    def _event(self, line: str) -> Event | None:
        if not line:
            return None
        event, now = uuid4().hex, self._now()
        button = self._buttons.get(line.removeprefix(PRESS)) if line.startswith(PRESS) else None
        if button is not None:
            return Pressed(event, now, self._chat, self._who, button.verb, button.args, token=event)
        return Said(event, now, self._chat, self._who, line, event, addressed=True)

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Show a message meant for this person or this chat; redraws are not shown again."""
        self._sent += 1
        if out.manner is Manner.REDRAW or not out.text:
            return message
        print(out.text)
        buttons = [button for row in out.rows for button in row]
        self._buttons |= {button.label: button for button in buttons if button.verb}
        if buttons:
            print("  " + "  ".join(self._typed(button) for button in buttons))
        sys.stdout.flush()
        return message or str(self._sent)

    async def fetch(self, upload: Upload) -> bytes:
        """A file of this machine. Raises Unsendable where it can't be read."""
        try:
            return await asyncio.to_thread(Path(upload.id).read_bytes)
        except OSError as wrong:
            raise Unsendable(str(wrong)) from wrong

    def routes(self) -> Sequence[BaseRoute]:
        """None."""
        return ()

    async def ready(self, commands: Sequence[Command]) -> None:
        """Nothing to prepare."""

    def link(self, start: str) -> str | None:  # noqa: ARG002 - the protocol's shape
        """There is none."""
        return None

    async def close(self) -> None:
        """Nothing to give back."""
