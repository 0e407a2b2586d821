"""分级处置: what is late or beyond one's powers goes up, and comes down with an answer; reminders on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.deadlines import in_working_days
from domain.errors import Refused
from domain.escalation import (
    Seen,
    Told,
    What,
    climb,
    climbs_at,
    come_down,
    first_responsible,
    look,
    next_look,
    returned_too_often,
)
from domain.quiet import next_loud
from domain.talk import Chat, Manner, Outgoing
from domain.terms import Numbered, OrgLevel, Role, TaskAct, TaskState, Urgency
from domain.work import ANSWERS, MODERATORS, allowed, answers_it
from handlers import task_card, task_told, topic_card, work_ask
from handlers.desk import Desk, House, quiet_of
from handlers.numbers import reading_of
from handlers.task_rules import level_of, pace_of
from handlers.task_words import late_by, level_name, limit, public
from handlers.work_line import deadline_of, parts_of
from models.doers import Reach
from models.people import CommunityFacts
from models.tasks import Climb, Note, TaskFacts

BATCH = 20
"""How many tasks one tick looks at in a community; the rest waits for the next one."""
REASON = 255


def _answer_by(house: House, community: CommunityFacts, level: OrgLevel, now: datetime) -> datetime:
    days = level_of(community, level).days
    return in_working_days(days, now.astimezone(house.zone), house.workday).at


async def up(desk: Desk, words: str) -> list[Outgoing]:
    """上报 7 原因: beyond the doer's powers, or the level's. What is missing is asked for.

    Raises Refused: tasks.at_the_top, tasks.moved, tasks.over and others.
    """
    if not words:
        return await work_ask.which(desk, "escalate")
    found = reading_of(desk, words, Numbered.TASK)
    task, _held = await desk.store.access.task_in_hand(desk.who, desk.community.id, found.number, desk.now, "escalate")
    allowed(task.number, TaskAct.UP, task.state)
    reason = found.rest.lstrip("｜| ")[:REASON]
    level = climb(task.number, task.level)
    work_ask.unmoved(desk, task)
    if not reason:
        return await _ask_why(desk, task, level)
    answer_by = _answer_by(desk.house, desk.community, level, desk.now)
    now = replace(task, level=level, answer_by=answer_by, told=Told.NOTHING, reason=reason)
    fields = {"level": level, "answer_by": answer_by, "told": now.told, "reason": reason}
    note = Note(TaskAct.UP, desk.who.id, reason, level)
    await desk.store.tasks.change(task, note, answer_by, desk.now, **fields)
    reached = await desk.store.doers.reach(desk.community.id, (), (ANSWERS[level], Role.SECRETARY), desk.now)
    told = desk.toast("tasks.reported_up", number=task.number, level=level_name(desk.house, level))
    out = await task_told.told_all(desk, now, up_text(desk.house, now, desk.now))
    return [told, *out, *_to_level(desk.house, desk.community, now, reached, desk.now)]


async def _ask_why(desk: Desk, task: TaskFacts, level: OrgLevel) -> list[Outgoing]:
    facts = {"text": topic_card.brief(task.text, 12), "level": level_name(desk.house, level)}
    so_far = work_ask.SoFar("escalate_part", task.number, (), work_ask.seen(task))
    return await work_ask.ask(desk, so_far, "tasks.ask_up", desk.texts.list("tasks.up_reasons"), **facts)


async def up_part(desk: Desk, words: str) -> list[Outgoing]:
    """Which task, or why, that 上报 asked for."""
    return await up(*await work_ask.answered(desk, "escalate_part", words))


def up_text(house: House, task: TaskFacts, now: datetime) -> str:
    """What the groups hear of a task that went up."""
    head = task_card.headline(house, task.number, task.text, "tasks.up", level=level_name(house, task.level))
    lines = [head, house.texts("tasks.up_reason", reason=public(house, task.reason, 40))]
    lines.append(house.texts("tasks.up_first", first=first_responsible(task.first, task.doer.name)))
    if task.answer_by is not None:
        lines.append(house.texts("tasks.up_limit", limit=limit(house, task.answer_by, now)))
    return "\n".join(lines)


def _to_level(
    house: House, community: CommunityFacts, task: TaskFacts, reached: Reach, now: datetime
) -> list[Outgoing]:
    """To the level's group and persons; where there is neither, to the secretaries, who carry it there."""
    level, number = level_name(house, task.level), task.number
    group, persons = level_of(community, task.level).group, reached.roles.get(ANSWERS[task.level], ())
    head = task_card.headline(house, number, task.text, "tasks.up", level=level)
    if group is None and not persons:
        text = house.texts("tasks.carry", head=head, level=level, number=number)
        return [Outgoing(chat, text, headed=True) for chat in reached.roles.get(Role.SECRETARY, ())]
    facts = {"reason": topic_card.cut(task.reason, 60), "number": number}
    text = house.texts("tasks.to_level", head=head, limit=limit(house, task.answer_by or now, now), **facts)
    row = (*task_card.handing_row(house, task)[1:], task_card.button(house, "detail", "topic", task.topic_number))
    return [Outgoing(chat, text, rows=(row,), headed=True) for chat in ((*persons, group) if group else persons)]


async def down(desk: Desk, task: TaskFacts, held: frozenset[Role], words: str) -> list[Outgoing]:
    """退回 7 答复｜给什么｜期限: a level answers, with what is given for it; never a bare order.

    Raises Refused: tasks.is_up, tasks.down_needs_answer, tasks.down_needs_means.
    """
    if not (answers_it(task.hands, held) or held & MODERATORS):
        raise Refused("tasks.is_up", number=task.number, level=level_name(desk.house, task.level))
    answer, means, last = (*parts_of(words), "", "", "")[:3]
    way = level_of(desk.community, task.level).down
    level = come_down(task.number, task.level, answer, means, way)
    now, fields = _landed(desk, task, level, last)
    note = Note(TaskAct.DOWN, desk.who.id, f"{answer}｜{means}", task.level)
    again = next_look(now.stands, desk.now, pace_of(desk.community))
    await desk.store.tasks.change(task, note, again, desk.now, **fields)
    roles = () if level is OrgLevel.BRANCH else (ANSWERS[level], Role.SECRETARY)
    reached = await desk.store.doers.reach(desk.community.id, [task.doer], roles, desk.now)
    out = await task_told.told_all(desk, now, _down_text(desk, task, now, answer, means))
    told = desk.toast("tasks.answered", number=task.number)
    if level is OrgLevel.BRANCH:
        return [told, *out, *task_told.handed(desk.house, now, reached.of(task.doer), desk.now)]
    return [told, *out, *_to_level(desk.house, desk.community, now, reached, desk.now)]


def _landed(desk: Desk, task: TaskFacts, level: OrgLevel, last: str) -> tuple[TaskFacts, dict[str, Any]]:
    """A task after it came down: with its doer and a new deadline, or with the level below."""
    if level is not OrgLevel.BRANCH:
        answer_by = _answer_by(desk.house, desk.community, level, desk.now)
        now = replace(task, level=level, answer_by=answer_by, told=Told.NOTHING)
        return now, {"level": level, "answer_by": answer_by, "told": now.told}
    due = deadline_of(desk, last, task.urgency)
    state = TaskState.GIVEN if task.state is TaskState.RETURNED else task.state
    now = replace(task, level=level, answer_by=None, told=Told.NOTHING, due_at=due.at, since=desk.now, state=state)
    now = replace(now, reason="", returned=0)
    names = ("level", "answer_by", "told", "due_at", "since", "state", "reason", "returned")
    return now, {**{name: getattr(now, name) for name in names}, "last_day": due.last_day}


def _down_text(desk: Desk, was: TaskFacts, now: TaskFacts, answer: str, means: str) -> str:
    """What the groups hear of an answer."""
    above = level_name(desk.house, was.level)
    head = task_card.headline(desk.house, was.number, was.text, "tasks.down", level=above)
    lines = [head, desk.texts("tasks.down_answer", answer=public(desk.house, answer, 60))]
    lines.append(desk.texts("tasks.down_means", means=public(desk.house, means, 40)))
    if now.up and now.answer_by is not None:
        day, below = limit(desk.house, now.answer_by, desk.now), level_name(desk.house, now.level)
        return "\n".join([*lines, desk.texts("tasks.down_next_level", level=below, limit=day)])
    day = limit(desk.house, now.due_at, desk.now)
    return "\n".join([*lines, desk.texts("tasks.down_next", doer=now.doer.name, limit=day)])


@dataclass(frozen=True, slots=True)
class Looked:
    """The tasks of a tick by what is due about them, as they stand after it."""

    reminded: list[TaskFacts]
    late: list[TaskFacts]
    climbed: list[TaskFacts]
    again: list[TaskFacts]


async def due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """What fell due of tasks: recalled, late, sent up, asked after; a bounded number at a time."""
    tasks: list[TaskFacts] = await house.store.tasks.claim_due(community.id, now, BATCH)
    if not tasks:
        return []
    pace = pace_of(community)
    seen = {task.id: look(task.stands, now, pace) for task in tasks}
    looked = await _written(house, community, tasks, seen, now)
    roles = {Role.MODERATOR, Role.SECRETARY, *(ANSWERS[task.level] for task in looked.climbed)}
    doers = [task.doer for task in (*looked.reminded, *looked.late)]
    reached = await house.store.doers.reach(community.id, doers, roles, now)
    out = [one for task in looked.reminded for one in _reminding(house, community, task, reached, now)]
    out += [one for task in looked.late for one in _late(house, community, task, reached, now)]
    for task in looked.climbed:
        out += [_by_itself(house, community, task, one, now) for one in _to_level(house, community, task, reached, now)]
    for task in looked.again:
        asked = await house.store.ratings.to_ask(task.id)
        out += task_told.asks(house, community, now, task, asked, "")
    return out + await _shown(house, community, looked, now)


async def _written(
    house: House, community: CommunityFacts, tasks: Sequence[TaskFacts], seen: dict[int, Seen], now: datetime
) -> Looked:
    """Write what is due, and when each task is looked at next. At most five statements."""
    of = {what: [task for task in tasks if seen[task.id].what is what] for what in What}
    climbs = [_climb(house, community, task, now) for task in of[What.CLIMB]]
    await house.store.tasks.tell([task.id for task in of[What.REMIND]], Told.REMINDED)
    await house.store.tasks.tell([task.id for task in of[What.LATE]], Told.LATE)
    await house.store.tasks.climbed(community.id, climbs, of[What.LATE], now)
    moments = {id: one.again for id, one in seen.items() if one.again is not None}
    moments |= {one.task.id: one.answer_by for one in climbs}
    await house.store.tasks.look_again(community.id, moments, now)
    after = [replace(one.task, level=one.level, answer_by=one.answer_by, reason=one.reason) for one in climbs]
    return Looked(of[What.REMIND], of[What.LATE], after, of[What.ASK_AGAIN])


def _climb(house: House, community: CommunityFacts, task: TaskFacts, now: datetime) -> Climb:
    if task.up:
        late = late_by(house, task.answer_by or now, now)
        reason = house.texts("tasks.late_reason_up", level=level_name(house, task.level), late=late)
    elif task.state is TaskState.RETURNED and returned_too_often(task.returned):
        reason = house.texts("tasks.returned_reason", count=task.returned)
    else:
        reason = house.texts("tasks.late_reason", late=late_by(house, task.due_at, now))
    level = climb(task.number, task.level)
    return Climb(task, level, _answer_by(house, community, level, now), reason)


def _by_itself(house: House, community: CommunityFacts, task: TaskFacts, out: Outgoing, now: datetime) -> Outgoing:
    """Said by the bot itself: in quiet hours it waits for the morning, unless it is an emergency."""
    due = now if task.urgency is Urgency.EMERGENCY else next_loud(now.astimezone(house.zone), quiet_of(community))
    return replace(out, manner=Manner.NOTICE, due=due)


def _reminding(
    house: House, community: CommunityFacts, task: TaskFacts, reached: Reach, now: datetime
) -> list[Outgoing]:
    """To the doer: it is due soon; where no doer is reached, the moderators hear that."""
    facts = {"number": task.number, "text": topic_card.brief(task.text, 20), "limit": limit(house, task.due_at, now)}
    chats = reached.of(task.doer)
    if not chats:
        text = house.texts("tasks.nobody", doer=task.doer.name, **facts)
        row = task_card.handing_row(house, task)[:1]
        told = [Outgoing(chat, text, rows=(row,)) for chat in _moderators(reached)]
        return [_by_itself(house, community, task, one, now) for one in told]
    under = task_card.doer_rows(house, task.number, task.topic_number, first="done")
    out = [Outgoing(chat, house.texts("tasks.remind", **facts), rows=under) for chat in chats]
    return [_by_itself(house, community, task, one, now) for one in out]


def _late(house: House, community: CommunityFacts, task: TaskFacts, reached: Reach, now: datetime) -> list[Outgoing]:
    """To the doer: it is late, and when it goes up; at the top the moderators hear that no answer came."""
    number, text, moderators = task.number, topic_card.brief(task.text, 20), _moderators(reached)
    if task.up:
        told = house.texts(
            "tasks.late_at_top", number=number, text=text, late=late_by(house, task.answer_by or now, now)
        )
        return [_by_itself(house, community, task, Outgoing(chat, told), now) for chat in moderators]
    climbs = house.moment(climbs_at(task.stands, pace_of(community)), now)
    level = level_name(house, OrgLevel.NEIGHBOURHOOD)
    facts = {"number": number, "text": text, "late": late_by(house, task.due_at, now), "climbs": climbs, "level": level}
    under = task_card.doer_rows(house, number, task.topic_number, first="done")
    chats = reached.of(task.doer) or moderators
    out = [Outgoing(chat, house.texts("tasks.late", **facts), rows=under) for chat in chats]
    return [_by_itself(house, community, task, one, now) for one in out]


def _moderators(reached: Reach) -> list[Chat]:
    return list(dict.fromkeys(chat for role in sorted(MODERATORS) for chat in reached.roles.get(role, ())))


async def _shown(house: House, community: CommunityFacts, looked: Looked, now: datetime) -> list[Outgoing]:
    """To everybody: one message for what went up, and the cards of what is late or went up, edited."""
    changed = [*looked.late, *looked.climbed]
    if not changed:
        return []
    groups = [group.chat for group in await house.store.people.groups_of(community.id)]
    out = []
    if looked.climbed:
        first = looked.climbed[0]
        told = Outgoing(groups[0], _climbed_text(house, looked.climbed, now), headed=True) if groups else None
        out += [replace(_by_itself(house, community, first, told, now), to=chat) for chat in groups if told]
    for task in changed:
        text, under = task_card.card(house, task, now), task_card.rows(house, task)
        card = task_card.card_name(task.number)
        out += [Outgoing(chat, text, Manner.REDRAW, rows=under, card=card, headed=True) for chat in groups]
    for topic in await house.store.topics.by_ids({task.topic for task in changed}):
        out += topic_card.redrawn_in(house, topic, groups, now)
    return out


def _climbed_text(house: House, climbed: Sequence[TaskFacts], now: datetime) -> str:
    """One that went up in full, several as a list."""
    if len(climbed) == 1:
        return up_text(house, climbed[0], now)
    shown = climbed[:SHOWN]
    lines = [
        house.texts(
            "tasks.up_line", number=one.number, text=topic_card.brief(one.text, 10), level=level_name(house, one.level)
        )
        for one in shown
    ]
    more = [house.texts("tasks.up_more", count=len(climbed) - len(shown))] if len(climbed) > len(shown) else []
    return "\n".join([house.texts("tasks.up_several", count=len(climbed)), *lines, *more])


SHOWN = 4
