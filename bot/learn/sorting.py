"""Learning which messages belong together, from sorted ones, and measuring it: B-cubed by topic, and three offers."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.cutter import Cutter
from bot.learn.names import Plain
from domain.drafts import drafted
from domain.lexicon import Concepts
from domain.likeness import OVERLAPS, Commonness, Likeness, Sketch, letter_pairs, overlaps, sketch
from domain.similar import Index

FOLDS = 5
LEAST, LEAST_PAIR = 3, 4
"""In so many messages a word, a pair of letters has to stand."""
GATHERED = 20
"""So many of the likest messages teach beside those of the same topic."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Messages as sketches, and of some the topic they are in, or None for those that stand alone."""

    sketches: Mapping[str, Sketch]
    topics: Mapping[str, str | None]

    def same(self, one: str, other: str) -> bool:
        return self.topics.get(one) is not None and self.topics[one] == self.topics.get(other)

    def known(self, one: str, other: str) -> bool:
        """Whether it is known if two are the same."""
        return one != other and one in self.topics and other in self.topics

    def size(self, id: str) -> int:
        return sum(self.same(id, other) for other in self.topics) or 1


@dataclass(frozen=True, slots=True)
class SortingFigures:
    """B-cubed `precision`, `recall`, `f1` over messages and `f1_by_topic` (each topic once).

    `offered`: share of messages with an earlier one of their topic that were offered it among three; `wrongly`: share
    of those that stand alone that were offered anything.
    """

    precision: float
    recall: float
    f1: float
    f1_by_topic: float
    offered: float
    wrongly: float


def read(folder: Path, cutter: Cutter, concepts: Concepts) -> Sorted:
    """`hot.jsonl` and `topics-dev.jsonl`."""
    found = {}
    for row in _rows(folder / "hot.jsonl"):
        day = datetime.fromisoformat(row["time"]).toordinal()
        found[row["id"]] = sketch(cutter.cut(f"{row['title']}\n{row['text']}"), concepts, day)
    return Sorted(found, {row["id"]: row["topic"] for row in _rows(folder / "topics-dev.jsonl")})


def commonness(texts: Iterable[str], cutter: Cutter, concepts: Concepts, plain: Plain) -> Commonness:
    """How common words, and pairs of letters in titles, are in the messages of other places; none that names a person.

    Of pairs only those count whose letters both stand in plain words of two letters and more, silent ones or figures.
    """
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        cut = cutter.cut(text)
        counts.update(word for word in sketch(cut, concepts).words if plain(word))
        counts.update(f"~{pair}" for pair in plain_pairs(cut.title, plain, concepts.silent))
        total += 1
    return Commonness({word: n for word, n in counts.items() if n >= (LEAST_PAIR if word[0] == "~" else LEAST)}, total)


def plain_pairs(title: Sequence[str], plain: Plain, silent: Set[str]) -> set[str]:
    """The pairs of letters of a title that lie in plain words, silent ones and figures; `|` stands for the others."""
    told = "".join(word if _shown(word, plain, silent) else "|" * len(word) for word in title)
    return {pair for pair in letter_pairs(told) if "|" not in pair}


def _shown(word: str, plain: Plain, silent: Set[str]) -> bool:
    return word in silent or word.isascii() or (len(word) > 1 and plain(word))


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


class Pairs:
    """The pairs of sorted messages that teach: all that an index brings near each other."""

    def __init__(self, given: Sorted, common: Commonness, concepts: Concepts) -> None:
        self.given = given
        flat = Likeness((0.0,) * len(OVERLAPS), 0.0)
        index: Index[str] = Index(flat, common, concepts)
        index.fill((id, drawn.dump()) for id, drawn in given.sketches.items())
        near = {(id, match.id) for id in given.topics for match in index.likest(given.sketches[id], GATHERED)}
        self.pairs = sorted({(min(pair), max(pair)) for pair in near if given.known(*pair)})
        profiles = {id: index.profile_of(given.sketches[id]) for pair in self.pairs for id in pair}
        self.overlaps = np.array([overlaps(profiles[one], profiles[other]) for one, other in self.pairs])
        self.same = np.array([given.same(*pair) for pair in self.pairs])
        sizes = {id: given.size(id) for id in profiles}
        self.weights = np.array([(sizes[one] * sizes[other]) ** -0.4 for one, other in self.pairs])

    def learn(self, but: frozenset[str] = frozenset()) -> Likeness:
        """The rule, learned without any pair that has a message of `but`."""
        rows = [row for row, pair in enumerate(self.pairs) if not but.intersection(pair)]
        model = LogisticRegression(C=5, max_iter=2000)
        model.fit(self.overlaps[rows], self.same[rows], sample_weight=self.weights[rows])
        return Likeness(tuple(round(float(w), 3) for w in model.coef_[0]), round(float(model.intercept_[0]), 3))


def folds(given: Sorted) -> list[frozenset[str]]:
    """The sorted messages in five parts; no topic stands in two."""
    draw = np.random.RandomState(0)
    topics = sorted({topic for topic in given.topics.values() if topic})
    part = dict(zip(topics, draw.permutation(len(topics)) % FOLDS, strict=True))
    place = {id: int(part[topic]) if topic else int(draw.randint(FOLDS)) for id, topic in given.topics.items()}
    return [frozenset(id for id in place if place[id] == fold) for fold in range(FOLDS)]


def sorting_figures(given: Sorted, common: Commonness, concepts: Concepts, shipped: Likeness) -> SortingFigures:
    """Each fold's messages sorted, together with all the others, by a rule learned from the other folds' topics."""
    pairs = Pairs(given, common, concepts)
    scored: dict[str, tuple[float, float]] = {}
    offers: dict[str, bool] = {}
    for held in folds(given):
        rule = replace(pairs.learn(held), together=shipped.together, offered=shipped.offered)
        scored.update(_bcubed(given, _label(given, rule, common, concepts), held))
        offers.update(_offers(given, rule, common, concepts, held))
    precision, recall = (float(np.mean(part)) for part in zip(*scored.values(), strict=True))
    lone = [id for id in offers if given.topics[id] is None]
    known = [id for id in offers if given.topics[id] is not None]
    return SortingFigures(
        precision,
        recall,
        _f1(precision, recall),
        _by_topic(given, scored),
        float(np.mean([offers[id] for id in known])),
        float(np.mean([offers[id] for id in lone])),
    )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def _by_topic(given: Sorted, scored: Mapping[str, tuple[float, float]]) -> float:
    topics: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for id, found in scored.items():
        if topic := given.topics[id]:
            topics[topic].append(found)
    means = [np.mean(found, axis=0) for found in topics.values()]
    precision, recall = np.mean(means, axis=0)
    return _f1(float(precision), float(recall))


def _label(given: Sorted, rule: Likeness, common: Commonness, concepts: Concepts) -> dict[str, str]:
    drafts = drafted(list(given.sketches.items()), rule, common, concepts)
    return {id: draft.ids[0] for draft in drafts for id in draft.ids}


def _bcubed(given: Sorted, label: Mapping[str, str], rows: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Precision and recall of each message among the sorted ones (Bagga and Baldwin 1998)."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    true: defaultdict[str, set[str]] = defaultdict(set)
    for id, topic in given.topics.items():
        found[label.get(id, id)].add(id)
        true[topic or id].add(id)
    scored = {}
    for id in rows:
        mine, theirs = found[label.get(id, id)], true[given.topics[id] or id]
        scored[id] = (len(mine & theirs) / len(mine), len(mine & theirs) / len(theirs))
    return scored


def _offers(
    given: Sorted, rule: Likeness, common: Commonness, concepts: Concepts, rows: frozenset[str]
) -> dict[str, bool]:
    """In the order of time: whether a message with an earlier one of its topic is offered it; a lone one, anything."""
    index: Index[str] = Index(rule, common, concepts)
    seen: set[str] = set()
    told = {}
    for id in sorted(given.sketches, key=lambda id: (given.sketches[id].day or 0, id)):
        if id in rows:
            topic = given.topics[id]
            offered = index.nearest(given.sketches[id]) if topic is None or topic in seen else []
            if topic is None:
                told[id] = bool(offered)
            elif topic in seen:
                told[id] = any(given.topics.get(match.id) == topic for match in offered)
        index.add(id, given.sketches[id])
        seen.add(given.topics.get(id) or "")
    return told


def write(rule: Likeness, common: Commonness, folder: Path) -> None:
    """`likeness.toml` and `common.tsv`."""
    weights = "".join(f"{name} = {weight}\n" for name, weight in zip(OVERLAPS, rule.weights, strict=True))
    told = "# Written by `python -m bot train` (domain/likeness.py). together and offered may be changed by hand.\n"
    head = f"together = {rule.together}\noffered = {rule.offered}\nbias = {rule.bias}\n\n[weights]\n"
    (folder / "likeness.toml").write_text(told + head + weights, "utf-8")
    rows = [f"{word}\t{count}\n" for word, count in sorted(common.counts.items())]
    (folder / "common.tsv").write_text(f"\t{common.total}\n" + "".join(rows), "utf-8")
