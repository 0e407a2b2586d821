"""A copy of the whole database in one file, and back: SQLite by its own means, PostgreSQL by pg_dump and pg_restore."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from models import schema
from models.sqlite_guard import BOOKKEEPING, copy


class Impossible(Exception):
    """It can't be done. `reason` is the key of the sentence, `facts` fill it."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def backup(url: str, to: Path) -> None:
    """Write a new file `to`. Raises Impossible: exists, in_memory, no_database, write, tool, tool_failed."""
    if to.exists():
        raise Impossible("exists", file=to)
    try:
        if url.startswith("sqlite"):
            copy(_existing(url), to)
        else:
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={to}", url)
    except (OSError, sqlite3.Error) as wrong:
        raise Impossible("write", file=to, why=wrong) from wrong


def restore(url: str, source: Path) -> Path | None:
    """Put the backup in the database's place; returns where SQLite's old content was kept.

    Raises Impossible: not_a_backup, newer, in_memory, write, tool, tool_failed.
    """
    if not url.startswith("sqlite"):
        if not source.is_file():
            raise Impossible("not_a_backup", file=source)
        _run(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", f"--dbname={url}", str(source)
        )
        return None
    _check(source)
    file = schema.sqlite_file(url)
    if file is None:
        raise Impossible("in_memory")
    kept = file.with_name(f"{file.name}.before-restore")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            copy(file, kept)
        copy(source, file)
    except (OSError, sqlite3.Error) as wrong:
        raise Impossible("write", file=file, why=wrong) from wrong
    return kept if kept.exists() else None


def _existing(url: str) -> Path:
    file = schema.sqlite_file(url)
    if file is None:
        raise Impossible("in_memory")
    if not file.is_file():
        raise Impossible("no_database", file=file)
    return file


def _check(source: Path) -> None:
    """A whole SQLite database of this program, of this version or an older one."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as backup:
            sound = backup.execute("PRAGMA quick_check").fetchone() == ("ok",)
            applied = {name for (name,) in backup.execute(f"SELECT name FROM {BOOKKEEPING}")}
    except sqlite3.Error as wrong:
        raise Impossible("not_a_backup", file=source) from wrong
    known = {file.stem for file in (Path(__file__).parent / "migrations").glob("0*.py")}
    if not sound or not applied:
        raise Impossible("not_a_backup", file=source)
    if newer := applied - known:
        raise Impossible("newer", file=source, names=", ".join(sorted(newer)))


def _run(tool: str, *arguments: str) -> None:
    if shutil.which(tool) is None:
        raise Impossible("tool", tool=tool)
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Impossible("tool_failed", tool=tool, why=" ".join(done.stderr.split()))
