"""`import-roll F.csv --community NAME [--slips S.csv] [--dry-run]` and `group-code`."""

import argparse
import asyncio
import csv
import io
import secrets
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import segno

from bot.code_sheets import is_sheet, sheets
from bot.start import read_config
from bot.stop import Stop
from bot.texts import Texts
from domain.households import GROUP_LINK, Columns, Flat, FlatWords, RollLine, Wrong, make_code, read_roll, write_flat

GROUP_CODE_LASTS = timedelta(hours=24)
SHOWN = 20


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    importing = subparsers.add_parser("import-roll", help=texts("roll.help"), description=texts("roll.help"))
    importing.add_argument("file", metavar="F", type=Path, help=texts("roll.file"))
    importing.add_argument("--community", metavar="NAME", required=True, help=texts("roll.community"))
    importing.add_argument("--slips", metavar="S", type=Path, help=texts("roll.slips"))
    importing.add_argument("--dry-run", action="store_true", help=texts("roll.dry_run"))
    importing.set_defaults(run=import_roll)
    coding = subparsers.add_parser("group-code", help=texts("roll.group_code"), description=texts("roll.group_code"))
    coding.add_argument("--community", metavar="NAME", help=texts("roll.community"))
    coding.set_defaults(run=group_code)


def read(path: Path, texts: Texts) -> list[RollLine]:
    """The lines of a roll, in UTF-8 or GB18030. Raises Stop, naming every line that is wrong."""
    reader = csv.reader(io.StringIO(_text(path, texts), newline=""), strict=True)
    try:
        header = next(reader, [])
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as wrong:
        raise Stop(texts("roll.stop.csv", file=path, line=reader.line_num, why=wrong)) from wrong
    lines, found = read_roll(header, rows, Columns(**texts.table("contract.roll")))
    if found:
        raise Stop(_worded(path, found, texts))
    if not lines:
        raise Stop(texts("roll.stop.empty", file=path))
    return lines


def _text(path: Path, texts: Texts) -> str:
    try:
        data = path.read_bytes()
    except OSError as wrong:
        raise Stop(texts("roll.stop.unreadable", file=path, why=wrong.strerror)) from wrong
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Stop(texts("roll.stop.encoding", file=path))


def _worded(path: Path, found: Sequence[Wrong], texts: Texts) -> str:
    told = [texts("roll.line", line=w.line, what=texts(f"roll.wrong.{w.reason}", **w.facts)) for w in found[:SHOWN]]
    if len(found) > SHOWN:
        told.append(texts("roll.more", count=len(found) - SHOWN))
    return texts("roll.stop.lines", file=path, lines=texts("roll.and").join(told))


def import_roll(args: argparse.Namespace) -> int:
    from bot.database import told

    texts = Texts.load()
    config, lines = read_config(args, texts), read(args.file, texts)
    with told(config.database.url, texts):
        asyncio.run(_import(args, config, lines, texts))
    return 0


async def _import(args: argparse.Namespace, config: Any, lines: Sequence[RollLine], texts: Texts) -> None:
    from models import households
    from models.store import Store

    async with _entered(config) as key:
        community = await _community(args.community, texts)
        if args.dry_run:
            print(texts("roll.would", new=await households.count_new(community, lines), count=len(lines)))
            return
        slips: list[tuple[Flat, str]] = []
        async with Store.transaction():
            new = await households.import_roll(community, lines)
            if args.slips:
                slips = await households.make_slips(community, _code, key)
                _write_slips(args.slips, await _on_paper(args, config, slips, community, texts), texts)
    print(texts("roll.done", new=new, known=len(lines) - new))
    if args.slips:
        print(texts("roll.slips_done", count=len(slips), file=args.slips))


@asynccontextmanager
async def _entered(config: Any) -> AsyncIterator[bytes]:
    """The database with the config's communities in it; gives the installation's key."""
    from bot import making
    from models import mail, schema

    async with schema.opened(config.database.url):
        await schema.prepare()
        key = await mail.secret("pseudonym")
        await making.enter(config, key, making.clock(config).now())
        yield key


def _code() -> str:
    return make_code(secrets.choice)


async def _on_paper(
    args: argparse.Namespace, config: Any, slips: Sequence[tuple[Flat, str]], community: int, texts: Texts
) -> bytes:
    """The slips as the file that was asked for: sheets where its name ends with .pdf, else a table."""
    from models import people

    if not is_sheet(args.slips):
        return _table(slips, texts)
    found = await people.community(community)
    operator = (config.operator.name, config.operator.contact)
    return await asyncio.to_thread(sheets, slips, (found.name, found.slug), config.web.public_url, operator, texts)


def _table(slips: Sequence[tuple[Flat, str]], texts: Texts) -> bytes:
    words, out = FlatWords(**texts.table("contract.flat")), io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(texts.list("contract.slips"))
    writer.writerows((write_flat(flat, words), code) for flat, code in slips)
    return out.getvalue().encode("utf-8-sig")


def _write_slips(path: Path, content: bytes, texts: Texts) -> None:
    """Before the commit: codes that stand on no slip must not count. An older file is kept beside, not lost."""
    kept = path
    while kept.exists():
        kept = kept.with_name(f"{path.stem}.{secrets.token_hex(2)}{path.suffix}")
    try:
        if kept != path:
            path.rename(kept)
            print(texts("roll.slips_kept", file=kept))
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as wrong:
        raise Stop(texts("roll.stop.slips", file=path, why=wrong.strerror)) from wrong


async def _community(name: str | None, texts: Texts) -> int:
    """The community of this name; the only one where none is named. Raises Stop."""
    from models import people

    every = await people.communities()
    found = [c for c in every if c.name == name] if name else every
    if len(found) != 1:
        names = texts("contract.marks.list").join(c.name for c in every)
        raise Stop(texts("roll.stop.community" if name else "roll.stop.which", name=name, names=names))
    return found[0].id


def group_code(args: argparse.Namespace) -> int:
    from bot.database import told

    texts = Texts.load()
    config, code = read_config(args, texts), _code()
    with told(config.database.url, texts):
        asyncio.run(_group_code(args, config, code, texts))
    print(code)
    print(texts("roll.group_code_use", code=code), file=sys.stderr)
    if link := asyncio.run(_group_link(config, code)):
        print(texts("roll.group_code_link", link=link), file=sys.stderr)
        if sys.stderr.isatty():
            segno.make(link, error="m", micro=False).terminal(out=sys.stderr, compact=True)
    return 0


async def _group_link(config: Any, code: str) -> str:
    """The link that puts the bot into a group and binds it there; empty where Telegram doesn't tell the bot's name.

    https://core.telegram.org/bots/features#deep-linking: `startgroup`.
    """
    import httpx

    from bot.doctor import PATIENCE, TELEGRAM, Api, Refusal

    if config.telegram is None:
        return ""
    try:
        async with httpx.AsyncClient(base_url=config.telegram.api_base_url or TELEGRAM, timeout=PATIENCE) as client:
            me, _ = await Api(client, config.telegram)("getMe")
    except (httpx.HTTPError, ValueError, Refusal):
        return ""
    return f"https://t.me/{me['username']}?startgroup={GROUP_LINK}{code}"


async def _group_code(args: argparse.Namespace, config: Any, code: str, texts: Texts) -> None:
    from bot import making
    from models import households

    async with _entered(config) as key:
        community = await _community(args.community, texts)
        until = making.clock(config).now() + GROUP_CODE_LASTS
        await households.issue_group_code(community, households.code_hash(key, code), until)
