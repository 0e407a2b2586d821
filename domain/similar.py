"""梳理: which concerns are about the same thing, that is the same matter at the same place.

    sketch = understanding.sketch(text)         # what counts of a message; sketch.dump() is kept
    index = Index.of((row.number, Sketch.load(row.sketch)) for row in open_concerns)
    index.add(12, sketch); index.remove(12)
    index.nearest(sketch, k=3)                  # up to k `Match`es, the likeliest first
    match.id, match.likeness, match.words       # likeness 0–1; the words both share: why
    drafts = topics([(id, sketch, seconds)])    # sorts many at once: list[Draft], largest first
    draft.ids, draft.words

An index of 100,000 is made in 2 s at the start. Nothing is merged here: a person decides on what
is offered or drafted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Generic, TypeVar

Id = TypeVar("Id", int, str)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The distinct words of a message that tell where it is and what it is about."""

    places: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()

    def dump(self) -> str:
        """One line for a row: the places, a bar, the matters."""
        return f"{' '.join(self.places)}|{' '.join(self.matters)}"

    @classmethod
    def load(cls, line: str) -> "Sketch":
        """What `dump` wrote."""
        places, _, matters = line.partition("|")
        return cls(tuple(places.split()), tuple(matters.split()))


@dataclass(frozen=True, slots=True)
class Match(Generic[Id]):
    """A concern that is like the one asked about."""

    id: Id
    likeness: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft(Generic[Id]):
    """Concerns that seem to be one topic, and the words that tell it, the most telling first."""

    ids: tuple[Id, ...]
    words: tuple[str, ...]


ENOUGH = 0.5


class Index(Generic[Id]):
    """Concerns by their words. `nearest` looks at the rarest words first."""

    def __init__(self) -> None:
        self.sketches: dict[Id, frozenset[str]] = {}
        self.postings: defaultdict[str, dict[Id, None]] = defaultdict(dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[Id, Sketch]]) -> "Index[Id]":
        """An index of these concerns."""
        index: Index[Id] = cls()
        for id, sketch in rows:
            index.add(id, sketch)
        return index

    def add(self, id: Id, sketch: Sketch) -> None:
        """Take a concern in; one that is there already is replaced."""
        self.remove(id)
        words = self.sketches[id] = frozenset((*sketch.places, *sketch.matters))
        for word in words:
            self.postings[word][id] = None

    def remove(self, id: Id) -> None:
        """Forget a concern; one that isn't there is no error."""
        for word in self.sketches.pop(id, frozenset()):
            self.postings[word].pop(id, None)

    def weight(self, word: str) -> float:
        """How telling a word is: the rarer, the more."""
        return log((len(self.sketches) + 1) / (len(self.postings.get(word, ())) + 0.5))

    def nearest(self, sketch: Sketch, k: int = 3) -> list[Match[Id]]:
        """Up to `k` concerns that are likely about the same thing."""
        words = frozenset((*sketch.places, *sketch.matters))
        shared: Counter[Id] = Counter()
        for word in words:
            for id in self.postings.get(word, ()):
                shared[id] += 1
        likest = [self._match(words, id) for id, _ in shared.most_common(k * 8)]
        likest = [match for match in likest if match.likeness >= ENOUGH]
        return sorted(likest, key=lambda match: -match.likeness)[:k]

    def _match(self, words: frozenset[str], id: Id) -> Match[Id]:
        other = self.sketches[id]
        both = sorted(words & other, key=lambda word: -self.weight(word))
        mine, theirs = (sum(map(self.weight, side)) for side in (words, other))
        likeness = sum(map(self.weight, both)) / ((mine * theirs) ** 0.5 or 1.0)
        return Match(id, likeness, tuple(both[:3]))


def topics(rows: Sequence[tuple[Id, Sketch, float]]) -> list[Draft[Id]]:
    """Sort concerns (id, sketch, time in seconds) into topics; whoever stands alone is left out."""
    index = Index.of((id, sketch) for id, sketch, _ in rows)
    home: dict[Id, Id] = {}
    for id, sketch, _ in rows:
        likest = [match.id for match in index.nearest(sketch, 2) if match.id in home]
        home[id] = home[likest[0]] if likest else id
    groups: defaultdict[Id, list[Id]] = defaultdict(list)
    for id, first in home.items():
        groups[first].append(id)
    kept = sorted((ids for ids in groups.values() if len(ids) > 1), key=len, reverse=True)
    return [Draft(tuple(ids), _telling(index, ids)) for ids in kept]


def _telling(index: Index[Id], ids: Sequence[Id]) -> tuple[str, ...]:
    counted = Counter(word for id in ids for word in index.sketches[id])
    return tuple(sorted(counted, key=lambda word: -counted[word] * index.weight(word))[:4])
