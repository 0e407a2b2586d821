"""`audit`: who did what, when, by short names and numbers. For the operator."""

import argparse
import asyncio
import sys
from datetime import date, datetime, time
from typing import Any

from bot.start import read_config
from bot.stop import Stop
from bot.texts import Texts
from domain.terms import Numbered, Role

LINES = 100


def add_commands(subparsers: Any) -> None:
    """Register `audit`."""
    texts = Texts.load()
    parser = subparsers.add_parser("audit", help=texts("cli.audit"), description=texts("cli.audit"))
    parser.add_argument("--community", metavar="NAME", help=texts("cli.audit_community"))
    parser.add_argument("--who", metavar="SHORT", type=str.upper, help=texts("cli.audit_who"))
    parser.add_argument("--since", metavar="D", help=texts("cli.audit_since"))
    parser.add_argument("--lines", metavar="N", type=int, default=LINES, help=texts("cli.audit_lines"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the newest acts, the oldest of them first. Raises Stop."""
    from bot.database import told

    texts = Texts.load()
    since = _day(args.since, texts) if args.since else None
    url = read_config(args, texts).database.url
    with told(url, texts):
        lines = asyncio.run(_lines(url, args, since, texts))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _day(text: str, texts: Texts) -> datetime:
    from bot.house import ZONE

    try:
        return datetime.combine(date.fromisoformat(text), time(), ZONE)
    except ValueError:
        raise Stop(texts("cli.stop.not_a_day", text=text)) from None


async def _lines(url: str, args: argparse.Namespace, since: datetime | None, texts: Texts) -> list[str]:
    from models import acts, schema

    async with schema.opened(url):
        await schema.prepare()
        return [_line(act, texts) for act in await acts.acts(args.community, args.who, since, args.lines)]


def _line(act: Any, texts: Texts) -> str:
    """2026-12-01 18:42:00 枫林小区 7K3QX 附议 说事 #12."""
    from bot.house import ZONE

    at = act.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    name = f"routes.phrases.{act.act}"
    done = texts.list(name)[0] if texts.has(name) else act.act
    refused = [texts("cli.audit_refused", reason=act.refused)] if act.refused else []
    return " ".join([at, act.community, act.who or "-", done, *_thing(act, texts), *refused])


def _thing(act: Any, texts: Texts) -> list[str]:
    if act.kind in {kind.value for kind in Numbered}:
        return [texts.term(Numbered(act.kind)), *([f"#{act.key}"] if act.key else [])]
    if act.kind in {role.value for role in Role}:
        return [texts.term(Role(act.kind)), act.holder or "-"]
    return [f"{act.kind}:{act.key}"] if act.kind else []
