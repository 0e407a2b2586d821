"""任务: what may be done to one as it stands, and by whom (DOMAIN.md §3).

may_act(hands, who, held)               # the doer, somebody of the doer's unit, a moderator, who answers at its level
allowed(7, TaskAct.TAKE, state)         # raises where it makes no sense any more
"""

from collections.abc import Set
from dataclasses import dataclass

from domain.errors import Refused
from domain.escalation import OPEN
from domain.terms import OrgLevel, Role, TaskAct, TaskState

MODERATORS = frozenset({Role.MODERATOR, Role.SECRETARY})
ANSWERS = {
    OrgLevel.NEIGHBOURHOOD: Role.NEIGHBOURHOOD_CADRE,
    OrgLevel.SUBDISTRICT: Role.SUBDISTRICT_CADRE,
    OrgLevel.DISTRICT: Role.JOINT_CONFERENCE,
}
"""Who answers at a level above the branch."""


@dataclass(frozen=True, slots=True)
class Hands:
    """In whose hands a task is: a person, a role (the unit), the level where it lies."""

    who: int | None
    role: Role | None
    level: OrgLevel


def does_it(hands: Hands, who: int, held: Set[Role]) -> bool:
    """Whether somebody is the doer, or of the doer's unit; a role that ended ends that too."""
    return hands.role in held if hands.role else hands.who == who


def answers_it(hands: Hands, held: Set[Role]) -> bool:
    """Whether somebody answers at the level where it lies."""
    return ANSWERS.get(hands.level) in held


def may_act(hands: Hands, who: int, held: Set[Role]) -> bool:
    """Whether somebody may act on a task at all."""
    return bool(held & MODERATORS) or does_it(hands, who, held) or answers_it(hands, held)


_STATES = {
    TaskAct.TAKE: frozenset({TaskState.GIVEN}),
    TaskAct.HAND_BACK: frozenset({TaskState.GIVEN, TaskState.TAKEN}),
    TaskAct.REOPEN: frozenset({TaskState.REPORTED, TaskState.ENDED}),
}


def allowed(number: int, act: TaskAct, state: TaskState) -> None:
    """Whether an act makes sense as a task stands.

    Raises Refused: tasks.over, tasks.taken_already, tasks.is_returned, tasks.not_over; with `number`.
    """
    if state in _STATES.get(act, OPEN):
        return
    if state not in OPEN:
        raise Refused("tasks.over", number=number)
    if act is TaskAct.REOPEN:
        raise Refused("tasks.not_over", number=number)
    raise Refused("tasks.is_returned" if state is TaskState.RETURNED else "tasks.taken_already", number=number)
