"""`lexicon` without words: what each community put right of the categories, by whom, when, and whether it counts."""

import argparse
import asyncio
import sys
from typing import Any

from bot.start import read_config
from bot.stop import Stop
from bot.texts import Texts

LINES = 100
NUMBER, SHORT = 18, 16
"""The digits of a row's number, the letters of a short name, at most."""


def add_arguments(parser: argparse.ArgumentParser, texts: Texts) -> None:
    """What `lexicon` takes beside words."""
    parser.add_argument("--community", metavar="NAME", help=texts("understand.community"))
    parser.add_argument("--lines", metavar="N", type=int, default=LINES, help=texts("understand.lines"))
    parser.add_argument("--take-back", metavar="N|SHORT", type=str.upper, help=texts("understand.take_back"))


def run(args: argparse.Namespace, texts: Texts) -> int:
    """List, or take back one by its number or all by a person's short name. Raises Stop where there is none."""
    from bot.database import told

    url = read_config(args, texts).database.url
    with told(url, texts):
        lines = asyncio.run(_taken_back(url, args, texts) if args.take_back else _listed(url, args, texts))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


async def _listed(url: str, args: argparse.Namespace, texts: Texts) -> list[str]:
    from models import corrections, schema

    async with schema.opened(url):
        await schema.prepare()
        found = await corrections.every(args.community, args.lines)
    return [_line(one, texts) for one in reversed(found)] or [texts("understand.no_corrections")]


async def _taken_back(url: str, args: argparse.Namespace, texts: Texts) -> list[str]:
    from bot.clock import Clock
    from models import corrections, schema

    wanted, now = args.take_back, Clock().now()
    async with schema.opened(url):
        await schema.prepare()
        count = 0
        if wanted.isdecimal() and len(wanted) <= NUMBER:
            count = int(await corrections.take_back_one(int(wanted), now))
        elif len(wanted) <= SHORT:
            count = await corrections.take_back_of(args.community, wanted, now)
    if not count:
        raise Stop(texts("understand.nothing_to_take_back", which=args.take_back))
    return [texts("understand.taken_back", count=count)]


def _line(one: Any, texts: Texts) -> str:
    """31 枫林小区 说事 #12 是文明和谐，不是服务民生（路灯） 7K3QX 2026-12-01 18:42:00 算."""
    from bot.house import ZONE

    if one.undone_at is None:
        state = texts("understand.counts")
    else:
        state = texts("understand.undone", at=one.undone_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"))
    return texts(
        "understand.correction",
        id=one.id,
        community=one.community,
        number=one.number,
        right=texts.term(one.right),
        wrong=texts.term(one.wrong),
        words=" ".join(one.words),
        by=one.by or "-",
        at=one.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        state=state,
    )
