"""议题: what is under way, one topic with its steps, who took each, when, and how long it took."""

from dataclasses import replace

from domain.dates import write_length
from domain.errors import Refused
from domain.flows import stage_of
from domain.steps import lengths
from domain.talk import Button, Outgoing
from domain.terms import MatterKind, Numbered, TopicState
from handlers import proposals, redraws, topic_card
from handlers.desk import Desk, Rows
from handlers.numbers import number_of, reading_of
from models.access import MODERATORS
from models.topics import Line, TopicFacts
from models.ways import Reached

LISTED = 5
PRECEDENTS = 2
LONGEST = 40


async def listed(desk: Desk, words: str) -> list[Outgoing]:
    """议题: those under way with their step, the newest first; 议题 5: one of them."""
    if words and not words.startswith("<"):
        return await one(desk, words)
    before = int(words[1:]) if words[1:].isdecimal() else None
    found = await desk.store.topics.under_way(desk.community.id, LISTED + 1, before)
    if not found:
        return [desk.answer("topics.none")]
    lines = [desk.texts("topics.list_head"), *[_line(desk, line) for line in found[:LISTED]]]
    more = ((desk.button("next_page", "topics", f"<{found[LISTED - 1].number}"),),) if len(found) > LISTED else ()
    look = tuple(desk.button("topic_of", "topic", line.number, number=line.number) for line in found[:3])
    return [desk.answer_text("\n".join(lines), (look, *more))]


def _line(desk: Desk, line: Line) -> str:
    facts = {"number": line.number, "title": topic_card.cut(line.title, 12), "step": line.step.value}
    return desk.texts("topics.list_line", name=desk.texts.term(line.step), count=line.supporters, **facts)


async def one(desk: Desk, words: str) -> list[Outgoing]:
    """议题 5: its card; what may be done is offered to moderators in private."""
    topic = await desk.store.access.topic(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    return [topic_card.shown(desk, topic)]


async def detail(desk: Desk, words: str) -> list[Outgoing]:
    """详情: each step with who, when and how long; what came before; a moderator sees what may be done next."""
    topic = await desk.store.access.topic(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    reached = await desk.store.ways.reached(topic.id)
    took = lengths([(one.step, one.at) for one in reached])
    sorted_as = desk.texts("topics.sorted_as", kind=desk.texts.term(topic.kind), category=_category(desk, topic))
    lines = [topic_card.headline(desk.house, topic), sorted_as, topic_card.people_line(desk.house, topic)]
    for one_step in reached:
        length = took.get(one_step.step)
        lines.append(_step(desk, one_step, write_length(length, desk.house.dates) if length else ""))
    before = await desk.store.topics.precedents(topic, PRECEDENTS)
    lines += [desk.texts("topics.precedent", number=line.number, title=line.title) for line in before]
    return desk.private_text("\n".join(lines), await _next_rows(desk, topic))


def _category(desk: Desk, topic: TopicFacts) -> str:
    return desk.texts.term(topic.category) if topic.category else desk.texts("collect.state_unsorted")


def _step(desk: Desk, one: Reached, length: str) -> str:
    facts = {"step": one.step.value, "name": desk.texts.term(one.step), "reason": one.reason}
    if one.skipped:
        return desk.texts("topics.step_skipped", **facts)
    by = desk.texts("topics.by_council" if one.council else "topics.by_moderator")
    text = desk.texts("topics.step", moment=desk.moment(one.at), by=by, **facts)
    return text + (desk.texts("topics.took", length=length) if length else "")


async def _next_rows(desk: Desk, topic: TopicFacts) -> Rows:
    """What a moderator may do with a topic next."""
    if topic.state is not TopicState.OPEN or not await desk.store.access.roles(desk.who.id, desk.now) & MODERATORS:
        return ()
    change = (desk.button("retitle", "retitle", topic.number), desk.button("matter_kind", "matter_kind", topic.number))
    return (topic_card.acts(desk, topic), change)


async def retitle(desk: Desk, words: str) -> list[Outgoing]:
    """改题 5 新题目: a topic's other title; without one it is asked for. Raises Refused: topics.title_long."""
    number, title = _number_and_rest(desk, words)
    topic = await desk.store.access.open_topic(desk.community.id, number)
    if not title:
        return await desk.ask("retitle", {"number": number}, "topics.ask_title", number=number)
    if len(title) > LONGEST:
        raise Refused("topics.title_long", length=len(title), most=LONGEST)
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    await desk.store.topics.rename(topic.id, title)
    told = desk.toast("topics.retitled", number=number, title=title)
    return [told, *await redraws.of_topic(desk, replace(topic, title=title))]


async def matter_kind(desk: Desk, words: str) -> list[Outgoing]:
    """性质 5 活动开展: which of the six kinds of matter it is; without one, the six to choose from."""
    number, asked = _number_and_rest(desk, words)
    topic = await desk.store.access.open_topic(desk.community.id, number)
    names = {desk.texts.term(kind): kind for kind in MatterKind} | {kind.value: kind for kind in MatterKind}
    if asked not in names:
        buttons = [Button(desk.texts.term(kind), "matter_kind", (str(number), kind.value)) for kind in MatterKind]
        rows = (tuple(buttons[:3]), tuple(buttons[3:]))
        return [desk.answer("topics.which_kind", rows, number=number, kind=desk.texts.term(topic.kind))]
    await desk.store.topics.set_kind(topic.id, names[asked])
    told = desk.toast("topics.kind_set", number=number, kind=desk.texts.term(names[asked]))
    proposed = replace(topic, kind=names[asked])
    return [told, *proposals.offered(desk, proposed, stage_of(topic.step, ended=topic.resolved))]


def _number_and_rest(desk: Desk, words: str) -> tuple[int, str]:
    """The topic's number and what follows; in a dialogue the number is known. Raises Refused: refused.no_concern …"""
    kept = desk.dialogue.facts.get("number") if desk.dialogue else None
    if kept is not None:
        desk.about(Numbered.TOPIC.value, kept)
        return int(kept), words.strip()
    found = reading_of(desk, words, Numbered.TOPIC)
    return found.number, found.rest.lstrip("｜| ").strip()
