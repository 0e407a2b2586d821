"""说事理事会: more than half of those who speak, if enough speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.council import Outcome, outcome, quorum


@pytest.mark.parametrize(("members", "percent", "least"), [(5, 50, 3), (4, 50, 2), (3, 67, 3), (1, 1, 1), (0, 50, 1)])
def test_quorum_counts_a_begun_member(members, percent, least):
    """Half of five is three."""
    assert quorum(members, percent) == least


@pytest.mark.parametrize(
    ("yes", "no", "closed", "found"),
    [
        (0, 0, False, None),
        (2, 0, False, None),
        (3, 0, False, Outcome.ON),
        (2, 2, False, None),
        (0, 3, False, Outcome.OFF),
        (1, 1, True, Outcome.TOO_FEW),
        (2, 1, True, Outcome.ON),
        (2, 2, True, Outcome.OFF),
    ],
)
def test_outcome_of_five_members(yes, no, closed, found):
    """Five members, half of them needed."""
    assert outcome(yes, no, 5, 50, closed=closed) == found


@given(st.integers(1, 9), st.integers(1, 100), st.data())
def test_outcome_stays_when_the_missing_speak(members, percent, data):
    """What is decided before the close is what all the members' voices would have decided, whoever speaks later."""
    yes = data.draw(st.integers(0, members))
    no = data.draw(st.integers(0, members - yes))
    early = outcome(yes, no, members, percent, closed=False)
    more = data.draw(st.integers(0, members - yes - no))
    late = data.draw(st.integers(0, more))

    if early is not None:
        assert outcome(yes + late, no + more - late, members, percent, closed=True) == early
