"""Sealed slips: made once for a vote before it opens, each shown by one voter (VOTING.md section 3)."""

import secrets
from collections.abc import Sequence

from domain.ballots import credential, make_slip
from models import sql
from models.tables.ballot_log import Slip
from models.votes import VoteRecord

BATCH = 400


async def make(vote: VoteRecord) -> list[str]:
    """Make a slip for each household on the roll; returns the codes, which are kept nowhere."""
    codes = [make_slip(secrets.choice) for _ in range(vote.roll_size)]
    names = sorted(credential(vote.number, code) for code in codes)
    rows = [Slip(community_id=vote.community, vote_id=vote.id, p=p) for p in names]
    await Slip.bulk_create(rows, batch_size=BATCH)
    return codes


async def made(vote: VoteRecord) -> bool:
    """Whether the slips of a vote were made."""
    return await Slip.filter(vote_id=vote.id).exists()


async def shown(vote: VoteRecord, voters: Sequence[str]) -> set[str]:
    """Which of these voters have shown a slip already."""
    found = await Slip.filter(vote_id=vote.id, voter__in=list(voters)).values_list("voter", flat=True)
    return {str(voter) for voter in found}


async def show(vote: VoteRecord, voter: str, code: str) -> bool:
    """A voter shows a slip, which is theirs from then on; False where there is no such slip, where it is another's, or
    where they have shown one already. One statement; of two at once the row decides."""
    found = await sql.rows(
        """UPDATE slip SET voter = ?, code = ? WHERE vote_id = ? AND p = ? AND voter IS NULL
        AND NOT EXISTS (SELECT 1 FROM slip other WHERE other.vote_id = slip.vote_id AND other.voter = ?)
        RETURNING id""",
        voter,
        code,
        vote.id,
        credential(vote.number, code),
        voter,
    )
    return bool(found)
