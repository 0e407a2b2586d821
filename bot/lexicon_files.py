"""`data/lexicon/*` → domain values. Each file's own head tells what stands in it."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from bot.texts import Texts
from domain.lexicon import CATEGORIES, Calibration, Concepts, Lexicon, UrgentKind, Vector
from domain.likeness import OVERLAPS, Commonness, Likeness
from domain.signs import Asides, Danger, Dangers, Hedges

OWN = "words.toml"
STRENGTH = 8.0
"""What an operator's word of strength 1 weighs; learned words weigh up to 30, most of them less than 3."""
STRONGEST = 3
LONG_ASIDES = frozenset({"advert", "pasted"})


def load_lexicon(folder: Path) -> Lexicon:
    """The learned weights, the concepts and the calibration; the operator's words are `load_own`'s."""
    learned = _toml(folder / "learned.toml")
    curve = tuple((share, right) for share, right in learned["curve"])
    calibration = Calibration(tuple(learned["bias"]), learned["sharpness"], learned["threshold"], curve)
    return Lexicon(_weights(folder / "weights.tsv"), load_concepts(folder), calibration=calibration)


def load_concepts(folder: Path) -> Concepts:
    """The hand-written concepts, and the words that tell nothing."""
    words: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for concept, line in _toml(folder / "concepts.toml").items():
        for word in dict.fromkeys(line.upper().split()):
            words[word] += (concept,)
    silent, unshown = (frozenset(_listed(folder / name)) for name in ("silent.txt", "unshown.txt"))
    return Concepts(dict(words), silent, unshown)


def load_own(folder: Path) -> dict[str, Vector]:
    """The operator's words. Raises ValueError naming what is wrong."""
    names = {Texts.load().term(category): category for category in CATEGORIES}
    found: dict[str, Vector] = {}
    for name, words in _toml(folder / OWN).items():
        if name not in names or not isinstance(words, dict):
            raise ValueError(f"{OWN}: [{name}]: {', '.join(names)}")
        at = CATEGORIES.index(names[name])
        for word, strength in words.items():
            if not isinstance(strength, int | float) or not 0 < strength <= STRONGEST:
                raise ValueError(f"{OWN}: {word} = {strength!r}: 1 … {STRONGEST}")
            others = -strength * STRENGTH / len(CATEGORIES)
            found[word.upper()] = tuple(others + strength * STRENGTH * (i == at) for i in range(len(CATEGORIES)))
    return found


def load_dangers(folder: Path) -> Dangers:
    """The kinds of danger in their order."""
    kinds = _toml(folder / "urgent.toml")
    told = kinds.pop("hedges")
    hedges = Hedges(tuple(told["before"]), tuple(told["after"]))
    return Dangers(
        [
            Danger.of(UrgentKind(key, kind["number"], kind["name"]), kind["words"], kind["not"], hedges)
            for key, kind in kinds.items()
        ]
    )


def load_asides(folder: Path, concepts: Concepts) -> Asides:
    """What is no concern."""
    kinds = _toml(folder / "not_concern.toml")
    complaints = frozenset(kinds.pop("concern")["concepts"])
    patterns = [(key, re.compile(pattern)) for key, kind in kinds.items() for pattern in kind["patterns"]]
    short = tuple(pair for pair in patterns if pair[0] not in LONG_ASIDES)
    return Asides(short, tuple(pair for pair in patterns if pair[0] in LONG_ASIDES), complaints, concepts)


def load_likeness(folder: Path) -> Likeness:
    """The learned rule of what belongs together."""
    learned = _toml(folder / "likeness.toml")
    weights = tuple(learned["weights"][name] for name in OVERLAPS)
    return Likeness(weights, learned["bias"], learned["together"], learned["offered"])


def load_commonness(folder: Path) -> Commonness:
    """How common words are elsewhere; the row without a word holds the number of messages."""
    with (folder / "common.tsv").open(encoding="utf-8", newline="") as file:
        counts = {word: int(count) for word, count in (line.split("\t") for line in file)}
    return Commonness(counts, counts.pop(""))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{path.name}: {wrong}") from wrong


def _listed(path: Path) -> list[str]:
    return [word for line in path.read_text("utf-8").splitlines() if not line.startswith("#") for word in line.split()]


def _weights(path: Path) -> dict[str, Vector]:
    """Feature and six thousandths a row, under a row with the categories' names."""
    with path.open(encoding="utf-8", newline="") as file:
        next(file)
        rows = (line.rstrip("\n").split("\t") for line in file)
        return {feature: tuple([int(cell) / 1000 for cell in cells]) for feature, *cells in rows}
