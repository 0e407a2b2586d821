"""接单, 进展, 办结, 退回, 转派, 延期: the work on a task, by whoever has it in hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.deadlines import extended
from domain.errors import Refused
from domain.escalation import Told, next_look
from domain.ratings import UNRATED, ends
from domain.talk import Outgoing, Said
from domain.terms import Numbered, OrgLevel, TaskAct, TaskEnd, TaskState
from domain.work import MODERATORS, allowed, does_it
from handlers import task_card, work_ask
from handlers.desk import Desk
from handlers.numbers import number_of, reading
from handlers.proposals import leads_up
from handlers.task_rules import pace_of
from handlers.task_told import announced, asks, back_to_moderators, handed
from handlers.task_words import limit, public, state, until
from handlers.topic_card import brief
from handlers.work_line import deadline_of, doer_of, parts_of
from models.tasks import Line, Note, TaskFacts

LISTED = 5
SHOWN = 3
REASON = 255
TWO = 2


async def listed(desk: Desk, words: str) -> list[Outgoing]:
    """任务: those that are open, the late ones first, for everybody to see; 任务 7: one of them with its record."""
    if words:
        return await one(desk, words)
    found = await desk.store.tasks.open_ones(desk.community.id, LISTED + 1)
    if not found:
        return [desk.answer("tasks.none")]
    lines = [desk.texts("tasks.list_head"), *[_line(desk, task) for task in found[:LISTED]]]
    if len(found) > LISTED:
        lines[-1] = desk.texts("tasks.list_more")
    return [desk.answer_text("\n".join(lines))]


def _line(desk: Desk, task: TaskFacts) -> str:
    facts = {"number": task.number, "text": brief(task.text, 12)}
    return desk.texts("tasks.list_line", state=state(desk.house, task, desk.now), **facts)


async def one(desk: Desk, words: str) -> list[Outgoing]:
    """任务 7: its card, and the newest of its record."""
    task = await desk.store.access.task(desk.community.id, number_of(desk, words, Numbered.TASK))
    record = [*await desk.store.tasks.record(task.id, SHOWN), Line(TaskAct.GIVE, "", OrgLevel.BRANCH, task.made_at)]
    text, under = task_card.card(desk.house, task, desk.now), task_card.rows(desk.house, task)
    if desk.chat.private:
        whole = task_card.whole(desk.house, task.number, task.text)
        text = "\n".join([text, *whole, *[_record(desk, line) for line in reversed(record[:SHOWN])]])
        held = await desk.store.access.roles(desk.who.id, desk.now)
        under = task_card.working_rows(desk.house, task, desk.who.id, held)
    return [desk.answer_text(text, under, card=task_card.card_name(task.number), headed=True)]


def _record(desk: Desk, line: Line) -> str:
    words = public(desk.house, line.words, 40)
    name = "tasks.record_words" if words else "tasks.record"
    return desk.texts(
        name, day=desk.day(line.at.astimezone(desk.house.zone).date()), act=desk.texts.term(line.act), words=words
    )


async def take(desk: Desk, words: str) -> list[Outgoing]:
    """接单 7: whoever takes it first answers for it to the end. Raises Refused: tasks.taken_already and others."""
    task, held = await _in_hand(desk, words, "take")
    allowed(task.number, TaskAct.TAKE, task.state)
    own = does_it(task.hands, desk.who.id, held)
    now = replace(task, state=TaskState.TAKEN, first=task.first or task.doer.name)
    fields = {"state": now.state, "first_doer": now.first, "answered_at": task.answered_at or desk.now}
    if own:
        fields["doer_who_id"] = desk.who.id
    await _change(desk, task, now, Note(TaskAct.TAKE, desk.who.id), **fields)
    told = desk.toast("tasks.taken", number=task.number, limit=limit(desk.house, task.due_at, desk.now))
    return [told, *await task_card.redrawn(desk, now)]


async def progress(desk: Desk, words: str) -> list[Outgoing]:
    """进展 7 内容, with pictures: noted in its record."""
    task, _held = await _in_hand(desk, words, "progress")
    allowed(task.number, TaskAct.PROGRESS, task.state)
    text, pictures = reading(desk, words, Numbered.TASK).rest, _pictures(desk)
    if not text and not pictures:
        return await desk.ask("progress_what", {"number": task.number}, "tasks.ask_progress")
    await _answered(desk)
    line = await desk.store.tasks.note_only(task, Note(TaskAct.PROGRESS, desk.who.id, text, task.level), desk.now)
    await desk.store.tasks.add_photos(desk.community.id, line, desk.chat.channel, pictures, desk.now)
    name = "tasks.progress_photos" if pictures else "tasks.progress"
    return [desk.toast(name, number=task.number, count=len(pictures))]


async def progress_what(desk: Desk, words: str) -> list[Outgoing]:
    """The progress that was asked for."""
    return await progress(desk, continued(desk, words))


async def done(desk: Desk, words: str) -> list[Outgoing]:
    """办结 7 说明, 办结 7 办不了｜原因: reported done, as it is, with what proves it; those who asked will rate it.

    Raises Refused: tasks.only_doer, tasks.over, tasks.end_needs_words, tasks.end_by_moderator.
    """
    task, held = await _in_hand(desk, words, "done")
    allowed(task.number, TaskAct.REPORT, task.state)
    end, text = _end(desk, reading(desk, words, Numbered.TASK).rest)
    pictures = _pictures(desk)
    if not text and not pictures and end is TaskEnd.DONE:
        return await desk.ask("done_how", {"number": task.number}, "tasks.ask_done", number=task.number)
    proof = text or (desk.texts("tasks.pictures_only") if pictures else "")
    ends(task.number, end, proof, moderator=bool(held & MODERATORS))
    await _answered(desk)
    now = _reported(desk, task, end, rated=end not in UNRATED and not leads_up(desk, task.text))
    line = await _change(desk, task, now, Note(TaskAct.REPORT, desk.who.id, text, task.level), **_fields(now))
    await desk.store.tasks.add_photos(desk.community.id, line, desk.chat.channel, pictures, desk.now)
    to = await desk.store.ratings.to_tell(now)
    told = [_told(desk, now, end, waits=to.waits)]
    told += await announced(desk, now, proof, len(pictures), to.groups, waits=to.waits)
    if to.reported is None:
        return told
    words, claim = (proof, end) if now.state is TaskState.REPORTED else to.reported
    return told + asks(desk.house, desk.community, desk.now, replace(now, claim=claim), to.asked, words)


def _told(desk: Desk, task: TaskFacts, end: TaskEnd, *, waits: bool) -> Outgoing:
    """To the doer. Where other work on the topic `waits`, nobody is asked to rate it yet."""
    if task.claim is None:
        return desk.toast("tasks.prepared", number=task.number)
    if end in UNRATED:
        return desk.toast("tasks.ended", number=task.number, end=desk.texts.term(end))
    name = "tasks.reported_part" if waits else "tasks.reported"
    return desk.toast(name, number=task.number, topic=task.topic_number)


async def done_how(desk: Desk, words: str) -> list[Outgoing]:
    """How it was done, asked for by 办结 alone."""
    return await done(desk, continued(desk, words))


def _end(desk: Desk, text: str) -> tuple[TaskEnd, str]:
    """The end that a report begins with, if it names one, and its words."""
    parts = parts_of(text)
    names = {desk.texts.term(end): end for end in TaskEnd}
    if parts and parts[0] in names:
        return names[parts[0]], " ".join(parts[1:])
    first, _, rest = text.partition(" ")
    return (names[first], rest.strip()) if first in names else (TaskEnd.DONE, text)


def _reported(desk: Desk, task: TaskFacts, end: TaskEnd, *, rated: bool) -> TaskFacts:
    """What is not `rated` is over at once; what is good work and not rated claims nothing."""
    return replace(
        task,
        state=TaskState.REPORTED if rated else TaskState.ENDED,
        level=OrgLevel.BRANCH,
        answer_by=None,
        answered_at=task.answered_at or desk.now,
        first=task.first or task.doer.name,
        done_at=desk.now,
        claim=end if rated or end in UNRATED else None,
        ended_as=None if rated else end,
    )


def _fields(now: TaskFacts) -> dict[str, Any]:
    """What a report writes."""
    written = {name: getattr(now, name) for name in ("state", "level", "answer_by", "answered_at", "done_at", "claim")}
    return {**written, "ended_as": now.ended_as, "first_doer": now.first, "reason": ""}


async def hand_back(desk: Desk, task: TaskFacts, words: str) -> list[Outgoing]:
    """退回 7 原因, by its doer: the moderators hand it out anew; the third time it goes up instead.

    Raises Refused: tasks.is_returned, tasks.over.
    """
    allowed(task.number, TaskAct.HAND_BACK, task.state)
    reason = words.lstrip("｜| ")
    if not reason:
        return await desk.ask("back_why", {"number": task.number}, "tasks.ask_back")
    await _answered(desk)
    now = replace(task, state=TaskState.RETURNED, returned=task.returned + 1, reason=reason[:REASON])
    fields: dict[str, Any] = {"state": now.state, "returned": now.returned, "reason": now.reason}
    fields["answered_at"] = task.answered_at or desk.now
    await _change(desk, task, now, Note(TaskAct.HAND_BACK, desk.who.id, reason), **fields)
    told = desk.toast("tasks.handed_back", number=task.number)
    return [told, *await back_to_moderators(desk, now, reason)]


async def reassign(desk: Desk, words: str) -> list[Outgoing]:
    """转派 7 责任人｜原因: another does it; whoever took it first stays responsible. What is missing is asked for.

    Raises Refused: tasks.moved, tasks.over.
    """
    if not words:
        return await work_ask.which(desk, "reassign")
    task, _held = await _in_hand(desk, words, "reassign")
    if task.state is not TaskState.RETURNED:
        allowed(task.number, TaskAct.REASSIGN, task.state)
    parts = parts_of(reading(desk, words, Numbered.TASK).rest)
    work_ask.unmoved(desk, task)
    if len(parts) < TWO:
        return await _ask_to_whom(desk, task, parts)
    doer, reason = await doer_of(desk, parts[0]), "\uff5c".join(parts[1:])
    now = replace(task, state=TaskState.GIVEN, doer=doer, reason=reason[:REASON])
    fields = {"doer": doer.name[:64], "doer_who_id": doer.who, "doer_role": doer.role, "reason": now.reason}
    await _change(
        desk, task, now, Note(TaskAct.REASSIGN, desk.who.id, f"{doer.name}：{reason}"), state=now.state, **fields
    )
    reached = await desk.store.doers.reach(desk.community.id, [doer], (), desk.now)
    key = "tasks.reassigned" if task.first else "tasks.reassigned_untaken"
    told = desk.toast(key, number=task.number, doer=doer.name, first=task.first)
    return [told, *handed(desk.house, now, reached.of(doer), desk.now), *await task_card.redrawn(desk, now)]


async def _ask_to_whom(desk: Desk, task: TaskFacts, parts: Sequence[str]) -> list[Outgoing]:
    """Who is to do it, then why: the doers hear it, and the card says it."""
    choices = [] if parts else await work_ask.doers(desk, task.doer.name)
    so_far = work_ask.SoFar("reassign_part", task.number, parts, work_ask.seen(task))
    facts = {"text": brief(task.text, 12), "doer": parts[0] if parts else task.doer.name}
    return await work_ask.ask(desk, so_far, "tasks.ask_why" if parts else "tasks.ask_to_whom", choices, **facts)


async def reassign_part(desk: Desk, words: str) -> list[Outgoing]:
    """Which task, to whom, or why, that 转派 asked for."""
    return await reassign(*await work_ask.answered(desk, "reassign_part", words))


async def extend(desk: Desk, words: str) -> list[Outgoing]:
    """延期 任务7｜12-20｜原因: a later deadline, only with a reason. Raises Refused: tasks.extend_incomplete …"""
    found = reading(desk, words, Numbered.TASK)
    task = await desk.store.access.task(desk.community.id, found.number)
    allowed(task.number, TaskAct.EXTEND, task.state)
    day, reason = (*parts_of(found.rest), "", "")[:TWO]
    if not day:
        raise Refused("tasks.extend_incomplete", number=task.number)
    due = deadline_of(desk, day, task.urgency)
    extended(task.number, task.due_at, due.at, reason, desk.now)
    now = replace(task, due_at=due.at, since=desk.now, told=Told.NOTHING, reason=reason[:REASON])
    fields = {"due_at": due.at, "last_day": due.last_day, "since": desk.now, "told": now.told, "reason": now.reason}
    await _change(desk, task, now, Note(TaskAct.EXTEND, desk.who.id, reason, task.level), **fields)
    told = desk.toast("tasks.extended", number=task.number, limit=until(desk.house, due, desk.now))
    return [told, *await task_card.redrawn(desk, now)]


async def _in_hand(desk: Desk, words: str, act: str) -> tuple[TaskFacts, frozenset[Any]]:
    """The task that is meant, for somebody who may act on it."""
    number = number_of(desk, words, Numbered.TASK)
    found: tuple[TaskFacts, frozenset[Any]] = await desk.store.access.task_in_hand(
        desk.who, desk.community.id, number, desk.now, act
    )
    return found


async def _change(desk: Desk, old: TaskFacts, now: TaskFacts, note: Note, **fields: Any) -> int:
    """Write a change, and when the task is looked at next."""
    again = next_look(now.stands, desk.now, pace_of(desk.community))
    line: Any = await desk.store.tasks.change(old, note, again, desk.now, **fields)
    return int(line)


def _pictures(desk: Desk) -> list[str]:
    return [upload.id for upload in desk.event.pictures] if isinstance(desk.event, Said) else []


async def _answered(desk: Desk) -> None:
    if desk.dialogue is not None and not desk.dialogue.over:
        await desk.store.people.forget_question(desk.who.id)


def continued(desk: Desk, words: str) -> str:
    """The words that a question about a task was waiting for, after its number."""
    if desk.dialogue is None or not (words or _pictures(desk)):
        raise Refused("help.old_button")
    return f"{desk.dialogue.facts['number']} {words}"
