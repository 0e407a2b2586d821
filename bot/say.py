"""`say`: talk with the bot in the terminal, for scripts and for trying out."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from bot.start import read_config
from bot.texts import Texts

if TYPE_CHECKING:
    from bot.channels.console import Words
    from domain.talk import Button

CHAT = "terminal"


def add_commands(subparsers: Any) -> None:
    """Register `say`."""
    texts = Texts.load()
    parser = subparsers.add_parser("say", help=texts("cli.say"), description=texts("cli.say"))
    parser.add_argument("words", nargs="*", help=texts("cli.say_words"))
    parser.add_argument("--as", dest="who", default="terminal", help=texts("cli.say_as"))
    parser.add_argument("--group", action="store_true", help=texts("cli.say_group"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Say it, print the answers, end."""
    from bot.database import told

    texts = Texts.load()
    config = read_config(args, texts)
    with told(config.database.url, texts):
        asyncio.run(_talk(args, config, texts))
    return 0


async def _talk(args: argparse.Namespace, config: Any, texts: Texts) -> None:
    from bot.app import built
    from bot.channels.base import Channel
    from bot.channels.console import Console
    from bot.making import Parts
    from domain.talk import Chat, Event
    from models import people

    chat = Chat("console", CHAT) if args.group else Chat("console", f"private-{args.who}", private=True)

    def make(parts: Parts) -> Mapping[str, Channel]:
        return {"console": Console(args.who, chat, _lines(args.words), parts.clock.now, words(texts))}

    async with built(config, make) as app:
        if args.group:
            await people.enter_group((await people.communities())[0].id, chat.channel, chat.id)

        async def taken(event: Event) -> None:
            await app.run(event)
            await app.deliver()

        await app.channels["console"].listen(taken)


def words(texts: Texts) -> "Words":
    """How buttons are typed here: by their phrase, and by their own label where they have none."""
    from bot.channels.console import Words
    from bot.wechat import typed

    phrased = typed(texts)

    def said(button: "Button") -> str:
        return phrased(button) or texts("cli.say_press", label=button.label)

    return Words(said, texts.form("cli.say_typed"), texts("contract.marks.list"), texts.form("cli.say_saved"))


async def _lines(words: list[str]) -> AsyncIterator[str]:
    if words:
        yield " ".join(words)
        return
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line
