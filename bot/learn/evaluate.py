"""`evaluate`: the figures of the category rule, cross-validated on labelled messages."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from bot.learn.calibrate import calibrated, calibration_error, confidences, threshold
from bot.learn.train import Trial
from domain.lexicon import CATEGORIES, Vector


@dataclass(frozen=True, slots=True)
class Figures:
    """`f1`: macro-F1 where two readers agree; `either`: share whose category is the label or the second.

    `by_category`: F1 each, in the order of `CATEGORIES`; `error`: expected calibration error; `asked`: share below the
    threshold, and `right` how many of the others are right (either).
    """

    f1: float
    either: float
    by_category: tuple[float, ...]
    error: float
    asked: float
    right: float


def category_figures(tried: Trial) -> tuple[Figures, Figures]:
    """Figures of whole messages and of first sentences. Confidence is calibrated on the other folds each time."""
    sure = _sure(tried)
    return tuple(_figures(tried, kind, sure[name]) for name, kind in (("whole", tried.whole), ("first", tried.first)))  # type: ignore[return-value] # both


def mean(drawn: Sequence[Figures]) -> Figures:
    """The figures of several draws of the folds as one: a single draw is off by a hundredth either way."""
    means = {one.name: np.mean([getattr(figures, one.name) for figures in drawn], axis=0) for one in fields(Figures)}
    told: dict[str, Any] = {name: tuple(map(float, one)) if one.ndim else float(one) for name, one in means.items()}
    return Figures(**told)


def _figures(tried: Trial, kind: Sequence[Vector], sure: tuple[Any, Any]) -> Figures:
    given = np.array([int(np.argmax(one)) for one in kind])
    labels = np.array(tried.labels)
    agreed = np.array([message.agreed for message in tried.messages])
    either = np.array([g in (m.label, m.second) for g, m in zip(given, tried.messages, strict=True)])
    by_category = _f1(labels[agreed], given[agreed])
    confidence, kept = sure
    return Figures(
        f1=float(np.mean(by_category)),
        either=float(either.mean()),
        by_category=by_category,
        error=calibration_error(confidence, given == labels),
        asked=float(1 - kept.mean()),
        right=float(either[kept].mean()),
    )


def _f1(labels: Any, given: Any) -> tuple[float, ...]:
    right = [((labels == c) & (given == c)).sum() for c in range(len(CATEGORIES))]
    both = [(labels == c).sum() + (given == c).sum() for c in range(len(CATEGORIES))]
    return tuple(float(2 * r / max(b, 1)) for r, b in zip(right, both, strict=True))


def _sure(tried: Trial) -> dict[str, tuple[Any, Any]]:
    """Confidences, and which are above the threshold, each fold calibrated by the other nine."""
    folds, labels = np.array(tried.folds), np.array(tried.labels)
    kinds = {"whole": np.array(tried.whole), "first": np.array(tried.first)}
    confidence = {name: np.zeros(len(labels)) for name in kinds}
    kept = {name: np.zeros(len(labels), bool) for name in kinds}
    for fold in sorted(set(tried.folds)):
        rest, held = folds != fold, folds == fold
        learned = calibrated((), [s for kind in kinds.values() for s in kind[rest]], [*labels[rest]] * len(kinds))
        asked = threshold([confidences(kind[rest], learned) for kind in kinds.values()])
        for name, kind in kinds.items():
            confidence[name][held] = confidences(kind[held], learned)
            kept[name][held] = confidence[name][held] >= asked
    return {name: (confidence[name], kept[name]) for name in kinds}
