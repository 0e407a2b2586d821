"""Everything that understands a text, built once at the start from `data/lexicon/`.

    understanding = Understanding.load()                    # ≤ 1 s; warm when it returns
    cut = understanding.cut(text)                           # domain.cuts.Cut
    verdict = understanding.judge(text)                     # domain.classify.Verdict; ≤ 1 ms for 150 characters
    verdict = understanding.judge(text, corrections)        # with what the community put right
    sketch = understanding.sketch(text)                     # domain.similar.Sketch, for an Index

An instance keeps nothing between calls but memoised vectors, so one serves the whole process. A text of 4,000
characters takes up to 10 ms: hand what is longer than `LONG` to a worker thread (`asyncio.to_thread`).
"""

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from bot.cutter import Cutter
from domain.classify import Verdict, classify
from domain.corrections import NONE, Corrections
from domain.cuts import Cut
from domain.lexicon import Calibration, Concepts, Lexicon, Vector
from domain.similar import Sketch

LEXICON = Path(__file__).parent.parent / "data" / "lexicon"
LONG = 1500


@dataclass(frozen=True, slots=True)
class Understanding:
    """A cutter and a lexicon together."""

    cutter: Cutter
    lexicon: Lexicon

    @classmethod
    def load(cls, folder: Path = LEXICON) -> "Understanding":
        """Read `data/lexicon/` and warm up. Raises OSError or ValueError naming the file that is wrong."""
        made = cls(load_cutter(folder), load_lexicon(folder))
        made.judge("".join(islice(made.lexicon.weights, 3)))
        return made

    def cut(self, text: str) -> Cut:
        """The words of a text."""
        return self.cutter.cut(text)

    def judge(self, text: str, corrections: Corrections = NONE) -> Verdict:
        """What a text is about."""
        return classify(self.cutter.cut(text), self.lexicon, corrections)

    def sketch(self, text: str) -> Sketch:
        """What of a text tells its place and its matter."""
        cut = self.cutter.cut(text)
        words = [word for word in dict.fromkeys(cut.words) if len(word) > 1]
        return Sketch((), tuple(words[:40]))


def load_concepts(folder: Path) -> Concepts:
    """The hand-written concepts, and the words that tell nothing."""
    words: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for concept, line in tomllib.loads((folder / "concepts.toml").read_text("utf-8")).items():
        for word in dict.fromkeys(line.upper().split()):
            words[word] += (concept,)
    return Concepts(dict(words), frozenset(_listed(folder / "silent.txt")))


def load_lexicon(folder: Path) -> Lexicon:
    """The weights, concepts and calibration of a folder as one value."""
    learned = tomllib.loads((folder / "learned.toml").read_text("utf-8"))
    curve = tuple((share, right) for share, right in learned["curve"])
    calibration = Calibration(tuple(learned["bias"]), learned["sharpness"], learned["threshold"], curve)
    return Lexicon(_weights(folder / "weights.tsv"), load_concepts(folder), calibration=calibration)


def load_cutter(folder: Path) -> Cutter:
    """A cutter that also knows the words of the concepts."""
    cutter = Cutter(folder)
    for word in load_concepts(folder).words:
        if len(word) > 1:
            cutter.add(word)
    return cutter


def _listed(path: Path) -> list[str]:
    return [word for line in path.read_text("utf-8").splitlines() if not line.startswith("#") for word in line.split()]


def _weights(path: Path) -> dict[str, Vector]:
    """Feature and six thousandths a row, under a row with the categories' names."""
    with path.open(encoding="utf-8", newline="") as file:
        next(file)
        rows = (line.rstrip("\n").split("\t") for line in file)
        return {feature: tuple(map(_thousandths, cells)) for feature, *cells in rows}


@cache
def _thousandths(cell: str) -> float:
    """Few numbers stand in very many places: one object each."""
    return int(cell or 0) / 1000
