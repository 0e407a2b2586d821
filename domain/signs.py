"""Two signs beside the category: danger that does not wait, and what is no concern at all.

    dangers.told_in(plain_text)         an `UrgentKind` or None (DOMAIN.md §2: an urgent concern does not wait)
    aside_of(cut, asides)               "thanks", "greeting", "advert", "pasted", "empty", or None for a concern

The lists are data (`data/lexicon/urgent.toml`, `not_concern.toml`). A word of danger counts unless each place where it
stands lies in a harmless phrase: 煤气味 is gas, 煤气费 is a bill.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.cuts import Cut
from domain.lexicon import Concepts, UrgentKind

NEAR = 8
_STOPS = ",.!?;\u3002\uff01\uff1f\uff0c\uff1b"
SHORT = 45
"""Thanks and greetings are short; a longer message is a concern."""


@dataclass(frozen=True, slots=True)
class Hedges:
    """What makes any danger harmless: words `before` it in its clause, and words right `after` it."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def _any(phrases: Sequence[str]) -> str:
    """A pattern for any of them, longer ones first; for none of none."""
    return f"(?:{'|'.join(map(re.escape, sorted(phrases, key=len, reverse=True))) or '(?!)'})"


@dataclass(frozen=True, slots=True)
class Danger:
    """One kind of danger, the words that tell it, and the phrases in which they are harmless."""

    kind: UrgentKind
    words: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, kind: UrgentKind, words: Sequence[str], harmless: Sequence[str], hedges: Hedges) -> "Danger":
        """Harmless phrases are tried before words, longer ones first; group 1 is a word.

        A word is harmless too within `NEAR` characters after a hedge (if, lest, last year) in the same clause, or right
        before one (accident of long ago, risk of).
        """
        told = _any(words)
        clause = f"[^{_STOPS}]{{0,{NEAR}}}?"
        calm = [f"{_any(hedges.before)}{clause}{told}", f"{told}{_any(hedges.after)}", _any(harmless)]
        return cls(kind, tuple(words), re.compile(f"(?:{'|'.join(calm)})|({told})"))


@dataclass(frozen=True, slots=True)
class Asides:
    """What is no concern: patterns over the plain text, by kind, those of short messages and those of any.

    A short one is a concern after all if a word of it has one of `complaints` among its concepts.
    """

    short: tuple[tuple[str, re.Pattern[str]], ...]
    long: tuple[tuple[str, re.Pattern[str]], ...]
    complaints: frozenset[str]
    concepts: Concepts


class Dangers:
    """Kinds of danger in their order, and their words by first letter."""

    def __init__(self, kinds: Sequence[Danger]) -> None:
        self.kinds = tuple(kinds)
        self._words: dict[str, list[tuple[str, int]]] = {}
        for place, danger in enumerate(kinds):
            for word in danger.words:
                self._words.setdefault(word[0], []).append((word, place))

    def told_in(self, text: str) -> UrgentKind | None:
        """The first kind of danger, in the order of the list, that a plain text tells of."""
        known = self._words
        spoken = {at for letter in known.keys() & set(text) for word, at in known[letter] if word in text}
        for danger in (self.kinds[at] for at in sorted(spoken)):
            word = next((match[1] for match in danger.pattern.finditer(text) if match[1]), None)
            if word is not None:
                return replace(danger.kind, word=word)
        return None


def aside_of(cut: Cut, asides: Asides) -> str | None:
    """Why a message is no concern, or None. Without words (a picture, emoji, punctuation) it is "empty"."""
    if not cut.words:
        return "empty"
    if len(cut.text) <= SHORT and not _complains(cut, asides):
        for kind, pattern in asides.short:
            if pattern.search(cut.text):
                return kind
    return next((kind for kind, pattern in asides.long if pattern.search(cut.text)), None)


def _complains(cut: Cut, asides: Asides) -> bool:
    return any(asides.complaints.intersection(asides.concepts.of(word)) for word in cut.words)
