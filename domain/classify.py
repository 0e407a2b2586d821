"""六必说: the words of a concern and a lexicon in; category, how sure, and the words that said so, out.

    verdict = classify(cut, lexicon, corrections)       # pure; what handlers are given as desk.understanding.judge(text)
    verdict.category      ConcernCategory, always there
    verdict.second        the next best, or None where there is none worth naming
    verdict.confidence    0–1: the share of such verdicts that are right
    verdict.sure          False: ask the resident, offering `verdict.choices`
    verdict.evidence      up to three words of the message that decided, the strongest first
    verdict.urgent        UrgentKind (key, number, name, word) or None
    verdict.aside         None for a concern; else why it is none: "thanks", "greeting", "advert", "pasted", "empty"

DOMAIN.md §2 has the categories.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from domain.cuts import Cut
from domain.lexicon import CATEGORIES, Lexicon, UrgentKind, Vector, added
from domain.terms import ConcernCategory


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message was understood to be. `choices`: two or three categories to offer, the likeliest first."""

    category: ConcernCategory
    second: ConcernCategory | None
    confidence: float
    evidence: tuple[str, ...]
    sure: bool
    choices: tuple[ConcernCategory, ...]
    urgent: UrgentKind | None = None
    aside: str | None = None

    @property
    def is_concern(self) -> bool:
        """Whether it belongs among the concerns at all."""
        return self.aside is None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What people put right in one community, as bounded weights a word: see `domain.corrections.learned`."""

    nudges: Mapping[str, Vector] = field(default_factory=dict)


NONE = Corrections()


def classify(words: Cut, lexicon: Lexicon, corrections: Corrections = NONE) -> Verdict:
    """Judge one message; an empty one gets a verdict that is not sure."""
    scores = _scores(words, lexicon, corrections)
    shares = _softmax([s * lexicon.calibration.sharpness for s in scores])
    order = sorted(range(len(CATEGORIES)), key=lambda i: -shares[i])
    best, second, third = order[:3]
    return Verdict(
        category=CATEGORIES[best],
        second=CATEGORIES[second] if shares[second] >= SECOND_SHARE else None,
        confidence=shares[best],
        evidence=_evidence(words, lexicon, corrections, best),
        sure=shares[best] >= lexicon.calibration.threshold,
        choices=tuple(CATEGORIES[i] for i in (best, second, third)),
    )


SECOND_SHARE = 0.08


def _scores(words: Cut, lexicon: Lexicon, corrections: Corrections) -> Vector:
    vector = lexicon.vector
    total = added([vector(w) for w in (*words.words, *words.title)])
    length = (len(words.words) + len(words.title) + 1) ** 0.5
    nudge = added([corrections.nudges[w] for w in set(words.words) if w in corrections.nudges])
    return tuple(
        b + t / length + n for b, t, n in zip(lexicon.calibration.bias, total, nudge, strict=True)
    )


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    grown = [exp(s - top) for s in scores]
    return [g / sum(grown) for g in grown]


def _evidence(words: Cut, lexicon: Lexicon, corrections: Corrections, best: int) -> tuple[str, ...]:
    gains: dict[str, float] = {}
    for word in (*words.words, *words.title):
        vector = added(
            [lexicon.vector(word), corrections.nudges.get(word, (0.0,) * len(CATEGORIES))]
        )
        gains[word] = gains.get(word, 0.0) + vector[best] - sum(vector) / len(vector)
    telling = sorted(
        (w for w, gain in gains.items() if gain > 0 and len(w) > 1), key=lambda w: -gains[w]
    )
    return tuple(telling[:3])
