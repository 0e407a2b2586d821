"""The one-line form of work: 5 内容｜责任人｜期限, as 决议 and 派单 take it."""

import re
from datetime import date

from domain.dates import parse_day
from domain.errors import Refused
from domain.terms import Numbered
from handlers.desk import Desk
from handlers.numbers import reading

PARTS = 3
_BAR = re.compile(r"[｜|]")


def line_of(desk: Desk, words: str) -> tuple[int, list[str]]:
    """The topic's number, and the parts that were told so far. Raises Refused: refused.no_concern … for other kinds."""
    found = reading(desk, words, Numbered.TOPIC)
    if found.kind is not Numbered.TOPIC:
        raise Refused(f"refused.no_{found.kind.value}", number=found.number)
    told = [part.strip() for part in _BAR.split(found.rest.lstrip("｜| "))]
    while told and not told[-1]:
        told.pop()
    return found.number, told


def last_day_of(desk: Desk, text: str) -> date:
    """A day that is not over. Raises Refused: refused.day_unreadable, minute.past."""
    day = parse_day(text, desk.local.date())
    if day < desk.local.date():
        raise Refused("minute.past", day=day)
    return day
