"""What people put right in one community: counted, bounded, and taken back as easily as given.

A moderator's 改类 or a resident's own choice is a `Correction`, kept as a row; `learned` makes of all rows the small
weights that `classify` adds. Nothing is trained again: a row removed is as if it had never been.

    corrections = learned(rows)                         # rows: Iterable[Correction]
    understanding.judge(text, corrections)
    learned(row for row in rows if row.by != vandal)    # taken back
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.lexicon import CATEGORIES, ZERO, Vector, added
from domain.terms import ConcernCategory

MOST = 10.0
"""What a message can gain at most, in score; a sure verdict stands two to ten above the next."""
HALF = 4
"""After so many corrections a word has half of it."""
TELLING = 12
"""The first so many words of a message are taken to be what it is about."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One concern put right: its `Sketch.words`, from which category to which, and who did it (a pseudonym)."""

    words: tuple[str, ...]
    wrong: ConcernCategory
    right: ConcernCategory
    by: str = ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """Bounded weights a word."""

    nudges: Mapping[str, Vector] = field(default_factory=dict)

    def nudge(self, words: Iterable[str]) -> Vector:
        """What a message's words gain together: all that was corrected of them, by how many they are."""
        if not self.nudges:
            return ZERO
        said = {word for word in words if len(word) > 1}
        found = [self.nudges[word] for word in said if word in self.nudges]
        return tuple(value / len(said) for value in added(found)) if found else ZERO


NONE = Corrections()


def learned(rows: Iterable[Correction]) -> Corrections:
    """Count the corrections and make of them what `classify` adds.

    A word gains towards the right category and loses from the wrong one, `MOST` at the most however often it is
    corrected, half of that after `HALF` times. Corrections that contradict each other cancel.
    """
    place = {category: at for at, category in enumerate(CATEGORIES)}
    balance: dict[str, list[int]] = {}
    for row in rows:
        right, wrong = place[row.right], place[row.wrong]
        for word in set(row.words[:TELLING]):
            found = balance.setdefault(word, [0] * len(CATEGORIES))
            found[right] += 1
            found[wrong] -= 1
    return Corrections({word: _bounded(found) for word, found in balance.items()})


def _bounded(balance: Iterable[int]) -> Vector:
    return tuple([MOST * n / (abs(n) + HALF) if n else 0.0 for n in balance])
