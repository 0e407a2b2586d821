"""Owners' decisions of 青竹苑小区, counted by the rules of the program."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from domain.owners import Answer, Unit, UnitBallot, tally
from domain.recount import _reading
from domain.rules import Counted, Profile, Share
from domain.terms import VoteKind
from models.tables.people import Community
from models.tables.votes import Vote
from tests.web import town

OPTIONS = ["赞同", "反对", "弃权"]
SPECIAL = Profile("special", Counted.OWNERS, Share(2, 3), Share(3, 4), citation="民法典第278条", in_force="2021-01-01")
ORDINARY = Profile(
    "ordinary", Counted.OWNERS, Share(2, 3), Share(1, 2, strict=True), citation="民法典第278条", in_force="2021-01-01"
)


def counted(areas: Sequence[int], answers: Sequence[Answer | None], rule: Profile, *, deemed: bool = False) -> Any:
    """The count of so many owners of one unit each, as a closed vote keeps it."""
    units = [Unit(f"h{i}", f"o{i}", area) for i, area in enumerate(areas)]
    ballots = [UnitBallot(f"h{i}", answer) for i, answer in enumerate(answers) if answer]
    both = tally(units, ballots, rule, frozenset() if deemed else None)
    return {"cast": _reading(both.cast), "deemed": both.deemed and _reading(both.deemed)}


async def decision(of: Community, number: int, title: str, count: Any, rule: Profile, **more: Any) -> Vote:
    """A closed owners' decision with its count."""
    cast = count["cast"]
    sides = (cast["in_favour"], cast["against"], cast["abstaining"])
    heads = dict(zip(OPTIONS, (side["heads"] for side in sides), strict=True))
    facts: dict[str, Any] = {
        "kind": VoteKind.OWNERS,
        "secret": False,
        "roll_size": cast["total"]["heads"],
        "snapshot": {"rule": rule.snapshot(), "matter": 8, "clause": "", "answers": ["consent", "against", "abstain"]},
        **town.ended(heads, town.NOW - timedelta(hours=23), cast=cast["participating"]["heads"], tally=count),
        **more,
    }
    return await town.vote(of, number, title, options=OPTIONS, **facts)


async def settle(of: Community) -> None:
    """表决 #6 that is carried, #7 that is not by 0.01 m², #8 that opens in a week."""
    areas = [9131 + i % 7 for i in range(452)]
    answers = [*[Answer.CONSENT] * 291, *[Answer.AGAINST] * 47, *[Answer.ABSTAIN] * 18, *[None] * 96]
    await decision(of, 6, "在东门空地建电动自行车充电棚", counted(areas, answers, SPECIAL), SPECIAL)
    near = counted([10000, 10000, 10001, 1], [Answer.CONSENT, Answer.CONSENT, Answer.AGAINST, Answer.AGAINST], ORDINARY)
    rule = {"rule": ORDINARY.snapshot(), "matter": 4, "clause": ""}
    await decision(of, 7, "换物业公司", near, ORDINARY, snapshot=rule)
    later = {"opened_at": town.NOW + timedelta(days=7), "closes_at": town.NOW + timedelta(days=20)}
    await town.vote(
        of,
        8,
        "用维修资金换电梯",
        kind=VoteKind.OWNERS,
        secret=False,
        snapshot={**rule, "matter": 5},
        options=OPTIONS,
        **later,
    )
