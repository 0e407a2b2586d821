"""What residents' pages read of a person: how they are reached, their own concerns, what the bot asked them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.households import Flat
from domain.talk import Chat
from domain.terms import ConcernState, Visibility
from models import sql
from models.people import Who
from models.tables.concerns import Concern, Photo, Second
from models.tables.people import Dialogue, Resident


@dataclass(frozen=True, slots=True)
class Visit:
    """A resident with the address under which they speak. `private` is None where the bot can't write to them."""

    resident: int
    community: int
    slug: str
    household: int
    flat: Flat
    channel: str
    user: str
    private: str | None


_VISIT = """SELECT r.id, r.community_id, c.slug, r.household_id, h.building, h.unit, h.room,
  a.channel, a.user, a.private_chat
  FROM resident r JOIN community c ON c.id = r.community_id JOIN household h ON h.id = r.household_id
  JOIN address a ON a.resident_id = r.id"""


async def by_pseudonym(pseudonym: str, community: int | None = None) -> Visit | None:
    """Somebody bound to a household of this community; without one, of the last they were bound in."""
    where = f"{_VISIT} WHERE r.pseudonym = ?"
    if community is None:
        return await _one(f"{where} ORDER BY a.chosen DESC, r.id DESC LIMIT 1", pseudonym)
    return await _one(f"{where} AND r.community_id = ?", pseudonym, community)


async def by_id(community: int, resident: int, household: int) -> Visit | None:
    """A resident of this community, while they are bound to this very household."""
    where = "WHERE r.community_id = ? AND r.id = ? AND r.household_id = ?"
    return await _one(f"{_VISIT} {where}", community, resident, household)


async def _one(statement: str, *values: object) -> Visit | None:
    # `user` is a word of PostgreSQL's own; after a table's name it is a column all the same.
    found = await sql.rows(statement, *values)
    if not found:
        return None
    row = found[0]
    flat = Flat(row["building"], row["unit"], row["room"])
    return Visit(
        row["id"],
        row["community_id"],
        row["slug"],
        row["household_id"],
        flat,
        row["channel"],
        row["user"],
        row["private_chat"],
    )


async def resident(community: int, pseudonym: str) -> int | None:
    """The id of a resident by pseudonym."""
    found = await Resident.get_or_none(community_id=community, pseudonym=pseudonym)
    return found.id if found else None


async def said(resident: int, text: str) -> int | None:
    """The number of a resident's newest concern with these very words."""
    found = await Concern.filter(author_id=resident, text=text, state=ConcernState.OPEN).order_by("-id").first()
    return found.number if found else None


async def is_asked(resident: int, chat: Chat, question: str, now: datetime) -> bool:
    """Whether a question waits for this person's answer in this chat."""
    place = f"{chat.channel}:{chat.id}"
    return await Dialogue.filter(resident_id=resident, chat=place, name=question, until__gt=now).exists()


async def concern(community: int, resident: int, number: int) -> Concern | None:
    """A concern that this person may see: their own, or a public one; never a withdrawn one."""
    found = await Concern.get_or_none(community_id=community, number=number, state=ConcernState.OPEN)
    if found is None or found.author_id == resident:
        return found
    return found if not found.held and found.visibility is not Visibility.MODERATORS else None


async def picture_count(concern: int) -> int:
    """How many pictures came with a concern."""
    return await Photo.filter(concern_id=concern).count()


async def has_seconded(resident: int, concerns: Sequence[int]) -> set[int]:
    """Which of these concerns a person has seconded."""
    found = Second.filter(resident_id=resident, concern_id__in=list(concerns))
    return {row["concern_id"] for row in await found.values("concern_id")}


async def who(resident: int) -> Who:
    """A resident as the votes know them. Raises tortoise's DoesNotExist."""
    found = await Resident.get(id=resident)
    return Who(found.id, found.short, found.pseudonym, found.household_id, found.notice_version, None, found.muted)
