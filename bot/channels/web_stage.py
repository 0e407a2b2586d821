"""The rehearsal's stage: whom one can play, the clock, what was recorded; and what the channel needs to show it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from domain.talk import Chat, Person

CHANNEL = "web"
PATH = "/chat"


class NotListening(Exception):
    """The program is still starting, or stopping: nobody takes events."""


class Clock(Protocol):
    """The rehearsal's clock, which can be moved forward only."""

    def now(self) -> datetime:
        """The moment it shows, aware."""
        ...

    async def marks(self) -> Mapping[str, datetime]:
        """Moments worth going to, all later than now: `tomorrow`, and where there is one, `session` and `closing`."""
        ...

    async def move(self, to: datetime) -> None:
        """Go to a moment step by step, so that all that falls due on the way happens."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was just recorded, in words."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The group, whom one can play in it, the clock, and what was recorded last, the newest first.

    `anywhere`: open to other machines too. Everybody who gets in can play everybody.
    """

    group: Chat
    players: tuple[Person, ...]
    clock: Clock
    recorded: Callable[[], Awaitable[Sequence[Note]]]
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Who is played, and in which chat."""

    player: Person
    chat: Chat

    @property
    def url(self) -> str:
        """The page of this seat."""
        return f"{PATH}?{urlencode({'as': self.player.id, 'in': self.where})}"

    @property
    def where(self) -> str:
        """The chat's name in addresses and forms."""
        return "private" if self.chat.private else "group"


def private_chat(player: Person) -> Chat:
    """A player's private chat with the bot."""
    return Chat(CHANNEL, f"private-{player.id}", private=True)


class Render(Protocol):
    """Fills the templates of `web/templates`."""

    def __call__(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        """A whole page."""
        ...

    def part(self, template: str, **values: object) -> str:
        """A piece of a page."""
        ...
