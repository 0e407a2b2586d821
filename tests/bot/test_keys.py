"""The key of the logs: made once, for its owner alone, handed over when it changes (VOTING.md §3)."""

import asyncio
from pathlib import Path

import pytest

from bot import keys
from bot.cli import main
from domain.handover import follow
from domain.notes import parse_key, parse_note, verifier_key
from models import ballot_log, schema
from models.tables.people import Community

CONFIG = """
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "sqlite://{folder}/bot.sqlite3"
[[community]]
name = "枫林小区"
"""


def test_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """The same key the second time; mode 0600; no half-written file beside it."""
    first, second = keys.load(tmp_path / "log.key"), keys.load(tmp_path / "log.key")

    assert first.private_bytes_raw() == second.private_bytes_raw()
    assert (tmp_path / "log.key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["log.key"]


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """A broken file is told, never replaced: the key in it may be restored."""
    (tmp_path / "log.key").write_bytes(content)

    with pytest.raises(keys.NoKey):
        keys.load(tmp_path / "log.key")
    assert (tmp_path / "log.key").read_bytes() == content


def test_rotation_hands_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The old key signs for each log that the new one takes over; who knows the old one reaches the new."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(folder=tmp_path), "utf-8")
    url = f"sqlite://{tmp_path}/bot.sqlite3"

    async def begin() -> str:
        async with schema.opened(url):
            await schema.prepare()
            community = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
            return await ballot_log.begin(community.id, "example.org/c/fenglin/log")

    async def read() -> list[tuple[str, str]]:
        async with schema.opened(url):
            return await ballot_log.keys(1)

    name = asyncio.run(begin())
    old = verifier_key(name, keys.load(tmp_path / "log.key"))
    assert main(["rotate-key", "--config", str(file)]) == 0
    new = verifier_key(name, keys.load(tmp_path / "log.key"))
    (told, note), *more = asyncio.run(read())

    assert more == []
    assert (parse_key(told), capsys.readouterr().out.splitlines()[0]) == (new, str(new))
    assert follow(old, [parse_note(note)]) == [old, new]
    assert follow(verifier_key(name, keys.load(tmp_path / "other.key")), [parse_note(note)])[1:] == []


def test_backup_and_restore_take_the_key_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It stands in no database: it is copied beside the backup, for its owner alone, and put back by restore."""
    file, key, copied = tmp_path / "config.toml", tmp_path / "log.key", tmp_path / "b.sqlite3.log.key"
    file.write_text(CONFIG.format(folder=tmp_path), "utf-8")
    assert main(["migrate", "--config", str(file)]) == 0
    first = keys.load(key).private_bytes_raw()
    assert main(["backup", str(tmp_path / "b.sqlite3"), "--config", str(file)]) == 0
    assert str(copied) in capsys.readouterr().out
    assert copied.stat().st_mode & 0o777 == 0o600
    assert first.hex().encode() not in (tmp_path / "b.sqlite3").read_bytes().hex().encode()
    key.unlink()
    other = keys.load(key).private_bytes_raw()
    assert main(["restore", str(tmp_path / "b.sqlite3"), "--config", str(file)]) == 0

    assert str(key) in capsys.readouterr().out
    assert (keys.load(key).private_bytes_raw(), key.stat().st_mode & 0o777) == (first, 0o600)
    assert keys.load(tmp_path / "log.key.before-restore").private_bytes_raw() == other
    assert main(["restore", str(tmp_path / "b.sqlite3"), "--config", str(file)]) == 0
    assert str(key) not in capsys.readouterr().out
