"""梳理: many concerns sorted into drafts of topics, for a person to look at.

    drafts = drafted([(id, sketch), ...], likeness, commonness, concepts)
    draft.ids, draft.words                              # largest first; whoever stands alone is in none

Average linkage (UPGMA) over likenesses: two groups become one while all their pairs together are at least
`likeness.together` alike on average. Only pairs that share telling words are compared at first; the others when two
groups are about to meet. Nothing is merged here: a draft is a proposal.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, nlargest
from typing import Generic

from domain.lexicon import Concepts
from domain.likeness import Commonness, Id, Likeness, Profile, Sketch, profile

NEIGHBOURS = 20
LOOKED = 800
COMMON = 400
"""A word in more messages than this tells nothing about which belong together."""
SAMPLE = 20
"""Of a group that is larger, so many are compared."""
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Draft(Generic[Id]):
    """Concerns that seem to be one topic, and the words that tell it, the most telling first."""

    ids: tuple[Id, ...]
    words: tuple[str, ...]


def drafted(
    rows: Sequence[tuple[Id, Sketch]], likeness: Likeness, commonness: Commonness, concepts: Concepts
) -> list[Draft[Id]]:
    """Sort concerns into drafts of two and more."""
    counts = Counter(word for _, drawn in rows for word in drawn.words)
    rarities = {word: commonness.rarity(word, count, len(rows)) for word, count in counts.items()}
    profiles = [profile(drawn, rarities, commonness, concepts) for _, drawn in rows]
    groups = _Linkage(profiles, likeness, _neighbours(profiles)).groups()
    kept = sorted((group for group in groups if len(group) > 1), key=len, reverse=True)
    return [Draft(tuple(rows[i][0] for i in group), _telling([profiles[i] for i in group])) for group in kept]


def _telling(group: Sequence[Profile]) -> tuple[str, ...]:
    """The words that most of a group share and few others have."""
    told: Counter[str] = Counter()
    for one in group:
        told.update({word: round(weight * 1000) for word, weight in one.weights.items()})
    shared = Counter(word for one in group for word in one.weights)
    return tuple(sorted(told, key=lambda word: -told[word] * shared[word])[:_NAMED])


def _neighbours(profiles: Sequence[Profile]) -> set[tuple[int, int]]:
    """For each message those that share its most telling words, as pairs in order."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(profiles):
        for word in one.weights:
            places[word].append(at)
    return {(min(at, near), max(at, near)) for at, one in enumerate(profiles) for near in _nearest(at, one, places)}


def _nearest(at: int, one: Profile, places: dict[str, list[int]]) -> list[int]:
    shared: defaultdict[int, float] = defaultdict(float)
    looked = 0
    for word, weight in sorted(one.weights.items(), key=lambda item: -item[1]):
        others = places[word]
        if len(others) > COMMON:
            continue
        worth = weight * one.rarities[word]
        for other in others:
            shared[other] += worth
        looked += len(others)
        if looked > LOOKED:
            break
    shared.pop(at, None)
    return nlargest(NEIGHBOURS, shared, key=shared.__getitem__)


class _Linkage:
    """Groups that grow together. `near[a][b]`: the sum of known likenesses between two, and of how many pairs."""

    def __init__(self, profiles: Sequence[Profile], likeness: Likeness, pairs: set[tuple[int, int]]) -> None:
        self.profiles, self.likeness = profiles, likeness
        self.members = {at: [at] for at in range(len(profiles))}
        self.known = {pair: likeness.of(profiles[pair[0]], profiles[pair[1]]) for pair in sorted(pairs)}
        self.near: defaultdict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
        for (one, other), alike in self.known.items():
            self.near[one][other] = self.near[other][one] = (alike, 1)
        self.queue = [(-alike, *pair) for pair, alike in self.known.items() if alike >= likeness.together]
        heapify(self.queue)

    def groups(self) -> list[list[int]]:
        """All groups, those of one included."""
        while self.queue:
            minus, one, other = heappop(self.queue)
            total, pairs = self.near[one].get(other, (0.0, 1))
            if total / pairs != -minus:
                continue  # one of the two has grown or gone since
            if pairs < len(self.members[one]) * len(self.members[other]):
                self._complete(one, other)
            else:
                self._join(one, other)
        return list(self.members.values())

    def _complete(self, one: int, other: int) -> None:
        """Compare also the pairs that shared no telling word."""
        mine, theirs = (_sample(self.members[group]) for group in (one, other))
        mean = sum(self._alike(a, b) for a in mine for b in theirs) / (len(mine) * len(theirs))
        pairs = len(self.members[one]) * len(self.members[other])
        self._note(one, other, (mean * pairs, pairs))

    def _alike(self, one: int, other: int) -> float:
        pair = (one, other) if one < other else (other, one)
        alike = self.known.get(pair)
        if alike is None:
            alike = self.known[pair] = self.likeness.of(self.profiles[pair[0]], self.profiles[pair[1]])
        return alike

    def _note(self, one: int, other: int, found: tuple[float, int]) -> None:
        self.near[one][other] = self.near[other][one] = found
        if (mean := found[0] / found[1]) >= self.likeness.together:
            heappush(self.queue, (-mean, one, other))

    def _join(self, one: int, other: int) -> None:
        """The group with fewer neighbours goes into the other."""
        kept, gone = (one, other) if len(self.near[one]) >= len(self.near[other]) else (other, one)
        self.members[kept] += self.members.pop(gone)
        del self.near[kept][gone]
        for group, (total, pairs) in self.near.pop(gone).items():
            if group != kept:
                del self.near[group][gone]
                before, counted = self.near[kept].get(group, (0.0, 0))
                self.near[kept][group] = self.near[group][kept] = (before + total, counted + pairs)
        for group, found in list(self.near[kept].items()):
            self._note(kept, group, found)


def _sample(members: Sequence[int]) -> Sequence[int]:
    return members[:: max(1, -(-len(members) // SAMPLE))]
