"""Votes: who may vote, what a ballot does to the one before it, and the count.

Pure: facts in, a frozen decision out, or a `Refused` whose key names the reason. The kinds, and
who votes in each, are those of DOMAIN.md section 6; the words a vote is opened with are handed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import Refused
from domain.terms import Method, Secrecy, VoteKind

Choice = tuple[int, ...]
"""Positions in the vote's options: one for SINGLE, a set for APPROVAL, best first for RANKED."""

TINY = 10


@dataclass(frozen=True)
class VoteFacts:
    """What the rules need to know of a vote; `closes` is the moment in force (extended, cut short).

    `opens`: no ballot is taken before it; None: from the beginning.
    """

    kind: VoteKind
    options: tuple[str, ...]
    closes: datetime
    method: Method = Method.SINGLE
    secret: bool = True
    opens: datetime | None = None


@dataclass(frozen=True)
class Ballot:
    """A household's ballot that counts: `rev` is 0 for the first, one more for each change."""

    choice: Choice
    rev: int = 0


@dataclass(frozen=True)
class Accepted:
    """What the ballot becomes. A `rev` equal to the previous one's: nothing new to write."""

    rev: int
    changed: bool


@dataclass(frozen=True)
class Result:
    """Counts in the order of the options; `taken_part` of `total` households (heads in a poll).

    `total` is None where nobody knows who could have answered (a poll in a group).
    """

    counts: tuple[int, ...]
    taken_part: int
    total: int | None


def may_vote(vote: VoteFacts, *, bound: bool, on_roll: bool, when: datetime, owner: bool = False) -> None:
    """Say nothing if this ballot may be cast, else raise the first reason against it.

    `when` is the ballot's moment: a typed one's date, a press's receipt. Who may is decided before
    whether it is time. Raises Refused: not_bound, not_on_roll, not_owner, not_open_yet, closed
    (VOTING.md section 1, table 2 row 10).
    """
    if vote.kind is not VoteKind.POLL:
        _on_the_roll(vote, bound, on_roll, owner)
    # To the minute, as people are told it: a platform's dates are whole seconds by its own clock.
    if vote.opens is not None and when < vote.opens.replace(second=0, microsecond=0):
        raise Refused("not_open_yet", opens=vote.opens)
    _still_open(vote, when)


def _on_the_roll(vote: VoteFacts, bound: bool, on_roll: bool, owner: bool) -> None:
    if not bound:
        raise Refused("not_bound")
    if not on_roll:
        raise Refused("not_on_roll")
    if vote.kind is VoteKind.OWNERS and not owner:
        raise Refused("not_owner")


def _still_open(vote: VoteFacts, when: datetime) -> None:
    if when >= vote.closes:
        raise Refused("closed", closes=vote.closes)


def accept(vote: VoteFacts, previous: Ballot | None, choice: Choice, when: datetime) -> Accepted:
    """The ballot that counts from now on: the last one, once (VOTING.md section 1).

    The same choice again keeps `previous.rev` and changes nothing. Raises Refused: closed,
    unknown_option (`choice` is not a ballot of this vote's method).
    """
    _still_open(vote, when)
    if not is_ballot(vote.method, len(vote.options), choice):
        raise Refused("unknown_option", options=len(vote.options))
    if previous is None:
        return Accepted(0, changed=False)
    if same(vote.method, previous.choice, choice):
        return Accepted(previous.rev, changed=False)
    return Accepted(previous.rev + 1, changed=True)


def same(method: Method, one: Choice, other: Choice) -> bool:
    """Whether two ballots say the same; the order counts only where it is a ranking."""
    return one == other if method is Method.RANKED else set(one) == set(other)


def is_ballot(method: Method, options: int, choice: Choice) -> bool:
    """Whether `choice` is a ballot: known positions, none twice, one only in SINGLE, never empty."""
    known = all(0 <= position < options for position in choice)
    once = len(set(choice)) == len(choice)
    right_size = len(choice) == 1 if method is Method.SINGLE else len(choice) >= 1
    return known and once and right_size


def toggled(choice: Choice, position: int) -> Choice:
    """A ballot of APPROVAL or RANKED after one press: the option is put at the end, or taken out again.

    Raises Refused: last_option (a ballot is never empty; what counts stays as it is).
    """
    if position not in choice:
        return (*choice, position)
    if len(choice) == 1:
        raise Refused("last_option")
    return tuple(other for other in choice if other != position)


def extend(vote: VoteFacts, until: datetime, now: datetime) -> None:
    """Say nothing if an open vote may run on to `until`.

    Raises Refused: closed; extension_earlier (an extension is later than the closing in force).
    """
    _still_open(vote, now)
    if until <= vote.closes:
        raise Refused("extension_earlier", closes=vote.closes)


def secrecy_of(snapshot: Mapping[str, Any], *, secret: bool) -> Secrecy:
    """Who reads what each household chose; `snapshot` has what the opener asked for, as it was when the vote opened."""
    if secret:
        return Secrecy.SECRET
    return Secrecy.PUBLIC_LIST if snapshot.get("public_list") else Secrecy.ROLL_CALL


def tiny(settings: Mapping[str, Any]) -> int:
    """Below how many households a secret vote is secret no more, by a community's settings."""
    return int((settings.get("votes") or {}).get("tiny", TINY))


def may_list(vote: VoteFacts, cast: int, floor: int) -> None:
    """Say nothing if those who took part in a counted vote may be named, to whom they may.

    Where only a few voted in secret, their list and the counts together would say how (VOTING.md section 3).
    Raises Refused: list_too_few.
    """
    if vote.secret and 0 < cast < floor:
        raise Refused("list_too_few", cast=cast)


def count(options: Sequence[str], choices: Iterable[Choice], total: int | None = None) -> Result:
    """Count ballots of SINGLE or APPROVAL: how many named each option, and how many took part.

    One choice a household (or head): each household's last ballot, whoever of it cast it.
    """
    counts = [0] * len(options)
    taken_part = 0
    for choice in choices:
        taken_part += 1
        for position in choice:
            counts[position] += 1
    return Result(tuple(counts), taken_part, total)
