"""The desk: all that a handler is given, and the few ways to say something."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.classify import Verdict
from domain.corrections import NONE, Corrections
from domain.dates import DateWords, write_day, write_moment
from domain.deadlines import Workday
from domain.drafts import Draft
from domain.flows import Flow
from domain.lexicon import UrgentKind
from domain.likeness import Sketch
from domain.privacy import PrivacyLexicon
from domain.quiet import Quiet, next_loud
from domain.rules import Profile
from domain.similar import Index
from domain.talk import Button, Chat, Manner, Outgoing, Pressed, Said
from domain.terms import MatterKind
from models.people import CommunityFacts, GroupFacts, Waiting, Who
from models.store import Store

Rows = tuple[tuple[Button, ...], ...]
DIALOGUE = timedelta(minutes=30)


class Speaks(Protocol):
    """The texts of a language (`bot/texts.py`)."""

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of a key, its braces filled."""
        ...

    def form(self, key: str) -> str:
        """The sentence with its braces, for who fills them elsewhere."""
        ...

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        ...

    def list(self, key: str) -> list[str]:
        """The words under a key."""
        ...

    def table(self, prefix: str) -> dict[str, Any]:
        """What stands under a table."""
        ...

    def term(self, term: Enum) -> str:
        """The official name of a term."""
        ...


class Judges(Protocol):
    """What understands a text (`bot/words.py`)."""

    def judge(self, text: str, corrections: Corrections = NONE) -> Verdict:
        """Category, evidence, urgency of a text."""
        ...

    async def judge_slowly(self, text: str, corrections: Corrections = NONE) -> Verdict:
        """The same of a long text, a slice at a time."""
        ...

    def danger(self, text: str) -> UrgentKind | None:
        """The danger that a text tells of."""
        ...

    def telling(self, text: str) -> tuple[str, ...]:
        """The first words of a dictionary that tell what a text is about."""
        ...

    def sketch(self, text: str, day: int | None = None) -> Sketch:
        """What of a text tells its place and its matter."""
        ...

    def index(self, rows: Iterable[tuple[int, str]] = ()) -> Index[int]:
        """An index of numbers with their sketches."""
        ...

    async def sort(self, rows: Sequence[tuple[int, Sketch]]) -> list[Draft[int]]:
        """Concerns sorted into drafts of topics."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What is the same for every event of this installation.

    `link` gives the address that opens a private chat on a channel; `page` one where the speaker alone may do one
    thing for a while (`say`, `ballot/3`). `key` makes pseudonyms. `holiday` knows the days off that are a remark at a
    session, `workday` whether a day is worked (None: nobody knows yet). `rules` are the profiles that votes are counted
    by, `flows` what is to be done in each kind of matter. `log_key` signs the log of ballots; where none is kept, one
    that lasts as long as the house. `lessons`: `handlers.lessons` keeps there what each community put right, with its
    edition.
    """

    store: Store
    texts: Speaks
    understanding: Judges
    masking: PrivacyLexicon
    dates: DateWords
    zone: tzinfo
    key: bytes
    operator: str
    contact: str
    public_url: str = ""
    notice_version: str = "1"
    link: Callable[[str, str], str | None] = lambda _channel, _start: None
    page: Callable[["Desk", str], str | None] = lambda _desk, _purpose: None
    holiday: Callable[[date], bool] = lambda _day: False
    workday: Workday = lambda _day: None
    rules: Mapping[str, Profile] = field(default_factory=dict)
    flows: Mapping[MatterKind, Flow] = field(default_factory=dict)
    log_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)
    lessons: dict[int, tuple[int, Corrections]] = field(default_factory=dict, compare=False, repr=False)

    def moment(self, moment: datetime, now: datetime | None = None) -> str:
        """A moment as residents read it, with its year only where it isn't `now`'s: 12月4日（周五）19:30."""
        today = (now or moment).astimezone(self.zone).date()
        return write_moment(moment.astimezone(self.zone), today, self.dates)

    def button(self, name: str, verb: str, *args: object, **facts: object) -> Button:
        """A button by its name in buttons.toml; pressed, it comes back as `verb` with `args`."""
        return Button(self.texts(f"buttons.{name}", **facts), verb, tuple(str(arg) for arg in args))


@dataclass(slots=True)
class Trail:
    """What the audit log keeps of one event: the act (a route's name), the thing it was done to, why it was refused.

    `subject` is a kind and a number or an id (`concern:12`), never what was said. `community` and `who` where they
    are not the desk's; `who` 0 where there is nobody any more. `on_row`: the row that the act made says all this
    itself (a concern: its author, number and moment), and the log reads it there.
    """

    act: str = ""
    subject: str = ""
    refused: str = ""
    community: int | None = None
    who: int | None = None
    on_row: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """One event's desk: when, who, where, and the house around it. `trail` goes into the audit log."""

    house: House
    now: datetime
    event: Said | Pressed
    community: CommunityFacts
    group: GroupFacts | None
    who: Who
    dialogue: Waiting | None = None
    trail: Trail = field(default_factory=Trail, compare=False)

    def about(self, kind: str, key: object) -> None:
        """Note for the audit log what this act is done to: `about("concern", 12)`; the last one said counts."""
        self.trail.subject = f"{kind}:{key}"

    @property
    def store(self) -> Store:
        """The database's areas."""
        return self.house.store

    @property
    def texts(self) -> Speaks:
        """The language's sentences."""
        return self.house.texts

    @property
    def chat(self) -> Chat:
        """Where the event came from."""
        return self.event.chat

    @property
    def local(self) -> datetime:
        """Now, on the community's clock."""
        return self.now.astimezone(self.house.zone)

    def moment(self, moment: datetime) -> str:
        """A moment as residents read it: 12月4日（周五）19:30."""
        return self.house.moment(moment, self.now)

    def day(self, day: date) -> str:
        """A day as residents read it: 12月4日（周五）."""
        return write_day(day, self.local.date(), self.house.dates)

    @property
    def quiet(self) -> Quiet:
        """The community's quiet hours."""
        return quiet_of(self.community)

    def answer(
        self, key: str, rows: Rows = (), *, card: str | None = None, headed: bool = False, **facts: object
    ) -> Outgoing:
        """An answer to the speaker, in the chat where they spoke, hung on what they said."""
        return self.answer_text(self.texts(key, **facts), rows, card=card, headed=headed)

    def answer_text(self, text: str, rows: Rows = (), *, card: str | None = None, headed: bool = False) -> Outgoing:
        """The same with a text already made."""
        reply_to = self.event.message if isinstance(self.event, Said) and not self.chat.private else None
        return Outgoing(self.chat, text, rows=rows, card=card, headed=headed, reply_to=reply_to)

    def toast(self, key: str, **facts: object) -> Outgoing:
        """To a presser alone where the channel can; to somebody who typed, an answer."""
        if isinstance(self.event, Said):
            return self.answer_text(self.texts(key, **facts))
        return Outgoing(
            self.chat, self.texts(key, **facts), Manner.TOAST, token=self.event.token, person=self.event.who.id
        )

    def redraw(self, to: Chat, card: str, text: str, rows: Rows = (), *, headed: bool = False) -> Outgoing:
        """Edit a card where it stands; nothing is sent where it doesn't."""
        return redraw(to, card, text, rows, headed=headed)

    def notice(self, to: Chat, text: str, rows: Rows = (), *, card: str | None = None) -> Outgoing:
        """By the bot itself: waits for the end of quiet hours."""
        due = next_loud(self.local, self.quiet)
        return Outgoing(to, text, Manner.NOTICE, rows=rows, card=card, headed=True, due=due)

    def tell(self, to: Chat, text: str, rows: Rows = (), *, about: str = "", headed: bool = False) -> Outgoing:
        """To somebody whom it concerns: merged with what else waits for them, outside quiet hours, unless muted."""
        due = next_loud(self.local, self.quiet)
        return Outgoing(to, text, Manner.NOTICE, rows=rows, due=due, about=about, headed=headed)

    def private(self, key: str, rows: Rows = (), **facts: object) -> list[Outgoing]:
        """To the speaker alone; in a group, a word that it went there, or how to make that possible."""
        return self.private_text(self.texts(key, **facts), rows)

    def private_text(self, text: str, rows: Rows = (), *, card: str | None = None) -> list[Outgoing]:
        """The same with a text already made."""
        if self.chat.private:
            return [Outgoing(self.chat, text, rows=rows, card=card)]
        if self.who.private is None:
            return [self.unreached()]
        return [Outgoing(self.who.private, text, rows=rows, card=card), self.toast("help.sent_in_private")]

    def unreached(self) -> Outgoing:
        """The bot may not write to the speaker in private yet: how to make that possible."""
        rows = self.write_to_me()
        return self.answer("help.write_to_me" if rows else "help.write_to_me_first", rows)

    def write_to_me(self) -> Rows:
        """The button that opens a private chat with the bot, where the channel has such a link."""
        link = self.house.link(self.chat.channel, self.community.slug)
        return ((Button(self.texts("buttons.write_to_me"), url=link),),) if link else ()

    def to_page(self, name: str, purpose: str, *, told_alone: bool = False) -> Rows:
        """The button that opens a page of the speaker's own, for who is bound to a household; in private alone.

        `told_alone`: it goes with what is told to the speaker alone, wherever they asked.
        """
        alone = self.chat.private or told_alone
        link = self.house.page(self, purpose) if alone and self.who.household is not None else None
        return ((Button(self.texts(f"buttons.{name}"), url=link),),) if link else ()

    def button(self, name: str, verb: str, *args: object, **facts: object) -> Button:
        """A button by its name in buttons.toml; pressed, it comes back as `verb` with `args`."""
        return self.house.button(name, verb, *args, **facts)

    def says(self, label: str, verb: str) -> Button:
        """A button that says its own words, as if they had been typed."""
        return Button(label, verb, (label,))

    def answering(self, question: Waiting) -> "Desk":
        """The same desk, with the question that its event answers."""
        return replace(self, dialogue=question)

    async def ask(
        self, name: str, facts: Mapping[str, Any], key: str, rows: Rows = (), **told: object
    ) -> list[Outgoing]:
        """Ask the speaker something; their next word to the bot here goes on with the route `name`."""
        until = self.now + DIALOGUE
        await self.store.people.expect(self.community.id, self.who.id, self.chat, name, facts, until)
        how = "" if self.chat.private else "\n" + self.texts("help.answer_here")
        return [self.answer_text(self.texts(key, **told) + how, rows)]

    def with_who(self, who: Who) -> "Desk":
        """The same desk after something about the speaker changed."""
        return replace(self, who=who)


def redraw(to: Chat, card: str, text: str, rows: Rows = (), *, headed: bool = False) -> Outgoing:
    """Edit a card where it stands; nothing is sent where it doesn't."""
    return Outgoing(to, text, Manner.REDRAW, rows=rows, card=card, headed=headed)


def quiet_of(community: CommunityFacts) -> Quiet:
    """The quiet hours of a community's settings."""
    return Quiet.of(community.settings)
