"""What must not stand in public: numbers and flats are masked, health and minors wait for a moderator.

DOMAIN.md §7, VOICE.md §1.8: 138****1234, 京A***45, identity and bank card numbers whole, 3号楼2单元某户. The words of
the language (how buildings, plates, ailments are called) are handed in, from `data/lexicon/privacy.toml`.

    lexicon = PrivacyLexicon.of(table)      # once, at the start
    masked = mask(text, lexicon)            # masked.text, masked.kinds
    held(text, lexicon)                     # () or the reasons why a moderator looks first
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

HIDDEN = "******"
WIDE = {**{0xFF01 + n: chr(0x21 + n) for n in range(94)}, 0x3000: " "}
"""Full-width characters to ASCII."""


class Private(StrEnum):
    """What can be masked."""

    PHONE = "phone"
    IDENTITY = "identity"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    FLAT = "flat"


class Held(StrEnum):
    """Why a text waits for a moderator before it is public."""

    HEALTH = "health"
    MINORS = "minors"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as the public may read it, and what was masked in it, in the order of `Private`."""

    text: str
    kinds: tuple[Private, ...] = ()


Cut = tuple[int, str]
"""Where, inside a match, the hidden part begins, and what stands there instead; it goes on to the match's end."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to find. It reads the text through `view`, which changes characters one by one, never their places."""

    kind: Private
    pattern: re.Pattern[str]
    cut: Callable[[re.Match[str]], Cut | None]
    view: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PrivacyLexicon:
    """The patterns of a language, compiled once, and the words that hold a text back with those that don't."""

    rules: tuple[Rule, ...]
    held: Mapping[Held, tuple[re.Pattern[str], re.Pattern[str]]]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "PrivacyLexicon":
        """From the table of `data/lexicon/privacy.toml`. Raises KeyError where a part is missing."""
        return cls(
            rules=(*_numbers(table["numbers"]), *_plates(table["plates"]), *_flats(table["flats"])),
            held={kind: _held(table["held"][kind]) for kind in Held},
        )


def mask(text: str, lexicon: PrivacyLexicon) -> Masked:
    """Mask all that may not be public. Masking twice changes nothing; every other character stays as it was."""
    found: set[Private] = set()
    seen: dict[int, str] = {}  # several rules look through one view; the text is translated once for all of them
    for rule in lexicon.rules:
        view = seen.get(id(rule.view)) or seen.setdefault(id(rule.view), text.translate(rule.view))
        for match in reversed(list(rule.pattern.finditer(view))):
            if hidden := rule.cut(match):
                text = text[: hidden[0]] + hidden[1] + text[match.end() :]
                found.add(rule.kind)
                seen.clear()
    return Masked(text, tuple(kind for kind in Private if kind in found))


def held(text: str, lexicon: PrivacyLexicon) -> tuple[Held, ...]:
    """Why this text waits for a moderator: it speaks of somebody's health or of minors."""
    reasons = lexicon.held.items()
    return tuple(kind for kind, (words, harmless) in reasons if words.search(harmless.sub(" ", text)))


# --- numbers -------------------------------------------------------------------------------------------------------

_BEFORE, _AFTER = r"(?<!\d)(?<!\d\.)", r"(?!\d)(?!\.\d)"
_GAP = r"[ \-.·]{1,3}"
_BIRTHDAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"[1-9]\d{{5}}(?:{_GAP})?(?:(?:18|19|20)\d\d{_BIRTHDAY}(?:{_GAP})?\d{{3}}[\dXx]|\d\d{_BIRTHDAY}\d{{3}})"
_BANK_CARD = rf"\d{{16,19}}|\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?|\d{{6}}{_GAP}\d{{10,13}}"
_MOBILE = (
    rf"(?P<first>1[3-9]\d)(?:\d{{8}}|{_GAP}\d{{4}}{_GAP}\d{{4}}|{_GAP}\d{{3}}{_GAP}\d{{5}}|\d{_GAP}\d{{3}}{_GAP}\d{{4}}"
    rf"|\d\d{_GAP}\d{{6}}|\d{{4}}{_GAP}\d{{4}}|{_GAP}\d{{8}})|(?P<apart>1(?: \d){{10}})"
)
_LANDLINE = rf"\(?(?P<area>0(?:10|2\d|[3-9]\d\d))\)?(?:{_GAP})?(?P<own>\d{{7,8}}|\d{{3,4}}{_GAP}\d{{4}})(?:-\d{{1,5}})?"
_CARD_BEGINS = "34569"
_LUHN = 10
_SHORT_NUMBER = 7


def _numbers(words: Mapping[str, Any]) -> list[Rule]:
    told = f"(?:{_any(words['phone_words'])})" + r"[^\d\n]{0,4}(?P<own>\d{7,8}|\d{3,4}[ \-]\d{4})"
    finds: tuple[tuple[Private, re.Pattern[str], Callable[[re.Match[str]], Cut | None]], ...] = (
        (Private.IDENTITY, _compiled(_IDENTITY), _whole),
        (Private.BANK_CARD, _compiled(_BANK_CARD), _bank_card),
        (
            Private.PHONE,
            re.compile(rf"(?<!\d)(?P<country>(?:\+|00)?86[ \-]?)?(?:{_MOBILE}){_AFTER}", re.ASCII),
            _mobile,
        ),
        (Private.PHONE, _compiled(_LANDLINE), _landline),
        (Private.PHONE, re.compile(told + _AFTER, re.ASCII), _bare_number),
    )
    views = (WIDE, _written_out(words))
    return [Rule(kind, pattern, cut, view) for view in views for kind, pattern, cut in finds]


def _written_out(words: Mapping[str, Any]) -> dict[int, str]:
    """Written-out digits as digits, and real ones as none: the two are never parts of one number."""
    written = {ord(char): str(n) for n, char in enumerate(words["digits"])}
    written |= {ord(char): digit for char, digit in words["other_digits"].items()}
    return {**dict.fromkeys([*range(0x30, 0x3A), *range(0xFF10, 0xFF1A)], "\0"), **written}


def _whole(match: re.Match[str]) -> Cut:
    return match.start(), HIDDEN


def _landline(match: re.Match[str]) -> Cut:
    return match.start(), f"{match['area']}-{_tail(match['own'])}"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}(?:{pattern}){_AFTER}", re.ASCII)


def _bank_card(match: re.Match[str]) -> Cut | None:
    """A card's number begins as cards do, or its check digit is right; a running number is none."""
    digits = re.sub(r"\D", "", match[0])
    return (match.start(), HIDDEN) if digits[0] in _CARD_BEGINS or _luhn(digits) else None


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(n - 9 if n >= _LUHN else n for n in doubled) % _LUHN == 0


def _mobile(match: re.Match[str]) -> Cut:
    digits = re.sub(r"\D", "", match["apart"] or match[0].removeprefix(match["country"] or ""))
    return match.start(), f"{digits[:3]}****{digits[-4:]}"


def _tail(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return "****" + digits[4:]


def _bare_number(match: re.Match[str]) -> Cut | None:
    is_date = re.fullmatch(rf"(?:19|20)\d\d{_BIRTHDAY}", match["own"])
    return None if is_date else (match.start("own"), _tail(match["own"]))


# --- plates and flats ----------------------------------------------------------------------------------------------


def _plates(words: Mapping[str, str]) -> list[Rule]:
    letters, endings = "[A-HJ-NP-Z0-9]", f"[{words['endings']}]"
    tail = rf"(?=[A-Z]*\d)(?:{letters}{{5,6}}(?![A-Z0-9]){endings}?|{letters}{{4}}{endings})"
    plate = rf"[{words['provinces']}][A-HJ-Z](?P<rest>[ ·•.\-]?{tail})"
    return [Rule(Private.PLATE, re.compile(plate, re.ASCII | re.IGNORECASE), _plate, WIDE)]


def _plate(match: re.Match[str]) -> Cut:
    return match.start("rest"), "***" + re.sub(r"[^A-Za-z0-9]", "", match["rest"])[-2:]


def _flats(words: Mapping[str, Any]) -> list[Rule]:
    number = rf"(?:[A-Z]?\d{{1,4}}[A-Z]?|[{words['numerals']}]{{1,5}}|[A-Z])"
    suffix, between = f"(?:{_any(words['rooms'])})", f"[{words['between']}]"
    house = rf"{number} ?(?:{_any(words['buildings'])})"
    unit = rf"(?:{between}?{number} ?(?:{_any(words['units'])}))"
    bare = rf"(?:\d{{3,4}}|[{words['digits']}]{{3,4}})(?![\d.%]| ?[{words['not_rooms']}])"
    side = rf"(?:{number} ?(?:{_any(words['floors'])}))?{between}?(?:{_any(words['sides'])})"
    room = rf"(?:{number} ?{suffix}|{side}|{bare})"
    flat = rf"(?P<house>(?<!\d){house}{unit}?){between}?{room}"
    dashes = rf"(?P<house>(?<![\d\-])\d{{1,2}}-(?:\d{{1,2}}-)?)\d{{3,4}} ?{suffix}"
    three = r"(?P<house>(?<![\d\-])\d{1,2}-\d{1,2}-)\d{3,4}(?![\d\-])"
    at_home = rf"(?P<house>(?:{_any(words['home_words'])})[^\d\n]{{0,3}}\d{{1,2}}-)\d{{3,4}}(?![\d\-])"

    def cut(match: re.Match[str]) -> Cut:
        return match.end("house"), words["somebody"]

    forms = (flat, dashes, three, at_home)
    return [Rule(Private.FLAT, re.compile(form, re.ASCII | re.IGNORECASE), cut, WIDE) for form in forms]


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _held(words: Mapping[str, Sequence[str]]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_any(words["words"])), re.compile(_any(words["except"]) or r"(?!)")
