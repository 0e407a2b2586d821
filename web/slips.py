"""Sheets of slips as PDF, to be cut and folded, the code inside: sealed slips of a vote, one-time codes of the roll.

Typst sets them; what it is given is data.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

from web.pictures import FONTS
from web.poster import qr

TEMPLATE = Path(__file__).parent / "templates" / "slip_sheet.typ"
A_SHEET = 8
LONGEST = 110
"""So many characters of a title have room."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: its code as it is read, what stands under the head outside, where its QR code leads ("": no QR)."""

    code: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on every slip, above the fold and below it, and at the foot of each sheet ({page} of {pages})."""

    head: str
    name: str
    how: str
    where: str
    foot: str


def pdf(slips: Sequence[Slip], words: Words) -> bytes:
    """Eight slips a sheet of A4."""
    sheets = [[asdict(slip) for slip in slips[at : at + A_SHEET]] for at in range(0, len(slips), A_SHEET)]
    feet = [words.foot.format(page=page, pages=len(sheets)) for page in range(1, len(sheets) + 1)]
    codes = {url: qr(url) for url in {slip.url for slip in slips} if url}
    data = {**asdict(words), "sheets": sheets, "feet": feet, "qr": codes}
    given = {"slips": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(str(TEMPLATE), format="pdf", font_paths=[str(FONTS)], sys_inputs=given)
    assert isinstance(made, bytes)
    return made
