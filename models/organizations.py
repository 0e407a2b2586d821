"""五级组织 as rows: entered from data/organizations, asked for what stands above a community."""

from collections.abc import Sequence

from domain.organizations import Organization
from domain.terms import OrgLevel
from models.tables.people import Community
from models.tables.people import Organization as Row


async def enter(found: Sequence[Organization]) -> None:
    """Enter or update the tree, parents first; what the files no longer name goes, the lowest first."""
    ids: dict[str, int] = {}
    communities = {c.name: c.id for c in await Community.all()}
    for one in found:
        values = {"level": one.level, "parent_id": ids.get(one.parent), "answers": one.answers}
        values["community_id"] = communities.get(one.community)
        row, _ = await Row.update_or_create(values, name=one.name)
        ids[one.name] = int(row.id)
    for row in await Row.exclude(name__in=list(ids)).order_by("-level"):
        await row.delete()


async def above(community: int) -> list[Organization]:
    """A community's branch and what stands above it, the nearest first; empty where no branch is entered."""
    every = {row.id: row for row in await Row.exclude(level=OrgLevel.BUILDING_CELL)}
    step = next((row for row in every.values() if row.community_id == community), None)
    chain: list[Organization] = []
    while step is not None:
        over = every.get(step.parent_id) if step.parent_id else None
        chain.append(Organization(step.name, step.level, over.name if over else "", answers=step.answers))
        step = over
    return chain


async def cells(community: int) -> list[str]:
    """The 楼栋党小组 below a community's branch, by name."""
    found = Row.filter(level=OrgLevel.BUILDING_CELL, parent__community_id=community).order_by("name")
    return [str(name) for name in await found.values_list("name", flat=True)]
