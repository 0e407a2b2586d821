"""派单, 转派, 上报 part by part: which task, what, who, why, by when; with buttons for what may well be meant.

A question knows its task (a topic, for 派单) and what was told so far. A button bears both, so that one under an older
question answers nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import Refused
from domain.talk import Button, Outgoing, Pressed
from domain.work import MODERATORS
from handlers import task_card
from handlers.desk import Desk, Rows
from handlers.task_words import state
from handlers.topic_card import brief
from models.people import Waiting
from models.tasks import TaskFacts

OFFERED = 6
A_ROW = 3
LONGEST = 6
"""A button's room (VOICE.md §2)."""


async def which(desk: Desk, act: str) -> list[Outgoing]:
    """转派, 上报 alone: which of the tasks that the speaker has in hand. Raises Refused: tasks.only_doer and none."""
    held = await desk.store.access.roles(desk.who.id, desk.now)
    found = await desk.store.tasks.in_hand(desk.community.id, desk.who.id, held, OFFERED)
    if not found:
        raise Refused("tasks.none" if held & MODERATORS else "tasks.only_doer", act=act)
    lines = "\n".join(_line(desk, task) for task in found)
    buttons = [desk.button("task_of", act, task.number, number=task.number) for task in found]
    return await desk.ask(f"{act}_part", {"number": None}, f"tasks.ask_which_{act}", _rows(buttons), lines=lines)


def _line(desk: Desk, task: TaskFacts) -> str:
    facts = {"number": task.number, "text": brief(task.text, 12)}
    return desk.texts("tasks.list_line", state=state(desk.house, task, desk.now), **facts)


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was told: `route` takes the answer; `seen` is what `unmoved` holds the task to."""

    route: str
    number: int
    parts: Sequence[str] = ()
    seen: str = ""


async def ask(desk: Desk, so_far: SoFar, key: str, choices: Sequence[str] = (), **told: object) -> list[Outgoing]:
    """Ask for the part that is missing; `choices` are the buttons' words. The text has its number and what is `told`.

    One statement.
    """
    facts = {"number": so_far.number, "parts": list(so_far.parts), "seen": so_far.seen}
    buttons = [Button(label, so_far.route, (_token(facts), label)) for label in choices]
    return await desk.ask(so_far.route, facts, key, _rows(buttons), number=so_far.number, **told)


async def answered(desk: Desk, name: str, words: str) -> tuple[Desk, str]:
    """The desk with the question that was answered, typed or pressed, and the line as it is now.

    Raises Refused: help.old_button where the question is over, another, or of somebody else.
    """
    question, token = desk.dialogue, ""
    if isinstance(desk.event, Pressed):
        token, _, words = words.partition(" ")
        question = await desk.store.people.answering(desk.who.id, desk.chat, desk.now, {name})
    if question is None or question.name != name or not words or (token and token != _token(question.facts)):
        raise Refused("help.old_button")
    return desk.answering(question), _line_of(question, words)


def _line_of(question: Waiting, words: str) -> str:
    """What was told so far with what was answered now, as one line says it."""
    if question.facts["number"] is None:
        return words
    return f"{question.facts['number']} " + "\uff5c".join([*question.facts["parts"], words])


def _token(facts: Mapping[str, Any]) -> str:
    return f"{facts['number']}.{len(facts.get('parts') or ())}"


def seen(task: TaskFacts) -> str:
    """Where a task lies and who has it."""
    return f"{task.level} {task.doer.name}"


def unmoved(desk: Desk, task: TaskFacts) -> None:
    """Refuse an answer about a task that another sent elsewhere since it was asked for. Raises Refused: tasks.moved."""
    asked = desk.dialogue.facts.get("seen") if desk.dialogue else None
    if asked and asked != seen(task):
        raise Refused("tasks.moved", number=task.number)


async def doers(desk: Desk, present: str = "") -> list[str]:
    """Who may well be meant: who had the last tasks, then the units that have people; not who has it now.

    One statement.
    """
    names, roles = await desk.store.doers.known(desk.community.id, desk.now)
    units = [unit for role in roles for unit in (task_card.unit(desk.house, role),) if unit]
    fit = [name for name in dict.fromkeys([*names, *units]) if len(name) <= LONGEST and name != present]
    return fit[:OFFERED]


def _rows(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[at : at + A_ROW]) for at in range(0, len(buttons), A_ROW))
