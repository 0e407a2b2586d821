"""Roles that people hold, and finding the person that a secretary means."""

from datetime import datetime

from domain.talk import Chat
from domain.terms import Role
from models import people
from models.people import Who
from models.tables.people import Address, Grant, Resident


async def grant(community: int, who: int, role: Role, now: datetime, until: datetime) -> None:
    """Give a role until a moment; one that is held already lasts until then."""
    held = await Grant.filter(resident_id=who, role=role, revoked_at=None).update(until=until)
    if not held:
        await Grant.create(community_id=community, resident_id=who, role=role, granted_at=now, until=until)


async def revoke(who: int, role: Role, now: datetime) -> bool:
    """Take a role back; False where it is not held."""
    held = [g for g in await Grant.filter(resident_id=who, role=role, revoked_at=None) if not g.until or g.until > now]
    await Grant.filter(id__in=[g.id for g in held]).update(revoked_at=now)
    return bool(held)


async def secretary_of(pseudonym: str, now: datetime) -> frozenset[int]:
    """The communities in which this person is secretary now."""
    held = await Grant.filter(resident__pseudonym=pseudonym, role=Role.SECRETARY, revoked_at=None)
    return frozenset(g.community_id for g in held if g.until is None or g.until > now)


async def by_short(community: int, short: str) -> Who | None:
    """Somebody by their short name."""
    found = await Resident.get_or_none(community_id=community, short=short)
    return await _who(found) if found else None


async def known(community: int, key: bytes, chat: Chat, user: str, now: datetime) -> Who:
    """Somebody by their id on a chat's platform, entered if the bot never met them here."""
    name = people.pseudonym(key, chat.channel, user)
    found = await Resident.get_or_none(community_id=community, pseudonym=name)
    return await _who(found) if found else await people.meet(community, name, chat, user, now)


async def _who(row: Resident) -> Who:
    address = await Address.get_or_none(resident_id=row.id)
    chat = address.private_chat if address else None
    private = Chat(address.channel, chat, private=True) if address and chat else None
    return Who(row.id, row.short, row.pseudonym, row.household_id, row.notice_version, private, row.muted)
