"""The rules of the log: which entry may follow which (VOTING.md §3)."""

from dataclasses import replace

import pytest

from domain.canonical import Malformed, write
from domain.vote_log import Cast, Close, Extend, Held, Open, Result, Void, line, parse_line, replay
from tests.ballot_box import Box

OPEN = Box().opened
C0, C1, C2 = (Cast(3, "p", rev, f"c{rev}") for rev in range(3))
OTHER = Cast(3, "q", 0, "c")


def faults(*entries):
    """(key, line) of each fault of a log that begins with the opening."""
    _, found = replay([line(entry) for entry in (OPEN, *entries)])
    return [(fault.key, fault.at) for fault in found]


def ledger(*entries):
    ledgers, found = replay([line(entry) for entry in (OPEN, *entries)])
    assert found == []
    return ledgers[3]


@pytest.mark.parametrize(
    "entry", [OPEN, C0, Void(3, "p", "纸票"), Extend(3, OPEN.closes, "雨"), Close(3, 0), Result(3, {"counts": [1]})]
)
def test_an_entry_comes_back_from_its_line(entry):
    """One canonical line for each entry."""
    assert parse_line(line(entry)) == entry


def test_the_highest_revision_counts():
    """rev goes 0, 1, 2 without gaps, and only the last counts."""
    assert ledger(C0, OTHER, C1, C2).counted == {"p": Held(2, "c2", 5), "q": Held(0, "c", 3)}


def test_a_void_takes_the_ballot_out_until_another_is_cast():
    """A paper ballot that takes its place, or a resident who is deleted: what was cast counts no longer."""
    assert ledger(C0, Void(3, "p", "纸票")).counted == {}
    assert ledger(C0, Void(3, "p", "纸票"), C1).counted == {"p": Held(1, "c1", 4)}


def test_an_extension_moves_the_close():
    """延期 is an entry with its reason."""
    assert ledger(Extend(3, "2026-12-21T20:00:00+08:00", "雨")).closes == "2026-12-21T20:00:00+08:00"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([C1], [("rev_out_of_turn", 2)]),
        ([C0, C0], [("rev_out_of_turn", 3)]),
        ([C0, C2], [("rev_out_of_turn", 3)]),
        ([C0, C1, C0], [("rev_out_of_turn", 4)]),
        ([OPEN], [("open_twice", 2)]),
        ([replace(C0, vote=4)], [("never_opened", 2)]),
        ([Void(3, "p", "x")], [("void_of_nothing", 2)]),
        ([C0, Void(3, "p", "x"), Void(3, "p", "x")], [("void_of_nothing", 4)]),
        ([Extend(3, OPEN.closes, "x")], [("extension_not_later", 2)]),
        ([Extend(3, "2026-12-21", "x")], [("extension_not_later", 2)]),
        ([Extend(3, "soon", "x")], [("extension_not_later", 2)]),
        ([C0, Close(3, 2)], [("casts_differ", 3)]),
        ([C0, Close(3, 1), C1], [("after_close", 4)]),
        ([Close(3, 0), Close(3, 0)], [("after_close", 3)]),
        ([Close(3, 0), Extend(3, "2027-12-21T20:00:00+08:00", "x")], [("after_close", 3)]),
        ([C0, Close(3, 1), Void(3, "p", "x")], [("after_close", 4)]),
        ([Result(3, {})], [("result_out_of_place", 2)]),
        ([Close(3, 0), Result(3, {}), Result(3, {})], [("result_out_of_place", 4)]),
        ([C0, C1, Close(3, 2), Result(3, {})], []),
        ([replace(OPEN, vote=4, closes="soon")], [("no_moment", 2)]),
    ],
)
def test_a_line_that_breaks_a_rule_is_named(entries, expected):
    """Every broken rule has its own word and the line where it was broken; the rest is read on."""
    assert faults(*entries) == expected


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b'{"type":"cast"}',
        b'{"type":["cast"]}',
        write({"type": "vote", **vars(C0)}),
        write({"type": "cast", **vars(C0), "at": "20:00"}),
        write({"type": "cast", **vars(C0), "rev": "0"}),
        write({"type": "cast", **vars(C0), "rev": True}),
        write({"type": "cast", **vars(C0), "vote": [3]}),
        write({"type": "cast", **vars(C0), "p": None}),
        write({"type": "open", **vars(OPEN), "options": [1, 2]}),
        write({"type": "open", **vars(OPEN), "rule": []}),
        line(C0) + b" ",
    ],
)
def test_what_is_no_entry_is_refused(text):
    """Each entry has exactly its own fields, each of its own type."""
    with pytest.raises(Malformed):
        parse_line(text)
    assert [fault.key for fault in replay([text])[1]] == ["line_unreadable"]


def test_votes_of_one_log_stand_apart():
    """Several votes run at once in a community's log."""
    second = replace(OPEN, vote=4)
    ledgers, found = replay([line(e) for e in (OPEN, second, C0, replace(C0, vote=4), replace(C1, vote=4))])

    assert found == []
    assert [(each.casts, each.counted["p"].rev) for each in ledgers.values()] == [(1, 0), (2, 1)]


def test_an_opening_says_what_its_kind_needs():
    """An owners' decision names its answers; a household vote needs none."""
    assert isinstance(parse_line(line(Box(areas=[("A", 100)], households=1).opened)), Open)
