"""六个有: what the product knows and what was seen (DOMAIN.md §2)."""

from datetime import UTC, datetime

import pytest

from domain.terms import VenueStandard
from domain.venue import Known, Look, Standing, standings

NOTHING = Known(hotline=False, board=False, minutes=0, results=0)
SEEN = Look(met=True, at=datetime(2026, 12, 1, tzinfo=UTC), picture=True)
MISSING = Look(met=False, at=datetime(2026, 12, 1, tzinfo=UTC), picture=False)


def test_standings_are_six_and_unknown_at_first():
    """Nobody looked, the product keeps nothing yet: no yes and no no."""
    assert standings(NOTHING, {}) == [Standing(standard, None, None) for standard in VenueStandard]


@pytest.mark.parametrize(
    ("known", "standard"),
    [
        (Known(hotline=True, board=False, minutes=0, results=0), VenueStandard.HOTLINE),
        (Known(hotline=False, board=True, minutes=0, results=0), VenueStandard.PROCEDURE),
        (Known(hotline=False, board=False, minutes=1, results=0), VenueStandard.MINUTES),
        (Known(hotline=False, board=False, minutes=0, results=1), VenueStandard.ARCHIVES),
    ],
)
def test_standing_is_met_when_the_product_keeps_it_itself(known, standard):
    """Each by its own fact, and no other; an old look does not take it away."""
    found = standings(known, {standard: MISSING})

    assert [one.standard for one in found if one.met] == [standard]


@pytest.mark.parametrize("standard", list(VenueStandard))
@pytest.mark.parametrize("look", [SEEN, MISSING])
def test_standing_is_what_was_seen_where_nothing_is_known(standard, look):
    """A room can't be known from a chat."""
    found = {one.standard: one for one in standings(NOTHING, {standard: look})}

    assert found[standard] == Standing(standard, look.met, look)
