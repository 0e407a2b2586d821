"""`days`: the days of sessions between two dates, one ISO date a line; needs neither config nor database."""

import argparse
from datetime import date
from typing import Any

from bot.stop import Stop
from bot.texts import Texts
from domain.session_days import session_days
from domain.terms import SessionRule


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    parser = subparsers.add_parser("days", help=texts("cli.days"), description=texts("cli.days"))
    parser.add_argument("--from", dest="first", metavar="D", required=True, help=texts("cli.days_from"))
    parser.add_argument("--to", dest="last", metavar="D", required=True, help=texts("cli.days_to"))
    rules = [rule.value for rule in SessionRule]
    parser.add_argument("--rule", choices=rules, default=SessionRule.BOTH.value, help=texts("cli.days_rule"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    texts = Texts.load()
    first, last = _day(args.first, texts), _day(args.last, texts)
    if first > last:
        raise Stop(texts("cli.stop.wrong_order"))
    for found in session_days(SessionRule(args.rule), first, last):
        print(found.day.isoformat())
    return 0


def _day(text: str, texts: Texts) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Stop(texts("cli.stop.not_a_day", text=text)) from None
