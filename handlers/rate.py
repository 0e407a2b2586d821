"""评价, 重办: those who asked say whether it is done; 不满意 opens it again, once by itself."""

from dataclasses import replace
from typing import Any

from domain.deadlines import deadline
from domain.errors import Refused
from domain.escalation import AGAIN, Told, next_look
from domain.ratings import Rated, needs_reason, rated
from domain.talk import Outgoing
from domain.terms import Grade, Numbered, OrgLevel, TaskAct, TaskState
from domain.work import allowed
from handlers import task_card, task_told, topic_card
from handlers.desk import DIALOGUE, Desk
from handlers.numbers import number_of, reading, reading_of
from handlers.task_rules import limits_of, pace_of
from handlers.task_words import limit
from models.ratings import NewRating
from models.tasks import Note, TaskFacts

REASON = 255
RATED = (Numbered.CONCERN, Numbered.TOPIC, Numbered.TASK)


async def rate(desk: Desk, words: str) -> list[Outgoing]:
    """评价 12 满意, 评价 12 不满意 原因; alone it asks which. Raises Refused: rate.only_raters, rate.nothing_done."""
    found = reading_of(desk, words, *RATED)
    standing = await desk.store.access.rater(desk.who, desk.community.id, found.kind, found.number)
    task = standing.task
    if task is None:
        raise Refused("rate.nothing_done")
    grade, reason = _grade(desk, found.rest)
    if grade is None:
        facts = {"number": task.topic_number, "matter": topic_card.cut(task.title, 14)}
        return desk.private("rate.which", task_told.grades(desk.house, task), **facts)
    if needs_reason(grade, reason):
        return await _ask_why(desk, f"{desk.texts.term(found.kind)}{found.number}")
    outcome = rated(grade, standing.round)
    again = task.done_at is not None and desk.now >= task.done_at + AGAIN
    new = NewRating(task.topic, desk.who.id, standing.round, again, grade)
    await desk.store.ratings.put(desk.community.id, new, desk.now)
    if outcome is Rated.REOPEN:
        return await _reopened(desk, task, reason)
    if outcome is Rated.ASK:
        return await _left_to_moderators(desk, task, reason)
    confirmed = await desk.store.ratings.confirm(task.topic, desk.now)
    told = desk.toast("rate.noted", grade=desk.texts.term(grade))
    after = replace(task, state=TaskState.ENDED, ended_as=task.claim)
    return [told, *(await task_card.redrawn(desk, after) if confirmed else [])]


def _grade(desk: Desk, text: str) -> tuple[Grade | None, str]:
    """The grade that a text begins with, and the reason after it."""
    names = sorted(((desk.texts.term(grade), grade) for grade in Grade), key=lambda one: -len(one[0]))
    for name, grade in names:
        if text.startswith(name):
            return grade, text.removeprefix(name).lstrip(" ，,。：:｜|")
    return None, text


async def _ask_why(desk: Desk, of: str) -> list[Outgoing]:
    """In private, as a rating is."""
    chat = desk.chat if desk.chat.private else desk.who.private
    if chat is not None:
        until = desk.now + DIALOGUE
        await desk.store.people.expect(desk.community.id, desk.who.id, chat, "rate_why", {"of": of}, until)
    return desk.private("rate.ask_reason")


async def rate_why(desk: Desk, words: str) -> list[Outgoing]:
    """What was not done well, asked for by 不满意."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    return await rate(desk, f"{desk.dialogue.facts['of']} {desk.texts.term(Grade.DISSATISFIED)} {words}")


async def _reopened(desk: Desk, task: TaskFacts, reason: str) -> list[Outgoing]:
    """不满意 for the first time: the task is its doer's again, at once."""
    now = await _open_again(desk, task, reason)
    day = limit(desk.house, now.due_at, desk.now)
    told = desk.private("rate.reopened", number=task.number, doer=task.doer.name, limit=day)
    return [*told, *await _to_doer(desk, now), *await task_card.redrawn(desk, now)]


async def _open_again(desk: Desk, task: TaskFacts, reason: str) -> TaskFacts:
    """The task as it was handed out, with a new deadline. Three statements."""
    due = deadline(task.urgency, desk.local, limits_of(desk.community), desk.house.workday)
    fields: dict[str, Any] = {"state": TaskState.GIVEN, "level": OrgLevel.BRANCH, "answer_by": None, "done_at": None}
    fields |= {"claim": None, "ended_as": None, "due_at": due.at, "since": desk.now, "told": Told.NOTHING}
    fields |= {"reopened": task.reopened + 1, "undecided": False, "returned": 0, "reason": reason[:REASON]}
    now = replace(task, **fields)
    again = next_look(now.stands, desk.now, pace_of(desk.community))
    note = Note(TaskAct.REOPEN, desk.who.id, reason)
    await desk.store.tasks.change(task, note, again, desk.now, last_day=due.last_day, ended_at=None, **fields)
    return now


async def _to_doer(desk: Desk, now: TaskFacts) -> list[Outgoing]:
    reached = await desk.store.doers.reach(desk.community.id, [now.doer], (), desk.now)
    facts = {"number": now.number, "text": topic_card.brief(now.text, 20), "reason": topic_card.cut(now.reason, 60)}
    text = desk.texts("rate.reopened_to_doer", limit=limit(desk.house, now.due_at, desk.now), **facts)
    under = task_card.doer_rows(desk.house, now.number, now.topic_number)
    return [Outgoing(chat, text, rows=under) for chat in reached.of(now.doer)]


async def _left_to_moderators(desk: Desk, task: TaskFacts, reason: str) -> list[Outgoing]:
    """不满意 again: a moderator decides."""
    await desk.store.tasks.set_undecided(task.id, reason, undecided=True)
    text = desk.texts("rate.to_moderators", number=task.number, text=topic_card.brief(task.text, 20), reason=reason)
    row = (desk.button("reopen", "reopen", task.number), desk.button("leave_it", "leave_it", task.number))
    told = [Outgoing(chat, text, rows=(row,)) for chat in await task_told.moderators(desk)]
    return [desk.toast("rate.again_reopened"), *told]


async def reopen(desk: Desk, words: str) -> list[Outgoing]:
    """重办 7 原因: a moderator opens it again."""
    task = await desk.store.access.task(desk.community.id, number_of(desk, words, Numbered.TASK))
    allowed(task.number, TaskAct.REOPEN, task.state)
    reason = reading(desk, words, Numbered.TASK).rest or desk.texts("rate.by_moderator")
    now = await _open_again(desk, task, reason)
    told = desk.toast("rate.reopened_by_moderator", number=task.number, limit=limit(desk.house, now.due_at, desk.now))
    return [told, *await _to_doer(desk, now), *await task_card.redrawn(desk, now)]


async def leave_it(desk: Desk, words: str) -> list[Outgoing]:
    """不重办 7 原因: a moderator leaves it as it is; those who asked hear why. Raises Refused: rate.not_asked."""
    task = await desk.store.access.task(desk.community.id, number_of(desk, words, Numbered.TASK))
    if not task.undecided:
        raise Refused("rate.not_asked", number=task.number)
    reason = reading(desk, words, Numbered.TASK).rest.lstrip("｜| ")
    if not reason:
        raise Refused("rate.leave_needs_reason", number=task.number)
    await desk.store.tasks.set_undecided(task.id, reason, undecided=False)
    facts = {"number": task.topic_number, "matter": topic_card.cut(task.title, 14)}
    text = desk.texts("rate.left_to_raters", reason=reason, **facts)
    told = [Outgoing(chat, text) for chat in await desk.store.ratings.dissatisfied(task.topic)]
    return [desk.toast("rate.left", number=task.number, reason=reason), *told]
