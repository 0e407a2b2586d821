"""梳理: hot topics by supporters, growth and recency."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.heat import GROWTH, HALF_LIFE, heat

TODAY = date(2026, 12, 4)
days = st.lists(st.integers(0, 365).map(lambda ago: TODAY - timedelta(ago)), max_size=30)


def ago(days, times=1):
    return [TODAY - timedelta(days)] * times


def test_heat_counts_supporters_and_growth():
    """Each supporter counts once, one of this week three times."""
    assert heat([*ago(0, 2), *ago(30, 5)], TODAY) == 7 + 2 * GROWTH


def test_heat_halves_in_its_half_life():
    """After two quiet weeks a topic is half as hot."""
    assert heat(ago(int(HALF_LIFE) + 20, 4), TODAY) == pytest.approx(heat(ago(20, 4), TODAY) / 2)


def test_heat_prefers_this_week_to_last_winter():
    """Ten of this week are hotter than a hundred of three months ago."""
    assert heat(ago(1, 10), TODAY) > heat(ago(90, 100), TODAY)


@given(days)
def test_heat_never_falls_by_support(supported):
    """One more supporter today never makes a topic colder."""
    assert heat([*supported, TODAY], TODAY) > heat(supported, TODAY)


def test_heat_of_nothing_is_none():
    """Without support there is no heat."""
    assert heat([], TODAY) == 0
