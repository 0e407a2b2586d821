"""What `train` and `evaluate` do with a folder of data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from bot.cutter import Cutter
from bot.learn import sorting
from bot.learn import train as categories
from bot.learn.evaluate import category_figures, mean
from bot.learn.names import Plain, plain_words
from bot.learn.rows import messages, remarks
from bot.lexicon_files import load_concepts, load_likeness
from bot.words import load_cutter
from domain.lexicon import CATEGORIES, Concepts, Lexicon
from domain.likeness import Commonness
from domain.terms import ConcernCategory

LABELLED = "concerns-labelled.jsonl"
DRAWS = 3
OTHERS = (LABELLED, "concerns-unlabelled.jsonl")


def train(data: Path, folder: Path, names: Mapping[str, ConcernCategory]) -> Lexicon:
    """Write `weights.tsv`, `learned.toml`, `common.tsv` and `likeness.toml`; the same every time."""
    cutter, concepts = load_cutter(folder), load_concepts(folder)
    plain = plain_words(folder, cutter, concepts)
    found = messages(data / LABELLED, cutter, names)
    lexicon = categories.trained(found, remarks(folder / "remarks.toml", cutter), concepts, plain)
    categories.write(lexicon, folder)
    common = _common(data, cutter, concepts, plain)
    sorting.write(sorting.Pairs(sorting.read(data, cutter, concepts), common, concepts).learn(), common, folder)
    return lexicon


def evaluate(
    data: Path, folder: Path, names: Mapping[str, ConcernCategory], seed: int
) -> Iterator[tuple[str, float | int]]:
    """Each figure with its name, as it is found; those of categories are means over `DRAWS` draws of the folds."""
    cutter, concepts = load_cutter(folder), load_concepts(folder)
    plain = plain_words(folder, cutter, concepts)
    found = messages(data / LABELLED, cutter, names)
    said = remarks(folder / "remarks.toml", cutter)
    drawn = range(seed * DRAWS, (seed + 1) * DRAWS)
    tried = [category_figures(categories.trial(found, said, concepts, plain, draw)) for draw in drawn]
    for kind, figures in zip(("whole", "first_sentence"), zip(*tried, strict=True), strict=True):
        for name, value in asdict(mean(figures)).items():
            if name == "by_category":
                yield from ((f"{kind}.f1.{c}", round(f1, 3)) for c, f1 in zip(CATEGORIES, value, strict=True))
            else:
                yield f"{kind}.{name}", round(value, 3)
    given = sorting.read(data, cutter, concepts)
    sorted_ = sorting.sorting_figures(given, _common(data, cutter, concepts, plain), concepts, load_likeness(folder))
    yield from ((f"sorting.{name}", round(value, 3)) for name, value in asdict(sorted_).items())


def _common(data: Path, cutter: Cutter, concepts: Concepts, plain: Plain) -> Commonness:
    texts = (json.loads(line)["text"] for name in OTHERS for line in (data / name).read_text("utf-8").splitlines())
    return sorting.commonness(texts, cutter, concepts, plain)
