"""How sure is sure: the sharpness, the curve and the threshold that make a confidence mean what it says."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from domain.classify import curved, shares
from domain.lexicon import Calibration

KNOTS = 8
ASKED = 0.145
"""At most so many are asked, of whole messages and of first sentences alike; 15 % is the promise."""
BINS = 10


def calibrated(bias: tuple[float, ...], scores: Sequence[Sequence[float]], labels: Sequence[int]) -> Calibration:
    """What cross-validated scores of messages with known labels teach. `threshold` is left as it was."""
    found = np.array(labels)
    sharpness = min((k / 50 for k in range(10, 60)), key=lambda value: _surprise(scores, found, value))
    best = np.array([max(shares(one, sharpness)) for one in scores])
    right = np.array([int(np.argmax(one)) for one in scores]) == found
    return Calibration(bias, sharpness, curve=_curve(best, right))


def confidences(scores: Sequence[Sequence[float]], calibration: Calibration) -> Any:
    """The confidence of each message, as `classify` gives it."""
    return np.array([curved(max(shares(one, calibration.sharpness)), calibration.curve) for one in scores])


def threshold(kinds: Sequence[Any]) -> float:
    """The confidence below which at most `ASKED` of each kind of message lie."""
    return round(float(min(np.quantile(confidence, ASKED) for confidence in kinds)), 3)


def calibration_error(confidence: Any, right: Any) -> float:
    """Expected calibration error over ten bins of equal width: 0 where confidence is what it says."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [(bins == b).mean() * abs(confidence[bins == b].mean() - right[bins == b].mean()) for b in set(bins)]
    return float(sum(gaps))


def _surprise(scores: Sequence[Sequence[float]], labels: Any, sharpness: float) -> float:
    given = np.array([shares(one, sharpness) for one in scores])
    return float(-np.log(given[np.arange(len(labels)), labels]).mean())


def _curve(best: Any, right: Any) -> tuple[tuple[float, float], ...]:
    """Knots of a rising line: mean share of the winner → how many of such verdicts were right."""
    order = np.argsort(best, kind="stable")
    blocks = [[best[part].mean(), right[part].mean(), len(part)] for part in np.array_split(order, KNOTS)]
    merged: list[list[Any]] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and merged[-2][1] > merged[-1][1]:
            last, before = merged.pop(), merged.pop()
            size = last[2] + before[2]
            merged.append([(last[i] * last[2] + before[i] * before[2]) / size for i in (0, 1)] + [size])
    inner = [(round(float(share), 3), round(float(hit), 3)) for share, hit, _ in merged]
    return ((0.0, 0.0), *inner, (1.0, max(inner[-1][1], 0.99)))
