"""Paper ballots: entered by one moderator, confirmed by another."""

from dataclasses import dataclass
from datetime import datetime

from domain.households import Flat
from domain.voting import Choice
from models import sql
from models.counting import choice_of, more_of
from models.tables.votes import PaperBallot, RollEntry
from models.votes import VoteRecord


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ballot that waits for its confirmation; `by` is who entered it, None where they are gone."""

    household: int
    flat: Flat
    choice: Choice
    by: int | None


async def on_roll(vote: VoteRecord, household: int) -> bool:
    """Whether a household is on a vote's roll."""
    return await RollEntry.filter(vote_id=vote.id, household_id=household).exists()


async def enter(vote: VoteRecord, household: int, choice: Choice, who: int, now: datetime) -> bool:
    """Enter a paper ballot, or another in place of one that waits; False where one counts already. One statement."""
    found = await sql.rows(
        """INSERT INTO paper_ballot (community_id, vote_id, household_id, choice, more, entered_by_id, entered_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (vote_id, household_id) DO UPDATE SET choice = excluded.choice, more = excluded.more,
        entered_by_id = excluded.entered_by_id, entered_at = excluded.entered_at
        WHERE paper_ballot.confirmed_at IS NULL RETURNING id""",
        vote.community,
        vote.id,
        household,
        choice[0],
        more_of(choice),
        who,
        now,
    )
    return bool(found)


async def waiting(vote: VoteRecord, household: int | None = None) -> list[Paper]:
    """The paper ballots of a vote (of one household) that wait, the oldest first."""
    found = PaperBallot.filter(vote_id=vote.id, confirmed_at=None)
    if household is not None:
        found = found.filter(household_id=household)
    return [
        Paper(
            row.household_id,
            Flat(row.household.building, row.household.unit, row.household.room),
            choice_of(row.choice, row.more),
            row.entered_by_id,
        )
        for row in await found.order_by("id").select_related("household")
    ]


async def confirm(vote: VoteRecord, paper: Paper, who: int, now: datetime) -> bool:
    """Confirm what was seen; False where somebody was first, or it was entered anew meanwhile. One statement."""
    found = await sql.rows(
        """UPDATE paper_ballot SET confirmed_by_id = ?, confirmed_at = ?
        WHERE vote_id = ? AND household_id = ? AND confirmed_at IS NULL AND choice = ? AND more = ?
        AND entered_by_id <> ? RETURNING id""",
        who,
        now,
        vote.id,
        paper.household,
        paper.choice[0],
        more_of(paper.choice),
        who,
    )
    return bool(found)


async def drop(vote: VoteRecord, household: int) -> bool:
    """Take back a paper ballot that waits; False where there is none."""
    return bool(await PaperBallot.filter(vote_id=vote.id, household_id=household, confirmed_at=None).delete())
