"""What the words mean: weights learned offline, concepts, and the operator's own words, as one pure value.

`bot.words` loads it from `data/lexicon/`; `domain.classify` asks it for vectors of six numbers, in the order of
`ConcernCategory`. The features of a message, each with a row in `weights.tsv`:

    电梯        a word; also its parts of 2 and 3 characters
    ^电 梯$     first and last character of a word
    @lift       a concept: words that mean alike (concepts.toml)
    #lift       a concept in the title, counted once
    @lift@noise two concepts in one title, counted once
    @lift~noise two concepts near each other: within `NEAR` words that have a concept

Words of the title count twice. `features` lists them all, for training; `vectors` gives the same weights, remembered by
word, at the speed of a chat.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

from domain.cuts import Cut
from domain.terms import ConcernCategory

Key = TypeVar("Key")
Value = TypeVar("Value")
Vector = tuple[float, ...]
Near = tuple[tuple[str, str], Vector]
CATEGORIES: tuple[ConcernCategory, ...] = tuple(ConcernCategory)
ZERO: Vector = (0.0,) * len(CATEGORIES)
NEAR = 2
REMEMBERED = 100_000
_PART_SIZES = (2, 3)


def added(vectors: Iterable[Vector]) -> Vector:
    """The sum of vectors of six; `ZERO` for none."""
    return tuple(map(sum, zip(*vectors, strict=True))) or ZERO


@dataclass(frozen=True, slots=True)
class UrgentKind:
    """A danger that does not wait: its key (`gas`, `fire` …), the number to ring, its name, the word that told."""

    key: str
    number: str
    name: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a sum of weights becomes a share of certainty; learned by cross-validation.

    `bias`: one number a category; `sharpness` multiplies the scores before the softmax; `curve` says how many of the
    verdicts with such a share were right; below `threshold` (0–1) the bot asks the resident instead of guessing.
    """

    bias: Vector = ZERO
    sharpness: float = 1.0
    threshold: float = 0.5
    curve: tuple[tuple[float, float], ...] = ()


def remember(known: dict[Key, Value], key: Key, value: Value) -> None:
    """Keep a value that is costly to find again; a full memory is emptied, so it can't grow for ever."""
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = value


def _parts(word: str) -> Iterator[str]:
    size = len(word)
    yield word
    for length in range(2, size):
        yield from (word[start : start + length] for start in range(size - length + 1))


@dataclass(frozen=True, slots=True)
class Concepts:
    """Which concepts a word has: those of the word and of its parts of two characters and more.

    `silent` words tell nothing; `unshown` ones weigh, but are no reason that anybody would give.
    """

    words: Mapping[str, tuple[str, ...]]
    silent: frozenset[str] = frozenset()
    unshown: frozenset[str] = frozenset()
    known: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, word: str) -> tuple[str, ...]:
        """The concepts of a word, sorted; none for most."""
        found = self.known.get(word)
        if found is None:
            found = tuple(sorted({c for part in _parts(word) for c in self.words.get(part, ())}))
            remember(self.known, word, found)
        return found

    def features(self, word: str) -> list[str]:
        """The features of one word; none for a silent one."""
        if word in self.silent:
            return []
        size = len(word)
        parts = [word[i : i + n] for n in _PART_SIZES if n < size for i in range(size - n + 1)]
        return [word, *parts, f"^{word[0]}", f"{word[-1]}$", *(f"@{c}" for c in self.of(word))]

    def title_features(self, title: Iterable[str]) -> Iterator[str]:
        """Each concept of a title, and each pair of them."""
        concepts = sorted({c for word in title for c in self.of(word)})
        yield from (f"#{c}" for c in concepts)
        yield from (f"@{one}@{other}" for one, other in combinations(concepts, 2))

    def near_features(self, one: str, other: str) -> list[str]:
        """The pairs of concepts of two words that stand near each other."""
        return [f"@{min(a, b)}~{max(a, b)}" for a in self.of(one) for b in self.of(other) if a != b]

    def near(self, words: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The pairs of words, each with a concept, that stand near each other."""
        bearing = [word for word in words if self.of(word)]
        for distance in range(1, NEAR + 1):
            yield from zip(bearing, bearing[distance:], strict=False)

    def of_cut(self, cut: Cut) -> Counter[str]:
        """All features of a message with their counts."""
        found = Counter(f for word in (*cut.words, *cut.title) for f in self.features(word))
        found.update(self.title_features(cut.title))
        found.update(f for pair in self.near(cut.words) for f in self.near_features(*pair))
        return found


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is known of words. `own`: the operator's words, each with the vector that it adds."""

    weights: Mapping[str, Vector]
    concepts: Concepts
    own: Mapping[str, Vector] = field(default_factory=dict)
    calibration: Calibration = Calibration()
    words: dict[str, Vector] = field(default_factory=dict, compare=False, repr=False)
    pairs: dict[tuple[str, str], Vector | None] = field(default_factory=dict, compare=False, repr=False)

    def vector(self, word: str) -> Vector:
        """The weights of a word with all its parts."""
        found = self.words.get(word)
        if found is None:
            found = added([*self._weighed(self.concepts.features(word)), self.own.get(word, ZERO)])
            remember(self.words, word, found)
        return found

    def title_vectors(self, title: Iterable[str]) -> list[Vector]:
        """What the concepts of a title add, alone and in pairs."""
        return self._weighed(self.concepts.title_features(title))

    def near_vectors(self, words: Iterable[str]) -> list[Near]:
        """What pairs of words add by standing near each other."""
        known, found = self.pairs, []
        for pair in self.concepts.near(words):
            vector = known[pair] if pair in known else self._pair(pair)
            if vector is not None:
                found.append((pair, vector))
        return found

    def _pair(self, pair: tuple[str, str]) -> Vector | None:
        vectors = self._weighed(self.concepts.near_features(*pair))
        vector = added(vectors) if vectors else None
        remember(self.pairs, pair, vector)
        return vector

    def _weighed(self, features: Iterable[str]) -> list[Vector]:
        return [self.weights[f] for f in features if f in self.weights]
