"""Who may vote, what a second ballot does, and the count (VOTING.md §1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.terms import Method, VoteKind
from domain.voting import Accepted, Ballot, Result, VoteFacts, accept, count, extend, is_ballot, may_vote, toggled

CLOSES = datetime(2026, 12, 20, 12, tzinfo=UTC)
BEFORE = CLOSES - timedelta(seconds=1)
VOTE = VoteFacts(VoteKind.HOUSEHOLD, ("赞同", "反对", "弃权"), CLOSES)
OWNERS = replace(VOTE, kind=VoteKind.OWNERS)
POLL = replace(VOTE, kind=VoteKind.POLL)


def refusal(call, *args, **facts):
    with pytest.raises(Refused) as refused:
        call(*args, **facts)
    return refused.value.reason


@pytest.mark.parametrize(
    ("bound", "on_roll", "when", "reason"),
    [
        (False, False, BEFORE, "not_bound"),
        (True, False, BEFORE, "not_on_roll"),
        (True, True, CLOSES, "closed"),
        (False, False, CLOSES, "not_bound"),
        (True, False, CLOSES, "not_on_roll"),
    ],
)
def test_household_vote_refuses_with_the_first_reason(bound, on_roll, when, reason):
    """May I is decided before is it still time; a vote closes at its minute, that moment excluded."""
    assert refusal(may_vote, VOTE, bound=bound, on_roll=on_roll, when=when) == reason


def test_household_vote_admits_a_bound_household_on_the_roll():
    """One household on the roll may vote until the close, tenants too."""
    may_vote(VOTE, bound=True, on_roll=True, owner=False, when=BEFORE)


def test_owners_vote_refuses_a_tenant():
    """Tenants are not owners (VOTING.md table 2, row 10)."""
    assert refusal(may_vote, OWNERS, bound=True, on_roll=True, owner=False, when=BEFORE) == "not_owner"
    assert refusal(may_vote, OWNERS, bound=True, on_roll=True, when=BEFORE) == "not_owner"
    may_vote(OWNERS, bound=True, on_roll=True, owner=True, when=BEFORE)


def test_poll_is_for_anyone_until_its_close():
    """表态 is answered by anyone in the group."""
    may_vote(POLL, bound=False, on_roll=False, when=BEFORE)

    assert refusal(may_vote, POLL, bound=False, on_roll=False, when=CLOSES) == "closed"


def test_accept_numbers_changes_from_zero():
    """The last ballot counts, and a change is a new revision without a gap."""
    assert accept(VOTE, None, (0,), BEFORE) == Accepted(0, changed=False)
    assert accept(VOTE, Ballot((0,), 3), (1,), BEFORE) == Accepted(4, changed=True)


def test_accept_keeps_the_revision_when_the_same_choice_comes_again():
    """A press repeated is not a change and is never counted twice."""
    approval = replace(VOTE, method=Method.APPROVAL)
    ranked = replace(VOTE, method=Method.RANKED)

    assert accept(VOTE, Ballot((2,), 1), (2,), BEFORE) == Accepted(1, changed=False)
    assert accept(approval, Ballot((0, 1), 1), (1, 0), BEFORE) == Accepted(1, changed=False)
    assert accept(ranked, Ballot((0, 1), 1), (1, 0), BEFORE) == Accepted(2, changed=True)


def test_a_first_ballot_is_revision_0():
    """rev counts changes, and a ballot that was never changed has none."""
    assert accept(VOTE, Ballot((0,)), (1,), BEFORE) == Accepted(1, changed=True)


@pytest.mark.parametrize(
    ("method", "choice"),
    [
        (Method.SINGLE, (2,)),
        (Method.APPROVAL, (1,)),
        (Method.APPROVAL, (2, 0)),
        (Method.RANKED, (1,)),
        (Method.RANKED, (2, 0, 1)),
    ],
)
def test_accept_takes_a_ballot_of_its_method(method, choice):
    """One option in a single choice; one or more, in any order, in the others."""
    assert accept(replace(VOTE, method=method), None, choice, BEFORE) == Accepted(0, changed=False)


def test_accept_refuses_after_the_close():
    """No ballot is taken from the closing moment on."""
    assert refusal(accept, VOTE, None, (0,), CLOSES) == "closed"


@pytest.mark.parametrize(
    ("method", "choice"),
    [
        (Method.SINGLE, ()),
        (Method.SINGLE, (3,)),
        (Method.SINGLE, (-1,)),
        (Method.SINGLE, (0, 1)),
        (Method.APPROVAL, ()),
        (Method.APPROVAL, (0, 0)),
        (Method.RANKED, (0, 3)),
        (Method.RANKED, (1, 1)),
    ],
)
def test_accept_refuses_what_is_no_ballot(method, choice):
    """A ballot names known options, none twice, exactly one in a single choice."""
    assert refusal(accept, replace(VOTE, method=method), None, choice, BEFORE) == "unknown_option"


def test_extension_moves_the_close_of_an_open_vote_later_only():
    """延期 is later than the close in force, and no vote that has closed runs on."""
    extend(VOTE, CLOSES + timedelta(minutes=1), BEFORE)

    assert refusal(extend, VOTE, CLOSES, BEFORE) == "extension_earlier"
    assert refusal(extend, VOTE, CLOSES + timedelta(days=1), CLOSES) == "closed"


def test_count_gives_each_option_its_households_and_the_turnout():
    """Each option's count stands in the order of the options, beside who took part of how many."""
    assert count(VOTE.options, [(0,), (2,), (0,)], 67) == Result((2, 0, 1), 3, 67)


def test_count_of_approval_counts_each_option_named():
    """A household that approves of two options takes part once."""
    assert count(VOTE.options, [(0, 1), (1,)], 5) == Result((1, 2, 0), 2, 5)


def test_count_of_nothing_is_zero():
    """A vote in which nobody took part has counts of nought."""
    assert count(VOTE.options, []) == Result((0, 0, 0), 0, None)


presses = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=40)


def held(sequence):
    """Play presses (household, option) through `accept`, as the chat does."""
    ballots: dict[int, Ballot] = {}
    for household, option in sequence:
        accepted = accept(VOTE, ballots.get(household), (option,), BEFORE)
        ballots[household] = Ballot((option,), accepted.rev)
    return ballots


@given(presses)
def test_ballots_count_once_a_household_whatever_the_presses(sequence):
    """One household one vote: its last press, and as many revisions as real changes."""
    ballots = held(sequence)
    last = dict(sequence)
    result = count(VOTE.options, [ballot.choice for ballot in ballots.values()])

    assert {household: ballot.choice for household, ballot in ballots.items()} == {h: (o,) for h, o in last.items()}
    assert result.taken_part == len(last)
    assert sum(result.counts) == len(last)


@given(presses)
def test_a_replayed_press_changes_nothing(sequence):
    """Playing every press twice in a row gives the same ballots with the same revisions."""
    doubled = [press for press in sequence for _ in range(2)]

    assert held(sequence) == held(doubled)


@given(presses, st.randoms())
def test_count_does_not_depend_on_the_order_of_ballots(sequence, random):
    """A shuffled batch counts the same."""
    choices = [(option,) for _, option in sequence]
    shuffled = random.sample(choices, len(choices))

    assert count(VOTE.options, choices) == count(VOTE.options, shuffled)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_toggled_ballot_is_a_ballot_after_any_presses(presses: list[int]) -> None:
    """Pressed options go in at the end, pressed again they come out, and a ballot is never empty."""
    choice: tuple[int, ...] = ()
    for position in presses:
        if choice == (position,):
            with pytest.raises(Refused, match="last_option"):
                toggled(choice, position)
            continue
        before, choice = choice, toggled(choice, position)
        assert set(before) ^ set(choice) == {position}

    assert is_ballot(Method.RANKED, 5, choice)


def test_vote_takes_no_ballot_before_it_opens() -> None:
    """From its opening on, to the second."""
    opens = datetime(2026, 12, 5, 9, tzinfo=UTC)
    vote = VoteFacts(VoteKind.POLL, ("a", "b"), opens + timedelta(days=1), opens=opens)
    with pytest.raises(Refused, match="not_open_yet"):
        may_vote(vote, bound=True, on_roll=True, when=opens - timedelta(seconds=1))

    may_vote(vote, bound=True, on_roll=True, when=opens)


def test_vote_opened_within_a_second_takes_a_ballot_dated_in_whole_seconds() -> None:
    """A vote opened at 19:04:07.6 takes the word that the platform dates 19:04:07 (INTERFACE.md §1, Time)."""
    opens = datetime(2026, 12, 5, 19, 4, 7, 600_000, tzinfo=UTC)
    vote = VoteFacts(VoteKind.POLL, ("a", "b"), opens + timedelta(days=1), opens=opens)

    may_vote(vote, bound=True, on_roll=True, when=opens.replace(microsecond=0))
