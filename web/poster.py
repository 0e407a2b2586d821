"""Posters for the wall: A3 or A4 as PDF, text as text, one page whatever the length (docs/board.md).

Typst sets them; what it is given is data, so that nothing a resident wrote can be a command.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import segno

from web.pictures import FONTS

TEMPLATE = Path(__file__).parent / "templates" / "poster.typ"
AS_DRAWN, MOST = 4, 8
SHORT, LONGEST = 19, 46
PLACE = 17
HEADLINE = ((24, 20), (48, 15), (90, 11))
"""Up to how many characters a headline is set how large, in mm."""
Size = Literal["a3", "a4"]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the poster; `share` in thousandths fills a bar under it, with a `mark`; -1: none."""

    number: str
    title: str
    note: str = ""
    share: int = -1
    mark: int = -1


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster says. With `leaf` it is a session's; else `headline` and `lines` stand in its place.

    `key`: the public key that a vote's log is checked with; paper is where nobody can change it afterwards.
    """

    title: str
    operator: str
    community: str
    right: str
    plate: str
    url: str
    call: str
    hotline: str
    small: str
    more: str = ""
    leaf: dict[str, Any] | None = None
    headline: str = ""
    lines: Sequence[str] = ()
    left: str = ""
    place: str = ""
    label: str = ""
    key: str = ""
    items: Sequence[Item] = field(default_factory=tuple)


def pdf(poster: Poster, size: Size = "a3") -> bytes:
    """The poster as a PDF of one page. `more` of it must hold {count} where items may be left out."""
    import typst  # noqa: PLC0415 - 7 MiB that a program without a wall needs not

    data = json.dumps(_data(poster, size), ensure_ascii=False)
    made = typst.compile(str(TEMPLATE), format="pdf", font_paths=[str(FONTS)], sys_inputs={"poster": data})
    assert isinstance(made, bytes)
    return made


def _data(poster: Poster, size: Size) -> dict[str, Any]:
    shown = [_item(one) for one in poster.items[:MOST]]
    left_out = len(poster.items) - len(shown)
    long = any(len(one["title"]) > SHORT for one in shown)
    headline = cut(poster.headline, HEADLINE[-1][0])
    return {
        **asdict(poster),
        "size": size,
        "items": shown,
        "lines": [cut(line, LONGEST) for line in poster.lines[:4]],
        "headline": headline,
        "headline_size": next(large for most, large in HEADLINE if len(headline) <= most),
        "community": cut(poster.community, SHORT),
        "place": cut(poster.place, 2 * SHORT),
        "place_size": 14 if len(poster.place) <= PLACE else 8,
        "compact": len(poster.items) > AS_DRAWN or long or poster.leaf is None,
        "notes": len(poster.items) <= AS_DRAWN,
        "more": poster.more.format(count=left_out) if left_out else "",
        "qr": qr(poster.url),
    }


def _item(item: Item) -> dict[str, Any]:
    title = cut(item.title, LONGEST)
    return {**asdict(item), "title": title, "note": cut(item.note, LONGEST), "size": 11 if len(title) <= SHORT else 8}


def cut(text: str, most: int) -> str:
    """A text on one line in at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def qr(url: str) -> str:
    """The QR code of an address as SVG, with four modules of white around it."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, svgns=True)
    return out.getvalue().decode()
