"""The count that is published and redone (VOTING.md §1 to §3)."""

import json
from dataclasses import replace

import pytest

from domain.canonical import Malformed, write
from domain.recount import Voter, count, parse_roll
from tests.ballot_box import Box


def counted(box, choices, **changes):
    return count(replace(box.opened, **changes), parse_roll(box.roll), choices)


def test_households_are_counted_with_turnout():
    """Each option's households, those who took part, and those on the roll."""
    assert counted(Box(5), {"a": (0,), "b": (2,), "c": (0,)}) == {
        "counts": [2, 0, 1],
        "taken_part": 3,
        "total": 5,
        "quorum": None,
        "reached": None,
    }


def test_a_profile_with_thresholds_gives_its_verdicts():
    """URC-2018: more than half of the households, and options with more than half of those who took part."""
    box = Box(5, profile="URC-2018")

    assert counted(box, {"a": (0,), "b": (0,), "c": (1,)})["reached"] == [0]
    assert counted(box, {"a": (0,), "b": (0,), "c": (1,)})["quorum"] is True
    assert counted(box, {"a": (0,), "b": (1,)}) == {
        "counts": [1, 1, 0],
        "taken_part": 2,
        "total": 5,
        "quorum": False,
        "reached": [],
    }


def test_ranked_ballots_give_rounds_and_winners():
    """Ranked votes are counted by both methods."""
    ranked = counted(Box(5), {"a": (0, 1), "b": (1, 0), "c": (2, 1), "d": (1,)}, method="ranked")

    assert ranked == {
        "rounds": [[1, 2, 1], [None, 4, None]],
        "run_off": [1],
        "schulze": [1],
        "taken_part": 4,
        "total": 5,
        "quorum": None,
    }


def test_owners_are_counted_by_heads_and_area_in_both_readings():
    """The roll's heads and areas decide; the reading with the silent stands beside the cast one."""
    box = Box(3, areas=[("A", 100), ("A", 50), ("B", 70)])
    p = list(box.p.values())
    both = counted(box, {p[0]: (0,), p[2]: (0,)}, never_deemed=[])

    assert both["cast"]["total"] == {"area": 220, "heads": 2}
    assert both["cast"]["in_favour"] == {"area": 170, "heads": 2}
    assert both["deemed"]["participating"] == {"area": 170, "heads": 2}
    assert counted(box, {})["deemed"] is None
    assert json.loads(write(both)) == both


@pytest.mark.parametrize(
    "changes", [{"method": "loudest"}, {"rule": {}}, {"kind": "owners", "answers": ["consent"]}, {"kind": "owners"}]
)
def test_an_opening_that_cannot_be_counted_by_is_an_error(changes):
    """A method, rule or answers that mean nothing give no count."""
    with pytest.raises(ValueError, match=r"."):
        counted(Box(5), {"a": (0,)}, **changes)


def test_a_roll_is_sorted_and_names_nobody_twice():
    """Households by pseudonym; units with area and head."""
    assert parse_roll([b'{"p":"a"}', b'{"p":"b"}']).voters == (Voter("a"), Voter("b"))
    assert parse_roll([b'{"area":8950,"head":"h","p":"a"}']).totals() == {"units": 1, "heads": 1, "area": 8950}
    assert parse_roll([b'{"area":1,"head":"h","p":"a"}']).totals() == {"units": 1, "heads": 1, "area": 1}


@pytest.mark.parametrize(
    "lines",
    [
        [b'{"p":"b"}', b'{"p":"a"}'],
        [b'{"p":"a"}', b'{"p":"a"}'],
        [b'{"area":0,"head":"h","p":"a"}'],
        [b'{"area":-5,"head":"h","p":"a"}'],
        [b'{"area":5,"head":"","p":"a"}'],
        [b'{"area":"5","head":"h","p":"a"}'],
        [b'{"area":5,"p":"a"}'],
        [b'{"name":"x","p":"a"}'],
        [b'{"p":1}'],
        [b"a"],
        [b""],
    ],
)
def test_what_is_no_roll_is_refused(lines):
    """Unsorted, doubled, without area or with more than it may hold."""
    with pytest.raises(Malformed):
        parse_roll(lines)
