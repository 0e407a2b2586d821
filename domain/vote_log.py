"""The entries of a community's log, and what each vote comes to when they are read in order.

One entry a line, canonical JSON (VOTING.md section 3). No line is ever refused while reading: what
breaks a rule of the log becomes a `Fault` that names its line, and the rest is read on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from domain.canonical import Malformed, read, write


@dataclass(frozen=True)
class Open:
    """A vote opens. `text` is the hash of what was put to the vote, `rule` the profile's snapshot.

    `answers` names what each option means in an owners' decision; `never_deemed` the units that do not
    follow the majority (None: nobody is deemed). `roll` is the root over the published roll's lines.
    """

    vote: int
    kind: str
    method: str
    secret: bool
    slips: bool
    text: str
    options: list[str]
    answers: list[str] | None
    never_deemed: list[str] | None
    rule: dict[str, Any]
    roll: str
    totals: dict[str, Any]
    opens: str
    closes: str


@dataclass(frozen=True)
class Cast:
    """A ballot: `p` whose, `rev` the how manieth from 0, `c` the commitment to what it says."""

    vote: int
    p: str
    rev: int
    c: str


@dataclass(frozen=True)
class Void:
    """What `p` has cast so far counts no longer (a paper ballot took its place, a resident was deleted)."""

    vote: int
    p: str
    reason: str


@dataclass(frozen=True)
class Extend:
    """The vote closes later than said."""

    vote: int
    closes: str
    reason: str


@dataclass(frozen=True)
class Close:
    """The vote is closed with so many casts in the log."""

    vote: int
    casts: int


@dataclass(frozen=True)
class Result:
    """What was counted, in the form of `recount.count`."""

    vote: int
    tally: dict[str, Any]


Entry = Open | Cast | Void | Extend | Close | Result
ENTRIES: dict[str, type[Any]] = {kind.__name__.lower(): kind for kind in (Open, Cast, Void, Extend, Close, Result)}
_NAMES = {kind: frozenset(each.name for each in fields(kind)) for kind in ENTRIES.values()}
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("vote", "rev", "casts"), (int,)),
    **dict.fromkeys(("secret", "slips"), (bool,)),
    **dict.fromkeys(("options",), (list,)),
    **dict.fromkeys(("answers", "never_deemed"), (list, type(None))),
    **dict.fromkeys(("rule", "totals", "tally"), (dict,)),
    **dict.fromkeys(("kind", "method", "text", "roll", "opens", "closes", "p", "c", "reason"), (str,)),
}


def line(entry: Entry) -> bytes:
    """The entry's line, without its newline."""
    return write({"type": type(entry).__name__.lower(), **vars(entry)})


def parse_line(text: bytes) -> Entry:
    """Read a line. Raises Malformed."""
    given = read(text)
    kind = ENTRIES.get(str(given.pop("type", None)))
    if kind is None or given.keys() != _NAMES[kind]:
        raise Malformed("no entry")
    for name, value in given.items():
        if type(value) not in _TYPES[name] or (isinstance(value, list) and not _texts(value)):
            raise Malformed(name)
    entry: Entry = kind(**given)
    return entry


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


@dataclass(frozen=True)
class Fault:
    """A rule of the log that line `at` (from 1) breaks: `key` names it."""

    key: str
    at: int
    vote: int | None = None


@dataclass(frozen=True)
class Held:
    """The cast that counts for a household: its revision, commitment and line (from 1)."""

    rev: int
    c: str
    at: int


@dataclass
class Ledger:
    """One vote as its entries left it. `counted` is the last ballot of each household."""

    opened: Open
    closes: str
    casts: int = 0
    closed: bool = False
    counted: dict[str, Held] = field(default_factory=dict)
    next_rev: dict[str, int] = field(default_factory=dict)
    first_at: dict[str, int] = field(default_factory=dict)
    result: Result | None = None


def replay(lines: Sequence[bytes]) -> tuple[dict[int, Ledger], list[Fault]]:
    """Read a log from its first line: each vote, and every line that breaks a rule."""
    ledgers: dict[int, Ledger] = {}
    faults: list[Fault] = []
    for at, text in enumerate(lines, start=1):
        try:
            entry = parse_line(text)
        except Malformed:
            faults.append(Fault("line_unreadable", at))
            continue
        if (key := _take(ledgers, entry, at)) is not None:
            faults.append(Fault(key, at, entry.vote))
    return ledgers, faults


def _take(ledgers: dict[int, Ledger], entry: Entry, at: int) -> str | None:
    ledger = ledgers.get(entry.vote)
    if isinstance(entry, Open):
        if ledger is not None:
            return "open_twice"
        ledgers[entry.vote] = Ledger(entry, entry.closes)
        return None if _moment(entry.closes) else "no_moment"
    if ledger is None:
        return "never_opened"
    if isinstance(entry, Result):
        return _take_result(ledger, entry)
    if ledger.closed:
        return "after_close"
    return _take_open(ledger, entry, at)


def _take_result(ledger: Ledger, entry: Result) -> str | None:
    if not ledger.closed or ledger.result is not None:
        return "result_out_of_place"
    ledger.result = entry
    return None


def _take_open(ledger: Ledger, entry: Cast | Void | Extend | Close, at: int) -> str | None:
    if isinstance(entry, Cast):
        return _take_cast(ledger, entry, at)
    if isinstance(entry, Void):
        return "void_of_nothing" if ledger.counted.pop(entry.p, None) is None else None
    if isinstance(entry, Extend):
        return _take_extension(ledger, entry)
    ledger.closed = True
    return None if entry.casts == ledger.casts else "casts_differ"


def _take_cast(ledger: Ledger, entry: Cast, at: int) -> str | None:
    ledger.casts += 1
    ledger.first_at.setdefault(entry.p, at)
    expected = ledger.next_rev.get(entry.p, 0)
    if entry.rev != expected:
        return "rev_out_of_turn"
    ledger.next_rev[entry.p] = expected + 1
    ledger.counted[entry.p] = Held(entry.rev, entry.c, at)
    return None


def _take_extension(ledger: Ledger, entry: Extend) -> str | None:
    until, before = _moment(entry.closes), _moment(ledger.closes)
    if until is None or before is None or until <= before:
        return "extension_not_later"
    ledger.closes = entry.closes
    return None


def _moment(text: str) -> datetime | None:
    """An ISO moment with its zone, or None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
