"""绑定: a one-time code binds a person to a household; who is bound may let one more of the household in."""

import secrets
from datetime import timedelta

from domain.dates import write_length
from domain.errors import Refused
from domain.households import (
    FAMILY_CODE_LASTS,
    after_wrong,
    make_code,
    read_code,
)
from domain.talk import Outgoing
from handlers import help as helping
from handlers.desk import Desk
from handlers.flats import flat_name, spaced
from models import people
from models.households import Code, code_hash
from models.people import Who


async def take(desk: Desk, words: str) -> list[Outgoing]:
    """绑定 码, in private; 绑定 alone: a code for the family, or the question for one's own."""
    if not desk.chat.private:
        return await _in_group(desk, words)
    if not words:
        return await _without_code(desk)
    return await _with_code(desk, words)


async def start(desk: Desk, words: str) -> list[Outgoing]:
    """/start 码, from a link on a slip; else the platform's way in, which may name the community."""
    if desk.chat.private and read_code(words) and words != desk.community.slug:
        return await _with_code(desk, words)
    return await helping.start(desk, words)


async def _in_group(desk: Desk, words: str) -> list[Outgoing]:
    """A code that the whole group has read is void at once."""
    if not words:
        return [desk.answer("bind.in_private", desk.write_to_me())]
    found = await _find(desk, words)
    if found is None or not await desk.store.households.use(found.id, desk.now):
        return [desk.answer("bind.in_group")]
    return [desk.answer("bind.in_group_void", contact=desk.house.contact)]


async def _without_code(desk: Desk) -> list[Outgoing]:
    if desk.who.household is None:
        return await desk.ask("bind", {}, "bind.ask")
    code = make_code(secrets.choice)
    until = desk.now + FAMILY_CODE_LASTS
    await desk.store.households.issue(desk.community.id, desk.who.household, code_hash(desk.house.key, code), until)
    flat = await desk.store.households.flat(desk.who.household)
    return [desk.answer("bind.family", code=spaced(code), flat=flat_name(desk.house, flat), until=desk.moment(until))]


async def _with_code(desk: Desk, words: str) -> list[Outgoing]:
    """Right, used, over or wrong. A wrong one counts, so it is answered, not refused: its row must stay."""
    locked = (await desk.store.households.guesses(desk.who.id)).locked(desk.now)
    if locked:
        return [_throttled(desk, locked)]
    found = await _find(desk, words)
    if found is None:
        return [await _wrong(desk)]
    if found.used:
        raise Refused("bind.used", contact=desk.house.contact)
    if found.expired(desk.now):
        raise Refused("bind.expired")
    if not await desk.store.households.use(found.id, desk.now):
        raise Refused("bind.used", contact=desk.house.contact)
    return await _bound(desk, found)


async def _find(desk: Desk, words: str) -> Code | None:
    typed = read_code(words)
    found: Code | None = await desk.store.households.code(code_hash(desk.house.key, typed)) if typed else None
    return found


async def _wrong(desk: Desk) -> Outgoing:
    guesses = after_wrong(await desk.store.households.guesses(desk.who.id), desk.now)
    await desk.store.households.guessed(desk.who.id, guesses)
    locked = guesses.locked(desk.now)
    return _throttled(desk, locked) if locked else desk.answer("bind.wrong")


def _throttled(desk: Desk, left: timedelta) -> Outgoing:
    return desk.answer("bind.throttled", left=write_length(left, desk.house.dates), contact=desk.house.contact)


async def _bound(desk: Desk, code: Code) -> list[Outgoing]:
    """The code may be another community's than the one this person was last met in."""
    who = desk.who if code.community == desk.community.id else await _who_there(desk, code.community)
    await desk.store.people.forget_question(desk.who.id)
    await desk.store.households.bind(who.id, code.household)
    desk.trail.community, desk.trail.who = code.community, who.id
    desk.about("household", code.household)
    flat = await desk.store.households.flat(code.household)
    return [desk.answer("bind.bound", flat=flat_name(desk.house, flat))]


async def _who_there(desk: Desk, community: int) -> Who:
    there = await desk.store.people.community(community)
    scene = await desk.store.people.choose(there, desk.who.pseudonym)
    return scene.who or await people.meet(community, desk.who.pseudonym, desk.chat, desk.event.who.id, desk.now)
