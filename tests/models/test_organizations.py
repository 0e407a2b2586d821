"""五级组织 as rows: what stands above a community (DOMAIN.md §1)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import organizations as files
from bot.stop import Stop
from domain.terms import OrgLevel
from models import organizations
from models.tables.people import Community
from models.tables.people import Organization as Row
from tests.database import memory
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgres"])
async def community(request):
    url = "sqlite://:memory:"
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.fresh()
    async with memory(url):
        yield await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})


async def test_what_stands_above_comes_nearest_first(community):
    """Branch, neighbourhood, subdistrict, district: the way a matter climbs."""
    await organizations.enter(files.load(rehearsal=True))

    assert [(one.level, one.answers) for one in await organizations.above(community.id)] == [
        (OrgLevel.BRANCH, "枫林小区党支部书记"),
        (OrgLevel.NEIGHBOURHOOD, "枫林社区居委会"),
        (OrgLevel.SUBDISTRICT, "江南街道办事处"),
        (OrgLevel.DISTRICT, "区委城市党建联席会议办公室"),
    ]
    assert await organizations.cells(community.id) == [f"枫林小区{n}号楼党小组" for n in (1, 2, 3)]


async def test_tree_is_entered_again_as_its_file_says_now(community):
    """A new name for who answers is taken, what the file no longer names goes, rows keep their ids."""
    found = files.load(rehearsal=True)
    await organizations.enter(found)
    before = dict(await Row.all().values_list("name", "id"))
    kept = [replace(one, answers="新人") for one in found if one.level is not OrgLevel.BUILDING_CELL]
    await organizations.enter(kept)

    after = dict(await Row.all().values_list("name", "id"))
    assert after == {one.name: before[one.name] for one in kept}
    assert {one.answers for one in await organizations.above(community.id)} == {"新人"}


async def test_nothing_stands_above_without_a_branch(community):
    """An installation that enters no organisations has none."""
    await organizations.enter([])

    assert await organizations.above(community.id) == []


def test_broken_file_stops_the_start_in_one_line(tmp_path: Path):
    """Who edits the file reads what is wrong in it."""
    (tmp_path / "ours.toml").write_text('[[organization]]\nname = "支部"\nlevel = "city"\n')

    with pytest.raises(Stop, match="支部: level"):
        files.load(rehearsal=False, folder=tmp_path)


def test_rehearsal_is_not_read_beside_a_config():
    """The rehearsal's organisations never stand in a real installation."""
    assert "枫林小区党支部" not in {one.name for one in files.load(rehearsal=False)}
