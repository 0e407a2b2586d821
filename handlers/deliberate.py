"""5 组织协商: a session is opened, people sign in and ask for the word, topics are called one by one, and it ends."""

import re
import secrets
from dataclasses import replace
from datetime import datetime, time, timedelta

from domain.errors import Refused
from domain.steps import Way, advance
from domain.talk import Button, Manner, Outgoing
from domain.terms import AgendaState, Numbered, Step
from handlers import redraws
from handlers.desk import Desk, Rows
from handlers.numbers import number_of
from handlers.session_card import card, card_name, minutes_text, rows
from models.access import MODERATORS
from models.agenda import Item
from models.deliberations import Note, Session

MORNING = time(9)
EARLY = timedelta(hours=1)
_PEOPLE = re.compile(r"(\d{1,3})\D{1,2}")


async def open_session(desk: Desk, words: str) -> list[Outgoing]:
    """开会: today's session begins, led by who says it. Topics that were not prepared need a reason: 开会 原因.

    Raises Refused: deliberate.none_today, deliberate.too_early, deliberate.open_already, steps.skip_needs_reason.
    """
    if await desk.store.deliberations.running(desk.community.id):
        raise Refused("deliberate.open_already")
    day = datetime.combine(desk.local.date(), time(), desk.house.zone)
    session = await desk.store.deliberations.of_today(desk.community.id, day, day + timedelta(days=1))
    if session is None:
        raise Refused("deliberate.none_today")
    if session.starts_at - desk.now > EARLY:
        raise Refused("deliberate.too_early", starts=session.starts_at)
    items = await desk.store.agenda.items(session.id)
    if not words and (unprepared := [item for item in items if item.step < Step.PREPARE and not item.report]):
        return await desk.ask("open_why", {}, "deliberate.ask_why_unprepared", count=len(unprepared))
    reason = words or desk.texts("deliberate.urgent_first")
    for item in items:
        if item.step < Step.DELIBERATE:
            advance(Way(item.number, item.step, session=True), Step.DELIBERATE, reason)
    code = f"{secrets.randbelow(10**4):04}"
    if not await desk.store.deliberations.open_session(session.id, desk.who.id, code, desk.now):
        raise Refused("deliberate.open_already")
    await desk.store.ways.begin(session.id, desk.who.id, desk.now, reason)
    session.code = code
    return await _opened(desk, session, items)


async def open_why(desk: Desk, words: str) -> list[Outgoing]:
    """The reason why a session begins with topics that were not prepared."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    await desk.store.people.forget_question(desk.who.id)
    return await open_session(desk, words)


async def _opened(desk: Desk, session: Session, items: list[Item]) -> list[Outgoing]:
    await desk.store.sessions.redraw_soon(desk.community.id, session.id, desk.now)
    groups = await desk.store.people.groups_of(desk.community.id)
    text = card(desk, session, items, 0)
    cards = [Outgoing(g.chat, text, rows=rows(desk), card=card_name(session), headed=True) for g in groups]
    told = desk.texts("deliberate.opened", code=session.code)
    return [*cards, *desk.private_text(told, _lead(desk, items))]


def _lead(desk: Desk, items: list[Item]) -> Rows:
    """The convener's buttons: what to talk about, who speaks next, the end."""
    waiting = [item for item in items if item.state is AgendaState.WAITING][:3]
    calls = tuple(desk.button("call_topic", "call_topic", item.number, number=item.number) for item in waiting)
    end = (desk.button("next_speaker", "next_speaker"), desk.button("adjourn", "adjourn"))
    return (calls, end) if calls else (end,)


async def call_topic(desk: Desk, words: str) -> list[Outgoing]:
    """现在议 5: the session turns to this topic."""
    session = await _running(desk)
    topic = await desk.store.access.open_topic(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    if not await desk.store.agenda.turn_to(session.id, topic.id):
        raise Refused("agenda.not_on_it", number=topic.number)
    now = replace(topic, agenda=AgendaState.CURRENT)
    lead = (
        desk.button("resolve", "resolve", topic.number),
        desk.button("motion", "open_vote"),
        desk.button("next_speaker", "next_speaker"),
    )
    told = desk.answer_text(desk.texts("deliberate.called", number=topic.number, title=topic.title), (lead,))
    return [told, *await redraws.of_topic(desk, now)]


async def attend(desk: Desk, words: str) -> list[Outgoing]:
    """签到, 签到 4821 (the code on the wall, in private), 签到 12人 (a moderator: so many on the paper list)."""
    session = await _running(desk)
    if listed := _PEOPLE.fullmatch(words):
        await desk.store.access.require(desk.who, MODERATORS, desk.now, "attend_list")
        await desk.store.deliberations.list_people(session.id, int(listed[1]))
        return [desk.toast("deliberate.listed", count=int(listed[1]))]
    if (words or desk.chat.private) and words != session.code:
        raise Refused("deliberate.wrong_code")
    new, count = await desk.store.deliberations.attend(session, desk.who.id, desk.now)
    told = desk.toast("deliberate.signed_in" if new else "deliberate.signed_in_before", count=count)
    if not new:
        return [told]
    text = card(desk, session, await desk.store.agenda.items(session.id), count)
    groups = await desk.store.people.groups_of(desk.community.id)
    return [told, *[desk.redraw(g.chat, card_name(session), text, rows(desk), headed=True) for g in groups]]


async def ask_word(desk: Desk, _words: str) -> list[Outgoing]:
    """要发言: get in line."""
    session = await _running(desk)
    turn = await desk.store.deliberations.ask_word(session, desk.who.id)
    return [desk.toast("deliberate.in_line", turn=turn)]


async def next_speaker(desk: Desk, _words: str) -> list[Outgoing]:
    """下一位: the next in line has the word. Residents are called by their turn, not by name."""
    session = await _running(desk)
    called = await desk.store.deliberations.call(session.id, desk.now)
    if called is None:
        return [desk.toast("deliberate.nobody_waits")]
    turn, who = called
    chat = await desk.store.people.private_chat_of(who)
    out = [Outgoing(chat, desk.texts("deliberate.your_turn", turn=turn))] if chat else []
    return [desk.answer("deliberate.speaks", turn=turn), *out]


async def _running(desk: Desk) -> Session:
    found: Session | None = await desk.store.deliberations.running(desk.community.id)
    if found is None:
        raise Refused("deliberate.not_open")
    return found


async def adjourn(desk: Desk, _words: str) -> list[Outgoing]:
    """散会: asks once more."""
    session = await _running(desk)
    open_ = [item for item in await desk.store.agenda.items(session.id) if _left(item)]
    row = (desk.button("adjourn_for_sure", "adjourn_for_sure"), desk.button("not_adjourn", "not_adjourn"))
    return [desk.answer("deliberate.adjourn_sure", (row,), count=len(open_))]


def _left(item: Item) -> bool:
    """What a session did not come to an end with."""
    return not item.report and item.state in {AgendaState.WAITING, AgendaState.CURRENT}


async def keep_open(desk: Desk, _words: str) -> list[Outgoing]:
    """先不散: nothing changes."""
    return [desk.toast("deliberate.goes_on")]


async def adjourn_for_sure(desk: Desk, _words: str) -> list[Outgoing]:
    """确认散会: what was not finished goes on the next session; the convener gets the minutes to confirm."""
    session = await _running(desk)
    if not await desk.store.deliberations.adjourn(session.id, desk.now):
        raise Refused("deliberate.not_open")
    left = await desk.store.agenda.close(session.id)
    following = await desk.store.agenda.next_session(desk.community.id, desk.now)
    await desk.store.agenda.shift(left, session.id, following.id if following else None)
    await desk.store.sessions.redraw_soon(desk.community.id, session.id, desk.now)
    return [desk.toast("deliberate.adjourned"), *await _draft(desk, session, following)]


async def _draft(desk: Desk, session: Session, following: Session | None) -> list[Outgoing]:
    """The minutes as a draft, in private, to who leads the session."""
    items = await desk.store.agenda.items(session.id)
    notes = await desk.store.deliberations.notes(session.id)
    text = minutes_text(desk, session, items, await desk.store.deliberations.present(session), following)
    noted = [_noted(desk, note) for note in notes]
    head = desk.texts("deliberate.draft")
    mine = session.convener_id in {None, desk.who.id}
    chat = desk.who.private if mine else await desk.store.people.private_chat_of(session.convener_id)
    row: tuple[Button, ...] = (desk.button("confirm_minutes", "confirm_minutes"),)
    to = chat or desk.who.private
    return [Outgoing(to, "\n".join([head, text, *noted]), rows=(row,))] if to else []


def _noted(desk: Desk, note: Note) -> str:
    if note.topic is None:
        return desk.texts("deliberate.note_of_none", text=note.text)
    return desk.texts("deliberate.note", number=note.topic, text=note.text)


async def confirm(desk: Desk, _words: str) -> list[Outgoing]:
    """确认记录: the convener lets the minutes stand; they go to every group, at nine on the next morning or at once."""
    session = await desk.store.deliberations.unconfirmed(desk.community.id)
    if session is None:
        raise Refused("deliberate.nothing_to_confirm")
    if session.convener_id not in {None, desk.who.id}:
        raise Refused("deliberate.only_convener")
    await desk.store.deliberations.confirm(session.id, desk.now)
    items = await desk.store.agenda.items(session.id)
    following = await desk.store.agenda.next_session(desk.community.id, desk.now)
    text = minutes_text(desk, session, items, await desk.store.deliberations.present(session), following)
    held = (session.adjourned_at or desk.now).astimezone(desk.house.zone).date()
    morning = datetime.combine(held, MORNING, desk.house.zone)
    due = max(morning + timedelta(days=1), desk.now)
    groups = await desk.store.people.groups_of(desk.community.id)
    told = [Outgoing(group.chat, text, Manner.NOTICE, headed=True, due=due) for group in groups]
    return [desk.toast("deliberate.confirmed", due=desk.moment(due)), *told]
