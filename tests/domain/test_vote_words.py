"""Which option somebody typed, and how a share is written (VOICE.md §4)."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.vote_words import percent, read_choice, read_choices, write_area

OPTIONS = ("赞同", "反对", "弃权")


@pytest.mark.parametrize(("text", "place"), [("1", 0), ("3", 2), (" 反对 ", 1), ("２", 1), ("弃权", 2)])
def test_choice_is_read_by_place_or_by_words(text: str, place: int) -> None:
    """The second option is 2 or its own words, half or full width."""
    assert read_choice(text, OPTIONS) == place


@pytest.mark.parametrize("text", ["0", "4", "-1", "", "同意", "1 2"])
def test_choice_is_refused_when_there_is_no_such_option(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(Refused, match="unknown_option") as refused:
        read_choice(text, OPTIONS)

    assert refused.value.facts == {"options": 3}


def test_choice_is_refused_when_words_are_another_options_place() -> None:
    """Where 2 could mean the second option or the one called 2, the voter is asked to press."""
    with pytest.raises(Refused, match="ambiguous_option"):
        read_choice("2", ("3", "1", "2"))

    assert read_choice("2", ("1", "2", "3")) == 1
    assert read_choice("20", ("10", "20")) == 1


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_percent_rounds_half_up(part: int, whole: int) -> None:
    """One decimal, a half is rounded up, as by hand."""
    exact = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)

    assert percent(part, whole) == str(exact)


def test_choices_are_read_one_after_the_other() -> None:
    """Places and words may be mixed, apart by spaces or commas, each once."""
    assert read_choices("3、甲 3", ["甲", "乙", "丙"]) == (2, 0)
    with pytest.raises(Refused, match="unknown_option"):
        read_choices("1 4", ["甲", "乙", "丙"])
    with pytest.raises(Refused, match="unknown_option"):
        read_choices(" ", ["甲", "乙"])


def test_area_has_two_places() -> None:
    """89.50 m² is kept as 8950."""
    assert [write_area(area) for area in (0, 5, 8950, 3000001)] == ["0.00", "0.05", "89.50", "30000.01"]
