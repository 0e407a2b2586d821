"""How likely two messages are about the same thing: the same matter at the same place.

What a message says is drawn up as a `Sketch` (kept with its row), seen through how common each word is as a `Profile`,
and two profiles are compared by `Likeness`, a logistic rule over a dozen overlaps learned from sorted messages
(`data/lexicon/likeness.toml`). Matters are words with a concept (漏水, 噪音); names are the others: estates, roads,
people, whatever is peculiar to a place. Near-identical words about different places are different things, so names and
matters are counted apart, and together.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import exp, log
from typing import TypeVar

from domain.cuts import Cut
from domain.lexicon import Concepts

Id = TypeVar("Id", int, str)
MOST_WORDS = 60
RAREST = 8.5
RARE = 4.5
LEAST = 0.75
"""A concern less alike than this is not shown, even beside one that is."""
CONFIRMING = 4
FADING = 0.4
_UNKNOWN_AGE = 0.6
_TITLE = 2**0.5


@dataclass(frozen=True, slots=True)
class Sketch:
    """What counts of a message: its first sentence, the distinct words of that and of the rest, its day if known."""

    first: str = ""
    title: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    day: int | None = None

    def dump(self) -> str:
        """One line for a row."""
        return "\t".join([" ".join(self.title), " ".join(self.rest), self.first, str(self.day or "")])

    @classmethod
    def load(cls, line: str) -> "Sketch":
        """What `dump` wrote."""
        title, rest, first, day = line.split("\t")
        return cls(first, tuple(title.split()), tuple(rest.split()), int(day) if day else None)

    @property
    def words(self) -> tuple[str, ...]:
        """All words, those of the title first."""
        return (*self.title, *self.rest)


def sketch(cut: Cut, concepts: Concepts, day: int | None = None) -> Sketch:
    """Draw up a message; `day` counts from any fixed date. Silent words and single characters are left out."""
    told = [word for word in dict.fromkeys(cut.words) if len(word) > 1 and word not in concepts.silent][:MOST_WORDS]
    heading = set(cut.title)
    return Sketch(
        first="".join(cut.title),
        title=tuple(word for word in told if word in heading),
        rest=tuple(word for word in told if word not in heading),
        day=day,
    )


@dataclass(frozen=True, slots=True)
class Commonness:
    """In how many of `total` messages of other towns a word, or two letters of a title (`~ab`), stood; else in none."""

    counts: Mapping[str, int]
    total: int

    def rarity(self, word: str, here: int, all_here: int) -> float:
        """How telling a word is (inverse document frequency); `here` of `all_here` messages at hand count too."""
        return min(log((self.total + all_here + 1) / (self.counts.get(word, 0) + here + 0.5)), RAREST)


@dataclass(frozen=True, slots=True)
class Profile:
    """A sketch with its words weighed. The sizes, by which overlaps are divided, are roots of sums of squares."""

    weights: Mapping[str, float]
    rarities: Mapping[str, float]
    title: frozenset[str]
    matters: frozenset[str]
    concepts: Mapping[str, float]
    letters: Mapping[str, float]
    day: int | None
    size: float
    matter_size: float
    title_matter_size: float
    name_size: float
    title_name_size: float
    concept_size: float
    letter_size: float


def profile(drawn: Sketch, rarities: Mapping[str, float], common: Commonness, concepts: Concepts) -> Profile:
    """Weigh a sketch; `rarities` holds each of its words."""
    title = frozenset(drawn.title)
    weights = {word: rarities[word] * (_TITLE if word in title else 1.0) for word in drawn.words}
    matters = frozenset(word for word in weights if concepts.of(word))
    found = {concept: 0.5 for word in drawn.rest for concept in concepts.of(word)}
    found.update({concept: 1.0 for word in drawn.title for concept in concepts.of(word)})
    letters = {pair: common.rarity(f"~{pair}", 0, 0) for pair in letter_pairs(drawn.first)}
    return Profile(
        weights=weights,
        rarities=rarities,
        title=title,
        matters=matters,
        concepts=found,
        letters=letters,
        day=drawn.day,
        size=_size(weights.values()),
        matter_size=_size(weights[word] for word in matters),
        title_matter_size=_size(weights[word] for word in matters & title),
        name_size=_size(weights[word] for word in weights.keys() - matters),
        title_name_size=_size(weights[word] for word in title - matters),
        concept_size=_size(found.values()),
        letter_size=_size(letters.values()),
    )


def letter_pairs(text: str) -> set[str]:
    """Each two letters that stand together."""
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _size(weights: Iterable[float]) -> float:
    return float(sum(weight * weight for weight in weights) ** 0.5)


def overlaps(one: Profile, other: Profile) -> tuple[float, ...]:
    """What two messages share, as the numbers that `Likeness` weighs; see `OVERLAPS` for their names."""
    matter, name = _Shared(one, other, one.matters), _Shared(one, other, one.weights.keys() - one.matters)
    both = matter.all + name.all
    matters = matter.all / (one.matter_size * other.matter_size + 1)
    title_matters = matter.title / (one.title_matter_size * other.title_matter_size + 1)
    names = name.all / (one.name_size * other.name_size + 1)
    title_names = name.title / (one.title_name_size * other.title_name_size + 1)
    concepts = _dot(one.concepts, other.concepts) / (one.concept_size * other.concept_size or 1)
    letters = _dot(one.letters, other.letters) / (one.letter_size * other.letter_size or 1)
    title_concepts = _title_concepts(one, other)
    return (
        both / (one.size * other.size or 1),
        min(both / (min(one.size, other.size) ** 2 or 1), 1.5),
        _apart(one.day, other.day),
        matters,
        title_matters,
        names,
        title_names,
        concepts,
        letters,
        name.rarest / RAREST,
        matter.rarest / RAREST,
        (title_matters * title_names) ** 0.5,
        (matters * names) ** 0.5,
        (concepts * names) ** 0.5,
        (concepts * letters) ** 0.5,
        log(1 + name.rare),
        log(1 + matter.rare),
        _conflict(one, other, of_matters=False),
        _conflict(one, other, of_matters=True),
        title_concepts,
        (title_concepts * letters) ** 0.5,
    )


OVERLAPS = (
    "words",
    "contained",
    "days_apart",
    "matters",
    "title_matters",
    "names",
    "title_names",
    "concepts",
    "letters",
    "rarest_name",
    "rarest_matter",
    "title_matters_and_names",
    "matters_and_names",
    "concepts_and_names",
    "concepts_and_letters",
    "rare_names",
    "rare_matters",
    "name_conflict",
    "matter_conflict",
    "title_concepts",
    "title_concepts_and_letters",
)


class _Shared:
    """What two messages share of `words`: weight in `all` and in both titles, how many are rare, the rarest."""

    __slots__ = ("all", "rare", "rarest", "title")

    def __init__(self, one: Profile, other: Profile, words: Set[str]) -> None:
        self.all = self.title = self.rarest = 0.0
        self.rare = 0
        for word in words & other.weights.keys():
            shared, rarity = one.weights[word] * other.weights[word], one.rarities[word]
            self.all += shared
            self.rarest = max(self.rarest, rarity)
            self.rare += rarity > RARE
            if word in one.title and word in other.title:
                self.title += shared


def _conflict(one: Profile, other: Profile, *, of_matters: bool) -> float:
    """How rare a name (or matter) each title has that the other message lacks; 0 where one lacks none."""
    mine = max(
        (one.rarities[w] for w in one.title - other.weights.keys() if (w in one.matters) is of_matters), default=0
    )
    theirs = (other.rarities[w] for w in other.title - one.weights.keys() if (w in other.matters) is of_matters)
    return min(mine, max(theirs, default=0)) / RAREST


def _title_concepts(one: Profile, other: Profile) -> float:
    """Of the concepts in either title, the share that is in both."""
    mine, theirs = ({c for c, weight in side.concepts.items() if weight == 1.0} for side in (one, other))
    return len(mine & theirs) / (len(mine | theirs) or 1)


def _apart(one: int | None, other: int | None) -> float:
    return _UNKNOWN_AGE if one is None or other is None else min(log(1 + abs(one - other)) / 5, 1.5)


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(one[key] * other[key] for key in one.keys() & other.keys())


@dataclass(frozen=True, slots=True)
class Likeness:
    """The learned rule. Groups at least `together` alike (0–1) are one draft; see `worth` for `offered`."""

    weights: tuple[float, ...]
    bias: float
    together: float = 0.2
    offered: float = 2.6

    def of(self, one: Profile, other: Profile) -> float:
        """How likely two messages are about the same thing, 0–1."""
        told = self.bias + sum(map(float.__mul__, self.weights, overlaps(one, other)))
        return 1 / (1 + exp(-told))

    def worth(self, likenesses: Sequence[float]) -> bool:
        """Whether the likest few, in falling order, are worth showing: the next of them confirm the first."""
        told = sum(FADING**rank * _odds(alike) for rank, alike in enumerate(likenesses[:CONFIRMING]))
        return bool(likenesses) and told >= self.offered


def _odds(share: float) -> float:
    bounded = min(max(share, 1e-4), 1 - 1e-4)
    return log(bounded / (1 - bounded))
