"""`migrate`, `backup F`, `restore F`."""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.start import read_config
from bot.stop import Stop
from bot.texts import Texts


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    for name, does in (("migrate", migrate), ("backup", backup), ("restore", restore)):
        parser = subparsers.add_parser(name, help=texts(f"cli.{name}"), description=texts(f"cli.{name}"))
        if does is not migrate:
            parser.add_argument("file", metavar="F", type=Path, help=texts(f"cli.{name}_file"))
        parser.set_defaults(run=does)


def migrate(args: argparse.Namespace) -> int:
    from bot.database import told
    from models import schema

    async def migrated(url: str) -> list[str]:
        async with schema.opened(url):
            return await schema.migrate()

    texts = Texts.load()
    url = read_config(args, texts).database.url
    with told(url, texts):
        names = asyncio.run(migrated(url))
    print(texts("cli.migrated", names=", ".join(names)) if names else texts("cli.migrated_already"))
    return 0


def backup(args: argparse.Namespace) -> int:
    from bot import keys
    from models import backup as backups

    texts = Texts.load()
    config = read_config(args, texts)
    with _told(texts, args.file):
        backups.backup(config.database.url, args.file)
        key = keys.copy_beside(keys.place(config), args.file)
    print(texts("cli.backed_up", file=args.file))
    if key is not None:
        print(texts("keys.backed_up", file=key))
    return 0


def restore(args: argparse.Namespace) -> int:
    from bot import keys
    from models import backup as backups

    texts = Texts.load()
    config = read_config(args, texts)
    place = keys.place(config)
    with _told(texts, args.file):
        kept = backups.restore(config.database.url, args.file)
        brought = keys.bring_back(place, args.file)
    print(texts("cli.restored", kept=kept) if kept else texts("cli.restored_plainly"))
    if brought:
        print(texts("keys.restored", file=place))
    return 0


@contextmanager
def _told(texts: Texts, file: Path) -> Iterator[None]:
    """Turn what stands in the way into Stop."""
    from models import backup as backups

    try:
        yield
    except backups.Impossible as no:
        raise Stop(texts(f"cli.stop.{no.reason}", **no.facts)) from no
    except OSError as wrong:
        raise Stop(texts("cli.stop.write", file=file, why=wrong)) from wrong
