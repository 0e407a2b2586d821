"""What the steps share of taking one: the rule asked, the row moved, and the other of two at once told so."""

from datetime import timedelta

from domain.errors import Refused
from domain.steps import Passage, advance
from domain.terms import Step
from handlers.desk import Desk
from models.topics import TopicFacts

JUST_NOW = timedelta(minutes=10)


async def take_step(desk: Desk, topic: TopicFacts, to: Step, reason: str = "", *, council: bool = False) -> None:
    """Take a step of a topic, skipping those between for `reason`. At most three statements.

    Raises Refused: what `domain.steps.advance` refuses, or steps.another_first where somebody else just took it.
    """
    passages = await _asked(desk, topic, to, reason)
    by = None if council else desk.who.id
    if not await desk.store.ways.reach(topic.stand, passages, by, desk.now, reason):
        raise _another(desk, topic, to)


async def _asked(desk: Desk, topic: TopicFacts, to: Step, reason: str) -> list[Passage]:
    try:
        return advance(topic.way, to, reason)
    except Refused as no:
        if no.reason not in {"steps.taken_already", "steps.over"}:
            raise
        took = await desk.store.ways.taken(topic.id, to)
        if took and took.by != desk.who.id and desk.now - took.at < JUST_NOW:
            raise _another(desk, topic, to) from None
        raise


def _another(desk: Desk, topic: TopicFacts, to: Step) -> Refused:
    return Refused("steps.another_first", number=topic.number, done=desk.texts(f"steps.done_{to.name.lower()}"))
