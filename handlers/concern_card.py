"""How a concern looks in the chat: its card, and one line of it."""

from collections.abc import Sequence
from enum import StrEnum

from domain.privacy import held, mask
from domain.talk import Button, Chat
from domain.terms import ConcernCategory, ConcernState, Numbered, Visibility
from handlers.desk import Desk, Rows, Speaks
from handlers.likeness import Like
from models.concerns import Concern

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


def card(desk: Desk, concern: Concern) -> str:
    """The text of a concern's card."""
    lines = [*_taken(desk, concern), *_category(desk.texts, concern)]
    if concern.supporters:
        lines.append(desk.texts("collect.line_supporters", count=concern.supporters))
    if concern.on_behalf:
        lines.append(desk.texts("collect.line_on_behalf"))
    lines += _privacy(desk, concern)
    if concern.category is not None and not concern.urgent:
        lines.append(desk.texts("collect.line_next", number=concern.number))
    return "\n".join(lines)


def offering(desk: Desk, concern: Concern, like: Sequence[Like]) -> str:
    """The first answer where open topics are like a concern: the card in short, and what may be seconded instead."""
    lines = [*_taken(desk, concern), *_category(desk.texts, concern)[:1], desk.texts("collect.like_head")]
    lines += [
        desk.texts("collect.like", place=n, number=one.number, title=one.title, count=one.count)
        for n, one in enumerate(like, 1)
    ]
    return "\n".join([*lines, *_privacy(desk, concern)][:LINES])


def offers(desk: Desk, like: Sequence[Like]) -> tuple[Button, ...]:
    """One button for each topic that may be seconded."""
    topic = desk.texts.term(Numbered.TOPIC)
    return tuple(desk.button("second_place", "second", f"{topic}{o.number}", place=n) for n, o in enumerate(like, 1))


def _taken(desk: Desk, concern: Concern) -> list[str]:
    if not concern.urgent:
        return [desk.texts("collect.sure", number=concern.number)]
    phone = desk.house.understanding.judge(concern.text).urgent
    head = desk.texts("collect.urgent", phone=phone.number if phone else desk.house.contact)
    return [head, desk.texts("collect.urgent_taken", number=concern.number)]


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


def _privacy(desk: Desk, concern: Concern) -> list[str]:
    if concern.visibility is Visibility.MODERATORS:
        return []
    if concern.held:
        return [desk.texts("collect.line_held", words=_named(desk.texts, held(concern.text, desk.house.masking)))]
    if concern.shown == concern.text or concern.group_id is None:
        return []
    kinds = mask(concern.text, desk.house.masking).kinds
    return [desk.texts("collect.line_masked", kinds=_named(desk.texts, kinds))] if kinds else []


def _named(texts: Speaks, kinds: tuple[StrEnum, ...]) -> str:
    return texts("contract.marks.list").join(texts(f"collect.private.{kind}") for kind in kinds)


def rows(desk: Desk, concern: Concern, chat: Chat) -> Rows:
    """The buttons under a concern's card: answer, who may see it, change."""
    if concern.state is ConcernState.WITHDRAWN:
        return ()
    shown = tuple(_visibility(desk, concern, choice) for choice in Visibility)
    return (*_first_row(desk, concern, chat), shown, _last_row(desk, concern, chat))


def _first_row(desk: Desk, concern: Concern, chat: Chat) -> Rows:
    if concern.urgent:
        return ((desk.button("not_urgent", "not_urgent", concern.number),),)
    if concern.category is None:
        return (choices(desk, concern, [c for c in (concern.guess, concern.second) if c]),)
    return () if chat.private else ((desk.button("second", "second", concern.number),),)


def _last_row(desk: Desk, concern: Concern, chat: Chat) -> tuple[Button, ...]:
    withdraw = desk.button("withdraw", "withdraw", concern.number)
    change = desk.button("recategorize", "category", concern.number)
    row = (change, withdraw) if concern.category is not None else (withdraw,)
    first_is_taken = concern.urgent or concern.category is None
    return (desk.button("second", "second", concern.number), *row) if first_is_taken and not chat.private else row


def _visibility(desk: Desk, concern: Concern, choice: Visibility) -> Button:
    chosen = desk.texts("contract.marks.chosen") if concern.visibility is choice else ""
    return Button(desk.texts.term(choice) + chosen, "show_to", (str(concern.number), choice.value))


def choices(desk: Desk, concern: Concern, offered: list[ConcernCategory]) -> tuple[Button, ...]:
    """Categories to choose from, and a way to see the others where not all are there."""
    buttons = [Button(desk.texts.term(c), "pick_category", (str(concern.number), c.value)) for c in offered]
    if len(offered) < len(ConcernCategory):
        buttons.append(desk.button("neither", "category", concern.number))
    return tuple(buttons)


def all_choices(desk: Desk, concern: Concern) -> Rows:
    """All six categories, three a row."""
    every = choices(desk, concern, list(ConcernCategory))
    return every[:3], every[3:]


def state(desk: Desk, concern: Concern) -> str:
    """Where a concern stands, in a few words."""
    return desk.texts("collect.state_waiting" if concern.category else "collect.state_unsorted")
