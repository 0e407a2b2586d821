"""What the words mean: weights learned offline, concepts, and the operator's own words, as one pure value.

`bot.words` loads it from `data/lexicon/`; `domain.classify` asks it for the vector of a word, which is the sum of the
weights of the word itself, its sub-words, its first and last character and its concepts. Six numbers a vector, in the
order of `ConcernCategory`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.terms import ConcernCategory

Vector = tuple[float, ...]
CATEGORIES: tuple[ConcernCategory, ...] = tuple(ConcernCategory)
ZERO: Vector = (0.0,) * len(CATEGORIES)


def added(vectors: Iterable[Vector]) -> Vector:
    """The sum of vectors of six; `ZERO` for none."""
    columns = list(zip(*vectors, strict=True))
    return tuple(map(sum, columns)) if columns else ZERO


@dataclass(frozen=True, slots=True)
class UrgentKind:
    """A danger that does not wait: its key (`gas`, `fire` …), the number to ring, its name, the word that told."""

    key: str
    number: str
    name: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a sum of weights becomes a share of certainty; all of it learned by cross-validation.

    `bias`: one number a category; `sharpness` multiplies the scores before the softmax; below `threshold` (0–1) the
    bot asks the resident instead of guessing.
    """

    bias: Vector = ZERO
    sharpness: float = 1.0
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is known of words.

    `weights`: feature → vector, where a feature is a word, `^x` / `x$` (first and last character), `@concept` or
    `@one@other` (two concepts in one title). `concepts`: word → its concepts. `own`: the operator's words → vector.
    """

    weights: Mapping[str, Vector]
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: Mapping[str, Vector] = field(default_factory=dict)
    calibration: Calibration = Calibration()
    known: dict[str, Vector] = field(default_factory=dict, compare=False, repr=False)

    def vector(self, word: str) -> Vector:
        """The six weights of a word with all its parts; remembered, since a town uses few thousand words."""
        found = self.known.get(word)
        if found is None:
            found = self.known[word] = self._composed(word)
        return found

    def _composed(self, word: str) -> Vector:
        weights = self.weights
        features = features_of(word, self.concepts.get(word, ()))
        return added([weights[f] for f in features if f in weights] + [self.own.get(word, ZERO)])


def features_of(word: str, concepts: Sequence[str] = ()) -> list[str]:
    """The features of one word: itself, its parts of 2–3 characters, first and last character, its concepts."""
    size = len(word)
    parts = [word[i : i + n] for n in (2, 3) if n < size for i in range(size - n + 1)]
    return [word, *parts, f"^{word[0]}", f"{word[-1]}$", *(f"@{c}" for c in concepts)]
