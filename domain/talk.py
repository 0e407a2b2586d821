"""What is said and what is answered: the words that every channel shares.

In: `Said`, `Pressed`, `Joined`, `Migrated`, `PollClosed`. Out: `Outgoing`. All ids are text, so that a
platform's 64-bit numbers and WeCom's strings fit alike. `text` is data wherever it stands.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.terms import Visibility


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation on one channel; `topic` is a forum topic's id in it."""

    channel: str
    id: str
    private: bool = False
    topic: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks, as the platform knows them. `hidden`: speaks as the group (anonymous administrator)."""

    id: str
    name: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture, or a file with its `name`, on the platform, fetched by `id` only after the commit. `size` in bytes."""

    id: str
    size: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `event` is unique in its channel; `at` is the platform's own time of it.

    `text` has the bot's own @name taken out; `addressed` tells that it stood there, that a command
    named this bot, or that the message answers one of the bot's. `visibility`: who may see what is said, where the
    channel let its speaker choose beforehand.
    """

    event: str
    at: datetime
    chat: Chat
    who: Person
    text: str = ""
    message: str | None = None
    reply_to: str | None = None
    reply_to_person: Person | None = None
    addressed: bool = False
    pictures: tuple[Upload, ...] = ()
    files: tuple[Upload, ...] = ()
    album: str | None = None
    edited: bool = False
    visibility: Visibility | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button. `token` answers it with a toast; `message` is what it hung on. `at` is when it came."""

    event: str
    at: datetime
    chat: Chat
    who: Person
    verb: str
    args: tuple[str, ...] = ()
    message: str | None = None
    token: str | None = None


class Membership(StrEnum):
    """What the bot became in a chat."""

    MEMBER = "member"
    ADMINISTRATOR = "administrator"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot came into a chat, was made administrator there, or left. `hears_all`: privacy mode is off."""

    event: str
    at: datetime
    chat: Chat
    who: Person
    membership: Membership
    hears_all: bool = False


@dataclass(frozen=True, slots=True)
class Migrated:
    """The chat goes on under another id (Telegram: a group became a supergroup)."""

    event: str
    at: datetime
    chat: Chat
    to: str


Event = Said | Pressed | Joined | Migrated


@dataclass(frozen=True, slots=True)
class Button:
    """One button: `verb` and `args` come back as `Pressed`; with `url` it only opens a page."""

    label: str
    verb: str = ""
    args: tuple[str, ...] = ()
    url: str = ""


class Manner(StrEnum):
    """How a message is meant, which decides when it may go out and what may be merged.

    ANSWER: to what somebody just did. TOAST: to the presser alone. NOTICE: by the bot itself, waits for
    the end of quiet hours. REDRAW: edits a card, never a new message; only the newest of a card counts.
    """

    ANSWER = "answer"
    TOAST = "toast"
    NOTICE = "notice"
    REDRAW = "redraw"


@dataclass(frozen=True, slots=True)
class Poll:
    """A native informal poll. `closes` is the moment after which nobody can answer."""

    question: str
    options: tuple[str, ...]
    closes: datetime


@dataclass(frozen=True, slots=True)
class File:
    """Something handed over to be kept: `name` with its ending, and `content` as text (UTF-8 on the wire).

    A file that somebody sent is named by its hash (`blob`); its bytes (`data`) come in at delivery.
    """

    name: str
    content: str = ""
    blob: str = ""
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture: its label, what it stands for in words, how much of the track it fills (thousandths).

    `need` says what would do, and `mark` where on the track that is (-1: there is none).
    """

    label: str
    written: str
    share: int
    need: str = ""
    mark: int = -1


@dataclass(frozen=True, slots=True)
class Picture:
    """A result as a picture beside its text: what it says, drawn only when it is sent (`png`, a PNG's bytes).

    `head` and `title` stand on the plate, then the verdict, who took part, the bars, `more`; `label` is a vote's kind,
    word for word; `link` becomes a QR code.
    """

    head: str
    title: str
    verdict: str
    took_part: str
    bars: tuple[Bar, ...]
    label: str
    more: str = ""
    link: str = ""
    png: bytes = b""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be said. Handlers return it; only `bot/delivery.py` sends it.

    `card` names the message so that a later REDRAW with the same name edits it. `headed`: the first line
    is a headline. `token` and `person` belong to a TOAST: the press it answers and the presser's id, for
    channels without toasts; with an empty text it only ends the platform's waiting. `rows` are rows of buttons.
    `file` comes with the text under it; such a message is never edited. `picture` comes beside the text and never
    instead of it: who can't be shown it misses nothing. `about`: the thing that a NOTICE tells of (`topic:5`), for who
    wants to hear nothing of it. `timely`: of use only now, so it is never put off to another day. `unasked`: another
    person's act made it, not the reader's own.
    """

    to: Chat
    text: str
    manner: Manner = Manner.ANSWER
    rows: tuple[tuple[Button, ...], ...] = ()
    card: str | None = None
    headed: bool = False
    reply_to: str | None = None
    token: str | None = None
    person: str | None = None
    silent: bool = False
    poll: Poll | None = None
    closes_poll: bool = False
    file: File | None = None
    picture: Picture | None = None
    about: str = ""
    timely: bool = False
    unasked: bool = False
    due: datetime | None = field(default=None, compare=False)
