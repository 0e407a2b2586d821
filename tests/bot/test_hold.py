"""`hold`: an operator keeps the records of a dispute."""

import asyncio
from pathlib import Path

import pytest

from bot import cli
from models import schema
from models.tables.people import Community, Hold

FILE = """
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "{url}"
[[community]]
name = "枫林小区"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config whose database has its community."""
    url = f"sqlite://{tmp_path}/bot.sqlite3"
    file = tmp_path / "config.toml"
    file.write_text(FILE.format(url=url))

    async def entered() -> None:
        async with schema.opened(url):
            await schema.prepare()
            await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})

    asyncio.run(entered())
    return file


def held(config: Path) -> list[tuple[str, int]]:
    async def asked() -> list[tuple[str, int]]:
        async with schema.opened(f"sqlite://{config.parent}/bot.sqlite3"):
            return [(row.kind.value, row.number) for row in await Hold.all()]

    return asyncio.run(asked())


def test_hold_keeps_and_releases(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Held once however often it is said; released it is gone."""
    line = ["hold", "表决", "3", "--community", "枫林小区", "--config", str(config)]
    assert [cli.main(line), cli.main(line)] == [0, 0]
    assert held(config) == [("vote", 3)]

    assert cli.main([*line, "--release"]) == 0
    assert held(config) == []
    assert capsys.readouterr().out.splitlines()[-1] == "不再留：表决 #3，到期就删"


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--community", "枫林"], "没有叫枫林的小区"), (["--community", "枫林小区", "--release"], "本来就没留")],
)
def test_hold_says_what_is_wrong(config: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on stderr, exit code 2."""
    assert cli.main(["hold", "说事", "3", *more, "--config", str(config)]) == 2
    assert said in capsys.readouterr().err
