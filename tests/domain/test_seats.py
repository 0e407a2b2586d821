"""Which 说事员 sit on a topic: each side in turn."""

from hypothesis import given
from hypothesis import strategies as st

from domain.seats import seated, substitutes


def test_seated_takes_each_side_in_turn():
    """One of each side before a second of any."""
    asked = [("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5)]

    assert seated(asked, 4) == [1, 4, 5, 2]


@given(st.lists(st.sampled_from("abcd")), st.integers(0, 9))
def test_seated_lets_no_side_outweigh(sides, most):
    """No side has two more than another that still has people waiting; nobody sits twice."""
    found = seated([(side, (side, n)) for n, side in enumerate(sides)], most)
    counts = {side: sum(1 for other, _ in found if other == side) for side in set(sides)}
    waiting = [side for side in counts if counts[side] < sides.count(side)]

    assert len(found) == len(set(found)) == min(most, len(sides))
    assert all(counts[side] >= max(counts.values()) - 1 for side in waiting)


def test_substitutes_come_from_the_side_that_lost_somebody() -> None:
    """One for each that is gone, of the same side; none where that side has nobody left."""
    free = [("a", 1), ("b", 2), ("a", 3)]

    assert substitutes(["a", "c", "a", "a"], free) == [1, 3]
