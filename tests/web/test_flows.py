"""How each kind of matter is handled (DOMAIN.md §3): six diagrams, each with the same in words."""

import pytest

from domain.terms import CommunityKind, MatterKind
from models.tables.people import Community
from tests.web import town
from tests.web.test_pages import read, visiting, words


@pytest.mark.parametrize("kind", MatterKind)
async def test_each_kind_has_its_diagram_and_its_words(kind: MatterKind):
    """One picture, named and described, and under it every task with who, when, proof and standard."""
    async with visiting() as visitor:
        await town.settle()
        page = await read(visitor, f"/flows/{kind.value}")
        shown = words(page)

        assert page.count('<svg viewBox="0 0 340') == 1
        assert 'role="img" aria-labelledby="flow-t flow-d"' in page
        flow = town.site().flows[kind]
        for item in flow.items:
            here = item.community in {None, CommunityKind.OLD}
            assert (item.text in shown) is here
            assert item.standard in shown or not here


async def test_flow_has_what_its_community_adds():
    """What this kind of community adds is marked, in the picture and in words."""
    async with visiting() as visitor:
        await town.settle()
        old = words(await read(visitor, "/flows/mediation"))
        await Community.all().update(kind=CommunityKind.LANE_HOUSE)
        lane = words(await read(visitor, "/flows/mediation"))

        assert "老旧小区的流程" in old
        assert "漏水的先查公共管道 本小区加" in old
        assert "量清界墙和过道" not in old
        assert "量清界墙和过道 本小区加" in lane


async def test_flows_are_led_to_and_an_unknown_one_is_not_there():
    """From the page about the board, and from each topic to the flow of its kind."""
    async with visiting() as visitor:
        await town.topics(await town.settle())

        assert 'href="/flows"' in await read(visitor, "/about")
        assert 'href="/flows/deliberation"' in await read(visitor, "/topics/5")
        listed = await read(visitor, "/flows")
        assert [f'href="/flows/{kind.value}"' in listed for kind in MatterKind] == [True] * 6
        assert (await visitor.get("/flows/flood")).status_code == 404
