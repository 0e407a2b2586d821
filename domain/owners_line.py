"""The one line that opens an owners' decision: title, matter, notice, opening, closing, parking; apart by a bar.

The guided dialogue gathers the same parts one by one, so that both are read here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.dates import parse_day, parse_moment
from domain.errors import Refused
from domain.rules import Matter, Profile, check_notice
from domain.vote_line import Words, check_title, parse_closing, topic_of

BAR = re.compile(r"[｜|]")


@dataclass(frozen=True)
class OwnersWords:
    """The words by which a part is known: what it is about, in `matter` before its number, and so on."""

    matter: str
    unanimous: str
    opens: str
    told: str
    parking_counts: str
    parking_left_out: str
    follow: str


@dataclass
class OwnersOpening:
    """An owners' decision as its opener asked for it; what was not said yet is None.

    `matter` of article 278, or `unanimous` (article 279). `told`: when owners and the neighbourhood committee had the
    notice. `clause`: of the adopted rules, by which the silent follow the majority; "": nobody is deemed.
    `topic`: whose resolution it is for. `slips`: cast with a code from a sealed slip. `public_list`: everybody may read
    the list of choices (实名公示).
    """

    title: str
    matter: Matter | None = None
    unanimous: bool = False
    told: date | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    parking: bool | None = None
    clause: str = ""
    topic: int | None = None
    slips: bool = False
    public_list: bool | None = None
    _said: set[str] = field(default_factory=set, repr=False, compare=False)


def parse_owners(parts: Sequence[str], now: datetime, words: OwnersWords, closing: Words) -> OwnersOpening:
    """Read the parts, the title first. Times are those of `now`'s zone.

    Raises Refused: part_unknown(part), part_twice(part), not_secret(part), matter_unknown(text), deemed_without_clause,
    and those of the title, the days and the closing (`domain.vote_line`, `domain.dates`).
    """
    title, *rest = [part.strip() for part in parts] or [""]
    check_title(title)
    opening = OwnersOpening(title)
    for part in (part for part in rest if part):
        _take(opening, part, now, words, closing)
    return opening


def _take(opening: OwnersOpening, part: str, now: datetime, words: OwnersWords, closing: Words) -> None:
    whole = {words.unanimous: ("matter", "unanimous", True)}
    whole |= {words.parking_counts: ("parking", "parking", True), words.parking_left_out: ("parking", "parking", False)}
    whole |= {closing.slips: ("slips", "slips", True)} if closing.slips else {}
    whole |= {
        closing.roll_call: ("secrecy", "public_list", False),
        closing.public_list: ("secrecy", "public_list", True),
    }
    if part == closing.secret:
        raise Refused("not_secret", part=part)
    if part in whole:
        kind, name, value = whole[part]
        _once(opening, kind, part)
        setattr(opening, name, value)
        return
    readers = {
        words.matter: ("matter", _matter),
        words.told: ("told", lambda text: parse_day(text, now.date())),
        words.opens: ("opens", lambda text: parse_moment(text, now)),
        closing.until: ("closes", lambda text: parse_closing(text, now, closing)),
        words.follow: ("clause", _clause),
    }
    if topic := topic_of(part, closing.topic):
        _once(opening, "topic", part)
        opening.topic = int(topic)
        return
    word = next((word for word in readers if part.startswith(word)), None)
    if word is None:
        raise Refused("part_unknown", part=part)
    name, read = readers[word]
    _once(opening, name, part)
    setattr(opening, name, read(part.removeprefix(word).strip(" :：")))


def _once(opening: OwnersOpening, kind: str, part: str) -> None:
    if kind in opening._said:
        raise Refused("part_twice", part=part)
    opening._said.add(kind)


def _clause(text: str) -> str:
    if not text:
        raise Refused("deemed_without_clause")
    return text


def _matter(text: str) -> Matter:
    if not (text.isascii() and text.isdigit() and int(text) in list(Matter)):
        raise Refused("matter_unknown", text=text)
    return Matter(int(text))


def check_owners(opening: OwnersOpening, profile: Profile, now: datetime) -> None:
    """Say nothing if the decision may open under its profile, on `now`'s day.

    Raises Refused: slips_need_opening, closing_missing, opens_past, closes_before_opening, told_ahead,
    notice_too_late(latest, days, citation), and those of `Profile.may_bind`.
    """
    profile.may_bind(now.date())
    opens = opening.opens or now
    if opening.slips and opening.opens is None:
        raise Refused("slips_need_opening")
    if opening.closes is None:
        raise Refused("closing_missing")
    if opens < now:
        raise Refused("opens_past", opens=opens)
    if opening.closes <= opens:
        raise Refused("closes_before_opening", closes=opening.closes)
    told = opening.told or now.date()
    if told > now.date():
        raise Refused("told_ahead", told=told)
    check_notice(told, opens.date(), profile)
