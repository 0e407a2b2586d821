"""What the config says becomes rows, and what it no longer says loses only what it gave."""

import tomllib
from datetime import UTC, datetime
from typing import Any

from bot.config import Config
from bot.making import enter
from domain.terms import Role
from models.tables.people import Address, Community, Grant
from tests.database import memory

NOW = datetime(2026, 12, 1, tzinfo=UTC)
CONFIG = """
[operator]
name = "江南街道"
contact = "010-1234"
[[community]]
name = "枫林小区"
secretaries = ["telegram:10001"]
[community.levels.neighbourhood]
group = "telegram:-1009"
persons = ["telegram:10002", "telegram:10003"]
days = 2
[community.levels.subdistrict]
persons = [{subdistrict}]
"""


async def held() -> list[tuple[str, Role]]:
    """Who holds which role now, by their platform's id."""
    grants = await Grant.filter(revoked_at=None)
    users = {address.resident_id: address.user for address in await Address.all()}
    return sorted((users[grant.resident_id], grant.role) for grant in grants)


async def entered(subdistrict: str = "") -> None:
    """The config with these persons at the subdistrict, entered."""
    await enter(Config(**tomllib.loads(CONFIG.replace("{subdistrict}", subdistrict))), b"k" * 32, NOW)


async def test_levels_persons_hold_their_role() -> None:
    """分级处置: who answers at a level is granted its role, once, and loses it with the config."""
    async with memory():
        await entered('"telegram:10003"')
        await entered('"telegram:10003"')
        both = await held()
        await entered()

        assert both == [
            ("10001", Role.SECRETARY),
            ("10002", Role.NEIGHBOURHOOD_CADRE),
            ("10003", Role.NEIGHBOURHOOD_CADRE),
            ("10003", Role.SUBDISTRICT_CADRE),
        ]
        assert await held() == [one for one in both if one[1] is not Role.SUBDISTRICT_CADRE]


async def test_settings_keep_no_platform_id_of_a_person() -> None:
    """A platform's raw id of a person stands in the address table alone; the level's group and days are settings."""
    async with memory():
        await entered()
        settings: dict[str, Any] = dict((await Community.get(name="枫林小区")).settings)

        assert settings["levels"]["neighbourhood"] == {"group": "telegram:-1009", "days": 2, "down": "branch"}
        assert "10002" not in str(settings)
