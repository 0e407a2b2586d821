"""Sealed slips: made once for a vote before it opens, each shown by one voter (VOTING.md section 3).

Of households: drawn blind, so a slip is nobody's until it is shown. Of owners: a slip is its unit's from the beginning,
because the roll that is published has each unit's area and head beside what the slip makes.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from domain.ballots import credential, make_slip
from domain.households import Flat
from domain.terms import VoteKind
from models import sql
from models.tables.ballot_log import Slip
from models.tables.votes import RollEntry
from models.votes import VoteRecord

BATCH = 400


@dataclass(frozen=True, slots=True)
class Made:
    """A new slip's code, which is kept nowhere; `flat` whose it is, None where it is drawn."""

    code: str
    flat: Flat | None = None


async def make(vote: VoteRecord) -> list[Made]:
    """Make a slip for each household on the roll, of owners for each unit."""
    owners: list[tuple[str | None, Flat | None]] = [
        (f"h{unit.household_id}", Flat(unit.household.building, unit.household.unit, unit.household.room))
        for unit in await _units(vote)
    ]
    whose = owners or [(None, None)] * vote.roll_size
    made = [Made(make_slip(secrets.choice), flat) for _, flat in whose]
    named = sorted(
        (credential(vote.number, one.code), voter or "") for one, (voter, _) in zip(made, whose, strict=True)
    )
    rows = [Slip(community_id=vote.community, vote_id=vote.id, p=p, voter=voter or None) for p, voter in named]
    await Slip.bulk_create(rows, batch_size=BATCH)
    return made


async def _units(vote: VoteRecord) -> list[RollEntry]:
    if vote.kind is not VoteKind.OWNERS:
        return []
    return await RollEntry.filter(vote_id=vote.id).order_by("household_id").select_related("household")


async def made(vote: VoteRecord) -> bool:
    """Whether the slips of a vote were made."""
    return await Slip.filter(vote_id=vote.id).exists()


async def shown(vote: VoteRecord, voters: Sequence[str]) -> set[str]:
    """Which of these voters have shown a slip already."""
    found = Slip.filter(vote_id=vote.id, voter__in=list(voters)).exclude(code=None)
    return {str(voter) for voter in await found.values_list("voter", flat=True)}


async def show(vote: VoteRecord, voters: Sequence[str], code: str) -> str | None:
    """Somebody who speaks for these voters, of whom none has shown a slip, shows one: whose it is from then on.

    None where there is no such slip, where it is another's, or was shown already. A slip that is nobody's becomes the
    first voter's. One statement; of two at once the row decides.
    """
    if not voters:
        return None
    found = await sql.rows(
        f"""UPDATE slip SET voter = COALESCE(voter, ?), code = ? WHERE vote_id = ? AND p = ? AND code IS NULL
        AND (voter IN ({", ".join("?" for _ in voters)}) OR (voter IS NULL
            AND NOT EXISTS (SELECT 1 FROM slip other WHERE other.vote_id = slip.vote_id AND other.voter = ?)))
        RETURNING voter""",
        voters[0],
        code,
        vote.id,
        credential(vote.number, code),
        *voters,
        voters[0],
    )
    return str(found[0]["voter"]) if found else None
