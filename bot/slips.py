"""`slips`: make the sealed slips of a vote before it starts, print them, and publish the roll of their hashes.

The codes stand in the PDF alone: the database keeps what each makes (`domain.ballots.credential`), and a code only once
its household has shown it (VOTING.md section 3).
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.stop import Stop
from bot.texts import Texts

if TYPE_CHECKING:
    from handlers.desk import House
    from models.people import CommunityFacts
    from models.slips import Made
    from models.votes import VoteRecord


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    command = subparsers.add_parser("slips", help=texts("sheets.help"), description=texts("sheets.help"))
    command.add_argument("number", type=int, metavar="N", help=texts("sheets.number"))
    command.add_argument("file", type=Path, metavar="F.pdf", help=texts("sheets.file"))
    command.add_argument("--community", metavar="NAME", help=texts("cli.poster_community"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bot.database import told
    from bot.start import read_config

    texts = Texts.load()
    config = read_config(args, texts)
    with told(config.database.url, texts):
        count = asyncio.run(_made(config, args, texts))
    print(texts("sheets.printed", file=args.file, count=count))
    return 0


async def _made(config: Any, args: argparse.Namespace, texts: Texts) -> int:
    from bot import making
    from bot.house import make_house
    from bot.keys import load, place
    from bot.words import Understanding
    from models import mail, people, schema

    clock = making.clock(config)
    async with schema.opened(config.database.url):
        await schema.prepare()
        await making.enter(config, await mail.secret("pseudonym"), clock.now())
        every = [one for one in await people.communities() if args.community in {None, one.name, one.slug}]
        if not every:
            raise Stop(texts("sheets.no_vote", community=args.community, number=args.number))
        operator, contact, url = config.operator.name, config.operator.contact, config.web.public_url
        house = make_house(texts, Understanding.load(), b"", operator=operator, contact=contact, public_url=url)
        house = replace(house, log_key=await asyncio.to_thread(load, place(config)))
        return await make(house, every[0], args.number, args.file, clock.now())


async def make(house: "House", community: "CommunityFacts", number: int, file: Path, now: Any) -> int:
    """Print, then publish: what can't be printed is not published. Returns how many. Raises Stop."""
    from handlers import ballot_log

    store = house.store
    async with store.transaction():
        found = await store.votes.numbered(community.id, number)
        vote: Any = await store.votes.held(found.id) if found else None
        _check(house, community, vote, number, now)
        if await store.slips.made(vote):
            raise Stop(house.texts("sheets.twice", number=number))
        made = await store.slips.make(vote)
        await asyncio.to_thread(_write, file, house, community, vote, made)
        chats = [group.chat for group in await store.people.groups_of(community.id)]
        await store.mail.put(await ballot_log.opened(house, community, vote, now, chats), community.id, now)
    return len(made)


def _check(house: "House", community: "CommunityFacts", vote: "VoteRecord | None", number: int, now: Any) -> None:
    if vote is None or not vote.open:
        raise Stop(house.texts("sheets.no_vote", community=community.name, number=number))
    if not vote.slips:
        raise Stop(house.texts("sheets.no_slips", number=number))
    if now >= vote.opened_at:
        raise Stop(house.texts("sheets.started", number=number))


def _write(file: Path, house: "House", community: "CommunityFacts", vote: "VoteRecord", made: "Sequence[Made]") -> None:
    from domain.ballots import write_slip
    from domain.terms import VoteKind
    from handlers.flats import flat_name
    from web.poster import cut
    from web.slips import LONGEST, Slip, Words, pdf

    texts, facts = house.texts, {"community": community.name, "number": vote.number}
    url = f"{house.public_url}/c/{community.slug}/ballot/{vote.number}" if house.public_url else ""
    words = Words(
        head=texts("sheets.slip_head", **facts),
        name=texts("sheets.slip_code"),
        how=texts("sheets.slip_how"),
        where=texts("sheets.slip_where", **facts),
        foot=texts.form("sheets.sheet_how" if vote.kind is VoteKind.HOUSEHOLD else "sheets.sheet_how_owners"),
    )
    title = cut(vote.title, LONGEST)
    whose = [
        texts("sheets.slip_of", flat=flat_name(house, one.flat), title=title) if one.flat else title for one in made
    ]
    printed = [Slip(write_slip(one.code), of, url) for one, of in zip(made, whose, strict=True)]
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sheet:
            sheet.write(pdf(printed, words))
            sheet.flush()
            os.fsync(sheet.fileno())
    except OSError as wrong:
        raise Stop(texts("sheets.no_file", file=file)) from wrong
