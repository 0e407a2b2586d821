"""The owners' roll before a decision (VOTING.md table 2, rows 7, 8, 10, 11, 13, 15)."""

from datetime import date

import pytest

from domain.errors import Refused
from domain.owners import Unit
from domain.owners_roll import (
    AreaSource,
    Deeming,
    Relation,
    RollUnit,
    area,
    deciding_units,
    keep_until,
    may_speak_for,
    never_deemed,
    together,
)

REGISTERED = {AreaSource.REGISTER: 8950}


def test_area_is_taken_from_the_best_source():
    """Register before survey before contract of sale (row 7)."""
    known = {AreaSource.CONTRACT: 1, AreaSource.SURVEY: 2}

    assert area(RollUnit("1", known)) == (2, AreaSource.SURVEY)
    assert area(RollUnit("1", {**known, AreaSource.REGISTER: 3})) == (3, AreaSource.REGISTER)
    with pytest.raises(Refused, match="area_unknown"):
        area(RollUnit("1", {AreaSource.REGISTER: 0}))


def test_heads_are_grouped_by_owner_and_the_developers_are_one():
    """The developer's unsold and undelivered units, and one buyer's several, are one head each (row 8)."""
    roll = [
        RollUnit("1", REGISTERED, owner="A"),
        RollUnit("2", REGISTERED, owner="A"),
        RollUnit("3", REGISTERED, owner="A", developer=True),
        RollUnit("4", REGISTERED, developer=True),
        RollUnit("5", REGISTERED),
        RollUnit("6", REGISTERED),
        RollUnit("7", REGISTERED, owner="developer"),
    ]
    units = deciding_units(roll, None)
    owners = [unit.owner for unit in units]

    assert {unit.area for unit in units} == {8950}
    assert len(set(owners)) == 5
    assert owners[0] == owners[1]
    assert owners[2] == owners[3]


def test_parking_counts_only_where_the_rules_of_procedure_say_so():
    """Unset refuses to open; no leaves the space out; yes counts it (row 11)."""
    roll = [RollUnit("flat", REGISTERED), RollUnit("space", {AreaSource.REGISTER: 1200}, parking=True)]

    with pytest.raises(Refused, match="parking_undefined"):
        deciding_units(roll, None)
    assert [unit.unit for unit in deciding_units(roll, parking_counts=False)] == ["flat"]
    assert [unit.unit for unit in deciding_units(roll, parking_counts=True)] == ["flat", "space"]


@pytest.mark.parametrize(
    ("relation", "document", "reason"),
    [
        (Relation.TENANT, "", "not_owner"),
        (Relation.TENANT, "委托书3号", "not_owner"),
        (Relation.PROXY, " ", "document_missing"),
        (Relation.GUARDIAN, "", "document_missing"),
    ],
)
def test_tenants_and_undocumented_proxies_do_not_speak(relation, document, reason):
    """Tenants are not owners; a proxy needs a document's number (row 10)."""
    with pytest.raises(Refused, match=reason):
        may_speak_for(relation, document)


def test_owners_and_documented_proxies_speak():
    """An owner needs no paper, a proxy's is noted by its number."""
    may_speak_for(Relation.OWNER)
    may_speak_for(Relation.PROXY, "委托书3号")


@pytest.mark.parametrize(
    ("clause", "warned", "reason"),
    [("", True, "deemed_without_clause"), ("第12条", False, "deemed_without_warning")],
)
def test_nobody_is_deemed_without_clause_and_warning(clause, warned, reason):
    """Deeming is off unless the adopted clause and the warning on the ballot are on record (row 13)."""
    with pytest.raises(Refused, match=reason):
        never_deemed([Unit("1", "A", 1)], Deeming(clause, warned, {}))


def test_a_unit_without_proof_of_delivery_is_never_deemed():
    """Each unit needs its own proof (row 13)."""
    units = [Unit("1", "A", 1), Unit("2", "B", 1), Unit("3", "C", 1)]

    assert never_deemed(units, Deeming("第12条", warned=True, delivered={"1": "签收7号", "2": " "})) == {"2", "3"}


def test_records_are_kept_for_the_year_of_revocation_and_while_disputed():
    """A year in which an owner may sue; a dispute holds them without end (row 15)."""
    assert keep_until(date(2026, 12, 20), disputed=False) == date(2027, 12, 20)
    assert keep_until(date(2028, 2, 29), disputed=False) == date(2029, 3, 1)
    assert keep_until(date(2026, 12, 20), disputed=True) is None


def test_together_has_every_answer_once() -> None:
    """Co-owners who agree are one answer, who differ are a dispute (row 9)."""
    assert together({"1": 0, "2": 0}) == (0,)
    assert together({"1": 2, "2": 0, "3": 2}) == (0, 2)
