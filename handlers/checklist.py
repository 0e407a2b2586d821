"""清单: what the template of a topic's kind proposes, handed out with one press; a topic may be of another kind."""

from dataclasses import replace

from domain.deadlines import Deadline, deadline, in_working_days, urgency_of
from domain.errors import Refused
from domain.flows import Item, stage_of
from domain.talk import Outgoing
from domain.terms import Numbered, Stage, TopicState, Urgency
from handlers import proposals, task_card
from handlers.desk import Desk
from handlers.numbers import number_of, reading
from handlers.task_rules import limits_of
from handlers.work_line import hand_out
from models.tasks import Doer, NewTask
from models.topics import TopicFacts


async def checklist(desk: Desk, words: str) -> list[Outgoing]:
    """清单 5: what is to be done at the stage it is at; 清单 5 矛盾调处: it is of that kind from now on.

    Raises Refused: refused.no_topic, checklist.no_kind.
    """
    topic: TopicFacts = await desk.store.access.topic(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    if rest := reading(desk, words, Numbered.TOPIC).rest:
        kind = proposals.kind_of(desk, rest)
        if kind is None:
            raise Refused("checklist.no_kind", kinds=_kinds(desk))
        await desk.store.topics.set_kind(topic.id, kind)
        topic = replace(topic, kind=kind)
    stage = _stage(topic)
    given = await desk.store.given_items.of(topic.id)
    text = proposals.listed(desk, topic, stage, given)
    return desk.private_text(text, proposals.rows(desk, topic, stage, given))


def _kinds(desk: Desk) -> str:
    return desk.texts("contract.marks.list").join(desk.texts.term(kind) for kind in desk.house.flows)


def _stage(topic: TopicFacts) -> Stage:
    return stage_of(topic.step, ended=topic.resolved or topic.state is TopicState.PUBLISHED)


async def give_item(desk: Desk, words: str) -> list[Outgoing]:
    """派清单 5 1: a task of the list is handed out to the role, with the deadline and proof that the template says.

    Raises Refused: refused.no_topic, checklist.no_item, checklist.given_already.
    """
    topic: TopicFacts = await desk.store.access.topic(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    rest = reading(desk, words, Numbered.TOPIC).rest.split()
    stage = Stage(rest.pop(0)) if rest and rest[0] in set(Stage) else _stage(topic)
    found, place = proposals.items(desk, topic, stage), rest[0] if rest else ""
    if not place.isdecimal() or not 0 < int(place) <= len(found):
        raise Refused("checklist.no_item", number=topic.number)
    item = found[int(place) - 1]
    given = await desk.store.given_items.of(topic.id)
    if item.text in given:
        raise Refused("checklist.given_already", number=topic.number, task=given[item.text])
    due = _due(desk, item)
    new = _task(desk, topic, item, due)
    task = await hand_out(desk, topic.id, new)
    await desk.store.given_items.note(desk.community.id, topic.id, item.text, task)
    reached = await desk.store.doers.reach(desk.community.id, [new.doer], (), desk.now)
    return [task_card.given_answer(desk, task, new, due), *task_card.given(desk, [(task, new)], topic, reached)]


def _due(desk: Desk, item: Item) -> Deadline:
    """In so many working days; what is to be done at once has an emergency's hours."""
    if item.days:
        return in_working_days(item.days, desk.local, desk.house.workday)
    return deadline(Urgency.EMERGENCY, desk.local, limits_of(desk.community), desk.house.workday)


def _task(desk: Desk, topic: TopicFacts, item: Item, due: Deadline) -> NewTask:
    role = desk.texts.term(item.role)
    text = proposals.work(desk, item)
    urgency = urgency_of(topic.kind, urgent=topic.urgent) if item.days else Urgency.EMERGENCY
    return NewTask(text, Doer(role, None, item.role), due.at, due.last_day, urgency)
