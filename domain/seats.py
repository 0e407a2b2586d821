"""准备: which 说事员 sit on a topic: from each side in turn, so that none outweighs the others (DOMAIN.md §1)."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Seat = TypeVar("Seat")


def seated(seats: Iterable[tuple[Hashable, Seat]], most: int) -> list[Seat]:
    """Up to `most` of `seats` (side, person), in the order given, one of each side in turn."""
    sides: dict[Hashable, list[Seat]] = {}
    for side, seat in seats:
        sides.setdefault(side, []).append(seat)
    rounds = max((len(side) for side in sides.values()), default=0)
    turns: Sequence[Seat] = [side[n] for n in range(rounds) for side in sides.values() if n < len(side)]
    return list(turns[:most])


def substitutes(gone: Iterable[Hashable], seats: Iterable[tuple[Hashable, Seat]]) -> list[Seat]:
    """For each side that somebody left, the next of `seats` (side, person) of that side, where there is one."""
    free: dict[Hashable, list[Seat]] = {}
    for side, seat in seats:
        free.setdefault(side, []).append(seat)
    return [free[side].pop(0) for side in gone if free.get(side)]
