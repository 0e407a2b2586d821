"""Puts what the config says into rows: communities, groups, secretaries, and the players of the rehearsal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.talk import Chat
from domain.terms import CommunityKind, Role
from models import people
from models.people import Who
from models.tables.people import Community, Grant, Group, Household, Resident


@dataclass(frozen=True, slots=True)
class NewCommunity:
    """A community as the config has it. `groups` and `persons`, by the role they hold, are `channel:id`."""

    name: str
    slug: str
    kind: CommunityKind
    settings: Mapping[str, Any]
    groups: Sequence[str]
    persons: Mapping[Role, Sequence[str]]


async def enter(new: NewCommunity, key: bytes, now: datetime) -> int:
    """Enter or update a community; returns its id. What the config no longer names loses only what it gave."""
    values = {"slug": new.slug, "kind": new.kind, "settings": dict(new.settings)}
    community, _ = await Community.update_or_create(values, name=new.name)
    await people.counters(community.id)
    for group in new.groups:
        channel, _, chat = group.partition(":")
        if not await Group.filter(channel=channel, chat=chat, community_id=community.id).exists():
            await people.enter_group(community.id, channel, chat)
    await _persons(community.id, new.persons, key, now)
    return int(community.id)


async def _persons(community: int, persons: Mapping[Role, Sequence[str]], key: bytes, now: datetime) -> None:
    given = await Grant.filter(community_id=community, from_config=True, revoked_at=None)
    held = {(g.resident_id, g.role): g for g in given}
    for role, address in [(role, address) for role, addresses in persons.items() for address in addresses]:
        channel, _, user = address.partition(":")
        who = await known(community, key, channel, user, now)
        if held.pop((who, role), None) is None:
            await Grant.create(community_id=community, resident_id=who, role=role, granted_at=now, from_config=True)
    for grant in held.values():
        grant.revoked_at = now
        await grant.save(update_fields=["revoked_at"])


async def known(community: int, key: bytes, channel: str, user: str, now: datetime) -> int:
    """The resident behind a platform's id, entered if they are not there yet."""
    name = people.pseudonym(key, channel, user)
    found = await Resident.get_or_none(community_id=community, pseudonym=name)
    if found is not None:
        return int(found.id)
    who: Who = await people.meet(community, name, Chat(channel, ""), user, now)
    return who.id


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody to play in the rehearsal: `household` as building-unit-room or empty."""

    name: str
    household: str
    roles: Sequence[Role]


async def enter_player(community: int, key: bytes, player: Player, private_chat: str, now: datetime) -> None:
    """Enter a player on the web channel, reachable from the start; once entered, they stay as they were played."""
    name = people.pseudonym(key, "web", player.name)
    if await Resident.filter(community_id=community, pseudonym=name).exists():
        return
    chat = Chat("web", private_chat, private=True)
    who = await people.meet(community, name, chat, player.name, now)
    for role in player.roles:
        await Grant.create(community_id=community, resident_id=who.id, role=role, granted_at=now)
    if player.household:
        building, unit, room = player.household.split("-")
        home = await Household.get(community_id=community, building=building, unit=unit, room=room)
        await Resident.filter(id=who.id).update(household_id=home.id)
