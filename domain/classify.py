"""六必说: the words of a concern and a lexicon in; category, how sure, and the words that said so, out.

    verdict = classify(cut, lexicon, corrections)       # handlers: desk.house.understanding.judge(text)
    verdict.category      ConcernCategory, always there
    verdict.second        the next best, or None where there is none worth naming
    verdict.confidence    0–1: the share of such verdicts that are right
    verdict.sure          False: ask the resident, offering `verdict.choices`
    verdict.evidence      up to three words of the message that decided, the strongest first
    verdict.own           those of them to which the operator or a correction added
    verdict.learned       whether without the corrections it would be another category
    verdict.urgent        UrgentKind (key, number, name, word) or None
    verdict.aside         None for a concern; else why it is none: "thanks", "greeting", "advert", "pasted", "empty"

DOMAIN.md §2 has the categories. A verdict is a sum of weights, so the words that decided are those with the largest
share of the sum, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from math import exp

from domain.corrections import NONE, Corrections
from domain.cuts import Cut
from domain.lexicon import CATEGORIES, ZERO, Lexicon, Near, UrgentKind, Vector, added
from domain.terms import ConcernCategory

SECOND_SHARE = 0.08
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message was understood to be. `choices`: three categories to offer, the likeliest first."""

    category: ConcernCategory
    second: ConcernCategory | None
    confidence: float
    evidence: tuple[str, ...]
    sure: bool
    choices: tuple[ConcernCategory, ...]
    own: tuple[str, ...] = ()
    learned: bool = False
    urgent: UrgentKind | None = None
    aside: str | None = None

    @property
    def is_concern(self) -> bool:
        """Whether it belongs among the concerns at all."""
        return self.aside is None


def classify(cut: Cut, lexicon: Lexicon, corrections: Corrections = NONE) -> Verdict:
    """The category of one message; without words the verdict is not sure."""
    calibration = lexicon.calibration
    near = lexicon.near_vectors(cut.words)
    plain, nudge = _scores(cut, lexicon, near), corrections.nudge(cut.words)
    share = shares(tuple(map(float.__add__, plain, nudge)), calibration.sharpness)
    order = sorted(range(len(CATEGORIES)), key=lambda i: -share[i])
    best, second = order[:2]
    confidence = curved(share[best], calibration.curve)
    evidence = _evidence(cut, lexicon, corrections, near, best)
    return Verdict(
        category=CATEGORIES[best],
        second=CATEGORIES[second] if share[second] >= SECOND_SHARE else None,
        confidence=confidence,
        evidence=evidence,
        sure=bool(cut.words) and confidence >= calibration.threshold,
        choices=tuple(CATEGORIES[i] for i in order[:3]),
        own=tuple(word for word in evidence if word in lexicon.own or word in corrections.nudges),
        learned=nudge is not ZERO and plain[best] < max(plain),
    )


def scores(cut: Cut, lexicon: Lexicon) -> Vector:
    """Six scores before sharpening and corrections: bias, and weights by the root of the message's length."""
    return _scores(cut, lexicon, lexicon.near_vectors(cut.words))


def _scores(cut: Cut, lexicon: Lexicon, near: Sequence[Near]) -> Vector:
    vector = lexicon.vector
    vectors = [vector(word) for word in cut.words]
    vectors += vectors[: len(cut.title)]
    vectors += lexicon.title_vectors(cut.title)
    vectors += [weight for _, weight in near]
    scale = 1 / _root(cut)
    return tuple([b + t * scale for b, t in zip(lexicon.calibration.bias, added(vectors), strict=True)])


def _root(cut: Cut) -> float:
    return float((len(cut.words) + len(cut.title) + 1) ** 0.5)


def shares(scored: Sequence[float], sharpness: float) -> list[float]:
    """Scores as shares of 1 (softmax)."""
    top = max(scored)
    grown = [exp((score - top) * sharpness) for score in scored]
    total = sum(grown)
    return [share / total for share in grown]


def curved(share: float, curve: Sequence[tuple[float, float]]) -> float:
    """A share as the line through the curve's knots has it; unchanged without a curve."""
    for (x, y), (next_x, next_y) in pairwise(curve):
        if share <= next_x:
            return y + (next_y - y) * (share - x) / (next_x - x)
    return share


def _evidence(cut: Cut, lexicon: Lexicon, corrections: Corrections, near: Sequence[Near], best: int) -> tuple[str, ...]:
    """The words with the largest share of the winning score (weights are centred, so it is theirs alone)."""
    gains: dict[str, float] = {}
    for word in (*cut.words, *cut.title):
        gains[word] = gains.get(word, 0.0) + lexicon.vector(word)[best]
    for (one, other), vector in near:
        gains[one] += vector[best] / 2
        gains[other] += vector[best] / 2
    share = _root(cut) / (sum(len(word) > 1 for word in gains) or 1)
    for word in corrections.nudges.keys() & gains.keys():
        gains[word] += corrections.nudges[word][best] * share
    unshown = lexicon.concepts.unshown
    told = [(gain, word) for word, gain in gains.items() if gain > 0 and len(word) > 1 and word not in unshown]
    return tuple(word for _, word in nlargest(_SHOWN, told))
