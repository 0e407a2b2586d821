"""What people put right of the bot's categories: kept as rows, counted in their community alone, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.queryset import QuerySet

from domain.corrections import Correction
from domain.terms import ConcernCategory, Visibility
from models import sql
from models.tables import corrections as rows
from models.tables.concerns import Concern

COUNTED = 300
"""Of a community's corrections the newest so many count."""
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Kept:
    """A correction as it is listed. `by` is a short name; empty where nobody is left, and where it is `hidden`.

    `hidden`: made by a concern's own author, who does not stand beside it in the open.
    """

    id: int
    community: str
    number: int
    by: str
    words: tuple[str, ...]
    wrong: ConcernCategory
    right: ConcernCategory
    at: datetime
    undone_at: datetime | None
    hidden: bool


async def put(
    concern: Concern, words: Sequence[str], wrong: ConcernCategory, right: ConcernCategory, by: int, now: datetime
) -> None:
    """Keep a correction. Two statements."""
    told = " ".join(words)
    await rows.Correction.create(
        community_id=concern.community_id,
        concern_id=concern.id,
        by_id=by,
        words=told if len(told) <= LONGEST else told[:LONGEST].rpartition(" ")[0],
        wrong=wrong,
        right=right,
        at=now,
    )
    await _changed(concern.community_id)


async def _changed(community: int) -> None:
    """Every process that remembers what was learned here reads it anew, from the commit on."""
    await sql.rows("UPDATE community SET corrected = corrected + 1 WHERE id = ?", community)


async def counted(community: int) -> list[Correction]:
    """The corrections that count: of each concern the newest. One statement."""
    found = rows.Correction.filter(community_id=community, undone_at=None).order_by("-id").limit(COUNTED)
    newest: dict[int, Correction] = {}
    for row in await found:
        newest.setdefault(
            row.concern_id, Correction(tuple(row.words.split()), row.wrong, row.right, str(row.by_id or ""))
        )
    return list(newest.values())


async def listed(community: int, limit: int) -> list[Kept]:
    """The newest corrections of a community that count. One statement."""
    return [_kept(row) for row in await _newest().filter(community_id=community, undone_at=None).limit(limit)]


async def every(community: str | None, limit: int) -> list[Kept]:
    """The newest corrections of one community or of all, undone ones among them. One statement."""
    found = _newest() if community is None else _newest().filter(community__name=community)
    return [_kept(row) for row in await found.limit(limit)]


def _newest() -> QuerySet[rows.Correction]:
    return rows.Correction.all().select_related("community", "concern", "by").order_by("-id")


def _kept(row: rows.Correction) -> Kept:
    own = row.by_id is not None and row.by_id == row.concern.author_id
    hidden = own and row.concern.visibility is not Visibility.OPEN
    return Kept(
        row.id,
        row.community.name,
        row.concern.number,
        row.by.short if row.by and not hidden else "",
        tuple(row.words.split()),
        row.wrong,
        row.right,
        row.at,
        row.undone_at,
        hidden,
    )


async def of_concern(community: int, number: int) -> Kept | None:
    """The correction of a concern that counts, or None. One statement."""
    found = await _newest().filter(community_id=community, undone_at=None, concern__number=number).first()
    return _kept(found) if found else None


async def others_of(kept: Kept) -> list[Kept]:
    """The other corrections that count by who made this one; none where that would tell who is hidden."""
    if not kept.by:
        return []
    row = await rows.Correction.get(id=kept.id)
    found = _newest().filter(community_id=row.community_id, by_id=row.by_id, undone_at=None).exclude(id=kept.id)
    return [one for one in map(_kept, await found) if not one.hidden]


async def take_back(community: int, ids: Sequence[int], now: datetime) -> int:
    """These count no more. Returns how many did. Two statements."""
    done = await rows.Correction.filter(community_id=community, id__in=list(ids), undone_at=None).update(undone_at=now)
    if done:
        await _changed(community)
    return done


async def take_back_of(community: str | None, short: str, now: datetime) -> int:
    """All that a person put right counts no more, hidden or not: for the operator. Returns how many did."""
    found = rows.Correction.filter(by__short=short, undone_at=None)
    if community is not None:
        found = found.filter(community__name=community)
    pairs = await found.values_list("community_id", "id")
    places = {place for place, _ in pairs}
    return sum([await take_back(place, [id for at, id in pairs if at == place], now) for place in places])


async def take_back_one(id: int, now: datetime) -> bool:
    """One correction counts no more: for the operator. False where there is none that did."""
    found = await rows.Correction.get_or_none(id=id, undone_at=None)
    return found is not None and await take_back(found.community_id, [id], now) > 0


async def forget(concerns: Sequence[int]) -> None:
    """What was learned from concerns whose words are to be forgotten goes with them. At most three statements."""
    found = await rows.Correction.filter(concern_id__in=list(concerns))
    if found:
        await rows.Correction.filter(id__in=[row.id for row in found]).delete()
    for place in {row.community_id for row in found}:
        await _changed(place)
