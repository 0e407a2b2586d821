"""户: the roll, one-time codes, and who is bound to which household."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.households import Flat, Guesses, RollLine, read_flat
from domain.talk import Chat
from models import sql
from models.tables.people import Address, GroupCode, Household, JoinCode, Resident
from models.tables.votes import Membership


def code_hash(key: bytes, code: str) -> str:
    """How a one-time code is kept: whoever reads the table can't use it. 64 hexadecimal digits."""
    return hmac.new(key, f"code\0{code}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code's row. `until` is None for a paper slip."""

    id: int
    community: int
    household: int
    used: bool
    until: datetime | None

    def expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.until is not None and now >= self.until


async def code(hash: str) -> Code | None:
    """The code of a hash, used or not."""
    found = await JoinCode.get_or_none(code_hash=hash)
    if found is None:
        return None
    return Code(found.id, found.community_id, found.household_id, found.used_at is not None, found.until)


async def use(code: int, now: datetime) -> bool:
    """Use a code up; False where somebody was first. One statement."""
    found = await sql.rows("UPDATE join_code SET used_at = ? WHERE id = ? AND used_at IS NULL RETURNING id", now, code)
    return bool(found)


async def issue(community: int, household: int, hash: str, until: datetime | None = None) -> None:
    """Enter a new code for a household."""
    await JoinCode.create(community_id=community, household_id=household, code_hash=hash, until=until)


async def void_codes(household: int, now: datetime) -> None:
    """No code of this household that is still out counts any more."""
    await JoinCode.filter(household_id=household, used_at=None).update(used_at=now)


async def guesses(who: int) -> Guesses:
    """How often somebody typed a wrong code, and until when they may not try."""
    found = await Resident.get(id=who)
    return Guesses(found.wrong_codes, found.locked_until)


async def guessed(who: int, guesses: Guesses) -> None:
    """Keep the count of wrong codes."""
    await Resident.filter(id=who).update(wrong_codes=guesses.wrong, locked_until=guesses.locked_until)


async def bind(who: int, household: int) -> None:
    """This person speaks for this household from now on, besides one they have; wrong tries are forgotten."""
    person = await Resident.get(id=who)
    if person.household_id not in {None, household}:
        await Membership.get_or_create({"community_id": person.community_id}, resident_id=who, household_id=household)
    await Resident.filter(id=who).update(
        household_id=person.household_id or household, wrong_codes=0, locked_until=None
    )


async def flat(household: int) -> Flat:
    """Where a household is."""
    return _flat(await Household.get(id=household))


async def at(community: int, parts: Sequence[str]) -> int | None:
    """The household of a typed flat, its words left out: 3-1-301 finds 3号楼1单元301室. None where there is none."""
    for found in await Household.filter(community_id=community, room__contains=parts[-1]):
        if read_flat(str(_flat(found))) == tuple(parts):
            return int(found.id)
    return None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody bound to a household, and where they can be written to alone."""

    id: int
    private: Chat | None


async def members(household: int) -> list[Member]:
    """All who are bound to a household."""
    found = set(await Resident.filter(household_id=household).values_list("id", flat=True))
    found |= set(await Membership.filter(household_id=household).values_list("resident_id", flat=True))
    ids = sorted(int(str(id)) for id in found)
    chats = {
        address.resident_id: Chat(address.channel, address.private_chat, private=True)
        for address in await Address.filter(resident_id__in=ids)
        if address.private_chat
    }
    return [Member(id, chats.get(id)) for id in ids]


async def unbind(household: int) -> None:
    """Nobody is bound to this household any more; who speaks for another is bound to that. Two statements."""
    await Membership.filter(household_id=household).delete()
    await sql.rows(
        """UPDATE resident SET household_id = (SELECT m.household_id FROM membership m
            WHERE m.resident_id = resident.id ORDER BY m.id LIMIT 1) WHERE household_id = ?""",
        household,
    )


async def issue_group_code(community: int, hash: str, until: datetime) -> None:
    """Enter a code for 绑群."""
    await GroupCode.create(community_id=community, code_hash=hash, until=until)


async def group_code_of(hash: str, now: datetime) -> int | None:
    """The community of a code for 绑群 that still counts."""
    found = await GroupCode.get_or_none(code_hash=hash, used_at=None, until__gt=now)
    return int(found.community_id) if found else None


async def use_group_code(hash: str, now: datetime) -> bool:
    """Use a code for 绑群 up; False where somebody was first."""
    found = await sql.rows(
        "UPDATE group_code SET used_at = ? WHERE code_hash = ? AND used_at IS NULL RETURNING id", now, hash
    )
    return bool(found)


async def import_roll(community: int, lines: Collection[RollLine]) -> int:
    """Enter or update the households of a roll by building, unit and room; returns how many are new.

    Households that the roll does not name stay. Call it in a transaction: all or nothing.
    """
    known = {_flat(household): household for household in await Household.filter(community_id=community)}
    fresh = [line for line in lines if line.flat not in known]
    await Household.bulk_create(Household(community_id=community, **_values(line)) for line in fresh)
    for line in lines:
        if line.flat in known:
            await _update(known[line.flat], line)
    return len(fresh)


async def count_new(community: int, lines: Collection[RollLine]) -> int:
    """How many households of a roll are not known yet."""
    known = {_flat(household) for household in await Household.filter(community_id=community)}
    return sum(line.flat not in known for line in lines)


async def make_slips(community: int, make: Callable[[], str], key: bytes) -> list[tuple[Flat, str]]:
    """A code, made by `make`, for every household (no parking) that never had one; in the order of the roll."""
    had = {code.household_id for code in await JoinCode.filter(community_id=community)}
    homes = [h for h in await Household.filter(community_id=community, parking=False).order_by("id") if h.id not in had]
    slips = [(home.id, _flat(home), make()) for home in homes]
    await JoinCode.bulk_create(
        JoinCode(community_id=community, household_id=home, code_hash=code_hash(key, code)) for home, _, code in slips
    )
    return [(flat, code) for _, flat, code in slips]


def _flat(household: Household) -> Flat:
    return Flat(household.building, household.unit, household.room)


async def _update(household: Household, line: RollLine) -> None:
    values = _values(line)
    if any(getattr(household, name) != value for name, value in values.items()):
        await household.update_from_dict(values).save()


def _values(line: RollLine) -> dict[str, object]:
    return {
        "building": line.flat.building,
        "unit": line.flat.unit,
        "room": line.flat.room,
        "area": line.area,
        "owner_name": line.owner_name,
        "owner": line.owner,
        "parking": line.parking,
        "developer": line.developer,
    }
