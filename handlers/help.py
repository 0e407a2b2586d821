"""Help by role, the short menu, and what is said to those who can't be placed yet."""

import re
from collections.abc import Sequence
from datetime import datetime

from domain.talk import Button, Joined, Membership, Outgoing, Pressed, Said
from domain.terms import Role
from handlers.desk import Desk, House, Rows
from models.access import MODERATORS
from models.people import CommunityFacts

SHOWN = 40


async def show(desk: Desk, _words: str) -> list[Outgoing]:
    """帮助: a resident's in place; a moderator's and a secretary's besides, in private."""
    key = "help.resident_private" if desk.chat.private else "help.resident_group"
    out = [desk.answer(key, _menu_rows(desk))]
    held = await desk.store.access.roles(desk.who.id, desk.now)
    if held & MODERATORS and desk.who.private:
        row = (desk.button("inbox", "inbox"), desk.button("agenda", "agenda"))
        out.append(Outgoing(desk.who.private, desk.texts("help.moderator"), rows=(row,)))
    if Role.SECRETARY in held and desk.who.private:
        out.append(Outgoing(desk.who.private, desk.texts("help.secretary")))
    return out


def _menu_rows(desk: Desk) -> Rows:
    say, mine = desk.button("i_want_to_say", "say"), desk.button("my_concerns", "mine")
    return ((say, mine, desk.button("more", "more_help")),)


async def more(desk: Desk, _words: str) -> list[Outgoing]:
    """更多: the rest of what a resident may send."""
    return [desk.answer("help.more")]


async def menu(desk: Desk, text: str) -> list[Outgoing]:
    """A bare mention or words that mean nothing to the bot: never silence."""
    row = (desk.button("i_want_to_say", "say"), desk.button("my_concerns", "mine"), desk.button("help", "help"))
    if not text:
        return [desk.answer("help.bare", (row,))]
    shown = text if len(text) <= SHOWN else text[: SHOWN - 1] + "\u2026"
    return [desk.answer("help.unknown", (row,), text=shown)]


async def start(desk: Desk, _words: str) -> list[Outgoing]:
    """/start: the platform's way in."""
    return [desk.answer("help.started", _menu_rows(desk), community=desk.community.name)]


async def cancel(desk: Desk, _words: str) -> list[Outgoing]:
    """取消: leave a dialogue."""
    left = await desk.store.people.forget_question(desk.who.id)
    return [desk.answer("help.cancelled" if left else "help.nothing_to_cancel")]


async def old_button(desk: Desk) -> list[Outgoing]:
    """A button that this release doesn't know."""
    return [desk.toast("help.old_button")]


async def edited(desk: Desk, _words: str = "") -> list[Outgoing]:
    """Somebody changed a message that was taken already: it stands as it was, and here is how to put it right."""
    return [desk.answer("help.edited")]


async def speak_as_yourself(desk: Desk) -> list[Outgoing]:
    """An anonymous administrator of the group: nobody can be held to what they say."""
    return [desk.answer("help.speak_as_yourself")]


def unbound_group(house: House, event: Said | Pressed) -> Outgoing:
    """A group that belongs to no community yet."""
    return Outgoing(event.chat, house.texts("help.unbound_group"), reply_to=event.message)


def which_community(house: House, event: Said | Pressed, every: Sequence[CommunityFacts]) -> Outgoing:
    """Somebody's first private word, where the bot serves several communities."""
    rows = tuple((Button(community.name, "community", (community.slug,)),) for community in every)
    return Outgoing(event.chat, house.texts("help.which_community"), rows=rows)


def asked_community(event: Said | Pressed) -> str | None:
    """The community that a press or a /start names, by its slug."""
    if isinstance(event, Pressed):
        return event.args[0] if event.verb == "community" and event.args else None
    command, _, slug = event.text.strip().partition(" ")
    return slug.strip() or None if command.startswith("/start") else None


async def chosen(desk: Desk, _words: str) -> list[Outgoing]:
    """The community was chosen."""
    return [desk.answer("help.community_chosen", name=desk.community.name)]


async def joined(house: House, event: Joined, now: datetime) -> list[Outgoing]:
    """What the bot says on coming into a group: who it is, what it hears, how it could hear more."""
    people = house.store.people
    if event.chat.private:
        if event.membership is Membership.GONE:
            await people.unreachable(event.chat.channel, event.chat.id)
        return []
    if event.membership is Membership.GONE:
        return await lost(house, event.chat.channel, event.chat.id, house.texts("help.reason_removed"), now)
    await people.group_back(event.chat)
    scene = await people.scene_in_group(event.chat, "")
    hears = event.hears_all or event.membership is Membership.ADMINISTRATOR
    hearing = house.texts("help.hears_all" if hears else "help.hears_commands")
    facts = {"operator": house.operator, "contact": house.contact, "hearing": hearing}
    if scene is None:
        return [Outgoing(event.chat, house.texts("help.joined_unbound", **facts))]
    return [Outgoing(event.chat, house.texts("help.joined_bound", community=scene.community.name, **facts))]


async def lost(house: House, channel: str, chat: str, reason: str, now: datetime) -> list[Outgoing]:
    """A group the bot can't write in any more: mark it, and tell the secretaries what did not get there."""
    found = await house.store.people.group_lost(channel, chat, reason, now)
    missed = await house.store.mail.chat_failed(channel, chat, now)
    if found is None:
        return []
    community, group = found
    facts = {"title": group.chat.title or chat, "reason": reason, "moment": house.moment(now)}
    if missed:
        text = house.texts("help.group_lost", first=re.sub(r"^\W+", "", missed[0]), count=len(missed), **facts)
    else:
        text = house.texts("help.group_lost_nothing", **facts)
    chats = await house.store.people.private_chats_of(community.id, (Role.SECRETARY,), now)
    return [Outgoing(chat, text) for chat in chats]
