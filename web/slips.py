"""Sheets of sealed slips as PDF: to be cut, folded with the code inside, and sealed (VOTING.md section 3).

Typst sets them; what it is given is data.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

from domain.ballots import write_slip
from web.pictures import FONTS
from web.poster import qr

TEMPLATE = Path(__file__).parent / "templates" / "slip_sheet.typ"
A_SHEET = 8
LONGEST = 110
"""So many characters of a title have room."""


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on a slip, above the fold and below it, and at the foot of each sheet ({page} of {pages})."""

    head: str
    title: str
    name: str
    how: str
    where: str
    foot: str
    url: str


def pdf(codes: Sequence[str], words: Words) -> bytes:
    """Eight slips a sheet of A4."""
    printed = [write_slip(code) for code in codes]
    sheets = [printed[at : at + A_SHEET] for at in range(0, len(printed), A_SHEET)]
    feet = [words.foot.format(page=page, pages=len(sheets)) for page in range(1, len(sheets) + 1)]
    data = {**asdict(words), "sheets": sheets, "feet": feet, "qr": qr(words.url) if words.url else ""}
    given = {"slips": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(str(TEMPLATE), format="pdf", font_paths=[str(FONTS)], sys_inputs=given)
    assert isinstance(made, bytes)
    return made
