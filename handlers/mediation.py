"""矛盾调处: a room of two parties and a mediator. All of it is private; only an outcome both agree to show is told."""

import re
from dataclasses import replace

from domain.errors import Refused
from domain.privacy import mask
from domain.talk import Outgoing
from domain.terms import Numbered
from handlers.desk import Desk
from handlers.numbers import number_of, reading
from models.mediations import MEDIATOR, Person, Room

PARTS, SUBJECT, LONGEST, SHOWN = 3, 40, 500, 8
_BAR = re.compile(r"[｜|]")
_SIDES = ("mediator", "one", "two")


def _alone(desk: Desk) -> None:
    """Everything about a room is said in private. Raises Refused: mediation.privately."""
    if not desk.chat.private:
        raise Refused("mediation.privately")


async def begin(desk: Desk, words: str) -> list[Outgoing]:
    """开调处 事由｜短名｜短名: the speaker mediates between two people, who are asked whether they want to.

    Raises Refused: mediation.privately, mediation.incomplete, mediation.unknown, mediation.unreached, mediation.same.
    """
    _alone(desk)
    parts = [part.strip() for part in _BAR.split(words)]
    if len(parts) != PARTS or not all(parts) or len(parts[0]) > SUBJECT:
        raise Refused("mediation.incomplete", most=SUBJECT)
    parties = []
    for short in parts[1:]:
        who = await desk.store.roles.by_short(desk.community.id, short.upper())
        if who is None:
            raise Refused("mediation.unknown", short=short)
        if who.private is None:
            raise Refused("mediation.unreached", short=short)
        parties.append(who)
    if len({desk.who.id, *(who.id for who in parties)}) < PARTS:
        raise Refused("mediation.same")
    ids = [who.id for who in parties]
    number = await desk.store.mediations.open_room(desk.community.id, parts[0], desk.who.id, ids, desk.now)
    desk.about(Numbered.MEDIATION.value, number)
    row = (desk.button("willing", "willing", number), desk.button("unwilling", "unwilling", number))
    asked = desk.texts("mediation.asked", number=number, subject=parts[0])
    out = [Outgoing(who.private, asked, rows=(row,)) for who in parties if who.private]
    return [desk.answer("mediation.begun", number=number), *out]


async def _room(desk: Desk, words: str, *, mediator: bool = False) -> Room:
    """The room that is meant. Raises Refused: refused.no_mediation, mediation.only_mediator, mediation.over."""
    _alone(desk)
    number = number_of(desk, words, Numbered.MEDIATION)
    room: Room = await desk.store.access.room(desk.who, desk.community.id, number)
    if mediator and room.side_of(desk.who.id) != MEDIATOR:
        raise Refused("mediation.only_mediator")
    return room


def _open(room: Room) -> Room:
    if room.closed:
        raise Refused("mediation.over", number=room.number)
    return room


async def willing(desk: Desk, words: str) -> list[Outgoing]:
    """愿意调解 1: a party wants to talk; once both do, the room is open."""
    room = _open(await _room(desk, words))
    await desk.store.mediations.answer_asked(room.id, desk.who.id, willing=True)
    now = _with(room, desk, willing=True)
    told = desk.answer("mediation.you_are_in" if now.willing else "mediation.waits", number=room.number)
    if not now.willing:
        return [told]
    return [told, *_others(desk, now, desk.texts("mediation.open", number=room.number))]


def _with(room: Room, desk: Desk, *, willing: bool | None = None, consents: bool | None = None) -> Room:
    """The room after the speaker's answer."""

    def after(one: Person) -> Person:
        if one.who != desk.who.id:
            return one
        return replace(one, willing=one.willing if willing is None else willing, consents=consents)

    return replace(room, people=tuple(after(one) for one in room.people))


async def unwilling(desk: Desk, words: str) -> list[Outgoing]:
    """不愿调解 1: nobody has to; the mediator hears of it, and it ends without an outcome."""
    room = _open(await _room(desk, words))
    if room.side_of(desk.who.id) == MEDIATOR:
        raise Refused("mediation.only_parties")
    await desk.store.mediations.answer_asked(room.id, desk.who.id, willing=False)
    await desk.store.mediations.close(room.id, desk.now, public=False)
    ended = _others(desk, room, desk.texts("mediation.not_wanted", number=room.number))
    return [desk.answer("mediation.you_declined", number=room.number), *ended]


def _others(desk: Desk, room: Room, text: str) -> list[Outgoing]:
    """To everybody else in the room, in private."""
    return [Outgoing(one.chat, text) for one in room.people if one.chat and one.who != desk.who.id]


async def speak(desk: Desk, words: str) -> list[Outgoing]:
    """调处 1 内容: said to the others in the room; 调处 1: what was said last.

    Raises Refused: mediation.privately, refused.no_mediation, mediation.not_open, mediation.over, mediation.too_long.
    """
    room = await _room(desk, words)
    text = reading(desk, words, Numbered.MEDIATION).rest.lstrip("｜| ")
    if not text:
        return await _shown(desk, room)
    if not _open(room).willing:
        raise Refused("mediation.not_open", number=room.number)
    if len(text) > LONGEST:
        raise Refused("mediation.too_long", length=len(text), most=LONGEST)
    await desk.store.mediations.say(desk.community.id, room.id, desk.who.id, text, desk.now)
    told = desk.texts("mediation.said", number=room.number, side=_side(desk, room, desk.who.id), text=text)
    return [desk.answer("mediation.passed_on", number=room.number), *_others(desk, room, told)]


def _side(desk: Desk, room: Room, who: int) -> str:
    side = room.side_of(who)
    return desk.texts(f"mediation.side_{_SIDES[side]}") if side is not None else ""


async def _shown(desk: Desk, room: Room) -> list[Outgoing]:
    said = await desk.store.mediations.said(room.id, SHOWN)
    lines = [desk.texts("mediation.head", number=room.number, subject=room.subject)]
    for who, at, text in said:
        facts = {"side": _side(desk, room, who), "moment": desk.moment(at), "text": text}
        lines.append(desk.texts("mediation.line", **facts))
    if room.outcome:
        lines.append(desk.texts("mediation.outcome", text=room.outcome))
    return [desk.answer_text("\n".join([*lines, desk.texts("mediation.how", number=room.number)]))]


async def agreed(desk: Desk, words: str) -> list[Outgoing]:
    """谈成 1 办法: the mediator writes down what they agreed on; both are asked whether it may be told."""
    room = _open(await _room(desk, words, mediator=True))
    text = reading(desk, words, Numbered.MEDIATION).rest.lstrip("｜| ")
    if not room.willing or not text or len(text) > LONGEST:
        raise Refused("mediation.no_outcome", number=room.number, most=LONGEST)
    outcome = mask(" ".join(text.split()), desk.house.masking).text
    await desk.store.mediations.propose(room.id, outcome)
    number = room.number
    row = (desk.button("let_public", "let_public", number), desk.button("keep_private", "keep_private", number))
    asked = desk.texts("mediation.ask_public", number=number, text=outcome)
    out = [Outgoing(one.chat, asked, rows=(row,)) for one in room.parties if one.chat]
    return [desk.answer("mediation.asking_public", number=number), *out]


async def let_public(desk: Desk, words: str) -> list[Outgoing]:
    """同意公开 1: once both say so, the groups hear the outcome, and not whose it was."""
    room = await _asked_public(desk, words)
    await desk.store.mediations.consent(room.id, desk.who.id, consents=True)
    now = _with(room, desk, consents=True)
    if not all(one.consents for one in now.parties):
        return [desk.answer("mediation.other_asked", number=room.number)]
    await desk.store.mediations.close(room.id, desk.now, public=True)
    text = desk.texts("mediation.public", number=room.number, text=room.outcome)
    groups = await desk.store.people.groups_of(desk.community.id)
    told = desk.texts("mediation.made_public", number=room.number, count=len(groups))
    out = [Outgoing(group.chat, text, headed=True) for group in groups]
    return [desk.answer_text(told), *_others(desk, room, told), *out]


async def keep_private(desk: Desk, words: str) -> list[Outgoing]:
    """不公开 1: it ends with an outcome that only those in the room know."""
    room = await _asked_public(desk, words)
    await desk.store.mediations.consent(room.id, desk.who.id, consents=False)
    await desk.store.mediations.close(room.id, desk.now, public=False)
    text = desk.texts("mediation.stays_private", number=room.number)
    return [desk.answer_text(text), *_others(desk, room, text)]


async def _asked_public(desk: Desk, words: str) -> Room:
    room = _open(await _room(desk, words))
    if room.side_of(desk.who.id) == MEDIATOR or not room.outcome:
        raise Refused("mediation.only_parties")
    return room


async def failed(desk: Desk, words: str) -> list[Outgoing]:
    """没谈成 1: the mediator ends it; nothing is told to anybody else."""
    room = _open(await _room(desk, words, mediator=True))
    await desk.store.mediations.close(room.id, desk.now, public=False)
    text = desk.texts("mediation.failed", number=room.number, contact=desk.house.contact)
    return [desk.answer_text(text), *_others(desk, room, text)]
