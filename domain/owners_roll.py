"""Before owners decide: whose unit it is, what its area is, who may speak for it, who may be deemed.

VOTING.md table 2, rows 7, 8, 10, 11, 13 and 15. Area is in 0.01 m².
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import Refused
from domain.owners import Unit

DEVELOPER = "developer"
"""The one head of the developer's units; every other key has a prefix."""


class AreaSource(StrEnum):
    """Where an area was taken from, the better source first: register, survey, contract of sale."""

    REGISTER = "register"
    SURVEY = "survey"
    CONTRACT = "contract"


class Relation(StrEnum):
    """What a person is to a unit."""

    OWNER = "owner"
    GUARDIAN = "guardian"
    PROXY = "proxy"
    TENANT = "tenant"


@dataclass(frozen=True)
class RollUnit:
    """A row of the owners' roll. `areas` by source; `owner` "" where nobody told units apart.

    `developer`: unsold, or sold and not yet delivered.
    """

    unit: str
    areas: Mapping[AreaSource, int]
    owner: str = ""
    parking: bool = False
    developer: bool = False


@dataclass(frozen=True)
class Deeming:
    """What must be on record before a vote opens for the silent to be deemed to follow the majority.

    `clause` of the adopted rules of procedure, `warned` on the ballot, `delivered`: the proof of
    delivery for each unit.
    """

    clause: str
    warned: bool
    delivered: Mapping[str, str]


def deciding_units(roll: Iterable[RollUnit], parking_counts: bool | None) -> list[Unit]:
    """The units that count, each with its area and its head.

    Raises Refused: parking_undefined (the roll has parking spaces and the rules of procedure do not
    say whether they count), area_unknown.
    """
    rows = list(roll)
    if parking_counts is None and any(row.parking for row in rows):
        raise Refused("parking_undefined")
    return [Unit(row.unit, head(row), area(row)[0]) for row in rows if parking_counts or not row.parking]


def head(row: RollUnit) -> str:
    """The key of the head that a unit belongs to: the developer's, its owner's, or the unit's own."""
    if row.developer:
        return DEVELOPER
    return f"owner:{row.owner}" if row.owner else f"unit:{row.unit}"


def area(row: RollUnit) -> tuple[int, AreaSource]:
    """The unit's area and where it is from: the best source that has one. Refused area_unknown."""
    for source in AreaSource:
        if row.areas.get(source):
            return row.areas[source], source
    raise Refused("area_unknown", unit=row.unit)


def may_speak_for(relation: Relation, document: str = "") -> None:
    """Say nothing if the person may cast the unit's ballot.

    Raises Refused: not_owner for a tenant; document_missing for a proxy or guardian without the number
    of a document.
    """
    if relation is Relation.TENANT:
        raise Refused("not_owner")
    if relation is not Relation.OWNER and not document.strip():
        raise Refused("document_missing", relation=relation)


def together(said: Mapping[str, int]) -> tuple[int, ...]:
    """A unit's ballot of what its co-owners (any key) answered: every answer once; two are a dispute (row 9)."""
    return tuple(sorted(set(said.values())))


def never_deemed(units: Sequence[Unit], grounds: Deeming) -> frozenset[str]:
    """The units that are not deemed whatever happens, for want of a proof of delivery.

    Raises Refused: deemed_without_clause, deemed_without_warning.
    """
    if not grounds.clause.strip():
        raise Refused("deemed_without_clause")
    if not grounds.warned:
        raise Refused("deemed_without_warning")
    return frozenset(unit.unit for unit in units if not grounds.delivered.get(unit.unit, "").strip())


def keep_until(published: date, *, disputed: bool) -> date | None:
    """The day until which a decision's records are kept; None: while a dispute is open, no end.

    A year from the day owners could know of it, in which they may sue to revoke (Civil Code articles
    280 and 152); the day itself is not counted.
    """
    if disputed:
        return None
    try:
        return published.replace(year=published.year + 1)
    except ValueError:  # 29 February
        return date(published.year + 1, 3, 1)
