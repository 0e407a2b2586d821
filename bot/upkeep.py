"""`migrate`, `backup F`, `restore F`."""

import argparse
import asyncio
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
    from models import backup as backups

    texts = Texts.load()
    try:
        backups.backup(read_config(args, texts).database.url, args.file)
    except backups.Impossible as no:
        raise Stop(texts(f"cli.stop.{no.reason}", **no.facts)) from no
    print(texts("cli.backed_up", file=args.file))
    return 0


def restore(args: argparse.Namespace) -> int:
    from models import backup as backups

    texts = Texts.load()
    try:
        kept = backups.restore(read_config(args, texts).database.url, args.file)
    except backups.Impossible as no:
        raise Stop(texts(f"cli.stop.{no.reason}", **no.facts)) from no
    print(texts("cli.restored", kept=kept) if kept else texts("cli.restored_plainly"))
    return 0
