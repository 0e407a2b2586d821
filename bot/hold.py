"""`hold`: keep what belongs to a 说事 or a 表决 while there is a dispute about it, whatever the retention says."""

import argparse
import asyncio
import sys
from typing import Any

from bot.start import read_config
from bot.stop import Stop
from bot.texts import Texts
from domain.terms import Numbered

KINDS = (Numbered.CONCERN, Numbered.VOTE)


def add_commands(subparsers: Any) -> None:
    """Register `hold`."""
    texts = Texts.load()
    parser = subparsers.add_parser("hold", help=texts("cli.hold"), description=texts("cli.hold"))
    parser.add_argument("kind", choices=[texts.term(kind) for kind in KINDS], help=texts("cli.hold_kind"))
    parser.add_argument("number", type=int, help=texts("cli.hold_number"))
    parser.add_argument("--community", metavar="NAME", required=True, help=texts("cli.hold_community"))
    parser.add_argument("--release", action="store_true", help=texts("cli.hold_release"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Hold or release. Raises Stop where there is no such community, or nothing was held."""
    from bot.database import told

    texts = Texts.load()
    url = read_config(args, texts).database.url
    kind = next(kind for kind in KINDS if texts.term(kind) == args.kind)
    with told(url, texts):
        done = asyncio.run(_hold(url, kind, args))
    key = "hold_released" if args.release else "hold_held"
    if not done:
        raise Stop(texts(f"cli.stop.{key}", community=args.community))
    sys.stdout.write(texts(f"cli.{key}", kind=args.kind, number=args.number) + "\n")
    return 0


async def _hold(url: str, kind: Numbered, args: argparse.Namespace) -> bool:
    from bot.clock import Clock
    from models import retention, schema

    async with schema.opened(url):
        await schema.prepare()
        if args.release:
            return await retention.release(args.community, kind, args.number)
        return await retention.hold(args.community, kind, args.number, Clock().now())
