"""`lexicon` without words: the corrections of a database, and how an operator takes them back."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot import cli
from domain.terms import ConcernCategory, Visibility
from models import corrections, schema
from models.tables.concerns import Concern
from models.tables.people import Community, Resident

FILE = """
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "sqlite://{path}"
[[community]]
name = "枫林小区"
"""
NOW = datetime(2026, 12, 1, 10, 42, tzinfo=UTC)
LIFT = ConcernCategory.LIVELIHOOD, ConcernCategory.DISPUTE


@pytest.fixture
def config(tmp_path):
    """Two people's corrections in one community: one open, one of an anonymous author, one more."""
    path = tmp_path / "asked.toml"
    path.write_text(FILE.format(path=tmp_path / "bot.sqlite3"), "utf-8")
    asyncio.run(_filled(f"sqlite://{tmp_path / 'bot.sqlite3'}"))
    return str(path)


async def _filled(url):
    async with schema.opened(url):
        await schema.prepare()
        place = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        people = [
            await Resident.create(community=place, pseudonym=name, short=name, met_at=NOW)
            for name in ("AAAAA", "BBBBB")
        ]
        for number, (who, how) in enumerate(
            [(0, Visibility.OPEN), (0, Visibility.ANONYMOUS), (1, Visibility.OPEN)], start=1
        ):
            said = await Concern.create(
                community=place,
                number=number,
                author=people[who],
                text="电梯停运",
                shown="电梯停运",
                guess=LIFT[0],
                evidence=[],
                visibility=how,
                said_at=NOW,
            )
            await corrections.put(said, ["电梯", "停运"], *LIFT, people[who].id, NOW)


def test_lexicon_lists_who_corrected_what_and_when(config, capsys):
    """Each correction with concern, categories, words, short name, moment, and whether it counts; 匿名 holds."""
    assert cli.main(["lexicon", "--config", config]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "1 枫林小区 说事 #1 是矛盾纠纷，不是服务民生（电梯 停运） AAAAA 2026-12-01 18:42:00 算",
        "2 枫林小区 说事 #2 是矛盾纠纷，不是服务民生（电梯 停运） - 2026-12-01 18:42:00 算",
        "3 枫林小区 说事 #3 是矛盾纠纷，不是服务民生（电梯 停运） BBBBB 2026-12-01 18:42:00 算",
    ]


def test_operator_takes_back_one_or_all_of_a_person(config, capsys):
    """A number takes back one, a short name all that person's, hidden ones too; each is shown as undone."""
    assert cli.main(["lexicon", "--config", config, "--take-back", "aaaaa"]) == 0
    assert cli.main(["lexicon", "--config", config, "--take-back", "3"]) == 0
    assert cli.main(["lexicon", "--config", config, "--community", "枫林小区", "--lines", "2"]) == 0

    out = capsys.readouterr().out.splitlines()
    assert out[:2] == ["2次改类不算了", "1次改类不算了"]
    assert ["起不算" in line for line in out[2:]] == [True, True]


@pytest.mark.parametrize("which", ["99", "ZZZZZ", "99999999999999999999"])
def test_what_is_not_there_cannot_be_taken_back(config, capsys, which):
    """One line that names it, exit code 2."""
    assert cli.main(["lexicon", "--config", config, "--take-back", which]) == 2

    assert capsys.readouterr().err == f"没有可以不算的：{which}\n"
