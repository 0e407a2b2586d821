"""How a topic looks in the chat: its one card, whose 现在 line follows the six steps, and the line in a list."""

from collections.abc import Sequence
from datetime import datetime

from domain.dates import write_day
from domain.talk import Button, Chat, Manner, Outgoing
from domain.terms import AgendaState, Numbered, Step, TopicState
from handlers.desk import Desk, House, Rows
from handlers.task_words import state
from models.people import GroupFacts
from models.tasks import WorkFacts
from models.topics import TopicFacts

HEADLINE = 26
NAMED = 4
STANDING = frozenset({"wecom", "wecom_webhook"})
"""The channels where a card stays as it was sent: there a step that people must see is a new message."""
WRITTEN_TO = frozenset({"wecom_webhook"})
"""The channels whose groups are only written to: no concern ever comes from them, so they read what is for all."""


def card_name(topic: TopicFacts) -> str:
    """Under which name the chat keeps the message that shows a topic."""
    return f"topic:{topic.number}"


def cut(text: str, most: int) -> str:
    """A text in at most so many characters, cut with … where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def brief(work: str, most: int) -> str:
    """What is to be done, without what stands in brackets after it, in at most so many characters."""
    return cut(work.partition("\uff08")[0] or work, most)


def headline(house: House, topic: TopicFacts, name: str = "topics.head") -> str:
    """Kind, number, and as much of the title as a headline has room for."""
    room = HEADLINE - len(house.texts(name, number=topic.number, title=""))
    return house.texts(name, number=topic.number, title=cut(topic.title, room))


def card(house: House, topic: TopicFacts, now: datetime) -> str:
    """The text of a topic's card: at most five lines."""
    lines = [headline(house, topic), now_line(house, topic, now)]
    if topic.reason:
        lines.append(house.texts("topics.reason", reason=topic.reason))
    lines.append(people_line(house, topic))
    if topic.work is not None:
        lines.append(work_line(house, topic.work, now))
    if topic.state is TopicState.OPEN and not (topic.work and topic.reason):
        lines.append(house.texts(f"topics.next_{_standing(topic)}"))
    return "\n".join(lines)


def work_line(house: House, work: WorkFacts, now: datetime) -> str:
    """Where a topic's work stands: the task that presses most, and how many there are beside."""
    more = house.texts("topics.more_work", count=work.more) if work.more else ""
    return house.texts("topics.work", number=work.number, state=state(house, work, now), more=more)


def now_line(house: House, topic: TopicFacts, now: datetime) -> str:
    """The step that a topic is at, and how it stands there."""
    if topic.state is TopicState.DISSOLVED:
        return house.texts("topics.now_dissolved")
    facts = {"count": len(topic.parts), "asked": topic.asked, "coming": topic.coming, "day": _day(house, topic, now)}
    state = house.texts(f"topics.state_{_standing(topic)}", **facts)
    return house.texts("topics.now", step=topic.step.value, name=house.texts.term(topic.step), state=state)


def _day(house: House, topic: TopicFacts, now: datetime) -> str:
    if topic.session is None:
        return ""
    return day_of(house, topic.session.starts_at, now)


def day_of(house: House, moment: datetime, now: datetime) -> str:
    """The day of a moment as residents read it."""
    return write_day(moment.astimezone(house.zone).date(), now.astimezone(house.zone).date(), house.dates)


_BY_STEP = {Step.COLLECT: "sort", Step.SORT: "sort", Step.PREPARE: "prepare", Step.PUBLISH: "publish"}


def _standing(topic: TopicFacts) -> str:
    """How a topic stands, as part of a text's key."""
    if topic.step is Step.SORT and topic.proposed:
        return "asked"
    if topic.step is Step.SORT and topic.reason:
        return "left_out"
    if topic.resolved and topic.step < Step.PUBLISH:
        return "resolved"
    if topic.step is Step.DECIDE:
        return "decide" if topic.session else "begun" if topic.urgent else "left_out"
    if topic.step is Step.DELIBERATE:
        running = topic.session is not None and topic.session.running
        return "deliberate" if running and topic.agenda is not AgendaState.UNFINISHED else "later"
    return _BY_STEP[topic.step]


def people_line(house: House, topic: TopicFacts) -> str:
    """How many stand behind a topic, and which concerns it came from."""
    shown = [part.number for part in topic.parts if part.shown]
    if not shown:
        return house.texts("topics.people", count=topic.supporters)
    mark = house.texts("contract.marks.list")
    numbers = mark.join(f"#{number}" for number in shown[:NAMED])
    more = house.texts("topics.and_more", count=len(topic.parts)) if len(topic.parts) > NAMED else ""
    return house.texts("topics.people_from", count=topic.supporters, numbers=numbers, more=more)


def rows(house: House, topic: TopicFacts) -> Rows:
    """附议 and 详情 under a topic's card."""
    detail = house.button("detail", "topic", topic.number)
    if topic.state is not TopicState.OPEN:
        return ((detail,),)
    return ((house.button("second", "second", f"{house.texts.term(Numbered.TOPIC)}{topic.number}"), detail),)


def redrawn_in(house: House, topic: TopicFacts | None, chats: Sequence[Chat], now: datetime) -> list[Outgoing]:
    """A topic's card, edited in these groups."""
    if topic is None:
        return []
    text, under = card(house, topic, now), rows(house, topic)
    return [Outgoing(to, text, Manner.REDRAW, rows=under, card=card_name(topic), headed=True) for to in chats]


def origins(groups: Sequence[GroupFacts], topic: TopicFacts) -> list[GroupFacts]:
    """The groups that a topic's concerns came from, and those only written to; all, where one was said in private."""
    ids = {part.group for part in topic.parts}
    found = [group for group in groups if group.id in ids]
    if None in ids or not found:
        return list(groups)
    return [group for group in groups if group in found or group.chat.channel in WRITTEN_TO]


def shown(desk: Desk, topic: TopicFacts) -> Outgoing:
    """A topic's card as the answer to the speaker."""
    return desk.answer_text(
        card(desk.house, topic, desk.now), rows(desk.house, topic), card=card_name(topic), headed=True
    )


_NEXT = {Step.COLLECT: "decide", Step.SORT: "decide", Step.DECIDE: "prepare", Step.PREPARE: "agenda"}


def acts(desk: Desk, topic: TopicFacts) -> tuple[Button, ...]:
    """The buttons for what a moderator does next with a topic."""
    detail = desk.button("detail", "topic", topic.number)
    if topic.resolved:
        return desk.button("publish", "publish", topic.number), detail
    if topic.step is Step.DECIDE and topic.session is None:
        return desk.button("decide", "decide", topic.number), detail
    name = _NEXT.get(topic.step, "resolve")
    return desk.button(name, name, topic.number), detail
