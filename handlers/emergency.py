"""突发事件: every group is told at once, at any hour; who presses 收到 is counted, and whoever did not is named."""

from dataclasses import replace

from domain.errors import Refused
from domain.talk import Outgoing
from domain.terms import Numbered
from handlers import pasted
from handlers.desk import Desk, Rows
from handlers.flats import flat_name
from handlers.numbers import number_of, reading
from handlers.topic_card import cut
from models.emergencies import EmergencyFacts

LONGEST, SHOWN, NOTES, HOMES = 200, 60, 10, 20


async def raise_alarm(desk: Desk, words: str) -> list[Outgoing]:
    """突发 内容: a card in every group, quiet hours or not. Raises Refused: emergency.too_long."""
    if not words:
        return await desk.ask("emergency", {}, "emergency.ask")
    words = " ".join(words.split())
    if len(words) > LONGEST:
        raise Refused("emergency.too_long", length=len(words), most=LONGEST)
    await desk.store.people.forget_question(desk.who.id)
    groups = await desk.store.people.groups_of(desk.community.id)
    one = await desk.store.emergencies.begin(desk.community.id, words, len(groups), desk.who.id, desk.now)
    desk.about(Numbered.EMERGENCY.value, one.number)
    shown, buttons, name = _card(desk, one), _rows(desk, one), card_name(one)
    cards = [Outgoing(group.chat, shown, rows=buttons, card=name, headed=True) for group in groups]
    row = (desk.button("emergency_log", "emergency_log", one.number),)
    told = desk.answer_text(desk.texts("emergency.telling", number=one.number, count=len(groups)), (row,))
    return [*cards, *_to_paste(desk, one, words), told]


def card_name(one: EmergencyFacts) -> str:
    """Under which name the chat keeps the message that shows an emergency."""
    return f"emergency:{one.number}"


def _card(desk: Desk, one: EmergencyFacts) -> str:
    lines = [desk.texts("emergency.head", number=one.number), one.text]
    lines.append(desk.texts("emergency.when", moment=desk.moment(one.at)))
    lines.append(desk.texts("emergency.seen", count=one.seen))
    return "\n".join([*lines, desk.texts("emergency.is_over" if one.ended_at else "emergency.next")])


def _rows(desk: Desk, one: EmergencyFacts) -> Rows:
    return () if one.ended_at else ((desk.button("received", "received", one.number),),)


async def received(desk: Desk, words: str) -> list[Outgoing]:
    """收到 1: somebody has seen it; the card counts on."""
    one = await _found(desk, words)
    if not await desk.store.emergencies.receive(desk.community.id, one.id, desk.who.id, desk.now):
        return [desk.toast("emergency.received_already", number=one.number)]
    now = replace(one, seen=one.seen + 1)
    return [desk.toast("emergency.received", number=one.number), *await _redrawn(desk, now)]


async def _found(desk: Desk, words: str) -> EmergencyFacts:
    number = number_of(desk, words, Numbered.EMERGENCY)
    found: EmergencyFacts = await desk.store.access.emergency(desk.community.id, number)
    return found


async def _redrawn(desk: Desk, one: EmergencyFacts) -> list[Outgoing]:
    groups = await desk.store.people.groups_of(desk.community.id)
    shown, buttons, name = _card(desk, one), _rows(desk, one), card_name(one)
    return [desk.redraw(group.chat, name, shown, buttons, headed=True) for group in groups]


async def go_on(desk: Desk, words: str) -> list[Outgoing]:
    """突发进展 1 内容: what happened since, at once in every group. Raises Refused: emergency.over, no_words."""
    one, text = await _with_words(desk, words)
    return [*await _say(desk, one, text, "emergency.goes_on"), *_to_paste(desk, one, text)]


async def end(desk: Desk, words: str) -> list[Outgoing]:
    """突发结束 1 说明: it is over; nobody is asked any more."""
    one, text = await _with_words(desk, words)
    if not await desk.store.emergencies.end(one.id, desk.now):
        raise Refused("emergency.over", number=one.number)
    out = await _say(desk, one, text, "emergency.ended")
    return [*out, *await _redrawn(desk, replace(one, ended_at=desk.now)), *_to_paste(desk, one, text, "emergency_end")]


def _to_paste(desk: Desk, one: EmergencyFacts, text: str, name: str = "emergency") -> list[Outgoing]:
    return pasted.news(desk, name, "text", text, number=one.number)


async def _with_words(desk: Desk, words: str) -> tuple[EmergencyFacts, str]:
    one, text = await _found(desk, words), reading(desk, words, Numbered.EMERGENCY).rest.lstrip("｜| ")
    text = " ".join(text.split())
    if one.ended_at:
        raise Refused("emergency.over", number=one.number)
    if not text or len(text) > LONGEST:
        raise Refused("emergency.no_words", number=one.number, most=LONGEST)
    return one, text


async def _say(desk: Desk, one: EmergencyFacts, text: str, key: str) -> list[Outgoing]:
    await desk.store.emergencies.note(desk.community.id, one.id, text, desk.who.id, desk.now)
    groups = await desk.store.people.groups_of(desk.community.id)
    told = desk.texts(key, number=one.number, text=text, moment=desk.moment(desk.now))
    out = [Outgoing(group.chat, told, headed=True) for group in groups]
    return [*out, desk.toast("emergency.told", number=one.number, count=len(groups))]


async def log(desk: Desk, words: str) -> list[Outgoing]:
    """突发记录 1: what was told when, who has seen it, and which households have not, in private."""
    one = await _found(desk, words)
    counts = {"groups": one.groups, "seen": one.seen, "homes": one.homes, "all": one.all}
    lines = [desk.texts("emergency.log_head", number=one.number, text=cut(one.text, SHOWN))]
    lines.append(desk.texts("emergency.log_begun", moment=desk.moment(one.at), **counts))
    for at, text in await desk.store.emergencies.notes(one.id, NOTES):
        lines.append(desk.texts("emergency.log_line", moment=desk.moment(at), text=cut(text, SHOWN)))
    if one.ended_at:
        lines.append(desk.texts("emergency.log_ended", moment=desk.moment(one.ended_at)))
    if homes := await desk.store.emergencies.unseen(desk.community.id, one.id, HOMES):
        names = desk.texts("contract.marks.list").join(flat_name(desk.house, flat) for flat in homes)
        facts = {"count": one.all - one.homes, "listed": len(homes)}
        lines.append(desk.texts("emergency.log_unseen", homes=names, **facts))
    return desk.private_text("\n".join(lines))
