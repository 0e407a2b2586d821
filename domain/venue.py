"""六个有: what a 说事厅 must have, as far as the product knows by itself and as somebody saw it (DOMAIN.md §2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.terms import VenueStandard


@dataclass(frozen=True, slots=True)
class Known:
    """What the product knows: a hotline is told, the procedure is on the board, how many notes and results are kept."""

    hotline: bool
    board: bool
    minutes: int
    results: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a moderator saw, when, and whether a picture shows it."""

    met: bool
    at: datetime
    picture: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One of the six: `met` None where nobody knows. `look` None where the product knows by itself."""

    standard: VenueStandard
    met: bool | None
    look: Look | None


def standings(known: Known, looks: Mapping[VenueStandard, Look]) -> list[Standing]:
    """The six in their order. What the product keeps itself is there; else what was seen last counts."""
    itself = {
        VenueStandard.HOTLINE: known.hotline,
        VenueStandard.MINUTES: known.minutes > 0,
        VenueStandard.PROCEDURE: known.board,
        VenueStandard.ARCHIVES: known.results > 0,
    }
    return [_standing(standard, itself.get(standard, False), looks.get(standard)) for standard in VenueStandard]


def _standing(standard: VenueStandard, itself: bool, look: Look | None) -> Standing:
    if itself:
        return Standing(standard, met=True, look=None)
    return Standing(standard, look.met if look else None, look)
