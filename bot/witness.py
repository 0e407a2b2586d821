"""`witness`: follow a log from outside and cosign its heads; `cosigned`: publish what a witness signed.

A witness is the committee, the owners' committee, a resident drawn by lot. It keeps its own key and the last head it
signed, and refuses a head that does not keep every line of that one (VOTING.md section 3).
"""

import argparse
import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.keys import NoKey
from bot.stop import Stop
from bot.texts import Texts
from domain.canonical import Malformed
from domain.errors import Refused
from domain.handover import follow
from domain.merkle import Tree, leaf_hash
from domain.notes import (
    COSIGNATURE,
    Checkpoint,
    Note,
    VerifierKey,
    cosign,
    parse_checkpoint,
    parse_key,
    parse_note,
    signed_by,
    verifier_key,
)
from domain.witness import advance

KEY, LAST, SIGNED = "witness.key", "last-head", "cosigned-head"
APART = "...\n"


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    following = subparsers.add_parser("witness", help=texts("witness.help"), description=texts("witness.help"))
    following.add_argument("log", metavar="URL", help=texts("witness.log"))
    following.add_argument("--key", metavar="K", required=True, help=texts("witness.key"))
    following.add_argument("--name", metavar="N", required=True, help=texts("witness.name"))
    following.add_argument("--state", metavar="D", type=Path, default=Path("witness"), help=texts("witness.state"))
    following.set_defaults(run=run)
    taking = subparsers.add_parser("cosigned", help=texts("witness.take_help"), description=texts("witness.take_help"))
    taking.add_argument("file", metavar="F", type=Path, help=texts("witness.file"))
    taking.add_argument("--key", metavar="K", required=True, help=texts("witness.witness_key"))
    taking.set_defaults(run=take)


def run(args: argparse.Namespace) -> int:
    texts = Texts.load()
    try:
        note = _followed(args)
    except Refused as no:
        print(texts(f"witness.refused.{no.reason}", **no.facts), file=sys.stderr)
        return 1
    except (OSError, ValueError, NoKey) as wrong:
        raise Stop(texts("witness.unreadable", why=wrong or type(wrong).__name__)) from wrong
    print(note, end="")
    return 0


def _followed(args: argparse.Namespace) -> Note:
    """The newest head with this witness's signature, kept as the last one. Raises Refused."""
    from bot import keys

    folder: Path = args.state
    own = keys.load(folder / KEY)
    note = parse_note(_fetch(args.log, "checkpoint"))
    lines = _fetch(args.log, "log.jsonl").encode().removesuffix(b"\n").split(b"\n")
    known = follow(parse_key(args.key), _handovers(args.log))
    head = _checked(note, lines, _last(folder), next((key for key in known if signed_by(note, key)), known[0]))
    signed = cosign(note, args.name, own, int(time.time()))
    (folder / SIGNED).write_text(str(signed), "utf-8")
    beside = folder / f"{LAST}.new"
    beside.write_text(str(head), "utf-8")
    beside.replace(folder / LAST)
    print(verifier_key(args.name, own, COSIGNATURE), file=sys.stderr)
    return signed


def _checked(note: Note, lines: list[bytes], last: Checkpoint | None, key: VerifierKey) -> Checkpoint:
    """The head, if it is of these lines and keeps all of the last one's."""
    head, tree = parse_checkpoint(note.text), Tree(map(leaf_hash, lines))
    if head.size > len(tree) or tree.root(head.size) != head.root:
        raise Refused("head_of_others", size=head.size, lines=len(tree))
    shown = Tree(map(leaf_hash, lines[: head.size]))
    reached = last is not None and 0 < last.size <= head.size
    return advance(last, note, key, shown.consistency(last.size) if last and reached else [])


def _last(folder: Path) -> Checkpoint | None:
    file = folder / LAST
    return parse_checkpoint(file.read_text("utf-8")) if file.exists() else None


def _handovers(log: str) -> list[Note]:
    text = _fetch(log, "handovers")
    return [parse_note(one) for one in text.split(APART)] if text else []


def _fetch(log: str, name: str) -> str:
    """One file of the log at an address, or in a folder. Raises OSError, ValueError."""
    if not log.startswith(("http://", "https://")):
        return (Path(log) / name).read_text("utf-8")
    import httpx

    try:
        return httpx.get(f"{log.rstrip('/')}/{name}", timeout=30).raise_for_status().text
    except httpx.HTTPError as wrong:
        raise OSError(str(wrong)) from wrong


def take(args: argparse.Namespace) -> int:
    from bot.database import told
    from bot.start import read_config

    texts = Texts.load()
    config = read_config(args, texts)
    try:
        note, key = parse_note(args.file.read_text("utf-8")), parse_key(args.key)
        if key.kind != COSIGNATURE or not signed_by(note, key):
            raise Malformed(str(args.file))
        with told(config.database.url, texts):
            asyncio.run(_take(config.database.url, note, key))
    except (OSError, ValueError) as wrong:
        raise Stop(texts("witness.not_taken", file=args.file)) from wrong
    print(texts("witness.taken"))
    return 0


async def _take(url: str, note: Note, key: VerifierKey) -> None:
    """Add the witness's signature to the head it is of. Raises Malformed where no log has that head."""
    from models import ballot_log, schema

    head = parse_checkpoint(note.text)
    async with schema.opened(url):
        await schema.prepare()
        of = [community for community, name in await ballot_log.logs() if name == head.origin]
        kept = await ballot_log.head_of(of[0], head.size) if of else None
        ours = parse_note(kept) if kept else None
        if ours is None or ours.text != note.text:
            raise Malformed(head.origin)
        new = [one for one in note.signatures if one.name == key.name and one not in ours.signatures]
        signed = replace(ours, signatures=(*ours.signatures, *new))
        await ballot_log.cosigned(of[0], head.size, str(signed))
