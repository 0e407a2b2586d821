"""Paper ballots: entered by one moderator, confirmed by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.households import Flat
from domain.voting import Choice
from models import sql
from models.counting import choice_of, more_of
from models.tables.concerns import Photo
from models.tables.votes import PaperBallot, RollEntry
from models.votes import VoteRecord


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ballot that waits for its confirmation; `by` is who entered it, None where they are gone."""

    household: int
    flat: Flat
    choice: Choice
    by: int | None


@dataclass(frozen=True, slots=True)
class Scanned:
    """The paper ballot that a picture is of."""

    community: int
    number: int
    flat: Flat
    by: int | None


async def on_roll(vote: VoteRecord, household: int) -> bool:
    """Whether a household is on a vote's roll."""
    return await RollEntry.filter(vote_id=vote.id, household_id=household).exists()


async def enter(vote: VoteRecord, household: int, choice: Choice, who: int, now: datetime) -> int | None:
    """Enter a paper ballot, or another in place of one that waits; its row, None where one counts. One statement."""
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
    return int(found[0]["id"]) if found else None


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


async def add_scans(vote: VoteRecord, paper: int, channel: str, uploads: Sequence[str], now: datetime) -> None:
    """Pictures of a paper ballot, fetched after the commit, in place of those of before. Two statements."""
    await Photo.filter(paper_id=paper).delete()
    place = {"community_id": vote.community, "paper_id": paper, "channel": channel, "next_at": now}
    await Photo.bulk_create(Photo(**place, upload=upload) for upload in uploads)


async def scans(vote: VoteRecord, household: int) -> list[tuple[str, str]]:
    """The pictures of a household's paper ballot that are kept: hash and kind of each. One statement."""
    found = await sql.rows(
        """SELECT b.sha256, b.mime FROM photo p JOIN paper_ballot e ON e.id = p.paper_id
        JOIN blob b ON b.sha256 = p.blob_id WHERE e.vote_id = ? AND e.household_id = ? ORDER BY p.id""",
        vote.id,
        household,
    )
    return [(str(row["sha256"]), str(row["mime"])) for row in found]


async def scanned(paper: int) -> Scanned | None:
    """Which paper ballot a picture is of. One statement."""
    found = await PaperBallot.get_or_none(id=paper).select_related("vote", "household")
    if found is None:
        return None
    flat = Flat(found.household.building, found.household.unit, found.household.room)
    return Scanned(found.community_id, found.vote.number, flat, found.entered_by_id)
