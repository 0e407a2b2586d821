"""六个有: filled in by the product where it knows, by a moderator with a picture where it doesn't (DOMAIN.md §2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.talk import Upload
from domain.terms import Role
from models import concerns
from models.tables.concerns import Photo
from models.tables.sessions import VenueCheck


@pytest.fixture
async def town(talk):
    await talk.knows("管理员", Role.MODERATOR)
    await talk.knows("居民甲")
    return talk


async def test_list_says_what_the_product_knows(town):
    """Anybody may read it: the hotline is in the config, nobody has looked at the room yet."""
    out = await town.says("居民甲", "六个有")

    assert out[0].text.splitlines() == [
        "说事厅六个有，现在有1个：",
        "说事厅：还没人看过；标识：还没人看过",
        "热线：有；记录：还没人看过",
        "流程：还没人看过；档案：还没人看过",
        "管理员看过后，发“六个有 标识 有”，带上照片。",
    ]


async def test_board_shows_the_procedure(town):
    """Where there is a board, the procedure is on show."""
    town.house = town.run.house = replace(town.house, public_url="https://example.org")

    assert "流程：有" in (await town.says("居民甲", "六个有"))[0].text


async def test_moderator_tells_what_they_saw_with_a_picture(town):
    """The picture is fetched after the commit, like any other; the newest look counts."""
    seen = await town.says("管理员", "六个有 标识 有", pictures=(Upload("sign.jpg"),))
    gone = await town.says("管理员", "六个有 标识 没有")

    assert "标识：有（12月1日（周二）看过，有照片）" in seen[0].text
    assert "标识：没有（12月1日（周二）看过）" in gone[0].text
    assert [(photo.upload, photo.concern_id) for photo in await Photo.all()] == [("sign.jpg", None)]
    assert await VenueCheck.all().count() == 1
    later = town.clock() + timedelta(minutes=1)
    assert [(one.upload, one.concern) for one in await concerns.unfetched(later, 9)] == [("sign.jpg", None)]


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("居民甲", "六个有 标识 有", "没办：只有管理员可以改六个有。"),
        (
            "管理员",
            "六个有 大门 有",
            "没记下：请写是哪一个、有还是没有，比如“六个有 标识 有”，可写说事厅、标识、热线、记录、流程、档案。",
        ),
        (
            "管理员",
            "六个有 标识",
            "没记下：请写是哪一个、有还是没有，比如“六个有 标识 有”，可写说事厅、标识、热线、记录、流程、档案。",
        ),
    ],
)
async def test_venue_is_refused_in_one_sentence(town, name, words, answer):
    """Who may, and what may be written."""
    assert [out.text for out in await town.says(name, words)] == [answer]
    assert await VenueCheck.all().count() == 0
