"""Numbers as residents type them: `12`, `#12`, `议题5`, `表决 #3` (INTERFACE.md §1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import Refused
from domain.terms import Numbered

_NUMBER = re.compile(r"\s*(?P<kind>[^\W\d]*)\s*[#＃]?\s*(?P<number>\d{1,9})(?!\d)[\s,，、:：。.]*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number with its kind, and the words after it."""

    kind: Numbered
    number: int
    rest: str


def read_number(words: str, bare: Numbered, names: Mapping[str, Numbered]) -> Reading:
    """The number at the start. `bare` is the kind of one that stands alone; `names` are the kinds' words.

    Raises Refused: refused.number_missing.
    """
    match = _NUMBER.match(words)
    if match is None or (match["kind"] and match["kind"] not in names):
        raise Refused("refused.number_missing")
    kind = names[match["kind"]] if match["kind"] else bare
    return Reading(kind, int(match["number"]), words[match.end() :].strip())
