"""Which words may name a person: none of them goes into a file that is learned from residents' messages."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import jieba

from bot.cutter import Cutter
from domain.lexicon import Concepts

Plain = Callable[[str], bool]
LONGEST = 5
"""A surname, a name and what its bearer is called."""
PERSON = "nr"
"""jieba's mark of a name, which it gives to many other words too."""


def plain_words(folder: Path, cutter: Cutter, concepts: Concepts) -> Plain:
    """Tell of a word whether it may stand in a file: one of the dictionary's that names nobody, or one of ours."""
    told = tomllib.loads((folder / "names.toml").read_text("utf-8"))
    surnames, called = frozenset(told["surnames"]), tuple(told["called"])
    most = dict(zip((2, 3), told["rare"], strict=True))
    people = {word for word, count in _people() if count < most.get(len(word), 0)}

    def plain(word: str) -> bool:
        if word in concepts.words:
            return True
        named = word in people or (len(word) <= LONGEST and word.endswith(called))
        return cutter.knows(word) and not (named and word[0] in surnames)

    return plain


def _people() -> Iterator[tuple[str, int]]:
    """Words of jieba's dictionary that it marks as names of people, with how often they stand there."""
    with jieba.get_dict_file() as file:
        rows = (line.decode("utf-8").split() for line in file)
        yield from ((word, int(count)) for word, count, mark in rows if mark.startswith(PERSON))
