"""3 确定议题: which session a topic goes on: the council's short vote, or the convener's word with a reason."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.council import Outcome, outcome
from domain.dates import parse_day
from domain.errors import Refused
from domain.quiet import next_loud
from domain.session_days import on_day
from domain.steps import advance
from domain.talk import Manner, Outgoing
from domain.terms import Numbered, Role, Step, TopicState
from handlers import redraws, task_card, topic_card, work_ask
from handlers.desk import Desk, House, quiet_of
from handlers.numbers import number_of, reading_of
from handlers.sessions import council_of, minutes_of, rules_of
from handlers.stepping import take_step
from handlers.work_line import PARTS, hand_out, line_of, work_of
from models.people import CommunityFacts
from models.topics import SessionFacts, TopicFacts

_BAR = re.compile(r"[｜|]")
_DAY = re.compile(r"\d")


async def decide(desk: Desk, words: str) -> list[Outgoing]:
    """确定 5 asks the council; 确定 5 12-14｜原因, 确定 5 原因: the convener's word; 确定 5 不上｜原因: not this time.

    Raises Refused: decide.no_session, decide.asked_already, prepare.no_session, steps.another_first and others.
    """
    found = reading_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.open_topic(desk.community.id, found.number)
    first, _, reason = _BAR.sub("｜", found.rest, count=1).partition("｜")
    first, reason = first.strip(), reason.strip()
    if first == desk.texts("decide.off"):
        return await _leave_out(desk, topic, reason)
    day = first if first and (_DAY.match(first) or reason) else ""
    reason = reason if day else first
    session = await _session(desk, topic.number, day)
    if not reason:
        return await _ask(desk, topic, session, day)
    return await _put_on(desk, topic, session, reason)


async def _session(desk: Desk, number: int, day: str) -> SessionFacts:
    """The session meant: of that day, else the nearest to come. Raises Refused: decide.no_session and on_day's."""
    if not day:
        nearest = await desk.store.agenda.next_session(desk.community.id, desk.now)
        if nearest is None:
            raise Refused("decide.no_session", number=number, contact=desk.house.contact)
        return SessionFacts(nearest.id, nearest.day, nearest.starts_at, nearest.place)
    meetings = await desk.store.sessions.meetings(desk.community.id, desk.now - timedelta(days=1))
    rules = rules_of(desk.community, desk.house.zone)
    meant = on_day(meetings, parse_day(day, desk.local.date()), desk.now, rules)
    return SessionFacts(meant.id, meant.planned, meant.starts_at, meant.place)


async def _ask(desk: Desk, topic: TopicFacts, session: SessionFacts, day: str) -> list[Outgoing]:
    """Without a reason: the council is asked; where there is none, the moderator for a reason."""
    members = await desk.store.councils.members(desk.community.id, desk.now)
    if topic.step > Step.SORT or not members.count:
        facts = {"number": topic.number, "day": day}
        return await desk.ask("decide_why", facts, "decide.ask_reason")
    closes = desk.now + timedelta(hours=council_of(desk.community).hours)
    if not await desk.store.councils.ask(desk.community.id, topic.id, session.id, closes, desk.now):
        raise Refused("decide.asked_already", number=topic.number)
    now = replace(topic, proposed=desk.now, session=session, reason="")
    facts = {"head": topic_card.headline(desk.house, now), "people": topic_card.people_line(desk.house, now)}
    text = desk.texts("decide.to_council", day=_day(desk, now), closes=desk.moment(closes), **facts)
    number = topic.number
    row = (desk.button("council_yes", "council_yes", number), desk.button("council_no", "council_no", number))
    asked = [Outgoing(chat, text, rows=(row,)) for chat in members.chats]
    told = desk.toast("decide.asking", number=topic.number, count=members.count, closes=desk.moment(closes))
    return [told, *asked, *await redraws.of_topic(desk, now)]


async def why(desk: Desk, words: str) -> list[Outgoing]:
    """The reason that 确定 asked for."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    facts = desk.dialogue.facts
    topic = await desk.store.access.open_topic(desk.community.id, int(facts["number"]))
    await desk.store.people.forget_question(desk.who.id)
    return await _put_on(desk, topic, await _session(desk, topic.number, str(facts["day"])), words)


async def leave_out_why(desk: Desk, words: str) -> list[Outgoing]:
    """The reason why a topic is left out."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    topic = await desk.store.access.open_topic(desk.community.id, int(desk.dialogue.facts["number"]))
    await desk.store.people.forget_question(desk.who.id)
    return await _leave_out(desk, topic, words)


async def _put_on(desk: Desk, topic: TopicFacts, session: SessionFacts, reason: str) -> list[Outgoing]:
    """Put a topic on a session's agenda, and say so where it is told of."""
    waits = topic.step is Step.DELIBERATE and topic.session is None and not topic.resolved
    if not waits and (topic.step < Step.DECIDE or topic.step > Step.PREPARE or _stands_on(topic, session)):
        await take_step(desk, topic, Step.DECIDE, reason)
        topic = replace(topic, step=Step.DECIDE)
    elif topic.session is not None:
        await desk.store.agenda.remove(topic.session.id, topic.id)
    await desk.store.topics.put_on(topic.id, session.id, reason)
    minutes, report = minutes_of(desk.community), topic.urgent and topic.session is None
    await desk.store.agenda.add(desk.community.id, session.id, topic.id, minutes, report=report)
    return await _on(desk, replace(topic, session=session, reason=reason, proposed=None))


async def _on(desk: Desk, now: TopicFacts) -> list[Outgoing]:
    """Say on which session a topic is now. One statement."""
    row = (desk.button("prepare", "prepare", now.number), desk.button("agenda", "agenda"))
    told = desk.answer_text(desk.texts("decide.decided", number=now.number, day=_day(desk, now)), (row,))
    return [told, *await redraws.decided(desk.house, now, desk.now)]


def _stands_on(topic: TopicFacts, session: SessionFacts) -> bool:
    return topic.session is not None and topic.session.id == session.id


def _day(desk: Desk, topic: TopicFacts) -> str:
    return topic_card.day_of(desk.house, topic.session.starts_at, desk.now) if topic.session else ""


async def _leave_out(desk: Desk, topic: TopicFacts, reason: str) -> list[Outgoing]:
    """Not this time, with a reason for those who said it."""
    if topic.step > Step.PREPARE:
        raise Refused("steps.taken_already", number=topic.number, step=Step.DELIBERATE)
    if not reason:
        return await desk.ask("leave_out_why", {"number": topic.number}, "decide.ask_reason_off")
    if topic.session is not None:
        await desk.store.agenda.remove(topic.session.id, topic.id)
    await desk.store.topics.leave_out(topic.id, reason, desk.now)
    now = replace(topic, session=None, reason=reason, proposed=None, agenda=None)
    found = await redraws.places(desk, now)
    text = desk.texts("decide.told_off", number=topic.number, title=topic.title, reason=reason)
    about, told = topic_card.card_name(topic), desk.toast("decide.left_out", number=topic.number)
    out = [desk.tell(chat, text, about=about) for chat in dict.fromkeys(found.authors.values())]
    return [told, *redraws.drawn(desk.house, now, desk.now, found), *out]


async def urgent(desk: Desk, words: str) -> list[Outgoing]:
    """派单 5 内容｜责任人(｜期限): work begins at once; a topic not decided yet is reported at the next session.

    What is missing is asked for; by when only where a part was asked for before.
    """
    number, parts = line_of(desk, words)
    topic = await desk.store.access.topic(desk.community.id, number)
    if len(parts) < (PARTS if desk.dialogue else PARTS - 1):
        return await _ask_part(desk, topic, parts)
    new, due = await work_of(desk, topic, parts)
    task = await hand_out(desk, topic.id, new)
    reached = await desk.store.doers.reach(desk.community.id, [new.doer], (), desk.now)
    told = [task_card.given_answer(desk, task, new, due), *task_card.given(desk, [(task, new)], topic, reached)]
    if topic.step > Step.SORT or topic.state is not TopicState.OPEN:
        return told
    return [*told, *await _reported(desk, topic)]


async def _ask_part(desk: Desk, topic: TopicFacts, parts: Sequence[str]) -> list[Outgoing]:
    """What is to be done, by whom, by when."""
    missing = ("text", "doer", "last_day")[len(parts)]
    choices = await work_ask.doers(desk) if missing == "doer" else []
    choices = desk.texts.list("decide.lengths") if missing == "last_day" else choices
    so_far, title = work_ask.SoFar("task_part", topic.number, parts), topic_card.cut(topic.title, 12)
    return await work_ask.ask(desk, so_far, f"decide.ask_{missing}", choices, title=title)


async def urgent_part(desk: Desk, words: str) -> list[Outgoing]:
    """The next part of a task that 派单 asked for."""
    return await urgent(*await work_ask.answered(desk, "task_part", words))


async def _reported(desk: Desk, topic: TopicFacts) -> list[Outgoing]:
    """A topic whose work began at once goes onto the nearest session, which hears of it; where none is planned yet,
    待办 keeps it. Four statements.
    """
    reason, passages = desk.texts("decide.urgent_first"), advance(topic.way, Step.DECIDE)
    moved, session = await desk.store.agenda.take_to_next(topic.stand, reason, desk.now)
    if not moved:
        raise Refused("steps.another_first", number=topic.number, done=desk.texts("steps.done_decide"))
    await desk.store.ways.note(desk.community.id, topic.id, passages, desk.who.id, desk.now, reason)
    now = replace(topic, step=Step.DECIDE, session=session, reason=reason, proposed=None, urgent=True)
    if session is None:
        row = (desk.button("decide", "decide", topic.number),)
        return [desk.answer("decide.reported_later", (row,), number=topic.number), *await redraws.of_topic(desk, now)]
    await desk.store.agenda.add(desk.community.id, session.id, topic.id, minutes_of(desk.community), report=True)
    return await _on(desk, now)


async def yes(desk: Desk, words: str) -> list[Outgoing]:
    """上会 5: a member of the council is for it."""
    return await _voice(desk, words, yes=True)


async def no(desk: Desk, words: str) -> list[Outgoing]:
    """不上会 5: a member of the council is against it."""
    return await _voice(desk, words, yes=False)


async def _voice(desk: Desk, words: str, *, yes: bool) -> list[Outgoing]:
    """Count a member's voice; the last one that can change nothing any more decides."""
    number = number_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.open_topic(desk.community.id, number)
    if topic.proposed is None or topic.session is None or topic.step > Step.SORT:
        raise Refused("decide.not_asked", number=number)
    await desk.store.councils.say(desk.community.id, topic.id, desk.who.id, yes, desk.now)
    said = await desk.store.councils.standing(desk.community.id, topic.id, desk.now)
    found = outcome(said.yes, said.no, said.members, council_of(desk.community).quorum, closed=False)
    told = desk.toast("decide.voiced", number=number, count=said.yes + said.no, members=said.members)
    if found is Outcome.ON:
        await take_step(desk, topic, Step.DECIDE, council=True)
        await desk.store.topics.put_on(topic.id, topic.session.id)
        await desk.store.agenda.add(desk.community.id, topic.session.id, topic.id, minutes_of(desk.community))
        now = replace(topic, step=Step.DECIDE, proposed=None, reason="")
    elif found is Outcome.OFF:
        reason = desk.texts("decide.council_off", yes=said.yes, no=said.no)
        await desk.store.topics.leave_out(topic.id, reason, desk.now)
        now = replace(topic, session=None, proposed=None, reason=reason)
    return [told, *await redraws.decided(desk.house, now, desk.now)] if found else [told]


async def close_due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """The council's short votes whose time has come: decided by those who spoke, or left to the convener."""
    out: list[Outgoing] = []
    for id in await house.store.councils.claim_closing(community.id, now):
        topic = await house.store.topics.by_id(id)
        if topic is not None and topic.proposed is not None and topic.session is not None:
            out += await _closed(house, community, topic, now)
    return out


async def _closed(house: House, community: CommunityFacts, topic: TopicFacts, now: datetime) -> list[Outgoing]:
    assert topic.session is not None
    said = await house.store.councils.standing(community.id, topic.id, now)
    found = outcome(said.yes, said.no, said.members, council_of(community).quorum, closed=True)
    late = topic.session.starts_at <= now
    if (
        found is Outcome.ON
        and not late
        and await house.store.ways.reach(topic.stand, advance(topic.way, Step.DECIDE), None, now)
    ):
        await house.store.topics.put_on(topic.id, topic.session.id)
        await house.store.agenda.add(community.id, topic.session.id, topic.id, minutes_of(community))
    else:
        why = "decide.council_off" if found is Outcome.OFF else "decide.council_few"
        await house.store.topics.leave_out(topic.id, house.texts(why, yes=said.yes, no=said.no), now)
    chats = await house.store.people.private_chats_of(community.id, (Role.MODERATOR, Role.SECRETARY), now)
    facts = {"number": topic.number, "yes": said.yes, "no": said.no, "members": said.members}
    facts["answered"] = said.yes + said.no
    text = house.texts(f"decide.closed_{found or Outcome.TOO_FEW}", **facts)
    due = next_loud(now.astimezone(house.zone), quiet_of(community))
    stands = await redraws.decided(house, await house.store.topics.by_id(topic.id), now)
    told = [Outgoing(chat, text, Manner.NOTICE, due=due) for chat in chats]
    return [*told, *[_by_itself(out, due) for out in stands]]


def _by_itself(out: Outgoing, due: datetime) -> Outgoing:
    """A card is edited at once; what is said anew waits for the end of quiet hours."""
    return out if out.manner is Manner.REDRAW else replace(out, manner=Manner.NOTICE, due=due)
