"""Rule profiles: shares in integers, sources, snapshots, notice (VOTING.md §1 and table 2)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import load_profile, load_profiles
from domain.errors import Refused
from domain.rules import SPECIAL, Counted, Matter, Profile, Share, check_notice, latest_notice, profile_from

PROFILES = load_profiles()
TODAY = date(2026, 12, 1)


def test_shipped_profiles_are_the_laws():
    """Article 278's two thirds, half and three quarters; 279's everybody; consultation has no quorum."""
    thresholds = {name: (profile.quorum, profile.consent) for name, profile in PROFILES.items()}

    assert thresholds == {
        "ordinary": (Share(2, 3), Share(1, 2, strict=True)),
        "special": (Share(2, 3), Share(3, 4)),
        "unanimous": (Share(2, 3), Share(1, 1)),
        "consultation": (None, None),
        "URC-2018": (Share(1, 2, strict=True), Share(1, 2, strict=True)),
    }
    assert [name for name, profile in PROFILES.items() if profile.of_everybody] == ["unanimous"]


def test_three_of_the_nine_matters_are_special():
    """Raising the repair fund, rebuilding, and another use of common parts need three quarters (row 1)."""
    assert [int(matter) for matter in Matter] == list(range(1, 10))
    assert {int(matter) for matter in SPECIAL} == {6, 7, 8}


@given(st.integers(0, 300), st.integers(1, 300), st.integers(1, 5), st.integers(1, 5), st.booleans())
def test_share_is_exact(part, whole, numerator, denominator, strict):
    """以上 includes the number, 过半数 does not; the least that is enough is the least (rows 5)."""
    share = Share(numerator, denominator, strict)
    exact, bound = Fraction(part, whole), Fraction(numerator, denominator)

    assert share.met(part, whole) is (exact > bound if strict else exact >= bound)
    assert share.met(part, whole) is (part >= share.least(whole))


@given(st.integers(1, 300), st.integers(1, 5), st.integers(1, 5), st.booleans())
def test_the_least_that_is_enough_is_the_least(whole, numerator, denominator, strict):
    """One less would not do: what the result names as needed is exact."""
    share = Share(numerator, denominator, strict)

    assert share.met(share.least(whole), whole)
    assert not share.met(share.least(whole) - 1, whole)


def test_share_of_nothing_is_not_met():
    """Where nobody took part nothing is decided."""
    assert not Share(1, 2).met(0, 0)


@pytest.mark.parametrize("name", ["ordinary", "special", "unanimous", "consultation"])
def test_profile_in_force_may_bind(name):
    """A profile with a source that is in force may be used."""
    PROFILES[name].may_bind(TODAY)


@pytest.mark.parametrize(
    ("profile", "day", "reason"),
    [
        (Profile("own", Counted.HOUSEHOLDS), TODAY, "profile_without_source"),
        (Profile("own", Counted.HOUSEHOLDS, citation="x"), TODAY, "profile_without_source"),
        (PROFILES["URC-2018"], TODAY, "profile_not_in_force"),
        (PROFILES["URC-2018"], date(2026, 1, 1), "profile_not_in_force"),
        (PROFILES["ordinary"], date(2020, 12, 31), "profile_not_in_force"),
    ],
)
def test_profile_without_a_source_in_force_binds_nobody(profile, day, reason):
    """No citation or date, or a law that is not (or no longer) in force: not for a binding vote."""
    with pytest.raises(Refused, match=reason):
        profile.may_bind(day)


def test_profile_binds_from_its_first_day():
    """The Civil Code has been in force since 1 January 2021."""
    PROFILES["ordinary"].may_bind(date(2021, 1, 1))


def test_superseded_profile_bound_until_the_day_before():
    """URC-2018 was the law through 31 December 2025."""
    PROFILES["URC-2018"].may_bind(date(2025, 12, 31))


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_snapshot_gives_the_profile_back(name):
    """What a vote keeps of its rules is enough to count by them again."""
    assert profile_from(PROFILES[name].snapshot()) == PROFILES[name]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "x"},
        {"name": "x", "counted": "heads"},
        {"name": "x", "counted": "owners", "colour": "red"},
        {"name": "x", "counted": "owners", "quorum": {"numerator": 2}},
        {"name": "x", "counted": "owners", "quorum": {"numerator": 3, "denominator": 2}},
        {"name": "x", "counted": "owners", "quorum": {"numerator": "2", "denominator": 3}},
        {"name": "x", "counted": "owners", "quorum": 2},
    ],
)
def test_what_is_no_profile_is_refused(wrong):
    """A file or snapshot that misses or invents something counts nothing."""
    with pytest.raises(ValueError, match=r"not a|is not a valid"):
        profile_from(wrong)


def test_a_broken_file_is_named(tmp_path):
    """The operator is told which file of data/rules cannot be read."""
    path = tmp_path / "village.toml"
    path.write_text("name =")

    with pytest.raises(ValueError, match=r"village\.toml"):
        load_profile(path)


def test_notice_leaves_fifteen_whole_days():
    """The first day is not counted: for 24 December 2026 the latest notice is of 8 December (row 12)."""
    session = date(2026, 12, 24)

    assert latest_notice(session, PROFILES["ordinary"]) == date(2026, 12, 8)
    check_notice(date(2026, 12, 8), session, PROFILES["ordinary"])
    with pytest.raises(Refused, match="notice_too_late"):
        check_notice(date(2026, 12, 9), session, PROFILES["ordinary"])


def test_notice_is_no_matter_where_the_profile_sets_none():
    """A consultation may be told and held on one day."""
    check_notice(TODAY, TODAY, PROFILES["consultation"])
