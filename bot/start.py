"""`run` and `check-config`, and the config that every command reads in the same way."""

import argparse
import logging
from typing import Any

from bot import flows
from bot.stop import Stop
from bot.texts import Texts


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    for name, does in (("run", run), ("check-config", check)):
        words = texts(f"cli.{name.replace('-', '_')}")
        subparsers.add_parser(name, help=words, description=words).set_defaults(run=does)


def read_config(args: argparse.Namespace, texts: Texts) -> Any:
    """The config of `--config`, ./config.toml, $BOT_CONFIG or the rehearsal, as `bot.config.Config`. Raises Stop."""
    from bot import config, config_errors

    try:
        return config_errors.load(config.find(args.config), texts)
    except config_errors.Unusable as wrong:
        raise Stop(str(wrong)) from None


def run(args: argparse.Namespace) -> int:
    import asyncio

    texts = Texts.load()
    config = read_config(args, texts)  # before the imports below: what is wrong in it is said at once
    flows.load(texts, config.flows.folder)
    import uvloop

    from bot.app import main
    from bot.channels.base import Rejected
    from bot.database import told
    from bot.keys import NoKey
    from bot.server import AddressTaken

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for library in ("httpx", "httpcore", "apscheduler", "uvicorn"):
        logging.getLogger(library).setLevel(logging.WARNING)  # at INFO they write addresses that hold the token
    words = "cli.running_rehearsal" if config.rehearsal else "cli.running"
    try:
        with told(config.database.url, texts), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main(config, lambda address: print(texts(words, address=address), flush=True)))
    except NoKey as wrong:
        raise Stop(texts("keys.unusable", file=wrong)) from wrong
    except AddressTaken as wrong:
        at = f"{config.web.host}:{config.web.port}"
        raise Stop(texts("cli.stop.address", address=at, why=wrong)) from wrong
    except ExceptionGroup as group:
        if (rejected := group.subgroup(Rejected)) is None:
            raise
        raise Stop(texts("cli.stop.rejected", why=_first(rejected))) from group
    return 0


def _first(group: ExceptionGroup[Any]) -> Exception:
    """What went wrong first, out of the groups around it."""
    wrong = group.exceptions[0]
    return _first(wrong) if isinstance(wrong, ExceptionGroup) else wrong


def check(args: argparse.Namespace) -> int:
    from bot import config

    texts = Texts.load()
    flows.load(texts, read_config(args, texts).flows.folder)
    file = config.find(args.config)
    print(texts("cli.config_ok", file=file) if file else texts("cli.config_rehearsal"))
    return 0
