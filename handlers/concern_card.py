"""How a concern looks in the chat: its card, and one line of it."""

from collections.abc import Sequence
from enum import StrEnum

from domain.privacy import held, mask
from domain.talk import Button, Chat
from domain.terms import ConcernCategory, ConcernState, Numbered, Visibility
from handlers.desk import House, Rows, Speaks
from handlers.likeness import Like
from models.concerns import Concern
from models.topics import TopicFacts

MATTER = 12
LINES = 6


def card_name(concern: Concern) -> str:
    """Under which name the chat keeps the message that shows a concern."""
    return f"concern:{concern.number}"


def matter(text: str, most: int = MATTER) -> str:
    """A concern in a few words: its first sentence, cut with … where it is long."""
    first = text.split("\n", maxsplit=1)[0]
    for mark in "\u3002\uff01\uff1f!?;\uff1b":
        first = first.split(mark)[0]
    return first if len(first) <= most else first[: most - 1] + "\u2026"


def card(house: House, concern: Concern, topic: TopicFacts | None = None) -> str:
    """The text of a concern's card. `topic`: the one that it joined."""
    lines = [*_taken(house, concern), *_category(house.texts, concern)]
    if concern.supporters:
        lines.append(house.texts("collect.line_supporters", count=concern.supporters))
    if concern.on_behalf:
        lines.append(house.texts("collect.line_on_behalf"))
    lines += _privacy(house, concern)
    return "\n".join([*lines, *_standing(house, concern, topic)][:LINES])


def _standing(house: House, concern: Concern, topic: TopicFacts | None) -> list[str]:
    """Where a concern stands: in a topic at its step, sent back for a reason, or before a moderator."""
    if topic is not None:
        facts = {"step": topic.step.value, "name": house.texts.term(topic.step)}
        return [house.texts("collect.line_in_topic", number=topic.number, **facts)]
    if concern.state is ConcernState.RETURNED:
        return [house.texts("collect.status_returned"), house.texts("topics.reason", reason=concern.reason)]
    waits = concern.category is not None and not concern.urgent
    return [house.texts("collect.line_next", number=concern.number)] if waits else []


def offering(house: House, concern: Concern, like: Sequence[Like]) -> str:
    """The first answer where open topics are like a concern: the card in short, and what may be seconded instead."""
    lines = [*_taken(house, concern), *_category(house.texts, concern)[:1], house.texts("collect.like_head")]
    lines += [
        house.texts("collect.like", place=n, number=one.number, title=one.title, count=one.count)
        for n, one in enumerate(like, 1)
    ]
    return "\n".join([*lines, *_privacy(house, concern)][:LINES])


def offers(house: House, like: Sequence[Like]) -> tuple[Button, ...]:
    """One button for each topic that may be seconded."""
    topic = house.texts.term(Numbered.TOPIC)
    return tuple(house.button("second_place", "second", f"{topic}{o.number}", place=n) for n, o in enumerate(like, 1))


def _taken(house: House, concern: Concern) -> list[str]:
    if not concern.urgent:
        return [house.texts("collect.sure", number=concern.number)]
    phone = house.understanding.danger(concern.text)
    head = house.texts("collect.urgent", phone=phone.number if phone else house.contact)
    return [head, house.texts("collect.urgent_taken", number=concern.number)]


def _category(texts: Speaks, concern: Concern) -> list[str]:
    evidence = texts("contract.marks.list").join(concern.evidence)
    if concern.category is not None:
        name = texts.term(concern.category)
        shown = "collect.line_category_learned" if concern.learned else "collect.line_category"
        key = shown if evidence else "collect.line_category_bare"
        return [texts(key, category=name, evidence=evidence)]
    if concern.second is None:
        return [texts("collect.line_unsure_next")]
    unsure = texts("collect.line_unsure", category=texts.term(concern.guess), second=texts.term(concern.second))
    return [unsure, texts("collect.line_unsure_next")]


def _privacy(house: House, concern: Concern) -> list[str]:
    if concern.visibility is Visibility.MODERATORS:
        return []
    if concern.held:
        return [house.texts("collect.line_held", words=_named(house.texts, held(concern.text, house.masking)))]
    if concern.shown == concern.text or concern.group_id is None:
        return []
    kinds = mask(concern.text, house.masking).kinds
    return [house.texts("collect.line_masked", kinds=_named(house.texts, kinds))] if kinds else []


def _named(texts: Speaks, kinds: tuple[StrEnum, ...]) -> str:
    return texts("contract.marks.list").join(texts(f"collect.private.{kind}") for kind in kinds)


def rows(house: House, concern: Concern, chat: Chat) -> Rows:
    """The buttons under a concern's card: answer, who may see it, change."""
    if concern.state is ConcernState.WITHDRAWN:
        return ()
    shown = tuple(_visibility(house, concern, choice) for choice in Visibility)
    return (*_first_row(house, concern, chat), shown, _last_row(house, concern, chat))


def _first_row(house: House, concern: Concern, chat: Chat) -> Rows:
    if concern.urgent:
        return ((house.button("not_urgent", "not_urgent", concern.number),),)
    if concern.category is None:
        return (choices(house, concern, [c for c in (concern.guess, concern.second) if c]),)
    return () if chat.private else ((house.button("second", "second", concern.number),),)


def _last_row(house: House, concern: Concern, chat: Chat) -> tuple[Button, ...]:
    withdraw = house.button("withdraw", "withdraw", concern.number)
    change = house.button("recategorize", "category", concern.number)
    row = (change, withdraw) if concern.category is not None else (withdraw,)
    first_is_taken = concern.urgent or concern.category is None
    return (house.button("second", "second", concern.number), *row) if first_is_taken and not chat.private else row


def _visibility(house: House, concern: Concern, choice: Visibility) -> Button:
    chosen = house.texts("contract.marks.chosen") if concern.visibility is choice else ""
    return Button(house.texts.term(choice) + chosen, "show_to", (str(concern.number), choice.value))


def choices(house: House, concern: Concern, offered: list[ConcernCategory]) -> tuple[Button, ...]:
    """Categories to choose from, and a way to see the others where not all are there."""
    buttons = [Button(house.texts.term(c), "pick_category", (str(concern.number), c.value)) for c in offered]
    if len(offered) < len(ConcernCategory):
        buttons.append(house.button("neither", "category", concern.number))
    return tuple(buttons)


def all_choices(house: House, concern: Concern) -> Rows:
    """All six categories, three a row."""
    every = choices(house, concern, list(ConcernCategory))
    return every[:3], every[3:]


def state(house: House, concern: Concern) -> str:
    """Where a concern, loaded with its topic, stands in a few words."""
    if concern.topic is not None:
        return house.texts("collect.status_in_topic", number=concern.topic.number)
    return house.texts("collect.state_waiting" if concern.category else "collect.state_unsorted")
