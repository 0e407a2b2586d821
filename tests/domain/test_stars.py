"""What several people's stars come to (DOMAIN.md §4)."""

import pytest

from domain.errors import Refused
from domain.stars import complete, grade, write_tenths


def test_stars_are_the_mean_with_halves_upwards() -> None:
    """Each item's mean in tenths, all of them as stars; 3.5 is 4."""
    result = grade([(5, 4, 5, 3, 4), (4, 4, 4, 4, 4)])

    assert (result.stars, result.tenths, result.raters) == (4, (45, 40, 45, 35, 40), 2)
    assert grade([(3, 3, 3, 3, 3), (4, 4, 4, 4, 4)]).stars == 4
    assert grade([(3, 3, 3, 3, 3), (4, 4, 4, 4, 3)]).stars == 3
    assert [write_tenths(one) for one in (45, 40, 7)] == ["4.5", "4.0", "0.7"]


def test_nobody_rated_is_no_grade() -> None:
    """Of nothing nothing comes."""
    with pytest.raises(Refused, match=r"star_rating\.nobody_rated"):
        grade([])


@pytest.mark.parametrize("stars", [(0,), (6,), (1, 2, 3, 4, 5, 5)])
def test_stars_beyond_five_or_items_are_refused(stars: tuple[int, ...]) -> None:
    """One to five for each of the items, and no more of them."""
    with pytest.raises(Refused, match=r"star_rating\.stars"):
        complete(stars, 5)


def test_form_is_complete_with_its_last_item() -> None:
    """Fewer are fine while it is filled in."""
    assert not complete((5, 4), 5)
    assert complete((5, 4, 3, 2, 1), 5)
