"""What the template of a topic's kind proposes at a stage: the list, and a button for each task not handed out yet."""

from collections.abc import Collection

from domain.flows import Item
from domain.talk import Outgoing
from domain.terms import MatterKind, Stage
from handlers.desk import Desk, Rows
from models.topics import TopicFacts

A_ROW, MOST = 3, 9


def items(desk: Desk, topic: TopicFacts, stage: Stage) -> list[Item]:
    """The tasks of a stage for this kind of matter, in this kind of community."""
    flow = desk.house.flows.get(topic.kind)
    return flow.tasks(stage, desk.community.kind) if flow else []


def work(desk: Desk, item: Item) -> str:
    """What a task of the list says, with its standard and the proof that is wanted."""
    return desk.texts("checklist.task", text=item.text, standard=item.standard, proof=desk.texts.term(item.proof))


def leads_up(desk: Desk, text: str) -> bool:
    """Whether work is of a list, before or in the session: a step on the way, and no answer to what was said."""
    lists = (flow.tasks(stage, desk.community.kind) for flow in desk.house.flows.values() for stage in _ON_THE_WAY)
    return any(work(desk, item) == text for items in lists for item in items)


_ON_THE_WAY = (Stage.BEFORE, Stage.DURING)


def listed(desk: Desk, topic: TopicFacts, stage: Stage, given: dict[str, int]) -> str:
    """The list in words; `given`: the numbers of the tasks that came of it, by what the template says."""
    kind, name = desk.texts.term(topic.kind), desk.texts.term(stage)
    lines = [desk.texts("checklist.head", number=topic.number, kind=kind, stage=name)]
    for place, item in enumerate(items(desk, topic, stage), 1):
        facts = {"place": place, "text": item.text, "facts": _facts(desk, item)}
        done = given.get(item.text)
        lines.append(desk.texts("checklist.line_given" if done else "checklist.line", task=done, **facts))
    return "\n".join(lines)


def _facts(desk: Desk, item: Item) -> str:
    days = desk.texts("flows.days", n=item.days) if item.days else desk.texts("flows.at_once")
    return desk.texts("flows.facts", role=desk.texts.term(item.role), days=days, proof=desk.texts.term(item.proof))


def rows(desk: Desk, topic: TopicFacts, stage: Stage, given: Collection[str]) -> Rows:
    """A button for each task that is not handed out yet."""
    left = [at for at, item in enumerate(items(desk, topic, stage), 1) if item.text not in given][:MOST]
    buttons = [desk.button("give_item", "give_item", topic.number, stage.value, at, place=at) for at in left]
    return tuple(tuple(buttons[at : at + A_ROW]) for at in range(0, len(buttons), A_ROW))


def offered(desk: Desk, topic: TopicFacts, stage: Stage) -> list[Outgoing]:
    """What a stage begins with, to the moderator who took the step, in private; nothing is asked of the database."""
    chat = desk.chat if desk.chat.private else desk.who.private
    if chat is None or not items(desk, topic, stage):
        return []
    return [Outgoing(chat, listed(desk, topic, stage, {}), rows=rows(desk, topic, stage, ()))]


def kind_of(desk: Desk, words: str) -> MatterKind | None:
    """The kind of matter that is named, if one is."""
    return next((kind for kind in MatterKind if desk.texts.term(kind) == words.strip()), None)
