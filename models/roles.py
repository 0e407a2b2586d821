"""Roles that people hold, when they end, and finding the person that a secretary means."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from domain.talk import Chat
from domain.terms import Pool, Role
from models import people, sql
from models.people import Who
from models.tables.people import Address, Grant, Resident

END = "term"
"""The kind of the row in `due` that ends a term; its subject is the grant."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds or held. `until` None: no end; `pool`: of a 说事员, if it is known."""

    who: Who
    role: Role
    until: datetime | None
    pool: Pool | None = None


async def grant(community: int, who: int, role: Role, now: datetime, until: datetime, pool: Pool | None = None) -> None:
    """Give a role until a moment; one that is held already lasts until then. At most three statements."""
    held = await Grant.get_or_none(resident_id=who, role=role, revoked_at=None)
    if held is None:
        held = await Grant.create(
            community_id=community, resident_id=who, role=role, granted_at=now, until=until, pool=pool
        )
    else:
        await Grant.filter(id=held.id).update(until=until, pool=pool or held.pool)
    await sql.rows(
        """INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, done_at = NULL""",
        community,
        END,
        held.id,
        until,
        now,
    )


async def revoke(who: int, role: Role, now: datetime) -> bool:
    """Take a role back; False where it is not held."""
    held = [g for g in await Grant.filter(resident_id=who, role=role, revoked_at=None) if not g.until or g.until > now]
    await Grant.filter(id__in=[g.id for g in held]).update(revoked_at=now)
    return bool(held)


async def claim_ended(community: int, now: datetime) -> list[Held]:
    """The terms of a community that have ended and that nobody was told of yet; they are this transaction's alone."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING subject""",
        now,
        community,
        END,
        now,
    )
    ids = [int(row["subject"]) for row in found]
    ended = Grant.filter(id__in=ids, revoked_at=None, until__lte=now) if ids else None
    return await _held(ended) if ended is not None else []


async def holders(community: int, now: datetime) -> list[Held]:
    """Everybody who holds a role in a community now, in the order it was given. Two statements."""
    return await _held(Grant.filter(Q(until=None) | Q(until__gt=now), community_id=community, revoked_at=None))


async def deliberators(community: int, now: datetime, pool: Pool | None = None) -> list[Held]:
    """The 说事员 of a community, of one pool or of all; `pool` None in one means that its side is not known yet."""
    found = [held for held in await holders(community, now) if held.role is Role.DELIBERATOR]
    return [held for held in found if pool is None or held.pool is pool]


async def _held(query: QuerySet[Grant]) -> list[Held]:
    grants = await query.select_related("resident").order_by("id")
    ids = [g.resident_id for g in grants]
    addresses = {address.resident_id: address for address in await Address.filter(resident_id__in=ids)}
    return [Held(_who(g.resident, addresses.get(g.resident_id)), g.role, g.until, g.pool) for g in grants]


async def secretary_of(pseudonym: str, now: datetime) -> frozenset[int]:
    """The communities in which this person is secretary now."""
    held = await Grant.filter(resident__pseudonym=pseudonym, role=Role.SECRETARY, revoked_at=None)
    return frozenset(g.community_id for g in held if g.until is None or g.until > now)


async def by_short(community: int, short: str) -> Who | None:
    """Somebody by their short name."""
    found = await Resident.get_or_none(community_id=community, short=short)
    return await _met(found) if found else None


async def known(community: int, key: bytes, chat: Chat, user: str, now: datetime) -> Who:
    """Somebody by their id on a chat's platform, entered if the bot never met them here."""
    name = people.pseudonym(key, chat.channel, user)
    found = await Resident.get_or_none(community_id=community, pseudonym=name)
    return await _met(found) if found else await people.meet(community, name, chat, user, now)


async def _met(row: Resident) -> Who:
    return _who(row, await Address.get_or_none(resident_id=row.id))


def _who(row: Resident, address: Address | None) -> Who:
    chat = address.private_chat if address else None
    private = Chat(address.channel, chat, private=True) if address and chat else None
    return Who(row.id, row.short, row.pseudonym, row.household_id, row.notice_version, private, row.muted)
