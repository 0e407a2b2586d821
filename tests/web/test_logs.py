"""What anyone fetches from /log holds for every program that checks it, and tells of tampering (VOTING.md §3)."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.cli import main
from domain.ballots import parse_receipt
from models.tables.ballot_log import LogFile
from tests.stories.conftest import talk, texts, understanding
from tests.stories.talk import Talk
from tests.stories.test_ballot_log import held, homes
from tests.stories.test_check import receipts
from tests.stories.test_vote import LINE
from tests.web import town
from web.app import create_app
from web.logs import VERIFY
from web.render import Renderer

__all__ = ["homes", "talk", "texts", "understanding"]
NAMES = ("log/log.jsonl", "log/checkpoint", "log/votes/1/roll.jsonl", "log/votes/1/openings.jsonl")


async def fetched(homes: Talk, folder: Path) -> list[str]:
    """The files of vote 1, fetched as anyone does, and the key; returns the arguments of a verifier."""
    app = create_app(Renderer(town.site()), homes.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board") as client:
        for name in NAMES:
            answer = await client.get(f"/c/fenglin/{name}")
            assert answer.status_code == 200, name
            (folder / name.replace("/", "-")).write_bytes(answer.content)
        key = (await client.get("/log/keys")).text.splitlines()[-1]
    return [*(str(folder / name.replace("/", "-")) for name in NAMES), "--key", key]


def by_file(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(VERIFY), *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("line", [LINE, LINE + "｜记名"])
async def test_published_files_hold_for_both_verifiers(homes: Talk, tmp_path: Path, line: str) -> None:
    """`python -m bot verify` and the one readable file say the same of what the program published."""
    await held(homes, line)
    arguments = await fetched(homes, tmp_path)
    file = receipts(homes, "居民3")[-1].file
    assert file is not None
    (tmp_path / "receipt.txt").write_text(file.content, "utf-8")
    arguments += ["--receipt", str(tmp_path / "receipt.txt")]
    alone = by_file(arguments)

    assert parse_receipt(file.content).opening.choice == (0,)
    assert main(["verify", *arguments]) == 0
    assert (alone.returncode, "WRONG" in alone.stdout) == (0, False), alone.stdout


async def test_both_verifiers_tell_of_a_changed_choice(homes: Talk, tmp_path: Path) -> None:
    """The database's owner flips a published opening: both end with 1."""
    await held(homes)
    row = await LogFile.get(kind="openings")
    row.body = row.body.replace('"choice":0', '"choice":1', 1)
    await row.save()
    arguments = await fetched(homes, tmp_path)

    assert main(["verify", *arguments]) == 1
    assert by_file(arguments).returncode == 1


async def test_log_is_not_there_before_the_first_vote(homes: Talk) -> None:
    """No head, no files: 404; the page says that there is nothing yet."""
    app = create_app(Renderer(town.site()), homes.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board") as client:
        answers = [(await client.get(f"/{name}")).status_code for name in (*NAMES, "log/keys", "log/handovers")]
        page = await client.get("/log")

    assert set(answers) == {404}
    assert "还没有表决过" in page.text


async def test_openings_are_not_served_while_the_vote_is_open(homes: Talk) -> None:
    """Nor is anything of a kind that isn't published."""
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    app = create_app(Renderer(town.site()), homes.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board") as client:
        open_ones = [
            (await client.get(f"/log/votes/1/{kind}.jsonl")).status_code for kind in ("roll", "openings", "key")
        ]

    assert open_ones == [200, 404, 404]
