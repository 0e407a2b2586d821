"""Owners' decisions: heads and exclusive area, both counted, all in integers (Civil Code article 278).

Area is in 0.01 m². Units of one owner are one head and their areas add up; the developer's unsold and
undelivered units have one owner among them (VOTING.md table 2, row 8).
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Refused
from domain.rules import Profile, Share


class Answer(StrEnum):
    """赞同, 反对, 弃权 and 从众, which follows the majority where the profile allows it."""

    CONSENT = "consent"
    AGAINST = "against"
    ABSTAIN = "abstain"
    FOLLOW = "follow"


OWN_MIND = (Answer.CONSENT, Answer.AGAINST, Answer.ABSTAIN)


@dataclass(frozen=True)
class Unit:
    """A flat (or a parking space that counts): whose it is, and its area in 0.01 m²."""

    unit: str
    owner: str
    area: int


@dataclass(frozen=True)
class UnitBallot:
    """One answer for a unit. `voter` tells co-owners apart; each one's last ballot counts."""

    unit: str
    answer: Answer
    voter: str = ""


@dataclass(frozen=True)
class Amount:
    """What is counted: area in 0.01 m², and heads."""

    area: int = 0
    heads: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.area + other.area, self.heads + other.heads)


@dataclass(frozen=True)
class Tally:
    """One reading of the ballots. `disputed` owners take part and are in favour of nothing."""

    total: Amount
    participating: Amount
    in_favour: Amount
    against: Amount
    abstaining: Amount
    quorum: bool
    passed: bool
    disputed: tuple[str, ...]


@dataclass(frozen=True)
class Count:
    """Both readings of taking part: ballots cast only, and with those deemed to follow (row 13)."""

    cast: Tally
    deemed: Tally | None = None


@dataclass(frozen=True)
class _Sides:
    """Owners' amounts by what they answered; disputed owners are in `took_part` alone."""

    took_part: Amount
    by_answer: Mapping[Answer, Amount]
    disputed: tuple[str, ...]


def tally(
    units: Sequence[Unit],
    ballots: Sequence[UnitBallot],
    profile: Profile,
    undelivered: AbstractSet[str] | None = None,
) -> Count:
    """Count an owners' decision; `undelivered` (None: deeming is off) names the units never deemed.

    A unit without a ballot takes no part, even where its owner's other unit does. Differing answers
    within one owner make the owner disputed. Raises Refused naming the entry `at`: no_units,
    unit_doubled, area_not_positive, unit_unknown, follow_not_allowed.
    """
    known = _checked(units)
    for position, ballot in enumerate(ballots):
        _check_ballot(position, ballot, known, follow=undelivered is not None)
    total = Amount(sum(unit.area for unit in units), len({unit.owner for unit in units}))
    sides = _sides(known, ballots)
    cast = _reading(profile, total, sides, sides.by_answer[Answer.CONSENT])
    if undelivered is None:
        return Count(cast)
    if stray := undelivered - known.keys():
        raise Refused("unit_unknown", at="undelivered", unit=min(stray))
    silent = _silent(known, ballots, undelivered)
    with_deemed = _with_followers(sides, silent)
    return Count(cast, _reading(profile, total, with_deemed, sides.by_answer[Answer.CONSENT]))


def _checked(units: Sequence[Unit]) -> dict[str, Unit]:
    if not units:
        raise Refused("no_units", at="units")
    known: dict[str, Unit] = {}
    for position, unit in enumerate(units):
        if unit.unit in known:
            raise Refused("unit_doubled", at=f"units[{position}]", unit=unit.unit)
        if unit.area <= 0:
            raise Refused("area_not_positive", at=f"units[{position}]", unit=unit.unit)
        known[unit.unit] = unit
    return known


def _check_ballot(position: int, ballot: UnitBallot, known: Mapping[str, Unit], *, follow: bool) -> None:
    if ballot.unit not in known:
        raise Refused("unit_unknown", at=f"ballots[{position}]", unit=ballot.unit)
    if ballot.answer is Answer.FOLLOW and not follow:
        raise Refused("follow_not_allowed", at=f"ballots[{position}]", unit=ballot.unit)


def _sides(known: Mapping[str, Unit], ballots: Iterable[UnitBallot]) -> _Sides:
    last = {(ballot.unit, ballot.voter): ballot.answer for ballot in ballots}
    areas: dict[str, int] = {}
    for unit in {unit for unit, _ in last}:
        owner = known[unit].owner
        areas[owner] = areas.get(owner, 0) + known[unit].area
    answers: dict[str, set[Answer]] = {owner: set() for owner in areas}
    for (unit, _), answer in last.items():
        answers[known[unit].owner].add(answer)
    by_answer = dict.fromkeys(Answer, Amount())
    for owner, given in answers.items():
        if len(given) == 1:
            by_answer[min(given)] += Amount(areas[owner], 1)
    disputed = tuple(sorted(owner for owner, given in answers.items() if len(given) > 1))
    return _Sides(Amount(sum(areas.values()), len(areas)), by_answer, disputed)


def _silent(known: Mapping[str, Unit], ballots: Iterable[UnitBallot], undelivered: AbstractSet[str]) -> Amount:
    """Delivered units of the owners who cast nothing."""
    spoke = {known[ballot.unit].owner for ballot in ballots}
    silent = [unit for unit in known.values() if unit.owner not in spoke and unit.unit not in undelivered]
    return Amount(sum(unit.area for unit in silent), len({unit.owner for unit in silent}))


def _with_followers(sides: _Sides, silent: Amount) -> _Sides:
    """The silent and those who chose to follow join the majority; without one nobody is deemed."""
    majority = _majority(sides)
    if majority is None:
        return sides
    by_answer = dict(sides.by_answer)
    by_answer[majority] += silent + by_answer[Answer.FOLLOW]
    by_answer[Answer.FOLLOW] = Amount()
    return _Sides(sides.took_part + silent, by_answer, sides.disputed)


def _majority(sides: _Sides) -> Answer | None:
    """The answer with more than half of the participating heads *and* area among the cast."""
    whole = sides.took_part
    for answer in OWN_MIND:
        part = sides.by_answer[answer]
        if 2 * part.area > whole.area and 2 * part.heads > whole.heads:
            return answer
    return None


def _reading(profile: Profile, total: Amount, sides: _Sides, said_yes: Amount) -> Tally:
    in_favour = sides.by_answer[Answer.CONSENT]
    quorum = _reached(profile.quorum, sides.took_part, total)
    if profile.of_everybody:  # everyone must have said so: nobody is deemed to consent (article 279)
        consent = _reached(profile.consent, said_yes, total)
    else:
        consent = _reached(profile.consent, in_favour, sides.took_part)
    return Tally(
        total=total,
        participating=sides.took_part,
        in_favour=in_favour,
        against=sides.by_answer[Answer.AGAINST],
        abstaining=sides.by_answer[Answer.ABSTAIN],
        quorum=quorum,
        passed=quorum and consent,
        disputed=sides.disputed,
    )


def _reached(share: Share | None, part: Amount, whole: Amount) -> bool:
    """Whether the share is met by area and by heads; where no rule sets one it is."""
    return share is None or (share.met(part.area, whole.area) and share.met(part.heads, whole.heads))
