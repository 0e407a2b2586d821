"""An owners' decision counted by a program that others wrote for other elections (VOTING.md, last paragraph)."""

from pathlib import Path

import pytest

from domain.owners import Answer, Unit, UnitBallot, tally
from domain.rules import Counted, Profile, Share
from tests.belenios import Election

ANSWERS = (Answer.CONSENT, Answer.AGAINST, Answer.ABSTAIN)
RULE = Profile("ordinary", Counted.OWNERS, Share(2, 3), Share(1, 2, strict=True))
AREAS = {"3-1-101": 8950, "3-1-102": 12001, "3-1-201": 6675, "3-1-202": 8950, "3-2-101": 15000, "3-2-102": 99}
CAST = [
    ("3-1-101", Answer.CONSENT),
    ("3-1-102", Answer.AGAINST),
    ("3-1-201", Answer.ABSTAIN),
    ("3-1-102", Answer.CONSENT),  # changes its mind
    ("3-2-102", Answer.AGAINST),
    ("3-1-201", Answer.AGAINST),  # the same
]


@pytest.mark.belenios
@pytest.mark.parametrize("weights", [AREAS, dict.fromkeys(AREAS, 1)], ids=["area", "heads"])
def test_areas_and_heads_are_those_of_an_outside_count(tmp_path: Path, weights: dict[str, int]):
    """In favour, against, abstaining: in area and in heads what `belenios-tool` decrypts, changes among them."""
    election = Election(tmp_path / "election", [answer.value for answer in ANSWERS], weights)
    for unit, answer in CAST:
        election.cast(unit, answer.value)
    outside = election.count()
    units = [Unit(name, name, weight) for name, weight in weights.items()]
    ours = tally(units, [UnitBallot(unit, answer) for unit, answer in CAST], RULE).cast
    sides = {Answer.CONSENT: ours.in_favour, Answer.AGAINST: ours.against, Answer.ABSTAIN: ours.abstaining}

    assert {answer.value: amount.area for answer, amount in sides.items()} == outside
    assert sum(outside.values()) == ours.participating.area
    if set(weights.values()) == {1}:
        assert {answer.value: amount.heads for answer, amount in sides.items()} == outside
