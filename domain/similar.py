"""梳理: which open concerns a new one is like. `domain.drafts` sorts many at once.

    drawn = understanding.sketch(text, day)             # a Sketch; drawn.dump() is kept with the row
    index = understanding.index((row.number, row.sketch) for row in open_concerns)      # at start: 100,000 in 2 s
    index.add(12, drawn); index.remove(12)
    index.nearest(drawn, k=3)                           # up to k `Match`es worth offering, the likeliest first
    match.id, match.likeness, match.words               # likeness 0–1; the rarest words both share: why

A search looks at the rarest words first and stops after `LOOKED` places, so among 100,000 concerns it takes hardly
longer than among 1,000.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import Generic

from domain.lexicon import Concepts
from domain.likeness import CONFIRMING, LEAST, Commonness, Id, Likeness, Profile, Sketch, profile

CANDIDATES = 20
LOOKED = 1_000
NEWEST = 250
"""Of a word's concerns only the newest so many are looked at."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Match(Generic[Id]):
    """A concern that is like the one asked about."""

    id: Id
    likeness: float
    words: tuple[str, ...]


class Index(Generic[Id]):
    """Sketches by their words."""

    def __init__(self, likeness: Likeness, commonness: Commonness, concepts: Concepts) -> None:
        self.likeness, self.commonness, self.concepts = likeness, commonness, concepts
        self.lines: dict[Id, str] = {}
        self._places: defaultdict[str, list[Id]] = defaultdict(list)

    def fill(self, rows: Iterable[tuple[Id, str]]) -> None:
        """Take in many rows of id and `Sketch.dump()`."""
        places, lines = self._places, self.lines
        for id, line in rows:
            lines[id] = line
            title, rest, _ = line.split("\t", 2)
            for word in title.split(" "):
                places[word].append(id)
            for word in rest.split(" "):
                places[word].append(id)

    def add(self, id: Id, drawn: Sketch) -> None:
        """Take a concern in; one that is there already is replaced."""
        self.fill([(id, drawn.dump())])

    def remove(self, id: Id) -> None:
        """Forget a concern; one that isn't there is no error. Its places are passed over from now on."""
        self.lines.pop(id, None)

    def nearest(self, drawn: Sketch, k: int = 3) -> list[Match[Id]]:
        """Up to `k` concerns worth offering, the likeliest first; none for what seems to stand alone."""
        found = self.likest(drawn, max(k, CONFIRMING))
        worth = self.likeness.worth([match.likeness for match in found])
        return [match for match in found[:k] if match.likeness >= LEAST] if worth else []

    def likest(self, drawn: Sketch, k: int) -> list[Match[Id]]:
        """The `k` likest concerns, however unlike."""
        asked = self.profile_of(drawn)
        found = (self._match(asked, id) for id in self._candidates(asked))
        return nlargest(k, found, key=lambda match: match.likeness)

    def rarity(self, word: str) -> float:
        """How telling a word is here."""
        return self.commonness.rarity(word, len(self._places.get(word, ())), len(self.lines))

    def profile_of(self, drawn: Sketch) -> Profile:
        """A sketch with its words weighed by how telling they are here."""
        rarities = {word: self.rarity(word) for word in drawn.words}
        return profile(drawn, rarities, self.commonness, self.concepts)

    def _candidates(self, asked: Profile) -> list[Id]:
        """Those that share the most telling words, rarest first, until enough places have been looked at."""
        shared: defaultdict[Id, float] = defaultdict(float)
        looked = 0
        for word, weight in sorted(asked.weights.items(), key=lambda item: -item[1]):
            places = self._places.get(word, [])
            worth = weight * asked.rarities[word]
            for id in islice(reversed(places), NEWEST):
                shared[id] += worth
            looked += min(len(places), NEWEST)
            if looked > LOOKED:
                break
        return nlargest(CANDIDATES, (id for id in shared if id in self.lines), key=shared.__getitem__)

    def _match(self, asked: Profile, id: Id) -> Match[Id]:
        other = self.profile_of(Sketch.load(self.lines[id]))
        both = sorted(asked.weights.keys() & other.weights.keys(), key=lambda word: -asked.weights[word])
        return Match(id, self.likeness.of(asked, other), tuple(both[:_SHOWN]))
