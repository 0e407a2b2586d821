"""Kept messages as the rehearsal's page shows them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from bot.channels.base import Line
from domain.dates import DateWords, write_moment
from domain.talk import Button, Person

STAMP_AFTER = timedelta(minutes=10)


class Texts(Protocol):
    """The texts of a language (`bot/texts.py`)."""

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of a key, its braces filled."""
        ...

    def list(self, key: str) -> list[str]:
        """The words under a key."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A button under a message: pressed, its form posts `press`; with `url` it is a link."""

    label: str
    press: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message on the page. `side` is `mine`, `bot`, `toast` or empty (others); `stamp` a time above it, or empty.

    `file` is the name of one that hangs on it, to be fetched by the message's id.
    """

    id: str
    side: str
    by: str
    headline: str
    text: str
    stamp: str
    rows: tuple[tuple[Key, ...], ...]
    file: str = ""

    @property
    def version(self) -> str:
        """Changes when the message does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


def as_rows(rows: Sequence[Sequence[Button]]) -> tuple[tuple[dict[str, object], ...], ...]:
    """Buttons as a line keeps them."""
    return tuple(
        tuple({"label": b.label, "verb": b.verb, "args": list(b.args), "url": b.url} for b in row) for row in rows
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns lines into bubbles for the one who is played."""

    texts: Texts
    dates: DateWords
    zone: tzinfo

    def bubbles(self, lines: Sequence[Line], player: Person) -> list[Bubble]:
        """What this player sees of a chat: everything but the toasts of others."""
        found: list[Bubble] = []
        last: datetime | None = None
        for line in lines:
            if line.seen_by and line.seen_by != player.id:
                continue
            at = datetime.fromisoformat(line.at).astimezone(self.zone)
            fresh = last is None or at - last >= STAMP_AFTER or at.date() != last.date()
            found.append(self._bubble(line, player, self.moment(at, at) if fresh else ""))
            last = at
        return found

    def moment(self, moment: datetime, now: datetime) -> str:
        """A moment in the community's words."""
        return write_moment(moment.astimezone(self.zone), now.astimezone(self.zone).date(), self.dates)

    def short(self, moment: datetime, now: datetime) -> str:
        """The time to the second; with its day where it isn't today."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone).date()
        return f"{local:%H:%M:%S}" if local.date() == today else write_moment(local, today, self.dates)

    def _bubble(self, line: Line, player: Person, stamp: str) -> Bubble:
        head, _, rest = line.text.partition("\n") if line.headed else ("", "", line.text)
        rows = tuple(tuple(_key(button) for button in row) for row in line.rows)
        file = line.file.name if line.file else ""
        return Bubble(line.id, _side(line, player), self._by(line, player), head, rest, stamp, rows, file)

    def _by(self, line: Line, player: Person) -> str:
        bot = self.texts("chat.bot")
        if line.seen_by:
            return self.texts("chat.only_you", bot=bot, player=player.name)
        if not line.who:
            return bot
        return self.texts("chat.yourself", player=line.name) if line.who == player.id else line.name


def _side(line: Line, player: Person) -> str:
    if line.seen_by:
        return "bot toast"
    if not line.who:
        return "bot"
    return "mine" if line.who == player.id else ""


def _key(button: dict[str, object]) -> Key:
    label, args = str(button["label"]), button["args"]
    assert isinstance(args, list)
    press = json.dumps([button["verb"], *args], ensure_ascii=False)
    return Key(label, press, str(button["url"]), label.endswith("✓"))
