"""jieba behind a small class: texts in, words out. `bot.words` puts it together with the lexicon."""

import re
import sys
import tomllib
from collections.abc import Generator, Sequence
from math import log
from pathlib import Path
from types import ModuleType
from typing import cast

# jieba finds its files without pkg_resources as well, which takes 10 MiB and 0.2 s.
_known = sys.modules.get("pkg_resources")
sys.modules["pkg_resources"] = cast(ModuleType, None)
import jieba  # noqa: E402 - after the line above
from jieba import finalseg  # noqa: E402 - the same

if _known is None:
    del sys.modules["pkg_resources"]
else:
    sys.modules["pkg_resources"] = _known

from domain.cuts import Cut  # noqa: E402 - after jieba

TITLE_SIZE = 40
NUDGE = 0.01
HAN = r"[\u4E00-\u9FD5]"
SLICED = 300
SLICE = re.compile(r"[\s\S]{1,200}(?<=[\u3002\uFF01\uFF1F\uFF0C\uFF1B\u3001,.!?;\s])|[\s\S]{1,200}")
"""A piece of a text longer than `SLICED` that ends where no word goes on, or after so many characters."""
FIRST_SENTENCE = re.compile(rf"[^\u3002\uFF01\uFF1F\uFF1B!?;\n]{{0,{TITLE_SIZE}}}")
WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}


CODE, WIDTH = "utf-16-le", 2
"""How the dictionary spells its words: as bytes of two a character a word takes 48 bytes, as str 80 or 96."""


def _logs(files: Sequence[Path]) -> tuple[dict[bytes, float | None], float]:
    """The words of dictionaries as jieba writes them, with their logarithms, and that of a word never seen.

    A beginning of words that is none itself has None. jieba's own reader takes 30 MiB more, and a file that it leaves
    in the folder for temporary files.
    """
    counts: dict[bytes, int] = {}
    once: dict[int, int] = {}  # one number object a count, not one a word
    total = 0
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                word, count = line.split(" ", 2)[:2]
                spelled, times = word.encode(CODE), int(count)
                counts[spelled] = once.setdefault(times, times)
                total += times
                for end in range(WIDTH, len(spelled), WIDTH):
                    counts.setdefault(spelled[:end], 0)
    of_count: dict[int, float | None] = {count: log(count / total) if count else None for count in set(counts.values())}
    logs = cast(dict[bytes, float | None], counts)  # a second one would take 20 MiB more
    for spelled, times in counts.items():
        logs[spelled] = of_count[times]
    return logs, -log(total)


class Cutter:
    """jieba's words for a text, with the shipped user dictionary; numbers of buildings and units stay one token.

    The best path through jieba's own dictionary is computed here with logarithms taken once at the start, which makes
    it 1.5 times as fast as `jieba.cut`; what the dictionary doesn't know goes to jieba's model (`finalseg`) as there.
    """

    def __init__(self, folder: Path) -> None:
        self.logs, self.unseen = _logs([Path(jieba.__file__).with_name("dict.txt"), folder / "userdict.txt"])
        self.standard: dict[str, str] = {}
        self.block = _block(folder / "units.toml")
        self.plain = _plain(folder / "traditional.txt")
        rows = (folder / "dialect.tsv").read_text("utf-8").splitlines()
        standard = dict(row.split("\t") for row in rows)
        for local in standard:
            self.add(local)
        self.standard = standard

    def add(self, word: str) -> None:
        """Make a word be cut as one: a little likelier than what it was cut into until now."""
        logs, spelled = self.logs, word.encode(CODE)
        known = logs.get(spelled)
        parts = sum(logs.get(part.encode(CODE)) or self.unseen for part in self.words(word))
        logs[spelled] = parts + NUDGE if known is None else max(known, parts + NUDGE)
        for end in range(WIDTH, len(spelled), WIDTH):
            logs.setdefault(spelled[:end], None)

    def knows(self, word: str) -> bool:
        """Whether a word is in the dictionary, rather than guessed from its characters as names of people are."""
        return self.logs.get(word.encode(CODE)) is not None

    def cut(self, text: str) -> Cut:
        """The words of a text, and those of its first sentence apart."""
        cutting = self.slices(text)
        while True:
            try:
                next(cutting)
            except StopIteration as done:
                return cast(Cut, done.value)

    def plainly(self, text: str) -> str:
        """A text in simplified characters, half width and capitals."""
        return text.translate(self.plain).strip().upper()

    def slices(self, text: str) -> Generator[None, None, Cut]:
        """`cut` a slice at a time, each of about a millisecond, so that others can have their turn between."""
        plain = self.plainly(text)
        end = len(first_sentence(plain))
        title = self.words(plain[:end])
        words = list(title)
        for piece in SLICE.findall(plain, end) if len(plain) > SLICED else [plain[end:]]:
            words += self.words(piece)
            yield
        return Cut(plain, tuple(title), tuple(words))

    def words(self, text: str) -> list[str]:
        """The words of a plain text in their order, those of the dialect in standard; no punctuation, no emoji."""
        found: list[str] = []
        for match in self.block.finditer(text):
            if match.lastindex:
                self._add_run(match[0], found)
            else:
                found.append(match[0])
        standard = self.standard
        return [standard.get(word, word) for word in found]

    def _add_run(self, run: str, found: list[str]) -> None:
        ends = self._path(run)
        at = single = 0
        while at < len(run):
            end = ends[at]
            if end - at > 1:
                self._add_singles(run[single:at], found)
                found.append(run[at:end])
                single = end
            at = end
        self._add_singles(run[single:], found)

    def _path(self, run: str) -> list[int]:
        """For each place in the run, where the word that begins there ends on the likeliest path (jieba's `calc`)."""
        logs, size, spelled = self.logs, len(run), run.encode(CODE)
        score, ends = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            best, best_end, end = self.unseen + score[start + 1], start + 1, start + 1
            begin = start * WIDTH
            piece = spelled[begin : begin + WIDTH]
            known = False
            while piece in logs:
                weight = logs[piece]
                if weight is not None and (not known or weight + score[end] >= best):
                    best, best_end, known = weight + score[end], end, True
                if end == size:
                    break
                end += 1
                piece = spelled[begin : end * WIDTH]
            score[start], ends[start] = best, best_end
        return ends

    def _add_singles(self, singles: str, found: list[str]) -> None:
        if len(singles) < 2:  # noqa: PLR2004 - one character alone
            found += singles
        elif not self.knows(singles):
            found += finalseg.cut(singles)
        else:
            found += singles


def first_sentence(text: str) -> str:
    """A text up to its first full stop, at most `TITLE_SIZE` characters."""
    found = FIRST_SENTENCE.match(text.strip())
    return found[0] if found else ""


def _block(path: Path) -> re.Pattern[str]:
    """What to take from a text: a numbered thing, a run of Han (group 1), letters, a number."""
    units = tomllib.loads(path.read_text("utf-8"))
    digits, spelled = "|".join(units["after_digits"]), "|".join(units["after_numerals"])
    numeral = f"[{units['numerals']}]"
    numbered = rf"[A-Z]?\d{{1,4}}(?:{digits})|{numeral}{{1,4}}(?:{spelled})"
    run = rf"(?:(?:(?!{numeral}){HAN})+|(?!{numeral}{{1,4}}(?:{spelled})){numeral})+"
    return re.compile(rf"{numbered}|({run})|[A-Z]+\d*|\d[\d.:%-]*")


def _plain(path: Path) -> dict[int, str]:
    """Full-width digits and letters to half width, traditional characters to simplified."""
    pairs = "".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    return WIDE | {0x3000: " "} | {ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)}
