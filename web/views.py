"""What a page shows: facts of `models.board` turned into words and shapes, frozen, ready for a template.

Wording is VOICE.md section 4, shapes are BOARD.md section 3 (docs/board.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from domain import dates
from domain.session_days import session_days
from domain.terms import CommunityKind, ConcernCategory, SessionRule, Step
from models.board import ConcernFacts, SessionFacts
from web.site import Site

TITLE_SIZE = 40
PASTE_SIZE = 120
OPENING = "（《“‘【([<"
SENTENCE_ENDS = "\n。！？!?；;"


@dataclass(frozen=True, slots=True)
class Place:
    """The community a page belongs to: its name, where its pages begin, and its rule, room and hour of sessions.

    `figures`: counts that are ready, where there is too much to count for each page.
    """

    id: int
    slug: str
    name: str
    root: str
    rule: SessionRule
    room: str
    hour: str
    lasts: timedelta
    years: int = 2
    kind: CommunityKind = CommunityKind.COMMODITY
    figures: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The site's texts and dates, at a moment on the community's clock."""

    site: Site
    now: datetime

    def __call__(self, key: str, /, **facts: object) -> str:
        return self.site.texts(key, **facts)

    def masked(self, text: str) -> str:
        """A text of a moderator's as the public may read it (DOMAIN.md section 7)."""
        return self.site.mask(text)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.site.zone)

    def iso(self, moment: datetime) -> str:
        return self.local(moment).isoformat()

    def day(self, moment: datetime) -> str:
        return self.date(self.local(moment).date())

    def date(self, day: date) -> str:
        return dates.write_day(day, self.now.date(), self.site.dates).rstrip()

    def moment(self, moment: datetime) -> str:
        return dates.write_moment(self.local(moment), self.now.date(), self.site.dates)


def day_of(number: int) -> date | None:
    """The day of a number like 20261214."""
    try:
        return date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a leaf's line; `accent` marks the 四 in it."""

    text: str
    accent: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """The page of a calendar: month, the day's digits, the weekday's characters."""

    month: str
    day: tuple[Part, ...]
    week: tuple[Part, ...]


def leaf(moment: datetime, rule: SessionRule, words: Words) -> Leaf:
    """The leaf of a session: the 4 of the date, or the 四 of Thursday, is marked where it is the reason."""
    day = words.local(moment).date()
    reasons = {reason for found in session_days(rule, day, day) for reason in found.reasons}
    digits = str(day.day)
    week = words.site.texts.list("board.weekdays")[day.weekday()]
    return Leaf(
        words.site.texts.list("board.months")[day.month - 1],
        tuple(Part(d, SessionRule.DATES in reasons and d == "4") for d in digits),
        (Part(words("board.weekday")), Part(week, SessionRule.THURSDAYS in reasons)),
    )


class Mark(StrEnum):
    """What a session's badge says, if it has one."""

    NONE = ""
    RUNNING = "running"
    MOVED = "moved"
    CANCELLED = "cancelled"


_BADGES = {Mark.RUNNING: "board.running", Mark.MOVED: "board.moved", Mark.CANCELLED: "board.cancelled"}


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session on a page. `away` says how many days are left, where some are."""

    id: int
    leaf: Leaf
    when: str
    time: str
    place: str
    away: str
    mark: Mark
    badge: str
    original: str
    reason: str

    @property
    def off(self) -> bool:
        """Whether it does not take place."""
        return self.mark is Mark.CANCELLED


def session(facts: SessionFacts, place: Place, words: Words) -> SessionView:
    """A session with its leaf, its badge, and what it was moved from."""
    mark = _mark(facts, place, words)
    return SessionView(
        facts.id,
        leaf(facts.starts_at, place.rule, words),
        words.moment(facts.starts_at),
        dates.write_time(words.local(facts.starts_at)),
        facts.place,
        "" if mark in {Mark.CANCELLED, Mark.RUNNING} else _away(facts.starts_at, words),
        mark,
        words(_BADGES[mark]) if mark else "",
        words.moment(facts.moved_from) if facts.moved_from else "",
        words("board.reason", reason=facts.reason) if facts.reason else "",
    )


def _mark(facts: SessionFacts, place: Place, words: Words) -> Mark:
    if facts.cancelled:
        return Mark.CANCELLED
    if facts.starts_at <= words.now < facts.starts_at + place.lasts:
        return Mark.RUNNING
    return Mark.MOVED if facts.moved_from else Mark.NONE


def _away(moment: datetime, words: Words) -> str:
    days = (words.local(moment).date() - words.now.date()).days
    if days < 0:
        return ""
    return {0: words("board.today"), 1: words("board.tomorrow")}.get(days) or words("board.in_days", days=days)


@dataclass(frozen=True, slots=True)
class CategoryView:
    """How many public concerns a category has, and where they are listed."""

    name: str
    count: str
    url: str


def categories(counts: Mapping[ConcernCategory | None, int], place: Place, words: Words) -> list[CategoryView]:
    """All six in their order, also the empty ones."""
    return [
        CategoryView(
            words.site.texts.term(category),
            words("board.count_concerns", count=counts.get(category, 0)),
            f"{place.root}concerns?category={category.value}",
        )
        for category in ConcernCategory
    ]


@dataclass(frozen=True, slots=True)
class ConcernView:
    """A public concern. `title` is its first sentence; `text` the whole, masked."""

    number: int
    kind: str
    title: str
    text: str
    url: str
    category: str
    pending: bool
    urgent: bool
    days: str
    since: str
    said: str
    supporters: str
    evidence: str
    seconded: bool


def concern(facts: ConcernFacts, place: Place, words: Words) -> ConcernView:
    """A concern in words. The author is nobody: 一位居民 (VOICE.md section 1, point 8)."""
    category = facts.category and words.site.texts.term(facts.category)
    days = (words.now.date() - words.local(facts.said_at).date()).days
    return ConcernView(
        facts.number,
        words("board.concern", number=facts.number),
        title(facts.text),
        facts.text,
        f"{place.root}concerns/{facts.number}",
        category or words("board.pending"),
        category is None,
        facts.urgent,
        str(days) if days > 0 else "",
        words("board.waits_since", day=words.day(facts.said_at)),
        words("board.a_resident", when=words.moment(facts.said_at)),
        words("board.supporters", count=facts.supporters),
        _because(facts, words) if facts.evidence else "",
        facts.supporters > 0,
    )


def _because(facts: ConcernFacts, words: Words) -> str:
    """The words that decided, and whether earlier corrections made them decide."""
    key = "board.evidence_learned" if facts.learned else "board.evidence"
    return words(key, words=words("board.words_glue").join(facts.evidence))


def title(text: str) -> str:
    """The first sentence of a text, cut with … where it is long."""
    text = text.strip()
    end = next((i for i, c in enumerate(text) if c in SENTENCE_ENDS and i > 0), len(text))
    return text[:end] if end <= TITLE_SIZE else text[: TITLE_SIZE - 1] + "…"


def pieces(text: str, words: Sequence[str]) -> list[str]:
    """The text cut before each of its words, in order; never after an opening mark."""
    starts, at = {0, len(text)}, 0
    plain = text.upper()
    for word in words if len(plain) == len(text) else ():
        found = plain.find(word, at)
        if found < 0:
            continue
        at = found + len(word)
        if text[found - 1] not in OPENING:
            starts.add(found)
    return [text[start:end] for start, end in pairwise(sorted(starts))]


@dataclass(frozen=True, slots=True)
class Station:
    """A step of the course. `state` is `done`, `now` or empty: still to come."""

    name: str
    state: str


def course(step: Step, words: Words) -> tuple[Station, ...]:
    """The six stations, where `step` is the one at work."""
    names = words.site.texts.list("board.steps")
    return tuple(Station(name, _state(at, step)) for at, name in zip(Step, names, strict=True))


def _state(at: Step, step: Step) -> str:
    if at == step:
        return "now"
    return "done" if at < step else ""


def paste(key: str, words: Words, *, long: str, **facts: object) -> str:
    """A text for an ordinary WeChat group: at most `PASTE_SIZE` characters, the fact named `long` cut to fit."""
    matter = str(facts[long])
    spare = PASTE_SIZE - len(words(key, **{**facts, long: ""}))
    return words(key, **{**facts, long: matter if len(matter) <= spare else matter[: max(spare - 1, 0)] + "…"})
