"""`python -m bot COMMAND`: each command has --help, ends with 0, or with one line on stderr and 2.

A command comes from `add_commands(subparsers)` of the module that does it; it sets `run`, a function from the parsed
arguments to the exit code. What a command does not need (database, channels) it does not import.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

from bot.stop import Stop
from bot.texts import Texts

MODULES = (
    "start",
    "say",
    "upkeep",
    "doctor",
    "days",
    "roll",
    "tally",
    "verify",
    "keys",
    "witness",
    "audit",
    "hold",
    "poster",
    "drawing",
    "slips",
    "understand",
    "gallery",
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        why = Texts.load()("cli.wrong_usage", command=self.prog, why=" ".join(message.split()))
        self.exit(2, f"{why}\n")


def parser(texts: Texts) -> tuple[Parser, dict[str, Parser]]:
    """The whole parser, and that of each command by its name."""
    made = Parser("python -m bot", description=texts("cli.what"))
    commands = made.add_subparsers(metavar=texts("cli.command"), required=True)
    for module in MODULES:
        importlib.import_module(f"bot.{module}").add_commands(commands)
    for command in commands.choices.values():
        command.add_argument("--config", metavar="F", help=texts("cli.config"))
    return made, commands.choices


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = parser(Texts.load())[0].parse_args(arguments)
    try:
        return int(given.run(given))
    except Stop as stop:
        print(" ".join(str(stop).split("\n")), file=sys.stderr)
        return 2
