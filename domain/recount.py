"""The count of a vote, from its opening entry, its roll and the choices that were opened.

The program publishes at the close what `count` gives; whoever checks a vote calls it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from domain.canonical import Malformed, read
from domain.merkle import Tree, leaf_hash
from domain.owners import Amount, Answer, Tally, Unit, UnitBallot, tally
from domain.ranking import run_off, schulze
from domain.rules import Profile, profile_from
from domain.terms import Method, VoteKind
from domain.vote_log import Open
from domain.voting import Choice
from domain.voting import count as count_marks


@dataclass(frozen=True)
class Voter:
    """One line of a roll: a household; or a unit with its area in 0.01 m² and the head it belongs to."""

    p: str
    area: int = 0
    head: str = ""


@dataclass(frozen=True)
class Roll:
    """Who may cast, sorted by `p`, and the root over the lines as published."""

    voters: tuple[Voter, ...]
    root: bytes

    def totals(self) -> dict[str, Any]:
        """What the opening entry states of the roll: households, or units with heads and area."""
        heads = {voter.head for voter in self.voters if voter.head}
        if not heads:
            return {"households": len(self.voters)}
        area = sum(voter.area for voter in self.voters)
        return {"units": len(self.voters), "heads": len(heads), "area": area}


def parse_roll(lines: Sequence[bytes]) -> Roll:
    """Read a roll's lines. Raises Malformed, also where they are not sorted or name somebody twice."""
    voters = tuple(_voter(read(line)) for line in lines)
    if any(one.p >= other.p for one, other in pairwise(voters)):
        raise Malformed("roll")
    return Roll(voters, Tree(map(leaf_hash, lines)).root())


def _voter(given: dict[str, Any]) -> Voter:
    if given.keys() not in ({"p"}, {"p", "area", "head"}):
        raise Malformed("roll")
    voter = Voter(**given)
    right = isinstance(voter.p, str) and type(voter.area) is int and isinstance(voter.head, str)
    if not right or (voter.area > 0) is not bool(voter.head):
        raise Malformed("roll")
    return voter


def count(opened: Open, roll: Roll, choices: Mapping[str, Choice]) -> dict[str, Any]:
    """The tally as JSON values: of the counted choice of each `p`.

    Households: `counts` by option, `taken_part` of `total`, `quorum` and the options that `reached` the
    consent asked for (null where the rules ask for none); ranked votes their rounds and winners instead
    of counts. Owners: both readings of taking part. Raises ValueError for an entry that can't be counted.
    """
    profile = profile_from(opened.rule)
    if opened.kind == VoteKind.OWNERS:
        return _count_owners(opened, roll, choices, profile)
    ballots, total = list(choices.values()), len(roll.voters)
    shown = (
        _ranked(opened, ballots) if Method(opened.method) is Method.RANKED else _marked(opened, ballots, profile, total)
    )
    return {"taken_part": len(ballots), "total": total, "quorum": _quorum(profile, len(ballots), total), **shown}


def _quorum(profile: Profile, taken_part: int, total: int) -> bool | None:
    return None if profile.quorum is None else profile.quorum.met(taken_part, total)


def _marked(opened: Open, ballots: Sequence[Choice], profile: Profile, total: int) -> dict[str, Any]:
    counts = count_marks(opened.options, ballots).counts
    whole = total if profile.of_everybody else len(ballots)
    consent = profile.consent
    reached = consent and [position for position, part in enumerate(counts) if consent.met(part, whole)]
    return {"counts": list(counts), "reached": reached}


def _ranked(opened: Open, ballots: Sequence[Choice]) -> dict[str, Any]:
    result = run_off(len(opened.options), ballots)
    return {
        "rounds": [list(counts) for counts in result.rounds],
        "run_off": list(result.winners),
        "schulze": list(schulze(len(opened.options), ballots)),
    }


def _count_owners(opened: Open, roll: Roll, choices: Mapping[str, Choice], profile: Profile) -> dict[str, Any]:
    answers = [Answer(answer) for answer in opened.answers or ()]
    if len(answers) != len(opened.options):
        raise ValueError("answers")
    units = [Unit(voter.p, voter.head, voter.area) for voter in roll.voters]
    # Co-owners who differ are a choice of several answers; `voter` keeps them apart.
    ballots = [UnitBallot(p, answers[at], str(at)) for p, choice in choices.items() for at in choice]
    never = None if opened.never_deemed is None else frozenset(opened.never_deemed)
    both = tally(units, ballots, profile, never)
    return {"cast": _reading(both.cast), "deemed": both.deemed and _reading(both.deemed)}


def _reading(reading: Tally) -> dict[str, Any]:
    return {name: _plain(value) for name, value in vars(reading).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Amount):
        return asdict(value)
    return list(value) if isinstance(value, tuple) else value
