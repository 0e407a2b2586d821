"""`poster`: what hangs on the wall, as PDF: the next session, a vote, the month."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from bot.stop import Stop
from bot.texts import Texts

KINDS = ("session", "vote", "month")


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    command = subparsers.add_parser("poster", help=texts("cli.poster"), description=texts("cli.poster"))
    command.add_argument("file", type=Path, metavar="F.pdf", help=texts("cli.poster_file"))
    command.add_argument("--kind", choices=KINDS, default="session", help=texts("cli.poster_kind"))
    command.add_argument("--number", type=int, help=texts("cli.poster_number"))
    command.add_argument("--size", choices=("a3", "a4"), default="a3", help=texts("cli.poster_size"))
    command.add_argument("--community", metavar="NAME", help=texts("cli.poster_community"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bot.database import told
    from bot.start import read_config

    texts = Texts.load()
    config = read_config(args, texts)
    with told(config.database.url, texts):
        made = asyncio.run(_made(config, args, texts))
    if made is None:
        raise Stop(texts("cli.stop.no_poster"))
    args.file.write_bytes(made)
    return 0


async def _made(config: Any, args: argparse.Namespace, texts: Texts) -> bytes | None:
    from bot import making
    from bot.house import make_house
    from bot.words import Understanding
    from models import board, mail, people, schema
    from web.pages import Pages, place_of
    from web.poster import pdf
    from web.posters import Posters

    clock = making.clock(config)
    async with schema.opened(config.database.url):
        await schema.prepare()
        await making.enter(config, await mail.secret("pseudonym"), clock.now())
        every = [one for one in await people.communities() if args.community in {None, one.name, one.slug}]
        if not every:
            return None
        house = make_house(
            texts, Understanding.load(), b"", operator=config.operator.name, contact=config.operator.contact
        )
        render = making.renderer(config, house)
        pages = Pages(render, clock.now)
        place, words = place_of(every[0]), pages.words()
        number = args.number or await _next(args.kind, place, words, board)
        base = config.web.public_url or f"http://{config.web.host}:{config.web.port}"
        poster = await Posters(render, pages).made(args.kind, number, place, words, base)
        return pdf(poster, args.size) if poster else None


async def _next(kind: str, place: Any, words: Any, board: Any) -> int:
    """What is meant where no number is given: the next session, the newest vote, this month."""
    if kind == "month":
        return int(f"{words.now:%Y%m}")
    if kind == "vote":
        votes = await board.votes_before(place.id, None, 1)
        return votes[0].number if votes else 0
    coming = await board.coming_sessions(place.id, words.now - place.lasts, 1)
    return int(f"{coming[0].day:%Y%m%d}") if coming else 0
