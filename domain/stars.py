"""星级评定: what several people's stars come to. Of branches, members and units, never of residents (DOMAIN.md §4).

result = grade([(5, 4, 5, 3, 4), (4, 4, 4, 4, 4)])     # result.stars == 4, result.tenths == (45, 40, 45, 35, 40)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import Refused

MOST = 5
TEN = 10


@dataclass(frozen=True, slots=True)
class Result:
    """The stars in all, and each item's mean in tenths of a star; `raters`: how many gave theirs."""

    stars: int
    tenths: tuple[int, ...]
    raters: int


def complete(stars: Sequence[int], items: int) -> bool:
    """Whether each item has its stars. Raises Refused: star_rating.stars, for what is no number of stars."""
    if len(stars) > items or any(not 1 <= one <= MOST for one in stars):
        raise Refused("star_rating.stars", items=items, most=MOST)
    return len(stars) == items


def grade(given: Sequence[Sequence[int]]) -> Result:
    """What the stars of all raters come to, halves upwards. Raises Refused: star_rating.nobody_rated."""
    if not given:
        raise Refused("star_rating.nobody_rated")
    sums = [sum(column) for column in zip(*given, strict=True)]
    count = len(given)
    tenths = tuple(_half_up(TEN * one, count) for one in sums)
    return Result(_half_up(sum(sums), count * len(sums)), tenths, count)


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)


def write_tenths(tenths: int) -> str:
    """4.5 for 45."""
    return f"{tenths // TEN}.{tenths % TEN}"
