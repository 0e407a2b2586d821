"""Everything that understands a text, built once at the start from `data/lexicon/`.

    understanding = Understanding.load()                    # ≤ 1 s; warm when it returns
    cut = understanding.cut(text)                           # domain.cuts.Cut
    verdict = understanding.judge(text)                     # domain.classify.Verdict; ≤ 1 ms for 150 characters
    verdict = understanding.judge(text, corrections)        # with what the community put right
    drawn = understanding.sketch(text, day)                 # domain.likeness.Sketch; drawn.dump() goes into the row
    index = understanding.index((row.number, row.sketch) for row in rows)   # domain.similar.Index
    drafts = understanding.drafts([(number, drawn), ...])   # domain.drafts.Draft

An instance keeps nothing between calls but memoised vectors, so one serves the whole process; it looks at `words.toml`
once a second and takes over what an operator changed. A text of 4,000 characters takes up to 70 ms to cut: `await
understanding.read(text)` first, then `judge` and `sketch` find it cut.
"""

import asyncio
import gc
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import cast

from bot.cutter import Cutter
from bot.lexicon_files import (
    OWN,
    load_asides,
    load_commonness,
    load_concepts,
    load_dangers,
    load_lexicon,
    load_likeness,
    load_own,
)
from domain.classify import Verdict, classify
from domain.corrections import NONE, TELLING, Corrections
from domain.cuts import Cut
from domain.drafts import Draft, drafted
from domain.lexicon import Lexicon, UrgentKind
from domain.likeness import Commonness, Id, Likeness, Sketch, sketch
from domain.signs import Asides, Dangers, aside_of
from domain.similar import Index

LEXICON = Path(__file__).parent.parent / "data" / "lexicon"
READ = 16
"""So many texts that were cut are remembered: what is judged is sketched next."""
EVERY = 1.0
"""Seconds between two looks at the operator's words."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Understanding:
    """A cutter and all that is known of words. `own_seen`, `look_again`: for `words.toml`. `cut_already`: lately."""

    folder: Path
    cutter: Cutter
    lexicon: Lexicon
    dangers: Dangers
    asides: Asides
    likeness: Likeness
    commonness: Commonness
    own_seen: int = 0
    look_again: float = 0.0
    cut_already: dict[str, Cut] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path = LEXICON) -> "Understanding":
        """Read `data/lexicon/` and warm up. Raises OSError or ValueError naming the file that is wrong."""
        collecting = gc.isenabled()
        gc.disable()  # half a million words are made, none is dropped
        try:
            made = cls._read(folder)
        finally:
            if collecting:
                gc.enable()
        made.judge(next(iter(made.lexicon.concepts.words)))
        return made

    @classmethod
    def _read(cls, folder: Path) -> "Understanding":
        lexicon = load_lexicon(folder)
        cutter = Cutter(folder)
        for word in lexicon.concepts.words:
            if len(word) > 1:
                cutter.add(word)
        return cls(
            folder,
            cutter,
            lexicon,
            load_dangers(folder),
            load_asides(folder, lexicon.concepts),
            load_likeness(folder),
            load_commonness(folder),
        )

    def cut(self, text: str) -> Cut:
        """The words of a text; of one that was lately read, without cutting it again."""
        return self.cut_already.get(text) or self._remembered(text, self.cutter.cut(text))

    async def read(self, text: str) -> Cut:
        """Cut a text a slice at a time, others having their turn between; what is asked of it next finds it cut."""
        return self.cut_already.get(text) or self._remembered(text, await self._cut_slowly(text))

    def _remembered(self, text: str, cut: Cut) -> Cut:
        while len(self.cut_already) >= READ:
            self.cut_already.pop(next(iter(self.cut_already)))
        self.cut_already[text] = cut
        return cut

    async def _cut_slowly(self, text: str) -> Cut:
        cutting = self.cutter.slices(text)
        while True:
            try:
                next(cutting)
            except StopIteration as done:
                return cast(Cut, done.value)
            await asyncio.sleep(0)

    async def words(self, text: str) -> Sequence[str]:
        """The words of a text for the search, read a slice at a time."""
        return (await self._cut_slowly(text)).words

    def danger(self, text: str) -> UrgentKind | None:
        """The danger that a text tells of, without cutting it."""
        return self.dangers.told_in(self.cutter.plainly(text))

    async def judge_slowly(self, text: str, corrections: Corrections = NONE) -> Verdict:
        """`judge`, others having their turn before what comes next."""
        await self.read(text)
        verdict = self.judge(text, corrections)
        await asyncio.sleep(0)
        return verdict

    def judge(self, text: str, corrections: Corrections = NONE) -> Verdict:
        """What a text is about, whether it is urgent, and whether it is a concern at all."""
        self._renew()
        cut = self.cut(text)
        urgent = self.dangers.told_in(cut.text)
        aside = None if urgent else aside_of(cut, self.asides)
        return replace(classify(cut, self.lexicon, corrections), urgent=urgent, aside=aside)

    def telling(self, text: str) -> tuple[str, ...]:
        """The first words that tell what a text is about, none that only stands in this text: no names of people."""
        concepts = self.lexicon.concepts
        words = sketch(self.cut(text), concepts).words
        return tuple(word for word in words if self.cutter.knows(word) and word not in concepts.unshown)[:TELLING]

    def sketch(self, text: str, day: int | None = None) -> Sketch:
        """What of a text tells its place and its matter; `day`: `date.toordinal()` of when it was said."""
        return sketch(self.cut(text), self.lexicon.concepts, day)

    def index(self, rows: Iterable[tuple[Id, str]] = ()) -> Index[Id]:
        """An index of rows of id and `Sketch.dump()`."""
        made: Index[Id] = Index(self.likeness, self.commonness, self.lexicon.concepts)
        made.fill(rows)
        return made

    async def sort(self, rows: Sequence[tuple[Id, Sketch]]) -> list[Draft[Id]]:
        """`drafts` in a thread of its own, others having their turn meanwhile."""
        return await asyncio.to_thread(self.drafts, rows)

    def drafts(self, rows: Sequence[tuple[Id, Sketch]]) -> list[Draft[Id]]:
        """Concerns sorted into drafts of topics, the largest first."""
        return drafted(rows, self.likeness, self.commonness, self.lexicon.concepts)

    def _renew(self) -> None:
        """Take over the operator's words if their file has changed; a broken file changes nothing."""
        if monotonic() < self.look_again:
            return
        self.look_again = monotonic() + EVERY
        changed = (self.folder / OWN).stat().st_mtime_ns
        if changed == self.own_seen:
            return
        self.own_seen = changed
        try:
            own = load_own(self.folder)
        except ValueError as wrong:
            _log.warning("%s", wrong)
            return
        for word in own:
            self.cutter.add(word)
        self.cut_already.clear()
        self.lexicon = replace(self.lexicon, own=own, words={}, pairs={})


def load_cutter(folder: Path) -> Cutter:
    """A cutter that also knows the words of the concepts."""
    cutter = Cutter(folder)
    for word in load_concepts(folder).words:
        if len(word) > 1:
            cutter.add(word)
    return cutter
