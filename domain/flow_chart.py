"""闭环处置流程图: a flow drawn as SVG, one column, as wide as a phone; its colour is that of the text around it.

    chart(flow, words)                                    # with what each kind of community adds
    chart(flow, words, CommunityKind.OLD)                 # as it is there

The same in words stands beside it wherever it is shown: `Flow.tasks` has it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from html import escape
from typing import Protocol

from domain.flows import Flow, Item
from domain.terms import CommunityKind, Stage

WIDTH, SIZE, SMALL, LINE, PAD, GAP = 340, 15, 13, 21, 8, 16
LEFT, RIGHT = 34, 332
"""A stage's frame; what leads back runs at the left of it."""


class Says(Protocol):
    """The texts of a language."""

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of a key, its braces filled."""
        ...

    def term(self, term: Enum) -> str:
        """The official name of a term."""
        ...


@dataclass(slots=True)
class _Pen:
    """Draws from the top down: `y` is where the next thing begins."""

    y: int = 6
    parts: list[str] = field(default_factory=list)

    def text(self, x: int, words: str, size: int = SIZE, *, bold: bool = False, middle: bool = False) -> None:
        more = (' font-weight="700"' if bold else "") + (' text-anchor="middle"' if middle else "")
        width = f' font-size="{size}"' if size != SIZE else ""
        self.parts.append(f'<text x="{x}" y="{self.y}"{width}{more}>{escape(words)}</text>')

    def box(self, x: int, top: int, width: int, height: int, more: str = "") -> None:
        self.parts.append(f'<rect x="{x}" y="{top}" width="{width}" height="{height}"{more}/>')

    def path(self, way: str, *, arrow: bool = True) -> None:
        self.parts.append(f'<path d="{way}"{ARROW if arrow else ""}/>')

    def down(self) -> None:
        """An arrow down the middle."""
        self.path(f"M{MIDDLE} {self.y}v{GAP - 2}")
        self.y += GAP


ARROW = ' marker-end="url(#tip)"'
DASHED = ' stroke-dasharray="5 3"'
MIDDLE = (LEFT + RIGHT) // 2


def chart(flow: Flow, says: Says, community: CommunityKind | None = None, *, alone: bool = False) -> str:
    """The diagram; `alone`: a file of its own, else a part of a page. `community` None: with what each kind adds."""
    pen, title = _Pen(), says.term(flow.kind)
    _capsule(pen, title, bold=True)
    tops = {}
    for stage in Stage:
        pen.down()
        tops[stage] = pen.y
        _stage(pen, flow, stage, says, community)
    pen.down()
    _rated(pen, says, tops[Stage.DURING])
    count = sum(item.community in {None, community} for item in flow.items)
    words = (says("flows.title", kind=title), says("flows.desc", kind=title, count=count))
    return _sheet(pen, words, alone=alone)


def _sheet(pen: _Pen, words: tuple[str, str], *, alone: bool) -> str:
    height = pen.y + 6
    head = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="flow-t flow-d"'
    head += f' xmlns="http://www.w3.org/2000/svg" width="{WIDTH * 2}" color="#15211F">' if alone else ' class="flow">'
    back = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>' if alone else ""
    family = ' font-family="Noto Sans SC,Noto Sans CJK SC,sans-serif"' if alone else ""
    tip = '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    tip += '<path d="M0 0L8 4L0 8z" fill="currentColor" stroke="none"/></marker>'
    lines = "\n".join(part for part in pen.parts if not part.startswith("<text"))
    texts = "\n".join(part for part in pen.parts if part.startswith("<text"))
    return (
        f'{head}<title id="flow-t">{escape(words[0])}</title><desc id="flow-d">{escape(words[1])}</desc>{back}\n'
        f'<defs>{tip}</defs><g fill="none" stroke="currentColor" stroke-width="1.5">\n{lines}\n</g>\n'
        f'<g fill="currentColor" font-size="{SIZE}"{family}>\n{texts}\n</g></svg>\n'
    )


def _capsule(pen: _Pen, words: str, *, bold: bool = False) -> None:
    width = max(110, int(_wide(words) * SIZE) + 36)
    pen.box(MIDDLE - width // 2, pen.y, width, 30, ' rx="15"')
    pen.y += 20
    pen.text(MIDDLE, words, bold=bold, middle=True)
    pen.y += 10


def _stage(pen: _Pen, flow: Flow, stage: Stage, says: Says, community: CommunityKind | None) -> None:
    """A frame with the stage's name and goal, its tasks, and what is added."""
    top, width = pen.y, RIGHT - LEFT
    pen.y += LINE
    name = says.term(stage)
    pen.text(LEFT + PAD, name, bold=True)
    beside = LEFT + PAD + int((_wide(name) + 1) * SIZE)
    for line in wrapped(flow.goals[stage], (RIGHT - PAD - beside) / SIZE):
        pen.text(beside, line)
        pen.y += LINE
    pen.y -= PAD
    for at, item in enumerate(flow.tasks(stage, None)):
        if at:
            pen.down()
        _task(pen, item, says, f"{at + 1} ")
    for item in flow.items:
        if item.stage is stage and item.community and community in {None, item.community}:
            pen.y += PAD
            key = "flows.adds_here" if community else "flows.adds"
            _task(pen, item, says, says(key, community=says.term(item.community)), DASHED)
    if stage is Stage.DURING:
        pen.y += PAD
        _note(pen, says("flows.climbs"))
    pen.y += PAD
    pen.box(LEFT, top, width, pen.y - top, ' rx="6"')


def _task(pen: _Pen, item: Item, says: Says, before: str, more: str = "") -> None:
    days = says("flows.days", n=item.days) if item.days else says("flows.at_once")
    facts = says("flows.facts", role=says.term(item.role), days=days, proof=says.term(item.proof))
    _boxed(pen, before + item.text, facts, more)


def _note(pen: _Pen, words: str) -> None:
    _boxed(pen, "", words, DASHED)


def _boxed(pen: _Pen, words: str, small: str, more: str) -> None:
    top, width = pen.y, RIGHT - LEFT - 2 * PAD
    pen.y += LINE - 3
    for line in wrapped(words, (width - 2 * PAD) / SIZE) if words else ():
        pen.text(LEFT + 2 * PAD, line)
        pen.y += LINE
    for line in wrapped(small, (width - 2 * PAD) / SMALL):
        pen.text(LEFT + 2 * PAD, line, SMALL)
        pen.y += LINE - 2
    pen.y -= PAD + 1
    pen.box(LEFT + PAD, top, width, pen.y - top, f' rx="3"{more}')


def _rated(pen: _Pen, says: Says, back_to: int) -> None:
    """The question to the residents: well done is the end, badly done leads back into the work."""
    top, half, tall = pen.y, 92, 56
    pen.path(f"M{MIDDLE} {top}l{half} {tall // 2}l-{half} {tall // 2}l-{half} -{tall // 2}z", arrow=False)
    pen.y += tall // 2 + 5
    pen.text(MIDDLE, says("flows.rated"), SMALL, middle=True)
    pen.y = top + tall
    side, target = 14, back_to + 16
    pen.path(f"M{MIDDLE - half} {top + tall // 2}H{side}V{target}H{LEFT - 2}")
    pen.y = top + tall + 6
    pen.text(side + 4, says("flows.bad"), SMALL)
    pen.y += LINE - 3
    pen.text(side + 4, says("flows.again"), SMALL)
    pen.y = top + tall
    pen.path(f"M{MIDDLE} {pen.y}v{2 * GAP - 2}")
    pen.y += GAP + 4
    pen.text(MIDDLE + 8, says("flows.good"), SMALL)
    pen.y = top + tall + 2 * GAP
    _capsule(pen, says("flows.ends"))


def wrapped(words: str, most: float) -> list[str]:
    """Lines of at most so many Han characters, parted between them or between words of Latin letters.

    No line begins with a mark that belongs to what stands before it.
    """
    lines, line = [], ""
    for piece in _PIECE.findall(words):
        if line and _wide((line + piece).rstrip()) > most:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


_PIECE = re.compile(r"(?:[^\W\u2e80-\uffff]+|[\u2e80-\u2fff\u3040-\ufeff]|.)[，。、；：？！）”,.;:)']*\s*")


def _wide(words: Sequence[str] | str) -> float:
    """The width of a text in Han characters."""
    return sum(1.0 if ord(letter) > 0x2000 else 0.56 for letter in words)  # noqa: PLR2004 - what is wide begins there
