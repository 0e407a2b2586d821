"""The small picture that WeChat shows beside a pasted link: the plate with the kind's characters (docs/board.md)."""

import io
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent.parent / "data" / "fonts"
TITLES = FONTS / "NotoSerifSC-Bold.otf"
SIZE, INSET, HAIRLINE = 300, 14, 2
PLATE, INK = "#0b504d", "#ffffff"
LETTER = {1: 118, 2: 106}
"""How large the characters are, by the number of lines."""
GAP = 8


@cache
def card(text: str) -> bytes:
    """A PNG of 300 × 300 with one line of two characters, or two lines of two."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - 2 MiB, for the first who pastes a link

    lines = [text[at : at + 2] for at in range(0, len(text), 2)]
    picture = Image.new("RGB", (SIZE, SIZE), PLATE)
    draw = ImageDraw.Draw(picture)
    frame = (INSET, INSET, SIZE - 1 - INSET, SIZE - 1 - INSET)
    draw.rectangle(frame, outline=INK, width=HAIRLINE)
    letter = LETTER[len(lines)]
    font = ImageFont.truetype(TITLES, letter)
    top = (SIZE - len(lines) * letter - (len(lines) - 1) * GAP) // 2
    for row, line in enumerate(lines):
        draw.text((SIZE // 2, top + row * (letter + GAP) + letter // 2), line, INK, font, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
