"""The terminal: one person's lines in, the bot's lines out. For scripts (`python -m bot say`)."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from starlette.routing import BaseRoute

from bot.channels.base import Command, OnEvent, Unsendable
from bot.channels.plain import without_signs
from domain.talk import Button, Chat, Event, File, Manner, Outgoing, Person, Pressed, Said, Upload

PRESS = "/press "


@dataclass(frozen=True, slots=True)
class Words:
    """`typed` tells how a button is typed; `may_say` shows them all as `{words}`, joined by `comma`.

    `saved` tells where a file was put, as `{path}`.
    """

    typed: Callable[[Button], str]
    may_say: str
    comma: str
    saved: str


def text_of(out: Outgoing, words: Words) -> str:
    """A message as lines: signs away, links written out, buttons as what may be typed."""
    buttons = [button for row in out.rows for button in row]
    lines = [without_signs(out.text), *(f"{button.label}：{button.url}" for button in buttons if button.url)]
    if typed := dict.fromkeys(words.typed(button) for button in buttons if button.verb):
        lines.append(words.may_say.format(words=words.comma.join(typed)))
    return "\n".join(lines)


def _saved(file: File) -> Path:
    """A file in a folder of its own that only this account may read."""
    path = Path(tempfile.mkdtemp(prefix="bot-")) / Path(file.name).name
    path.write_bytes(file.data or file.content.encode())
    return path


class Console:
    """`lines` are what the person types; `words` say how buttons are typed."""

    name = "console"

    def __init__(
        self,
        who: str,
        chat: Chat,
        lines: AsyncIterator[str],
        now: Callable[[], datetime],
        words: Words,
    ) -> None:
        self._who = Person(who, who)
        self._chat = chat
        self._lines = lines
        self._now = now
        self._words = words
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
        self._buttons |= {button.label: button for row in out.rows for button in row if button.verb}
        print(text_of(out, self._words), flush=True)
        if out.file:
            print(self._words.saved.format(path=await asyncio.to_thread(_saved, out.file)), flush=True)
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
