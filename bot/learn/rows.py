"""What is learned from: labelled messages, their first sentences, and the remarks of `data/lexicon/remarks.toml`."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cutter import Cutter, first_sentence
from bot.stop import Stop
from domain.cuts import Cut
from domain.lexicon import CATEGORIES
from domain.terms import ConcernCategory

TWO_READERS = 2.0
FIRST_SENTENCE = 1.0
REMARK = 1.5
SECOND = 0.35
"""How much of a message counts for its second category."""


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message; `agreed` where two readers gave the same label."""

    whole: Cut
    first: Cut
    label: int
    second: int | None
    readers: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A cut, its category as a place in `CATEGORIES`, and how much it counts; `of` is its message's place or None."""

    cut: Cut
    label: int
    weight: float
    of: int | None


def messages(path: Path, cutter: Cutter, names: Mapping[str, ConcernCategory]) -> list[Message]:
    """The labelled file. Raises Stop naming the line that can't be read."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            found.append(_message(json.loads(line), cutter, names))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Stop(f"{path}:{number}: {wrong!r}") from wrong
    return found


def _message(row: dict[str, str | int | bool | None], cutter: Cutter, names: Mapping[str, ConcernCategory]) -> Message:
    text, second = str(row["text"]), row.get("second")
    return Message(
        whole=cutter.cut(text),
        first=cutter.cut(first_sentence(text)),
        label=CATEGORIES.index(names[str(row["label"])]),
        second=CATEGORIES.index(names[str(second)]) if second else None,
        readers=int(row["readers"] or 1),
        agreed=row.get("agree") is True,
    )


def remarks(path: Path, cutter: Cutter) -> list[Example]:
    """Our own short sentences, by category."""
    by_category = tomllib.loads(path.read_text("utf-8"))
    return [
        Example(cutter.cut(line), CATEGORIES.index(ConcernCategory(category)), REMARK, None)
        for category, lines in by_category.items()
        for line in lines.split("\n")
        if line
    ]


def examples(found: Iterable[Message]) -> list[Example]:
    """Each message whole and its first sentence, once for its label and once, lighter, for its second."""
    made = []
    for place, message in enumerate(found):
        weight = TWO_READERS if message.readers > 1 else 1.0
        for cut, part in ((message.whole, weight), (message.first, weight * FIRST_SENTENCE)):
            if message.second is None:
                made.append(Example(cut, message.label, part, place))
            else:
                made.append(Example(cut, message.label, part * (1 - SECOND), place))
                made.append(Example(cut, message.second, part * SECOND, place))
    return made
