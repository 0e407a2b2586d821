"""From examples to one weight a feature: three linear models, each seeing what the others miss, summed.

Logistic regression, a support vector machine, and logistic regression on features scaled by how much likelier they are
in a category (Wang and Manning 2012, "Baselines and Bigrams"). All are linear in the same counts, so their sum is too,
and can be read word by word. Deterministic: no step draws at random.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.learn.names import Plain
from bot.learn.rows import Example
from domain.lexicon import CATEGORIES, Concepts, Vector

LOGISTIC, MACHINE, BAYES = 2.0, 0.5, 1.0
"""The share of each model in the sum."""
CONCEPT, NEAR = 1.5, 2.0
"""How much more concepts count than words before anything is learned."""
LEAST, LEAST_PAIR, LEAST_NEAR = 2, 5, 6
"""A feature seen in fewer examples is left out."""
OFFSET = (-0.6, 0.0, 0.0, 0.0, 0.0, 0.3)
"""Added to the biases, in score: the readers find more quarrels and fewer conduct cases than the models do."""
SMALLEST = 0.004

Matrix = Any  # scipy ships no types
Model = tuple[Any, Any]  # six rows of weights, six biases


class Features:
    """The examples as one sparse matrix, a column a feature; only those of plain words, which name nobody."""

    def __init__(self, given: Sequence[Example], concepts: Concepts, plain: Plain) -> None:
        self.labels = np.array([example.label for example in given])
        self.weights = np.array([example.weight for example in given])
        counts, names = _counted([concepts.of_cut(example.cut) for example in given])
        seen = _seen(counts, given)
        spoken = {word for example in given for word in example.cut.words if plain(word)}
        known = {feature for word in spoken for feature in concepts.features(word)}
        kept = np.array([n >= _least(f) and (f in known or f[0] in "@#") for n, f in zip(seen, names, strict=True)])
        self.names = [name for name, keep in zip(names, kept, strict=True) if keep]
        self.scale = np.array([_worth(name) for name in self.names]) * (np.log((seen.max() + 1) / (seen[kept] + 1)) + 1)
        roots = np.array([(len(e.cut.words) + len(e.cut.title) + 1) ** 0.5 for e in given])
        scaled = sparse.diags(1 / roots) @ counts[:, kept] @ sparse.diags(self.scale)
        norm = np.sqrt(np.asarray(scaled.multiply(scaled).sum(1)).mean())
        self.scale = self.scale / norm
        self.matrix = (scaled / norm).tocsr()

    def fit(self, rows: Sequence[int]) -> tuple[dict[str, Vector], Vector]:
        """Weights by feature, and the bias, learned from these rows; both centred over the categories."""
        matrix, labels, weights = self.matrix[rows], self.labels[rows], self.weights[rows]
        fits = ((LOGISTIC, _logistic), (MACHINE, _machine), (BAYES, _bayes))
        models = [(share, fit(matrix, labels, weights)) for share, fit in fits]
        learned = sum(share * (weight - weight.mean(0)) for share, (weight, _) in models) * self.scale
        bias = sum(share * (bias - bias.mean()) for share, (_, bias) in models) + np.array(OFFSET)
        table = {
            name: tuple(round(float(value), 3) for value in column)
            for name, column in zip(self.names, learned.T, strict=True)
            if np.abs(column).max() >= SMALLEST
        }
        return table, tuple(round(float(value), 3) for value in bias)


def _counted(rows: Sequence[Counter[str]]) -> tuple[Matrix, list[str]]:
    columns: dict[str, int] = {}
    places, values, ends = [], [], [0]
    for row in rows:
        for name, count in sorted(row.items()):
            places.append(columns.setdefault(name, len(columns)))
            values.append(float(count))
        ends.append(len(places))
    return sparse.csr_matrix((values, places, ends), shape=(len(rows), len(columns))), list(columns)


def _seen(counts: Matrix, given: Sequence[Example]) -> Any:
    """In how many messages and remarks a feature stands: each message has its whole cut first."""
    first: dict[int, int] = {}
    for row, example in enumerate(given):
        first.setdefault(-row - 1 if example.of is None else example.of, row)
    return np.asarray((counts[list(first.values())] > 0).sum(0)).ravel()


def _least(name: str) -> int:
    if "~" in name:
        return LEAST_NEAR
    return LEAST_PAIR if name.count("@") > 1 else 1 if name[0] == "@" else LEAST


def _worth(name: str) -> float:
    if "~" in name:
        return NEAR
    return CONCEPT if name.count("@") == 1 else 1.0


def _logistic(matrix: Matrix, labels: Any, weights: Any) -> Model:
    model = LogisticRegression(C=6, max_iter=300, tol=1e-3).fit(matrix, labels, sample_weight=weights)
    return model.coef_, model.intercept_


def _machine(matrix: Matrix, labels: Any, weights: Any) -> Model:
    model = LinearSVC(C=0.1, class_weight="balanced", max_iter=3000, random_state=0)
    model.fit(matrix, labels, sample_weight=weights)
    return model.coef_, model.intercept_


def _bayes(matrix: Matrix, labels: Any, weights: Any) -> Model:
    learned, biases = [], []
    for category in range(len(CATEGORIES)):
        mine = labels == category
        ratio = _log_ratio(matrix, weights * mine, weights * ~mine)
        model = LogisticRegression(C=3, max_iter=200, tol=1e-3, class_weight="balanced")
        model.fit(matrix @ sparse.diags(ratio), mine, sample_weight=weights)
        learned.append(model.coef_[0] * ratio)
        biases.append(model.intercept_[0])
    return np.array(learned), np.array(biases)


def _log_ratio(matrix: Matrix, mine: Any, others: Any) -> Any:
    inside, outside = matrix.T @ mine + 0.5, matrix.T @ others + 0.5
    return np.clip(np.log(inside / inside.sum()) - np.log(outside / outside.sum()), -4, 4)
