"""The owners' roll as it is kept, and the proofs that ballots were handed over."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.households import Flat
from domain.owners_roll import AreaSource, RollUnit
from models.tables.people import Household
from models.tables.votes import Delivery, Vote


async def roll(community: int) -> tuple[list[RollUnit], dict[str, int]]:
    """Every unit as the rules see it, by its flat's plain name, and the household of each name. One statement.

    The roll's file has one area a unit; it is taken as the register's (VOTING.md table 2, row 7).
    """
    rows = await Household.filter(community_id=community).order_by("id")
    named = {str(Flat(row.building, row.unit, row.room)): row for row in rows}
    units = [
        RollUnit(name, {AreaSource.REGISTER: row.area}, row.owner, bool(row.parking), bool(row.developer))
        for name, row in named.items()
    ]
    return units, {name: int(row.id) for name, row in named.items()}


async def delivered(community: int, households: Sequence[int], proof: str, now: datetime) -> None:
    """Note that the ballots of these units were handed over; the next vote that deems takes it. Two statements."""
    await Delivery.filter(community_id=community, vote_id=None, household_id__in=list(households)).delete()
    await Delivery.bulk_create(
        Delivery(community_id=community, household_id=household, proof=proof[:64], at=now) for household in households
    )


async def waiting_proofs(community: int) -> Mapping[int, str]:
    """The proofs that no vote has taken yet, by household."""
    return dict(await Delivery.filter(community_id=community, vote_id=None).values_list("household_id", "proof"))


async def take_proofs(community: int, number: int) -> None:
    """The proofs that wait belong to the vote of this number from now on."""
    await Delivery.filter(community_id=community, vote_id=None).update(vote_id=await _id(community, number))


async def _id(community: int, number: int) -> int:
    return int((await Vote.get(community_id=community, number=number)).id)
