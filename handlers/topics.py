"""议题: what is under way, one topic with its steps, who took each, when, and how long it took."""

from domain.dates import write_length
from domain.steps import lengths
from domain.talk import Outgoing
from domain.terms import Numbered, TopicState
from handlers import topic_card
from handlers.desk import Desk, Rows
from handlers.numbers import number_of
from models.access import MODERATORS
from models.topics import Line, TopicFacts
from models.ways import Reached

LISTED = 5
PRECEDENTS = 2


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
    lines = [topic_card.headline(desk.house, topic), topic_card.people_line(desk.house, topic)]
    for one_step in reached:
        length = took.get(one_step.step)
        lines.append(_step(desk, one_step, write_length(length, desk.house.dates) if length else ""))
    before = await desk.store.topics.precedents(topic, PRECEDENTS)
    lines += [desk.texts("topics.precedent", number=line.number, title=line.title) for line in before]
    return desk.private_text("\n".join(lines), await _next_rows(desk, topic))


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
    return (topic_card.acts(desk, topic),)
