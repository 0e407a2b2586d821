"""A channel that keeps what it is given, and hands it on to a real one where there is one."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.routing import BaseRoute

from bot.channels.base import Channel, ChatGone, ChatSilent, Command, OnEvent, Unsendable
from domain.talk import Button, Chat, Manner, Outgoing, Upload

BIG = 11 * 1024 * 1024
"""More bytes than a picture may have."""
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
"""A picture of one pixel."""


@dataclass(frozen=True)
class Sent:
    """A message as it left; `edits` an earlier one, or a new one."""

    out: Outgoing
    edits: bool


@dataclass
class Recorder:
    """See `bot.channels.base.Channel`. `failing`: how the platform fails the bot in a chat, `gone` or `silent`."""

    name: str
    inner: Channel | None
    now: Callable[[], datetime]
    sent: list[Sent] = field(default_factory=list)
    failing: dict[str, str] = field(default_factory=dict)
    _shown: list[tuple[str, Outgoing]] = field(default_factory=list)

    def button(self, chat: Chat, label: str) -> tuple[str, Button]:
        """The newest button of these words in a chat, with its message."""
        for message, out in reversed(self._shown):
            for button in (button for row in out.rows for button in row):
                if out.to.id == chat.id and button.label == label:
                    return message, button
        raise AssertionError(f"{chat.id}: {label}")

    async def listen(self, on_event: OnEvent) -> None:
        """Nothing comes by itself."""

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Keep it. Raises ChatGone, ChatSilent where told so."""
        if fails := self.failing.get(out.to.id):
            raise ChatGone("kicked") if fails == "gone" else ChatSilent("nobody spoke")
        if self.inner:
            message = await self.inner.send(out, message)
        self.sent.append(Sent(out, out.manner is Manner.REDRAW))
        message = message or str(len(self.sent))
        self._shown = [(id, shown) for id, shown in self._shown if id != message]
        self._shown.append((message, out))
        return message

    async def fetch(self, upload: Upload) -> bytes:
        """A picture by its name: too `big`, `gone`, a white `dot`, else no picture at all."""
        if upload.id == "gone":
            raise Unsendable(upload.id)
        if upload.id == "dot":
            return b64decode(DOT)
        return bytes(BIG) if upload.id == "big" else upload.id.encode()

    def routes(self) -> Sequence[BaseRoute]:
        """Those of the real channel."""
        return self.inner.routes() if self.inner else ()

    async def ready(self, commands: Sequence[Command]) -> None:
        """Nothing to set."""

    def link(self, start: str) -> str | None:
        """As Telegram's."""
        return f"https://t.me/fengsi_bot?start={start}" if self.name == "telegram" else None

    async def close(self) -> None:
        """Nothing to give back."""
