"""The count of a vote from its rows, by the same rules that anyone recounts it with (`domain.recount`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain import recount
from domain.recount import Roll, Voter
from domain.rules import Counted, Profile
from domain.terms import Method, VoteKind
from domain.vote_log import Open
from domain.voting import Choice
from models.tables.votes import Ballot, RollEntry, Vote


@dataclass(frozen=True, slots=True)
class Counts:
    """What a vote came to: per option (owners' heads; first choices where ranked), who took part, and all of it."""

    by_option: tuple[int, ...]
    taken_part: int
    tally: Mapping[str, Any]


def choice_of(first: int, more: str) -> Choice:
    """A ballot's choice from its two columns."""
    return (first, *(int(position) for position in more.split(",") if position))


def more_of(choice: Choice) -> str:
    """What of a choice stands in the second column."""
    return ",".join(str(position) for position in choice[1:])


async def count(vote: Vote) -> Counts:
    """Count a vote whose row was taken. Two statements; the result does not depend on the ballots' order."""
    rows = await Ballot.filter(vote_id=vote.id).only("voter", "choice", "more")
    choices = {row.voter: choice_of(row.choice, row.more) for row in rows}
    roll = await _roll(vote)
    tally = recount.count(opening(vote), roll, choices)
    if vote.kind is VoteKind.OWNERS:
        return Counts(_heads(vote, tally["cast"]), tally["cast"]["participating"]["heads"], tally)
    first_only = vote.snapshot["method"] == Method.RANKED
    marks = [choice[:1] if first_only else choice for choice in choices.values()]
    by_option = tuple(sum(at in marked for marked in marks) for at in range(len(vote.options)))
    return Counts(by_option, len(choices), tally)


async def _roll(vote: Vote) -> Roll:
    entries = await RollEntry.filter(vote_id=vote.id).only("household_id", "area", "head")
    voters = (Voter(f"h{entry.household_id}", entry.area, entry.head) for entry in entries)
    return Roll(tuple(sorted(voters, key=lambda voter: voter.p)), b"")


def opening(vote: Vote) -> Open:
    """What the count needs to know of a vote; who publishes it fills in the roll and its root."""
    given: Mapping[str, Any] = vote.snapshot
    return Open(
        vote=vote.number,
        kind=vote.kind.value,
        method=str(given["method"]),
        secret=bool(vote.secret),
        slips=bool(given.get("slips", False)),
        text="",
        options=list(vote.options),
        answers=given.get("answers"),
        never_deemed=given.get("never_deemed"),
        rule=given.get("rule") or Profile("", Counted.HOUSEHOLDS).snapshot(),
        roll="",
        totals={},
        opens=vote.opened_at.isoformat(),
        closes=vote.closes_at.isoformat(),
    )


def _heads(vote: Vote, cast: Mapping[str, Any]) -> tuple[int, ...]:
    """Heads by option, of the ballots cast; those who chose to follow are what is left."""
    known = {"consent": cast["in_favour"], "against": cast["against"], "abstain": cast["abstaining"]}
    heads = {answer: int(amount["heads"]) for answer, amount in known.items()}
    rest = int(cast["participating"]["heads"]) - sum(heads.values()) - len(cast["disputed"])
    answers: Any = vote.snapshot["answers"]
    return tuple(heads.get(answer, rest) for answer in answers)
