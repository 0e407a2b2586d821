"""What a channel is: the protocol every adapter fulfils, and the ways a sending can end.

`docs/how-to/add-a-channel.md` walks through it; `tests/channels/test_contract.py` holds every channel to it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.routing import BaseRoute

from domain.talk import Chat, Event, File, Outgoing, Upload

OnEvent = Callable[[Event], Awaitable[None]]
"""Returns after the commit; raises only when nothing was kept, so that the platform must send again."""


class RetryLater(Exception):
    """Not sent for now: network loss, 5xx, 429. `seconds` is the platform's own wish, if it had one."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class ChatSilent(RetryLater):
    """The platform lets the bot write there only after somebody has spoken to it; what waits, waits until then."""


class ChatGone(Exception):
    """The chat can't be reached any more, or never could: kicked out, blocked, never pressed start."""


class ChatMoved(Exception):
    """The chat goes on under another id; the message was not sent."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class Unsendable(Exception):
    """The platform refuses this message for good (too long, malformed); trying again would not help."""


class Rejected(Exception):
    """The platform refuses the bot itself (wrong token, another program on it): the program stops and says so."""


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a platform's command menu."""

    name: str
    description: str
    moderators_only: bool = False


class Channel(Protocol):
    """An adapter between one platform and `domain.talk`.

    `name` stands in every address (`telegram:-1001234567890`). What the platform can't do (edit, toasts, polls),
    the channel replaces as VOICE.md §2 says.
    """

    name: str

    async def listen(self, on_event: OnEvent) -> None:
        """Receive until cancelled. One event of a chat after the other; an event is acknowledged upstream
        only after `on_event` returned. What can't be parsed is logged and passed over. Raises Rejected."""
        ...

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Send, or edit `message` where it is given. Returns the id of the message on the platform.

        A file that the platform can't take is shown as text. Raises RetryLater, ChatGone, ChatMoved, Unsendable.
        A toast too old to be answered and an edit that changes nothing count as sent.
        """
        ...

    async def fetch(self, upload: Upload) -> bytes:
        """The bytes of a picture. Raises RetryLater, or Unsendable where it is gone."""
        ...

    def routes(self) -> Sequence[BaseRoute]:
        """Web routes to be mounted beside the board (webhooks, chat pages)."""
        ...

    async def ready(self, commands: Sequence[Command]) -> None:
        """Called once the web server listens: set webhook and command menu. Raises Rejected."""
        ...

    def link(self, start: str) -> str | None:
        """A link that opens a private chat with the bot, carrying `start`; None where there is none."""
        ...

    async def close(self) -> None:
        """Give back sockets."""
        ...


class Shelf(Protocol):
    """Where a channel keeps what must outlive a restart: small notes, in order, under a name of its own making."""

    async def put(self, name: str, note: Mapping[str, Any], *, stays: bool = False) -> int:
        """Keep a note; returns its id. It is gone after the days that technical notes are kept, unless it `stays`."""
        ...

    async def of(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The notes under a name with their ids, oldest first."""
        ...

    async def drop(self, ids: Collection[int]) -> None:
        """Forget notes."""
        ...


class Transcript(Protocol):
    """Where a channel without a platform behind it keeps its messages (web, console)."""

    async def add(self, chat: Chat, line: "Line") -> str:
        """Keep a message; returns its id."""
        ...

    async def edit(self, message: str, line: "Line") -> None:
        """Replace a kept message."""
        ...

    async def since(self, chat: Chat, after: int, limit: int) -> list["Line"]:
        """The newest `limit` messages of a chat with an id above `after`, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One kept message: who (`who` empty = the bot) said what, with which buttons, when (ISO, UTC).

    `seen_by` is a person's id where only that person may see it (a toast), else empty.
    """

    id: str
    who: str
    name: str
    text: str
    at: str
    rows: tuple[tuple[dict[str, object], ...], ...] = ()
    headed: bool = False
    seen_by: str = ""
    picture: str = ""
    file: File | None = None
