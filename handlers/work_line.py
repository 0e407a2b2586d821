"""The one-line form of work: 5 内容｜责任人｜期限, as 决议 and 派单 take it, and who and when is meant by it."""

import re
from datetime import date
from typing import Any

from domain.dates import parse_day, parse_moment
from domain.deadlines import Deadline, deadline, in_a_length, last_day, urgency_of
from domain.errors import Refused
from domain.escalation import Stands, Told, next_look
from domain.terms import Numbered, OrgLevel, Role, TaskState, Urgency
from handlers.desk import Desk
from handlers.numbers import reading_of
from handlers.task_rules import length_words, limits_of, pace_of
from models.tasks import Doer, NewTask
from models.topics import TopicFacts

PARTS = 3
_BAR = re.compile(r"[｜|]")
_CLOCK = re.compile(r"\d[:：]\d\d")
_SHORT = re.compile(r"[2-9A-HJ-NP-Z]{5,9}")


def line_of(desk: Desk, words: str) -> tuple[int, list[str]]:
    """The topic's number, and the parts that were told so far. Raises Refused: refused.no_concern … for other kinds."""
    found = reading_of(desk, words, Numbered.TOPIC)
    return found.number, parts_of(found.rest)


def parts_of(text: str) -> list[str]:
    """The parts of a line, those at its end that are empty left out."""
    told = [part.strip() for part in _BAR.split(text.lstrip("｜| "))]
    while told and not told[-1]:
        told.pop()
    return told


def last_day_of(desk: Desk, text: str) -> date:
    """A day that is not over. Raises Refused: refused.day_unreadable, minute.past."""
    day = parse_day(text, desk.local.date())
    if day < desk.local.date():
        raise Refused("minute.past", day=day)
    return day


def deadline_of(desk: Desk, text: str, urgency: Urgency) -> Deadline:
    """The deadline that was typed (a day, a moment, a length), or the default where nothing was.

    Raises Refused: refused.day_unreadable, refused.moment_unreadable, minute.past, tasks.length.
    """
    if not text:
        return deadline(urgency, desk.local, limits_of(desk.community), desk.house.workday)
    length = in_a_length(text, desk.local, length_words(desk.house), desk.house.workday)
    if length is not None:
        return length
    if not _CLOCK.search(text):
        return last_day(last_day_of(desk, text), desk.house.zone)
    at = parse_moment(text, desk.local)
    if at <= desk.local:
        raise Refused("minute.past", day=at.date())
    return Deadline(at)


async def doer_of(desk: Desk, text: str) -> Doer:
    """Who is meant: a person by their short name, a unit or a role by its name, else only what was written."""
    first, _, rest = text.partition(" ")
    if _SHORT.fullmatch(first.upper()):
        who = await desk.store.roles.by_short(desk.community.id, first.upper())
        if who is not None:
            return Doer(rest.strip() or desk.texts("tasks.somebody"), who.id, _role_of(desk, rest.strip()))
    return Doer(text, None, _role_of(desk, text))


def _role_of(desk: Desk, text: str) -> Role | None:
    """The role whose name a text begins with."""
    names = {desk.texts.term(role): role for role in Role}
    names |= {word: Role(role) for role, words in desk.texts.table("tasks.role_words").items() for word in words}
    return next((names[name] for name in sorted(names, key=len, reverse=True) if text.startswith(name)), None)


async def work_of(desk: Desk, topic: TopicFacts, parts: list[str]) -> tuple[NewTask, Deadline]:
    """The task that a line asks for. At most two statements."""
    urgency = urgency_of(topic.kind, urgent=topic.urgent)
    due = deadline_of(desk, parts[2] if len(parts) > PARTS - 1 else "", urgency)
    doer = await doer_of(desk, parts[1])
    return NewTask(parts[0], doer, due.at, due.last_day, urgency), due


async def hand_out(desk: Desk, topic: int, new: NewTask) -> int:
    """Give a task its number, and note when it is looked at first. Three statements."""
    fresh = Stands(TaskState.GIVEN, OrgLevel.BRANCH, desk.now, new.due_at, Told.NOTHING)
    again = next_look(fresh, desk.now, pace_of(desk.community)) or new.due_at
    number: Any = await desk.store.tasks.give(desk.community.id, topic, new, again, desk.now)
    return int(number)
