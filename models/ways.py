"""The steps that topics took: when, by whom, which were left out for what reason. The row of a topic is its lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.steps import Passage
from domain.terms import Step, TopicState
from models import sql
from models.tables.topics import TopicStep

_STEP = "INSERT INTO topic_step (community_id, topic_id, step, by_id, council, skipped, reason, at)"
_ONCE = "ON CONFLICT (topic_id, step) DO NOTHING"
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Stand:
    """A topic's row and the step at which it was found."""

    community: int
    topic: int
    step: Step


async def reach(at: Stand, passages: Sequence[Passage], by: int | None, now: datetime, reason: str = "") -> bool:
    """Take these steps from there; False where somebody else took one in between. Two statements.

    `by` None: the council did. The row decides which of two at once is first. The last step ends the topic.
    """
    to = passages[-1].step
    ends = to is Step.PUBLISH
    moved = await sql.rows(
        f"""UPDATE topic SET step = ?, state = ?{", ended_at = ?" if ends else ""}
        WHERE id = ? AND step = ? AND state = ? RETURNING id""",
        to.value,
        (TopicState.PUBLISHED if ends else TopicState.OPEN).value,
        *([now] if ends else []),
        *(at.topic, at.step.value, TopicState.OPEN.value),
    )
    if moved:
        await note(at.community, at.topic, passages, by, now, reason)
    return bool(moved)


async def note(
    community: int, topic: int, passages: Sequence[Passage], by: int | None, now: datetime, reason: str = ""
) -> None:
    """Write steps down; one that is there stays as it was. One statement."""
    values = [
        value
        for p in passages
        for value in (community, topic, p.step.value, by, by is None, p.skipped, (p.reason or reason)[:LONGEST], now)
    ]
    marks = ", ".join("(?, ?, ?, ?, ?, ?, ?, ?)" for _ in passages)
    await sql.rows(f"{_STEP} VALUES {marks} {_ONCE}", *values)


async def begin(session: int, by: int, now: datetime, reason: str) -> None:
    """The topics of a session are deliberated; those not prepared skip that for `reason`. Two statements."""
    decide, prepare, deliberate = Step.DECIDE.value, Step.PREPARE.value, Step.DELIBERATE.value
    standing = f"session_id = ? AND state = ? AND step IN ({decide}, {prepare})"
    await sql.rows(
        f"""{_STEP}
        SELECT community_id, id, n.taken, ?, ?, n.taken = {prepare},
          CASE WHEN n.taken = {prepare} THEN ? ELSE '' END, ?
        FROM topic JOIN (SELECT {prepare} AS taken UNION ALL SELECT {deliberate} AS taken) n
          ON n.taken = {deliberate} OR step = {decide}
        WHERE {standing} {_ONCE}""",
        *(by, False, reason[:LONGEST], now, session, TopicState.OPEN.value),
    )
    await sql.rows(f"UPDATE topic SET step = {deliberate} WHERE {standing}", session, TopicState.OPEN.value)


@dataclass(frozen=True, slots=True)
class Reached:
    """A step that a topic reached. `by` None where the council, or somebody who was forgotten, did."""

    step: Step
    at: datetime
    by: int | None
    council: bool
    skipped: bool
    reason: str


async def reached(topic: int) -> list[Reached]:
    """The steps of a topic in their order. One statement."""
    found = await TopicStep.filter(topic_id=topic).order_by("step")
    return [Reached(Step(s.step), s.at, s.by_id, bool(s.council), bool(s.skipped), s.reason) for s in found]


async def taken(topic: int, step: Step) -> Reached | None:
    """Who took a step of a topic, and when."""
    return next((one for one in await reached(topic) if one.step is step), None)
