"""The key that signs the logs: a file outside the database, made at the first start, readable by its owner alone.

`rotate-key` makes a new one; the old one signs a handover to it for each community's log, which is published.
"""

import argparse
import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bot.stop import Stop
from bot.texts import Texts
from domain.handover import handover
from domain.notes import verifier_key

if TYPE_CHECKING:
    from bot.config import Config

NAME = "log.key"
FOLDER = Path("var")
MODE = 0o600


class NoKey(Exception):
    """The file holds no Ed25519 key, or can't be read or written."""


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    words = texts("keys.rotate_help")
    subparsers.add_parser("rotate-key", help=words, description=words).set_defaults(run=run)


def place(config: "Config") -> Path:
    """Where the key is kept: beside SQLite's file, else in `var`."""
    from models import schema

    file = schema.sqlite_file(config.database.url)
    return (file.parent if file else FOLDER) / NAME


def load(path: Path) -> Ed25519PrivateKey:
    """The key of a file, made there if there is none. Two processes at once get the same. Raises NoKey."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, Ed25519PrivateKey.generate(), replace=False)
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise NoKey(str(path)) from wrong
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(str(path))
    return key


def _put(path: Path, key: Ed25519PrivateKey, *, replace: bool) -> None:
    """Write the whole file beside its place, then put it there at once: nobody reads half a key."""
    handle, beside = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(beside).replace(path)
        else:
            with suppress(FileExistsError):
                os.link(beside, path)
    finally:
        Path(beside).unlink(missing_ok=True)


def copy_beside(key: Path, backup: Path) -> Path | None:
    """Copy the key beside a backup of the database, for its owner alone; None where there is no key yet.

    The private key stands in no database, so a backup without it could not go on signing. Raises OSError.
    """
    if not key.exists():
        return None
    kept = backup.with_name(f"{backup.name}.{NAME}")
    kept.touch(mode=MODE, exist_ok=False)
    kept.write_bytes(key.read_bytes())
    return kept


def bring_back(key: Path, backup: Path) -> bool:
    """Put the key that lies beside a backup in its place; another that was there stays beside it. Raises OSError."""
    kept = backup.with_name(f"{backup.name}.{NAME}")
    if not kept.exists() or (key.exists() and key.read_bytes() == kept.read_bytes()):
        return False
    if key.exists():
        key.replace(key.with_name(f"{NAME}.before-restore"))
    key.parent.mkdir(parents=True, exist_ok=True)
    copied = copy_beside(kept, key)
    assert copied is not None
    copied.replace(key)
    return True


def run(args: argparse.Namespace) -> int:
    from bot.database import told
    from bot.start import read_config

    texts = Texts.load()
    config = read_config(args, texts)
    with told(config.database.url, texts):
        try:
            keys = asyncio.run(_rotate(config))
        except NoKey as wrong:
            raise Stop(texts("keys.unusable", file=wrong)) from wrong
    for key in keys:
        print(key)
    print(texts("keys.rotated"))
    return 0


async def _rotate(config: "Config") -> list[str]:
    """Handovers are in the database before the new key is in its place: killed between, the old one still signs."""
    from bot.clock import Clock
    from models import ballot_log, schema

    path = place(config)
    old, new = load(path), Ed25519PrivateKey.generate()
    async with schema.opened(config.database.url):
        await schema.prepare()
        found = [(community, verifier_key(name, new)) for community, name in await ballot_log.logs()]
        for community, key in found:
            await ballot_log.keep_key(community, str(key), str(handover(old, key)), Clock().now())
        await asyncio.to_thread(_put, path, new, replace=True)
    return [str(key) for _, key in found]
