"""Charts as shapes for a template: bars in a box of units, ticks, and the finding in words."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 150
BAR = 22
LETTER, OVER = 10, 7
TICKS = 5
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where, how high, how much it stands for and where that is written; `hatched`: of the first series."""

    x: int
    y: int
    height: int
    middle: int
    value: int
    written: int
    hatched: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The bars over one label of the axis."""

    label: str
    middle: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side in a box of `WIDTH` by `HEIGHT`; `ticks` are value and height."""

    groups: tuple[Group, ...]
    ticks: tuple[tuple[int, int], ...]


def grouped(labels: Sequence[str], series: Sequence[Sequence[int]]) -> Chart:
    """One group a label, one bar a series; the axis begins at nought."""
    top = ceiling(max((value for one in series for value in one), default=0))
    slot = WIDTH // max(len(labels), 1)
    groups = tuple(
        _group(label, [one[i] for one in series], i * slot + slot // 2, top) for i, label in enumerate(labels)
    )
    step = top // TICKS or 1
    return Chart(groups, tuple((value, HEIGHT - HEIGHT * value // top) for value in range(0, top + 1, step)))


def _group(label: str, values: Sequence[int], middle: int, top: int) -> Group:
    left = middle - (len(values) * (BAR + 3)) // 2
    wide = any(len(str(value)) * LETTER > BAR + 3 for value in values)  # each on a line of its own, then
    bars = []
    for place, value in enumerate(values):
        height, x = HEIGHT * value // top, left + place * (BAR + 3)
        highest = max(values[place:]) if wide else value
        written = HEIGHT - HEIGHT * highest // top - OVER - (2 * LETTER * (len(values) - 1 - place) if wide else 0)
        bars.append(Bar(x, HEIGHT - height, height, x + BAR // 2, value, written, place == 0 and len(values) > 1))
    return Group(label, middle, tuple(bars))


def ceiling(highest: int) -> int:
    """The least round number of five even steps that is not below: 48 is 50, 7 is 10."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale * TICKS >= highest:
                return step * scale * TICKS
        scale *= 10
