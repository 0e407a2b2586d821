"""Draws a vote's result as a PNG of 1080 × 1350 (BOARD.md), by the shipped fonts; only when it is sent."""

import io
from dataclasses import dataclass, field
from functools import lru_cache

import segno
from PIL import Image, ImageDraw, ImageFont

from domain.talk import Bar, Picture
from web.pictures import FONTS

WIDTH, HEIGHT, MARGIN = 1080, 1350, 64
PLATE, ON_PLATE, FILL, TRACK = "#0b504d", "#ffffff", "#0b504d", "#e0edea"
SHEET, INK, INK2 = "#ffffff", "#15211f", "#3f4e4b"
PLATE_HEIGHT, FOOT = 344, 1096
SMALL, TEXT, VERDICT = 34, 38, 56
TITLE, TITLE_CUT, TITLE_LINES = 62, 56, 2
BAR, BAR_WITH_NEED, ROW, ROW_WITH_NEED = 20, 34, 92, 176
MARK, HALO = 4, 2
QR, QUIET = 184, 2
ROOM = HEIGHT - FOOT - 16
WHOLE = 1000
CUT = "\u2026"
BOLD, REGULAR = "NotoSansSC-Bold.otf", "NotoSansSC-Regular.otf"


@lru_cache(maxsize=16)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A shipped font."""
    return ImageFont.truetype(FONTS / name, size)


@lru_cache(maxsize=8)
def png(picture: Picture) -> bytes:
    """The bytes of a PNG; the same picture for many groups is drawn once."""
    sheet = _Sheet(Image.new("RGB", (WIDTH, HEIGHT), SHEET))
    sheet.plate(picture)
    sheet.said(picture)
    sheet.bars(picture)
    sheet.foot(picture)
    out = io.BytesIO()
    sheet.image.save(out, "PNG", optimize=True)
    return out.getvalue()


def wrapped(text: str, type: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """A text in lines no wider than `width`; what has no room in `most` lines is cut with …"""
    lines, line = [], ""
    for sign in text:
        if line and type.getlength(line + sign) > width:
            lines.append(line)
            line = ""
        line += sign
    lines.append(line)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while type.getlength(last + CUT) > width:
        last = last[:-1]
    return [*lines[: most - 1], last + CUT]


@dataclass
class _Sheet:
    image: Image.Image
    draw: ImageDraw.ImageDraw = field(init=False)
    at: int = PLATE_HEIGHT + 40

    def __post_init__(self) -> None:
        self.draw = ImageDraw.Draw(self.image)

    def plate(self, picture: Picture) -> None:
        """Kind and number small, the question large: two lines, then smaller, then cut."""
        self.draw.rectangle((0, 0, WIDTH, PLATE_HEIGHT), fill=PLATE)
        width = WIDTH - 2 * MARGIN
        (head,) = wrapped(picture.head, font(BOLD, TEXT), width, 1)
        self.draw.text((MARGIN, 64), head, ON_PLATE, font(BOLD, TEXT))
        size = TITLE if len(wrapped(picture.title, font(BOLD, TITLE), width, 9)) <= TITLE_LINES else TITLE_CUT
        for place, line in enumerate(wrapped(picture.title, font(BOLD, size), width, TITLE_LINES)):
            self.draw.text((MARGIN, 136 + place * (size + 22)), line, ON_PLATE, font(BOLD, size))

    def said(self, picture: Picture) -> None:
        """The verdict, and who took part."""
        for text, name, size in ((picture.verdict, BOLD, VERDICT), (picture.took_part, REGULAR, TEXT)):
            for line in wrapped(text, font(name, size), WIDTH - 2 * MARGIN, 2) if text else ():
                self.draw.text((MARGIN, self.at), line, INK, font(name, size))
                self.at += size + 22
        self.at += 14

    def bars(self, picture: Picture) -> None:
        """One under the other, each with its words; then what had no room."""
        for bar in picture.bars:
            self._bar(bar)
        if picture.more:
            self.draw.text((MARGIN, self.at), picture.more, INK2, font(REGULAR, SMALL))

    def _bar(self, bar: Bar) -> None:
        type, right = font(BOLD, TEXT), WIDTH - MARGIN
        self.draw.text((right, self.at), bar.written, INK, type, anchor="ra")
        (label,) = wrapped(bar.label, type, int(right - MARGIN - type.getlength(bar.written) - 40), 1)
        self.draw.text((MARGIN, self.at), label, INK, type)
        top, height = self.at + TEXT + 20, BAR_WITH_NEED if bar.need else BAR
        self.draw.rectangle((MARGIN, top, right, top + height), fill=TRACK)
        if bar.share:
            self.draw.rectangle((MARGIN, top, _along(bar.share), top + height), fill=FILL)
        if bar.mark >= 0:
            self._mark(bar, top, height)
        self.at += ROW_WITH_NEED if bar.need else ROW

    def _mark(self, bar: Bar, top: int, height: int) -> None:
        """The line that had to be reached, and in words under it what that was."""
        x = _along(bar.mark)
        edges = (x - MARK // 2 - HALO, top - 7, x + MARK // 2 + HALO, top + height + 7)
        self.draw.rectangle(edges, fill=SHEET)
        self.draw.rectangle((x - MARK // 2, top - 7, x + MARK // 2, top + height + 7), fill=INK)
        type = font(REGULAR, SMALL)
        left = max(MARGIN, min(x - int(type.getlength(bar.need)), WIDTH - MARGIN))
        self.draw.text((left, top + height + 14), bar.need, INK2, type)

    def foot(self, picture: Picture) -> None:
        """A vote's kind, word for word, and the way to its numbers."""
        self.draw.line((MARGIN, FOOT, WIDTH - MARGIN, FOOT), fill=TRACK, width=2)
        room = WIDTH - 2 * MARGIN - (QR + 40 if picture.link else 0)
        for place, line in enumerate(wrapped(picture.label, font(BOLD, SMALL), room, 3)):
            self.draw.text((MARGIN, FOOT + 34 + place * (SMALL + 18)), line, INK, font(BOLD, SMALL))
        if picture.link:
            code = _code(picture.link)
            self.image.paste(code, (WIDTH - MARGIN - code.width, FOOT + 10))


def _along(share: int) -> int:
    return MARGIN + (WIDTH - 2 * MARGIN) * share // WHOLE


def _code(link: str) -> Image.Image:
    """A QR code of `QR` pixels or a little more, as far as there is room, its quiet zone around it."""
    code = segno.make(link, error="m", micro=False)
    modules = code.symbol_size(border=0)[0]
    scale = min(-(-QR // modules), ROOM // (modules + 2 * QUIET))
    out = io.BytesIO()
    code.save(out, kind="png", scale=scale, border=QUIET)
    return Image.open(out).convert("RGB")
