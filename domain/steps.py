"""六步走: which step a topic may take next, and what each needs first (DOMAIN.md §2).

    passages = advance(way, Step.PREPARE, reason)       # the steps it takes now, those it skips among them
    lengths(reached)                                    # how long each step took

A step is never taken twice and never backwards. One that is left out needs a reason, which goes on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from domain.errors import Refused
from domain.terms import Step


@dataclass(frozen=True, slots=True)
class Way:
    """Where a topic stands: the step it reached last, and what the steps ahead ask for.

    `session`: it is put on one; `resolved`: there is a resolution.
    """

    number: int
    step: Step
    open: bool = True
    session: bool = False
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A step that is taken now, or skipped for a reason."""

    step: Step
    skipped: bool = False
    reason: str = ""


def advance(way: Way, to: Step, reason: str = "") -> list[Passage]:
    """The steps from where a topic stands to `to`, which is taken; those between are skipped for `reason`.

    Raises Refused: steps.over (the topic has ended), steps.taken_already (with `step`), steps.skip_needs_reason (with
    the first skipped `step`), or what `to` lacks: steps.no_session, steps.not_resolved; all with `number`.
    """
    if not way.open:
        raise Refused("steps.over", number=way.number)
    if to <= way.step:
        raise Refused("steps.taken_already", number=way.number, step=to)
    if lack := _lack(way, to):
        raise Refused(lack, number=way.number)
    left_out = [Step(n) for n in range(way.step + 1, to)]
    if left_out and not reason.strip():
        raise Refused("steps.skip_needs_reason", number=way.number, step=left_out[0])
    return [Passage(step, skipped=True, reason=reason.strip()) for step in left_out] + [Passage(to)]


def _lack(way: Way, to: Step) -> str:
    """What a step asks for and this topic has not; empty where nothing is missing."""
    needs = {
        Step.PREPARE: (way.session, "steps.no_session"),
        Step.PUBLISH: (way.resolved, "steps.not_resolved"),
    }
    met, lack = needs.get(to, (True, ""))
    return "" if met else lack


def may_resolve(way: Way) -> None:
    """Only what a session has begun to talk about is resolved. Raises Refused: steps.over, steps.not_deliberated."""
    if not way.open:
        raise Refused("steps.over", number=way.number)
    if way.step < Step.DELIBERATE:
        raise Refused("steps.not_deliberated", number=way.number)


def lengths(reached: Sequence[tuple[Step, datetime]]) -> dict[Step, timedelta]:
    """How long each step took: from the step before it to its own moment. The first has no length."""
    return {step: at - before for (_, before), (step, at) in pairwise(reached)}
