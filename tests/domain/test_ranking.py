"""Ranked ballots (VOTING.md §1): known elections, definitions taken literally, and a second library."""

from collections import Counter
from itertools import pairwise, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from votelib.evaluate.sequential import TransferableVoteSelector

from domain.ranking import RunOff, run_off, schulze

# Schulze (2011), example 1: 45 voters, five candidates A to E; E wins.
SCHULZE_2011 = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}


def ballots(election):
    return [tuple("ABCDE".index(letter) for letter in order) for order, times in election.items() for _ in range(times)]


def test_schulze_finds_the_winner_of_his_own_example():
    """The method's author gives E."""
    assert schulze(5, ballots(SCHULZE_2011)) == (4,)


def test_run_off_tells_its_rounds():
    """The last goes out and its ballots pass on; more than half wins."""
    result = run_off(3, ballots({"ABC": 4, "BAC": 3, "CBA": 2}))

    assert result == RunOff(((4, 3, 2), (4, 5, None)), (1,))


def test_run_off_lets_ballots_that_name_nobody_left_drop_out():
    """Half of the ballots that still count is not of those cast."""
    assert run_off(3, ballots({"A": 4, "BC": 3, "C": 2})).winners == (0,)


@pytest.mark.parametrize(
    ("election", "winners"),
    [
        ({"A": 1, "B": 1}, (0, 1)),
        ({"ABC": 1, "BCA": 1, "CAB": 1}, (0, 1, 2)),
        ({}, ()),
        ({"A": 2, "B": 1, "C": 1}, (0,)),
    ],
)
def test_run_off_tells_a_tie_and_breaks_none(election, winners):
    """Options that are all alike win together; several last ones go out together."""
    assert run_off(3, ballots(election)).winners == winners


@pytest.mark.parametrize(
    ("election", "winners"),
    [({"A": 1, "B": 1}, (0, 1)), ({"ABC": 1, "BCA": 1, "CAB": 1}, (0, 1, 2)), ({}, ()), ({"B": 1}, (1,))],
)
def test_schulze_tells_a_tie_and_breaks_none(election, winners):
    """Options that no other beats by a stronger path win together."""
    assert schulze(3, ballots(election)) == winners


def strongest_by_hand(options, rankings):
    """Schulze's definition with all paths listed: a path is as strong as its weakest majority."""

    def above(ranking, one, other):
        return one in ranking and (other not in ranking or ranking.index(one) < ranking.index(other))

    prefer = Counter(
        {(a, b): sum(above(ranking, a, b) for ranking in rankings) for a, b in product(range(options), repeat=2)}
    )

    def strength(a, b):
        others = [option for option in range(options) if option not in (a, b)]
        paths = [(a, *via, b) for length in range(len(others) + 1) for via in permutations(others, length)]
        links = [[(x, y) for x, y in pairwise(path)] for path in paths]
        return max(min(prefer[x, y] if prefer[x, y] > prefer[y, x] else 0 for x, y in link) for link in links)

    everyone = range(options)
    return tuple(a for a in everyone if all(a == b or strength(a, b) >= strength(b, a) for b in everyone))


rankings = st.lists(
    st.permutations(range(4)).flatmap(lambda o: st.integers(1, 4).map(lambda n: tuple(o[:n]))), max_size=9
)


def test_schulze_decides_between_two():
    """One ballot's preference is enough where there is no other."""
    assert schulze(2, ballots({"AB": 1})) == (0,)
    assert schulze(2, ballots({"AB": 1, "BA": 2})) == (1,)


@given(rankings.filter(bool))
def test_schulze_agrees_with_its_definition(cast):
    """Listing every path gives the same winners."""
    assert schulze(4, cast) == strongest_by_hand(4, cast)


@given(rankings.filter(bool))
def test_run_off_agrees_with_a_library_where_that_knows_an_answer(cast):
    """votelib's single transferable vote with one seat finds the same winner, where no elimination is tied."""
    result = run_off(4, cast)
    try:
        elected = TransferableVoteSelector(quota_function="hagenbach_bischoff").evaluate(Counter(cast), n_seats=1)
    except NotImplementedError:
        return
    if all(ties(round_) <= 1 for round_ in result.rounds[:-1]):
        assert list(result.winners) == elected or len(result.winners) > 1


def ties(round_):
    left = [count for count in round_ if count is not None]
    return left.count(min(left))


@given(rankings, st.randoms())
def test_ranked_results_do_not_depend_on_the_order_of_ballots(cast, random):
    """A shuffled batch counts the same."""
    shuffled = random.sample(cast, len(cast))

    assert run_off(4, cast) == run_off(4, shuffled)
    assert schulze(4, cast) == schulze(4, shuffled)


@given(rankings.filter(bool))
def test_an_option_that_beats_every_other_wins_by_schulze(cast):
    """Schulze elects the option that a majority puts above each other one, where there is one."""

    def beats(one, other):
        def place(ranking, option):
            return ranking.index(option) if option in ranking else 4

        lead = [place(ranking, other) - place(ranking, one) for ranking in cast]
        return sum(x > 0 for x in lead) > sum(x < 0 for x in lead)

    champions = [one for one in range(4) if all(one == other or beats(one, other) for other in range(4))]

    assert not champions or schulze(4, cast) == tuple(champions)
