"""Sealed ballots enter the log in batches, shuffled; the order in which they came is kept nowhere in it.

Who votes alone between two heads would be known by their line, and after the close, when it is opened, by their choice.
So of a 不记名 vote some households' ballots, drawn by chance at each head, wait for later ones until it closes.
"""

from collections.abc import Sequence
from random import SystemRandom

from domain.terms import VoteState
from models import sql
from models.ballot_log import BATCH, Sealed, append, waiting
from models.tables.votes import Vote


async def flush(community: int, company: int) -> None:
    """Append what waits; of each secret vote that is open `company` households stay back."""
    await append(community, ())
    found = await waiting(community)
    back = await _staying(community, found, company)
    await _enter(community, [one for one in found if (one.vote, one.voter) not in back])


async def flush_own(community: int, vote: int, voter: str) -> None:
    """Append what waits of one voter."""
    await append(community, ())
    await _enter(community, [one for one in await waiting(community) if (one.vote, one.voter) == (vote, voter)])


async def _staying(community: int, found: Sequence[Sealed], company: int) -> set[tuple[int, str]]:
    if not found:
        return set()
    secret = Vote.filter(community_id=community, state=VoteState.OPEN, secret=True)
    back: set[tuple[int, str]] = set()
    for vote in await secret.only("id"):
        voters = sorted({(one.vote, one.voter) for one in found if one.vote == vote.id})
        back.update(SystemRandom().sample(voters, min(company, len(voters))))
    return back


async def _enter(community: int, found: Sequence[Sealed]) -> None:
    """A voter's own stay in their turn."""
    entering = _shuffled(found)
    first = await append(community, [one.line for one in entering])
    for at in range(0, len(entering), BATCH):
        pairs = ", ".join(f"({one.id}, {first + at + n})" for n, one in enumerate(entering[at : at + BATCH]))
        await sql.rows(
            f"""UPDATE sealed_ballot SET place = placed.column2 FROM (VALUES {pairs}) AS placed
            WHERE sealed_ballot.id = placed.column1"""
        )


def _shuffled(found: Sequence[Sealed]) -> list[Sealed]:
    turns: dict[str, list[Sealed]] = {}
    for one in sorted(found, key=lambda one: -one.opening.rev):
        turns.setdefault(one.opening.p, []).append(one)
    return [turns[one.opening.p].pop() for one in SystemRandom().sample(found, len(found))]
