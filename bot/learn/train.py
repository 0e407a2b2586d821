"""`train`: labelled messages in, `weights.tsv` and `learned.toml` out; the same every time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold

from bot.learn.calibrate import calibrated, confidences, threshold
from bot.learn.fitting import Features
from bot.learn.names import Plain
from bot.learn.rows import Example, Message, examples
from domain.classify import scores
from domain.lexicon import CATEGORIES, Calibration, Concepts, Lexicon, Vector

FOLDS = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """Cross-validated scores of the messages with two readers: `whole` and `first` sentence, and each one's fold."""

    messages: tuple[Message, ...]
    whole: tuple[Vector, ...]
    first: tuple[Vector, ...]
    folds: tuple[int, ...]

    @property
    def labels(self) -> list[int]:
        return [message.label for message in self.messages]


def trial(
    messages: Sequence[Message], remarks: Sequence[Example], concepts: Concepts, plain: Plain, seed: int = 0
) -> Trial:
    """Judge each message that two readers read by weights learned without it, ten folds."""
    given = [*examples(messages), *remarks]
    features = Features(given, concepts, plain)
    tried = [place for place, message in enumerate(messages) if message.readers > 1]
    found: dict[int, tuple[Vector, Vector, int]] = {}
    for fold, held in enumerate(_folds([messages[place].label for place in tried], seed)):
        out = {tried[place] for place in held}
        lexicon = _lexicon(features, [row for row, e in enumerate(given) if e.of not in out], concepts)
        for place in out:
            message = messages[place]
            found[place] = (scores(message.whole, lexicon), scores(message.first, lexicon), fold)
    whole, first, folds = zip(*(found[place] for place in tried), strict=True)
    return Trial(tuple(messages[place] for place in tried), whole, first, folds)


def trained(messages: Sequence[Message], remarks: Sequence[Example], concepts: Concepts, plain: Plain) -> Lexicon:
    """The lexicon learned from everything, calibrated by a trial."""
    tried = trial(messages, remarks, concepts, plain)
    given = [*examples(messages), *remarks]
    weights, bias = Features(given, concepts, plain).fit(range(len(given)))
    found = calibrated(bias, [*tried.whole, *tried.first], tried.labels * 2)
    asked = threshold([confidences(kind, found) for kind in (tried.whole, tried.first)])
    return Lexicon(weights, concepts, calibration=Calibration(bias, found.sharpness, asked, found.curve))


def write(lexicon: Lexicon, folder: Path) -> None:
    """`weights.tsv` (feature, six thousandths) and `learned.toml`."""
    with (folder / "weights.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(["word", *CATEGORIES]) + "\n")
        for feature, vector in sorted(lexicon.weights.items()):
            file.write("\t".join([feature, *(str(round(value * 1000)) for value in vector)]) + "\n")
    (folder / "learned.toml").write_text(_toml(lexicon.calibration), "utf-8")


def _toml(calibration: Calibration) -> str:
    curve = ", ".join(f"[{share}, {right}]" for share, right in calibration.curve)
    lines: Mapping[str, object] = {
        "bias": list(calibration.bias),
        "sharpness": calibration.sharpness,
        "threshold": calibration.threshold,
        "curve": f"[{curve}]",
    }
    told = (
        "# Written by `python -m bot train` (domain/lexicon.py tells what each is). threshold may be changed by hand.\n"
    )
    return told + "".join(f"{key} = {value}\n" for key, value in lines.items())


def _folds(labels: Sequence[int], seed: int) -> Iterator[Sequence[int]]:
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    yield from (held.tolist() for _, held in folds.split(np.zeros(len(labels)), labels))


def _lexicon(features: Features, rows: Sequence[int], concepts: Concepts) -> Lexicon:
    weights, bias = features.fit(rows)
    return Lexicon(weights, concepts, calibration=Calibration(bias))
