"""The one line that opens a vote: title, options, closing and secrecy, apart by a bar.

`Words` brings the words of the community's language (locales/zh_CN/routes.toml); times are those of
`now`'s zone. A year may be left out: the next such day within half a year is meant.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.errors import Refused
from domain.terms import Method, Secrecy

MAX_TITLE = 200
MAX_OPTION = 20
MIN_OPTIONS, MAX_OPTIONS = 2, 10
DEFAULT_LENGTH = timedelta(hours=48)
LONGEST = timedelta(days=366)
LOOK_AHEAD = timedelta(days=183)

_BAR = re.compile(r"[｜|]")
_MOMENT = re.compile(r"(?:(\d{4})\D)?(\d{1,2})\D(\d{1,2})\D+(\d{1,2})[:：](\d{2})", re.ASCII)
_TOPIC = re.compile(r"\s*[#＃]?\s*(\d{1,9})", re.ASCII)
_LENGTH = re.compile(r"(\d{1,6})\s*(\D+)", re.ASCII)


@dataclass(frozen=True)
class Words:
    """The words an opening line is read by: closing, hours, days, the three kinds of secrecy, two more methods,
    opening, sealed slips, the topic that it belongs to."""

    until: str
    hours: str
    days: str
    roll_call: str
    secret: str
    approval: str = ""
    ranked: str = ""
    opens: str = ""
    slips: str = ""
    topic: str = ""
    public_list: str = ""


@dataclass(frozen=True)
class Opening:
    """A vote as its opener asked for it. `opens` None: at once; `slips`: cast with a code from a sealed slip; `topic`:
    the number of the one whose resolution it is for; `public_list`: everybody may read who chose what (实名公示)."""

    title: str
    options: tuple[str, ...]
    closes: datetime
    secret: bool
    method: Method = Method.SINGLE
    opens: datetime | None = None
    slips: bool = False
    topic: int | None = None
    public_list: bool = False


def parse_opening(text: str, now: datetime, words: Words) -> Opening:
    """Read what follows the trigger word.

    Raises Refused, each with its own key: no_title, title_too_long(length, most), too_few_options,
    too_many_options(count, most), option_too_long(option, most), option_doubled(option),
    secrecy_twice, closing_twice, method_twice, opening_twice, topic_twice, opening_past(opens), opening_too_far(days),
    slips_need_opening, and those of `parse_closing`.
    """
    title, *parts = (part.strip() for part in _BAR.split(text))
    check_title(title)
    given = _sorted_out([part for part in parts if part], words)
    if _ends_with_length(given.options, words):
        given.closings.append(given.options.pop())
    _check_options(given.options)
    opens = _opens(_only(given.opens, "opening_twice"), now)
    if given.slips and opens is None:
        raise Refused("slips_need_opening")
    closes = parse_closing(_only(given.closings, "closing_twice"), opens or now, words)
    by_word = {words.approval: Method.APPROVAL, words.ranked: Method.RANKED, "": Method.SINGLE}
    method = by_word[_only(given.methods, "method_twice")]
    secrecy = _secrecy(_only(given.secrecies, "secrecy_twice"), words)
    topic = int(found) if (found := _only(given.topics, "topic_twice")) else None
    secret, public_list = secrecy is Secrecy.SECRET, secrecy is Secrecy.PUBLIC_LIST
    return Opening(title, tuple(given.options), closes, secret, method, opens, bool(given.slips), topic, public_list)


def _secrecy(said: str, words: Words) -> Secrecy:
    by_word = {words.public_list: Secrecy.PUBLIC_LIST, words.roll_call: Secrecy.ROLL_CALL}
    return (by_word | {words.secret: Secrecy.SECRET, "": Secrecy.SECRET})[said]


def _opens(text: str, now: datetime) -> datetime | None:
    opens = _moment(text, now) if text else None
    if opens is not None and opens <= now:
        raise Refused("opening_past", opens=opens)
    if opens is not None and opens - now > LONGEST:
        raise Refused("opening_too_far", days=LONGEST.days)
    return opens


def check_title(title: str) -> None:
    """Say nothing if this can be a vote's title. Raises Refused: no_title, title_too_long(length, most)."""
    if not title:
        raise Refused("no_title")
    if len(title) > MAX_TITLE:
        raise Refused("title_too_long", length=len(title), most=MAX_TITLE)


@dataclass
class _Parts:
    """The parts of a line by what they say."""

    options: list[str] = field(default_factory=list)
    closings: list[str] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)
    secrecies: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    slips: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)


def topic_of(part: str, word: str) -> str:
    """The number of the topic that a part names (议题 #8), or empty."""
    match = _TOPIC.fullmatch(part.removeprefix(word)) if word and part.startswith(word) else None
    return match[1] if match else ""


def _sorted_out(parts: list[str], words: Words) -> _Parts:
    found = _Parts()
    for part in parts:
        began = part.removeprefix(words.opens).strip(" :：") if words.opens and part.startswith(words.opens) else ""
        if part in (words.roll_call, words.secret, words.public_list):
            found.secrecies.append(part)
        elif part in (words.approval, words.ranked):
            found.methods.append(part)
        elif part == words.slips:
            found.slips.append(part)
        elif topic := topic_of(part, words.topic):
            found.topics.append(topic)
        elif _MOMENT.fullmatch(began):  # an option may begin with the word
            found.opens.append(began)
        elif part.startswith(words.until):
            found.closings.append(part.removeprefix(words.until).strip(" :："))
        else:
            found.options.append(part)
    return found


def _ends_with_length(options: list[str], words: Words) -> bool:
    """A bare "48 hours" at the end is the closing, unless another option has a length in it as well."""
    if len(options) <= MIN_OPTIONS or _length(options[-1], words) is None:
        return False
    lasts = re.compile(rf"\d\s*(?:{re.escape(words.hours)}|{re.escape(words.days)})")
    return not any(lasts.search(option) for option in options[:-1])


def _only(found: list[str], key: str) -> str:
    if len(found) > 1:
        raise Refused(key)
    return found[0] if found else ""


def _check_options(options: list[str]) -> None:
    if len(options) < MIN_OPTIONS:
        raise Refused("too_few_options", least=MIN_OPTIONS)
    if len(options) > MAX_OPTIONS:
        raise Refused("too_many_options", count=len(options), most=MAX_OPTIONS)
    seen: set[str] = set()
    for option in options:
        if len(option) > MAX_OPTION:
            raise Refused("option_too_long", option=option, most=MAX_OPTION)
        same = unicodedata.normalize("NFKC", option).casefold()
        if same in seen:
            raise Refused("option_doubled", option=option)
        seen.add(same)


def parse_closing(text: str, now: datetime, words: Words) -> datetime:
    """The moment a vote closes: `12-14 20:00`, `2026-12-14 20:00`, `48` hours or days; "" means 48 h.

    Raises Refused: closing_unreadable(text), closing_past(closes), closing_too_far(days).
    """
    length = _length(text, words) if text else DEFAULT_LENGTH
    closes = _moment(text, now) if length is None else now + min(length, 2 * LONGEST)
    if closes <= now:
        raise Refused("closing_past", closes=closes)
    if closes - now > LONGEST:
        raise Refused("closing_too_far", days=LONGEST.days)
    return closes


def _length(text: str, words: Words) -> timedelta | None:
    match = _LENGTH.fullmatch(text)
    if match is None:
        return None
    units = {words.hours: timedelta(hours=1), words.days: timedelta(days=1)}
    unit = units.get(match[2])
    return None if unit is None else int(match[1]) * unit


def _moment(text: str, now: datetime) -> datetime:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise Refused("closing_unreadable", text=text)
    year, *rest = match.groups()
    years = [int(year)] if year else [now.year, now.year + 1]
    numbers = [int(number) for number in rest]
    moments = [moment for y in years if (moment := _on([y, *numbers], now)) is not None]
    if not moments:
        raise Refused("closing_unreadable", text=text)
    return next((m for m in moments if timedelta(0) < m - now <= LOOK_AHEAD), moments[0])


def _on(numbers: list[int], now: datetime) -> datetime | None:
    year, month, day, hour, minute = numbers
    try:
        return datetime(year, month, day, hour, minute, tzinfo=now.tzinfo)
    except ValueError:
        return None
