"""Households: codes, guesses and the roll (INTERFACE.md §1 绑定, §2 import-roll)."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.households import (
    ALPHABET,
    Columns,
    Flat,
    FlatWords,
    Guesses,
    RollLine,
    after_wrong,
    make_code,
    read_code,
    read_flat,
    read_roll,
    write_flat,
)

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
COLUMNS = Columns("楼栋", "单元", "房号", "面积", "业主", "业主编号", "性质", "开发商", "住宅", "车位", "是", "否")
HEADER = ["楼栋", "单元", "房号", "面积", "业主"]


@given(st.integers())
def test_code_has_eight_characters_that_nobody_mixes_up(seed: int) -> None:
    """INTERFACE.md §2: eight characters without 0 O 1 I L; what is made can be read."""
    code = make_code(random.Random(seed).choice)

    assert len(code) == 8
    assert not set(code) & set("0O1IL")
    assert read_code(code) == code


@given(st.text(st.sampled_from(ALPHABET), min_size=8, max_size=8), st.randoms())
def test_code_is_read_without_case_and_spaces(code: str, chance: random.Random) -> None:
    """INTERFACE.md §2: case and spaces are ignored, full width counts alike."""
    typed = "".join(chance.choice([c, c.lower(), chr(ord(c) + 0xFEE0)]) + chance.choice(["", " ", "　"]) for c in code)

    assert read_code(typed) == code


@pytest.mark.parametrize("text", ["", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "ABCDEFGI", "ABCD,FGH", "码码码码码码码码"])
def test_code_is_none_when_it_has_not_its_form(text: str) -> None:
    """What can't be a code is none, and needs no look into the database."""
    assert read_code(text) is None


def test_fifth_wrong_try_locks_for_an_hour() -> None:
    """INTERFACE.md §1: five wrong tries lock for an hour; then five more may be tried."""
    guesses = Guesses()
    for _ in range(4):
        guesses = after_wrong(guesses, NOW)
        assert guesses.locked(NOW) is None

    guesses = after_wrong(guesses, NOW)
    assert guesses.locked(NOW) == timedelta(hours=1)
    assert guesses.locked(NOW + timedelta(minutes=45)) == timedelta(minutes=15)
    assert guesses.locked(NOW + timedelta(hours=1)) is None
    assert after_wrong(guesses, NOW + timedelta(hours=1)) == Guesses(1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3-1-301", ("3", "1", "301")),
        ("３－１－３０１", ("3", "1", "301")),
        ("3号楼1单元301室", ("3", "1", "301")),
        ("a-301", ("A", "301")),
    ],
)
def test_flat_is_read_however_it_is_typed(text: str, parts: tuple[str, ...]) -> None:
    """INTERFACE.md §1, 补码 3-1-301: with hyphens or in words."""
    assert parts == read_flat(text)


@pytest.mark.parametrize(
    ("flat", "expected"),
    [
        (Flat("3", "1", "301"), "3号楼1单元301室"),
        (Flat("A座", "", "301"), "A座301室"),
        (Flat("地库", "", "P12号"), "地库P12号"),
    ],
)
def test_flat_is_written_with_its_words(flat: Flat, expected: str) -> None:
    """INTERFACE.md §1, Formats: a flat is 3号楼1单元101室; what the roll names itself keeps its name."""
    assert expected == write_flat(flat, FlatWords("{part}号楼", "{part}单元", "{part}室"))


@pytest.mark.parametrize("text", ["", "301", "3-1-301-2"])
def test_flat_is_refused_when_parts_are_missing(text: str) -> None:
    """A flat has a building and a room."""
    with pytest.raises(Refused, match="flat_unreadable"):
        read_flat(text)


def _roll(header: list[str], *rows: list[str]) -> tuple[list[RollLine], list[tuple[int, str]]]:
    lines, wrong = read_roll(header, enumerate(rows, 2), COLUMNS)
    return lines, [(w.line, w.reason) for w in wrong]


def test_roll_line_becomes_a_household() -> None:
    """INTERFACE.md §2: five columns and three optional ones; the area in hundredths of a square metre."""
    header = [*HEADER, "业主编号", "性质", "开发商"]
    lines, wrong = _roll(
        header,
        ["3", "1", "301", "89.50", "业主甲", "A17", "住宅", ""],
        ["B1", "", "p12", "１２．５", "业主乙", "A18", "车位", "是"],
    )

    assert wrong == []
    assert lines == [
        RollLine(Flat("3", "1", "301"), 8950, "业主甲", "A17"),
        RollLine(Flat("B1", "", "P12"), 1250, "业主乙", "A18", parking=True, developer=True),
    ]


def test_roll_takes_its_columns_in_any_order_and_passes_over_empty_lines() -> None:
    """Columns go by their names."""
    lines, wrong = _roll(
        ["业主", "面积", "房号", "单元", "楼栋", "备注"],
        ["业主甲", "80", "301", "1", "3", "x"],
        ["", "", "", "", "", ""],
    )

    assert (lines, wrong) == ([RollLine(Flat("3", "1", "301"), 8000, "业主甲")], [])


def test_roll_names_each_wrong_line() -> None:
    """INTERFACE.md §2: errors by line, every one of them."""
    header = [*HEADER, "性质", "开发商"]
    _, wrong = _roll(
        header,
        ["3", "1", "301", "89.50", "业主甲", "", ""],
        ["3", "1", "302", "89.505", "业主甲", "", ""],
        ["3", "1", "303", "0", "业主甲", "", ""],
        ["3", "1", "304", "-5", "业主甲", "", ""],
        ["3", "1", "", "80", "业主甲", "", ""],
        ["3", "1", "301", "80", "业主甲", "", ""],
        ["3", "1", "306", "80", "业主甲", "商铺", ""],
        ["3", "1", "307", "80", "业主甲", "", "对"],
        ["3", "1", "308", "80"],
    )

    assert wrong == [
        (3, "area_wrong"),
        (4, "area_wrong"),
        (5, "area_wrong"),
        (6, "cell_empty"),
        (7, "doubled"),
        (8, "use_unknown"),
        (9, "mark_unknown"),
        (10, "cells"),
    ]


def test_roll_without_a_needed_column_is_wrong_in_its_first_line() -> None:
    """Each missing column is named."""
    _, wrong = read_roll(["楼栋", "房号", "业主"], [], COLUMNS)

    assert [(w.line, w.reason, w.facts["column"]) for w in wrong] == [
        (1, "column_missing", "单元"),
        (1, "column_missing", "面积"),
    ]


@given(st.integers(1, 10**9 - 1))
def test_area_is_exact_to_the_hundredth(hundredths: int) -> None:
    """Areas are integers of 0.01 m²: nothing is lost on the way in."""
    lines, _ = _roll(HEADER, ["3", "1", "301", f"{hundredths // 100}.{hundredths % 100:02}", "业主甲"])

    assert [line.area for line in lines] == [hundredths]
