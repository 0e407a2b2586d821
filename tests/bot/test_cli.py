"""The command line (INTERFACE.md §2): what is printed, and one clear line with exit code 2 where it can't be done."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli
from bot.texts import Texts
from models import schema
from models.tables.people import Community
from tests.postgres import Cluster

ROOT = Path(cli.__file__).parent.parent
COMMANDS = sorted(cli.parser(Texts.load())[1])
FILE = """
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "{url}"
[[community]]
name = "枫林小区"
"""


def bot(*arguments: str, where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real program."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line of a command that can't be done."""
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.strip()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config whose database is a file beside it."""
    return written(tmp_path, f"sqlite://{tmp_path}/bot.sqlite3")


def written(folder: Path, url: str) -> Path:
    path = folder / "asked.toml"
    path.write_text(FILE.format(url=url), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_command_has_help_and_takes_a_config(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command has --help and takes --config F."""
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])

    assert ended.value.code == 0
    assert "--config F" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("both", [3, 4, 10, 14, 17, 24, 31]),
        ("dates", [4, 14, 24]),
        ("thursdays", [3, 10, 17, 24, 31]),
    ],
)
def test_days_prints_one_date_a_line(rule: str, days: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    """December 2026; the 24th, a Thursday, is one session."""
    assert cli.main(["days", "--from", "2026-12-01", "--to", "2026-12-31", "--rule", rule]) == 0

    assert capsys.readouterr().out.split() == [f"2026-12-{day:02d}" for day in days]


def test_days_names_what_is_no_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Bad input ends with one line and 2."""
    assert refused(capsys, "days", "--from", "12-1", "--to", "2026-12-31") == "不是日期：12-1，应如 2026-12-01"
    assert "--from" in refused(capsys, "days", "--from", "2026-12-02", "--to", "2026-12-01")


def test_program_says_in_one_line_what_is_missing(tmp_path: Path) -> None:
    """An argument that is missing, a command that there is not."""
    for arguments in (["days"], ["nonsense"], []):
        done = bot(*arguments, where=tmp_path)

        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "写得不对" in done.stderr


@pytest.mark.parametrize("command", ["days", "tally", "--help"])
def test_command_without_database_loads_no_framework(command: str, tmp_path: Path) -> None:
    """classify sort days tally verify need neither config nor database: no tortoise, aiogram, telegram."""
    code = f"""
import sys
from bot import cli
try: cli.main(["{command}", "--help"])
except SystemExit: pass
sys.exit(bool(sys.modules.keys() & {{"tortoise", "aiogram", "telegram", "pydantic", "jieba", "starlette"}}))
"""
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0
    )


def test_check_config_finds_the_file_in_its_order(tmp_path: Path, config: Path) -> None:
    """--config, else ./config.toml, else $BOT_CONFIG, else rehearsal."""
    assert "没有配置文件" in bot("check-config", where=tmp_path).stdout
    assert f"：{config}" in bot("check-config", where=tmp_path, BOT_CONFIG=str(config)).stdout
    (tmp_path / "config.toml").write_text("[operator]\nname = 1\n")
    wrong = bot("check-config", where=tmp_path, BOT_CONFIG=str(config))
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "config.toml：“operator.name”写得不对，应为运营单位的名称，不超过64个字\n",
    )


def test_migrate_creates_sqlite_and_says_when_there_is_nothing_to_do(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """migrate brings the configured database to this version."""
    assert cli.main(["migrate", "--config", str(config)]) == 0
    assert "0001_initial" in capsys.readouterr().out
    assert cli.main(["migrate", "--config", str(config)]) == 0
    assert "不用升" in capsys.readouterr().out


def test_migrate_names_the_database_it_cannot_reach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, and no password in what is printed."""
    config = written(tmp_path, "postgres://bot:secret@127.0.0.1:1/bot")

    said = refused(capsys, "migrate", "--config", str(config))
    assert said.startswith("连不上数据库 postgres://bot:…@127.0.0.1:1/bot")
    (tmp_path / "file").touch()
    config = written(tmp_path, f"sqlite://{tmp_path}/file/bot.sqlite3")
    assert refused(capsys, "migrate", "--config", str(config)).startswith("连不上数据库")


async def add(url: str, name: str) -> None:
    async with schema.opened(url):
        await Community.create(slug=name, name=name, kind="old", settings={})


async def names(url: str) -> set[str]:
    async with schema.opened(url):
        return {community.name for community in await Community.all()}


def backed_up(config: Path, file: Path) -> tuple[set[str], set[str]]:
    """What stands in the database when one name was added after the backup, and after the restore."""
    url = config.read_text().split('url = "')[1].split('"')[0]
    assert cli.main(["migrate", "--config", str(config)]) == 0
    asyncio.run(add(url, "before"))
    assert cli.main(["backup", str(file), "--config", str(config)]) == 0
    asyncio.run(add(url, "after"))
    found = asyncio.run(names(url))
    assert cli.main(["restore", str(file), "--config", str(config)]) == 0
    return found, asyncio.run(names(url))


def test_restore_brings_back_what_was_backed_up(tmp_path: Path, config: Path) -> None:
    """SQLite: backup F writes a file, restore F puts it in place and keeps what was there."""
    found = backed_up(config, tmp_path / "backup.sqlite3")

    assert found == ({"before", "after"}, {"before"})
    assert asyncio.run(names(f"sqlite://{tmp_path}/bot.sqlite3.before-restore")) == {"before", "after"}


def test_restore_brings_back_postgres_too(tmp_path: Path, postgres: Cluster) -> None:
    """PostgreSQL: the same by pg_dump and pg_restore."""
    config = written(tmp_path, postgres.fresh())

    assert backed_up(config, tmp_path / "backup.dump") == ({"before", "after"}, {"before"})


def test_backup_overwrites_nothing(tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An existing file stays; a database that is not there can't be backed up."""
    (tmp_path / "old").touch()

    assert "已经有了" in refused(capsys, "backup", str(tmp_path / "old"), "--config", str(config))
    assert "没有数据库文件" in refused(capsys, "backup", str(tmp_path / "new"), "--config", str(config))
    assert not (tmp_path / "bot.sqlite3").exists()


def test_restore_refuses_what_is_no_backup(tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of another kind, an absent one, one of a newer version: refused, nothing changed."""
    (tmp_path / "text").write_text("不是数据库")
    newer = sqlite3.connect(tmp_path / "newer")
    newer.executescript(
        "CREATE TABLE tortoise_migrations (name TEXT); INSERT INTO tortoise_migrations VALUES ('9999_x')"
    )
    newer.close()

    for name in ("text", "absent"):
        assert "不是本程序的备份" in refused(capsys, "restore", str(tmp_path / name), "--config", str(config))
    assert "更新的版本" in refused(capsys, "restore", str(tmp_path / "newer"), "--config", str(config))
    assert not (tmp_path / "bot.sqlite3").exists()


def test_run_names_the_address_that_is_taken(tmp_path: Path) -> None:
    """A port in use stops the start with one line, not with a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        path = written(tmp_path, f"sqlite://{tmp_path}/bot.sqlite3")
        path.write_text(path.read_text() + f"[web]\nport = {port}\n")
        done = bot("run", "--config", str(path), where=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"127.0.0.1:{port} 用不了" in done.stderr
