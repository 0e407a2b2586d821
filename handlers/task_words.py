"""Where a task stands and until when, in words; what a task's card and its topic's share."""

from datetime import datetime
from typing import Protocol

from domain.dates import write_last_day, write_length
from domain.deadlines import Deadline
from domain.privacy import mask
from domain.terms import OrgLevel, TaskEnd, TaskState
from handlers.desk import House
from models.tasks import Doer


class Standing(Protocol):
    """What of a task says where it stands."""

    @property
    def doer(self) -> Doer:
        """Who does it."""
        ...

    @property
    def state(self) -> TaskState:
        """How far it is."""
        ...

    @property
    def level(self) -> OrgLevel:
        """At which level it lies."""
        ...

    @property
    def due_at(self) -> datetime:
        """When it is late."""
        ...

    @property
    def answer_by(self) -> datetime | None:
        """When the level above has to answer."""
        ...

    @property
    def claim(self) -> TaskEnd | None:
        """As what it was reported."""
        ...

    @property
    def ended_as(self) -> TaskEnd | None:
        """How it ended."""
        ...


def until(house: House, due: Deadline, now: datetime) -> str:
    """A deadline as residents read it: a last day, which is included, or a moment; with a word where it may move."""
    said = limit(house, due.at, now)
    return said if due.sure else house.texts("tasks.unsure", limit=said)


def limit(house: House, at: datetime, now: datetime) -> str:
    """The same of a stored moment: the end of a day is that day."""
    due = Deadline(at.astimezone(house.zone))
    if not due.whole_day:
        return house.moment(at, now)
    return write_last_day(due.last_day, now.astimezone(house.zone).date(), house.dates)


def public(house: House, text: str, most: int) -> str:
    """Words that everybody may read: what is private masked, and no longer than there is room for."""
    shown = mask(text, house.masking).text
    return shown if len(shown) <= most else shown[: most - 1] + "\u2026"


def late_by(house: House, due_at: datetime, now: datetime) -> str:
    """How long something is late: in days by the calendar, on its own day in hours and minutes."""
    days = (now.astimezone(house.zone).date() - Deadline(due_at.astimezone(house.zone)).last_day).days
    if days > 0:
        return house.dates.lengths["days"].format(n=days)
    return write_length(now - due_at, house.dates)


def level_name(house: House, level: OrgLevel) -> str:
    """A level in a few words."""
    return house.texts(f"tasks.level_{level.name.lower()}")


def state(house: House, task: Standing, now: datetime) -> str:
    """Where a task stands, in words."""
    texts, doer = house.texts, task.doer.name
    if task.state is TaskState.ENDED and task.ended_as:
        return texts.term(task.ended_as)
    if task.state is TaskState.REPORTED and task.claim:
        return texts("tasks.state_reported", how=texts(f"tasks.how_{task.claim}"), doer=doer)
    if task.answer_by is not None:
        return _above(house, task, task.answer_by, now)
    if task.state is TaskState.RETURNED:
        return texts("tasks.state_returned", doer=doer)
    if now >= task.due_at:
        return texts("tasks.state_late", late=late_by(house, task.due_at, now), doer=doer)
    return texts(f"tasks.state_{task.state}", doer=doer)


def _above(house: House, task: Standing, answer_by: datetime, now: datetime) -> str:
    level = level_name(house, task.level)
    if now >= answer_by:
        return house.texts("tasks.state_up_late", level=level, late=late_by(house, answer_by, now))
    return house.texts("tasks.state_up", level=level, limit=limit(house, answer_by, now))
