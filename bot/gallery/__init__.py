"""`gallery`: every message of every dialogue as each channel shows it, every page in pictures, and a report.

The conversations stand in `data/gallery`; they are played through the whole program. What VOICE.md asks and a program
can measure is held against each message; `tests/house/test_voice.py` fails where one breaks a rule.
"""

import argparse
import asyncio
import logging
from pathlib import Path
from typing import Any

from bot.stop import Stop
from bot.texts import Texts

FOLDER = Path("build") / "gallery"


def add_commands(subparsers: Any) -> None:
    """Register `gallery`."""
    texts = Texts.load()
    parser = subparsers.add_parser("gallery", help=texts("gallery.help"), description=texts("gallery.help"))
    parser.add_argument("--to", metavar="D", type=Path, default=FOLDER, help=texts("gallery.to"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play, render, tell what breaks a rule."""
    logging.disable()  # what goes wrong on the stage is meant to, and stands on the page
    args.to.mkdir(parents=True, exist_ok=True)
    texts = Texts.load()
    found, count = asyncio.run(_made(args.to.absolute()))
    for one in found:
        rule = texts(f"gallery.rule.{one.rule}")
        print(texts("gallery.found", scene=one.scene, rule=rule, text=" ".join(one.text.split("\n"))))
    print(texts("gallery.done", file=args.to / "index.html", count=count))
    if found:
        raise Stop(texts("gallery.broken", count=len(found)))
    return 0


async def _made(folder: Path) -> tuple[list[Any], int]:
    from bot.gallery import page, pictures, play, script

    async with play.stage() as stage, pictures.camera(stage.app, folder) as camera:
        stage.camera = camera
        turns = await stage.play(script.scenes())
    config = stage.app.config
    at = f"{config.web.public_url}/c/{config.community[0].slug}"
    page.write(folder, turns, Texts.load(), at)
    return page.check(turns, Texts.load()), sum(len(turn.sent) for turn in turns)
