"""活动开展: people sign up until it is full, then wait; who leaves makes room for the next, who is told."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from domain.dates import parse_moment
from domain.errors import Refused
from domain.quiet import next_loud
from domain.talk import Manner, Outgoing
from domain.terms import Numbered
from handlers import pasted
from handlers.desk import Desk, House, Rows, quiet_of
from handlers.flats import flat_name
from handlers.numbers import number_of, reading
from handlers.topic_card import HEADLINE, cut
from models.access import MODERATORS
from models.activities import ActivityFacts, Planned
from models.people import CommunityFacts

PARTS, TITLE, PLACE, LARGEST, LISTED, NAMED = 4, 20, 20, 5000, 5, 100
AHEAD = timedelta(days=1)
_BAR = re.compile(r"[｜|]")
_PEOPLE = re.compile(r"\s*(\d{1,4})\D{0,2}\s*")


async def activity(desk: Desk, words: str) -> list[Outgoing]:
    """活动: what is coming; 活动 3: one; 活动 题目｜12-20 14:00｜地点｜30人 (moderators): a new one.

    Raises Refused: refused.only_moderators, activity.incomplete, activity.too_long, activity.past and others.
    """
    parts = [part.strip() for part in _BAR.split(words)]
    if len(parts) > 1:
        await desk.store.access.require(desk.who, MODERATORS, desk.now, "activity")
        return await _opened(desk, parts)
    if words:
        found = await desk.store.access.activity(desk.community.id, number_of(desk, words, Numbered.ACTIVITY))
        return [desk.answer_text(text(desk.house, found, desk.now), rows(desk, found), headed=True)]
    coming = await desk.store.activities.coming(desk.community.id, desk.now, LISTED)
    lines = [_line(desk, one) for one in coming]
    return [desk.answer_text("\n".join([desk.texts("activity.listed" if lines else "activity.none"), *lines]))]


def _line(desk: Desk, one: ActivityFacts) -> str:
    facts = {"number": one.number, "title": one.title, "moment": desk.moment(one.starts_at)}
    return desk.texts("activity.line", inside=one.inside, capacity=one.capacity, **facts)


async def _opened(desk: Desk, parts: list[str]) -> list[Outgoing]:
    planned = await _planned(desk, parts)
    ahead = next_loud((planned.starts_at - AHEAD).astimezone(desk.house.zone), desk.quiet)
    made = await desk.store.activities.open_one(desk.community.id, planned, desk.who.id, desk.now, ahead)
    desk.about(Numbered.ACTIVITY.value, made.number)
    groups = await desk.store.people.groups_of(desk.community.id)
    shown, buttons = text(desk.house, made, desk.now), rows(desk, made)
    cards = [Outgoing(group.chat, shown, rows=buttons, card=card_name(made), headed=True) for group in groups]
    facts = {"moment": desk.moment(made.starts_at), "place": made.place}
    paste = pasted.news(desk, "activity", "title", made.title, **facts)
    return [desk.toast("activity.opened", number=made.number, count=len(groups)), *cards, *paste]


async def _planned(desk: Desk, parts: list[str]) -> Planned:
    """The parts of a line, as an activity. The first may be a topic that it carries out."""
    if len(parts) != PARTS or not (people := _PEOPLE.fullmatch(parts[3])):
        raise Refused("activity.incomplete")
    title, topic = parts[0], None
    if title.startswith(desk.texts.term(Numbered.TOPIC)):
        found = await desk.store.access.open_topic_head(desk.community.id, number_of(desk, title, Numbered.TOPIC))
        title, topic = cut(found.title, TITLE), found.id
    if not 0 < len(title) <= TITLE or not 0 < len(parts[2]) <= PLACE:
        raise Refused("activity.too_long", title=TITLE, place=PLACE)
    starts_at, capacity = parse_moment(parts[1], desk.local), int(people[1])
    if starts_at <= desk.now:
        raise Refused("activity.past", moment=starts_at)
    if not 0 < capacity <= LARGEST:
        raise Refused("activity.how_many", most=LARGEST)
    return Planned(title, starts_at, parts[2], capacity, topic)


def card_name(one: ActivityFacts) -> str:
    """Under which name the chat keeps the message that shows an activity."""
    return f"activity:{one.number}"


def text(house: House, one: ActivityFacts, now: datetime) -> str:
    """The text of an activity's card."""
    room = HEADLINE - len(house.texts("activity.head", number=one.number, title=""))
    lines = [house.texts("activity.head", number=one.number, title=cut(one.title, room))]
    if one.cancelled:
        return "\n".join([*lines, house.texts("activity.is_off", reason=one.cancelled)])
    lines.append(house.texts("activity.when", moment=house.moment(one.starts_at, now), place=one.place))
    key = "activity.people_waiting" if one.waiting else "activity.people"
    lines.append(house.texts(key, inside=one.inside, capacity=one.capacity, waiting=one.waiting))
    left = one.capacity - one.inside
    return "\n".join([*lines, house.texts("activity.next" if left else "activity.next_full", left=left)])


def rows(desk: Desk, one: ActivityFacts) -> Rows:
    """The buttons of an activity that is still to come."""
    if one.cancelled or one.starts_at <= desk.now:
        return ()
    return ((desk.button("sign_up", "sign_up", one.number), desk.button("sign_off", "sign_off", one.number)),)


async def sign_up(desk: Desk, words: str) -> list[Outgoing]:
    """报名 3. Raises Refused: refused.no_activity, activity.is_over, activity.off."""
    one = await _to_come(desk, words)
    turn = await desk.store.activities.sign_up(desk.community.id, one.id, desk.who.id, desk.now)
    inside = turn.before < one.capacity
    key = ("activity.is_in" if turn.fresh else "activity.in_already") if inside else "activity.waits"
    place = turn.before + 1 - (0 if inside else one.capacity)
    told = desk.toast(key, number=one.number, turn=place)
    return [told, *await _redrawn(desk, replace(one, signed=turn.signed))] if turn.fresh else [told]


async def sign_off(desk: Desk, words: str) -> list[Outgoing]:
    """取消报名 3: a place given back; the first who waits has it, and is told in private."""
    one = await _to_come(desk, words)
    left = await desk.store.activities.leave(one, desk.who.id)
    if left is None:
        raise Refused("activity.not_in", number=one.number)
    out = [desk.toast("activity.left", number=one.number), *await _redrawn(desk, replace(one, signed=left.signed))]
    if left.next is None:
        return out
    facts = {"number": one.number, "title": one.title, "moment": desk.moment(one.starts_at), "place": one.place}
    row = (desk.button("sign_off", "sign_off", one.number),)
    return [*out, desk.tell(left.next, desk.texts("activity.moved_up", **facts), (row,), about=card_name(one))]


async def _to_come(desk: Desk, words: str) -> ActivityFacts:
    number = number_of(desk, words, Numbered.ACTIVITY)
    one: ActivityFacts = await desk.store.access.activity(desk.community.id, number)
    if one.cancelled:
        raise Refused("activity.off", number=number)
    if one.starts_at <= desk.now:
        raise Refused("activity.is_over", number=number)
    return one


async def _redrawn(desk: Desk, one: ActivityFacts) -> list[Outgoing]:
    """The card in every group, as it is now."""
    shown, buttons = text(desk.house, one, desk.now), rows(desk, one)
    groups = await desk.store.people.groups_of(desk.community.id)
    return [desk.redraw(group.chat, card_name(one), shown, buttons, headed=True) for group in groups]


async def call_off(desk: Desk, words: str) -> list[Outgoing]:
    """停办 3 原因: it is off; the groups, and whoever signed up, are told."""
    number = number_of(desk, words, Numbered.ACTIVITY)
    one = await desk.store.access.activity(desk.community.id, number)
    reason = _BAR.sub("", reading(desk, words, Numbered.ACTIVITY).rest).strip()
    if not reason:
        raise Refused("activity.off_why", number=number)
    if one.starts_at <= desk.now:
        raise Refused("activity.is_over", number=number)
    if not await desk.store.activities.cancel(one.id, reason):
        raise Refused("activity.off", number=number)
    off = replace(one, cancelled=reason)
    facts = {"number": number, "title": one.title, "moment": desk.moment(one.starts_at), "reason": reason}
    told = desk.texts("activity.called_off", **facts)
    groups = await desk.store.people.groups_of(desk.community.id)
    chats = await desk.store.told.people(await desk.store.activities.signed(one.id, LARGEST))
    out = [Outgoing(group.chat, told, headed=True) for group in groups]
    out += [desk.tell(chat, told, about=card_name(one)) for chat in chats.values()]
    out += pasted.news(desk, "activity_off", "reason", reason, title=one.title, moment=facts["moment"])
    return [desk.toast("activity.calling_off", number=number, count=len(groups)), *await _redrawn(desk, off), *out]


async def listed(desk: Desk, words: str) -> list[Outgoing]:
    """报名表 3: who signed up, in private: their flats, where they are bound."""
    one = await desk.store.access.activity(desk.community.id, number_of(desk, words, Numbered.ACTIVITY))
    people = await desk.store.told.flats(await desk.store.activities.signed(one.id, NAMED))
    names = [flat_name(desk.house, flat) if flat else short for short, flat in people]
    lines = [desk.texts("activity.list_head", number=one.number, inside=one.inside, waiting=one.waiting)]
    for at, name in enumerate(names):
        key = "activity.list_line" if at < one.capacity else "activity.list_waiting"
        lines.append(desk.texts(key, place=at + 1, name=name))
    return desk.private_text("\n".join(lines))


async def remind(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """The day before: those who have a place are reminded."""
    out: list[Outgoing] = []
    for one in await house.store.activities.claim_soon(community.id, now):
        chats = await house.store.told.people(await house.store.activities.signed(one.id, one.capacity))
        facts = {"number": one.number, "title": one.title, "moment": house.moment(one.starts_at, now)}
        told = house.texts("activity.soon", place=one.place, **facts)
        due, about = next_loud(now.astimezone(house.zone), quiet_of(community)), card_name(one)
        out += [Outgoing(chat, told, Manner.NOTICE, due=due, about=about) for chat in chats.values()]
    return out
