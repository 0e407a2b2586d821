"""月报: a month's work and its three rates, whole and by category, for everybody to see."""

import re
from datetime import date, datetime, time

from domain.errors import Refused
from domain.rates import Rates, together
from domain.talk import Outgoing
from domain.terms import ConcernCategory
from handlers.desk import Desk

_MONTH = re.compile(r"(?:(\d{4})\D)?\s*(\d{1,2})\D*")
DECEMBER = 12


async def month(desk: Desk, words: str) -> list[Outgoing]:
    """月报, 月报 11: what was handed out and how it went; 月报 11 分类: by category.

    Raises Refused: refused.day_unreadable.
    """
    by_category = words.endswith(desk.texts("rate.by_category"))
    first = _first(desk, words.removesuffix(desk.texts("rate.by_category")).strip())
    bounds = (_at(desk, first), _at(desk, _next(first)))
    counted = await desk.store.rates.of_month(desk.community.id, bounds)
    if not counted:
        return [desk.answer("rate.month_none", month=first.month)]
    if by_category:
        known = [category for category in (*ConcernCategory, None) if category in counted]
        lines = [_category(desk, category, counted[category]) for category in known]
        return desk.private_text("\n".join([desk.texts("rate.month_head", month=first.month), *lines]))
    return await _whole(desk, first, bounds, together(counted.values()))


def _category(desk: Desk, category: ConcernCategory | None, one: Rates) -> str:
    name = desk.texts.term(category) if category else desk.texts("collect.state_unsorted")
    return desk.texts("rate.month_category", category=name, **{count: getattr(one, count) for count in Rates.__slots__})


async def _whole(desk: Desk, first: date, bounds: tuple[datetime, datetime], rates: Rates) -> list[Outgoing]:
    work = await desk.store.rates.overview(desk.community.id, bounds, desk.now)
    facts = {"given": work.given, "ended": work.ended, "open": work.open, "late": work.late, "up": work.up}
    lines = [desk.texts("rate.month_head", month=first.month), desk.texts("rate.month_tasks", **facts)]
    parts = (
        ("rate.month_response", rates.given, rates.answered, rates.response),
        ("rate.month_solution", rates.given, rates.solved, rates.solution),
        ("rate.month_satisfaction", rates.ratings, rates.content, rates.satisfaction),
    )
    lines += [desk.texts(key, whole=whole, part=part, percent=_percent(desk, rate)) for key, whole, part, rate in parts]
    every = desk.button("by_category", "month", first.isoformat()[:7], desk.texts("rate.by_category"))
    return [desk.answer_text("\n".join(lines), ((every,),), headed=True)]


def _percent(desk: Desk, permille: int | None) -> str:
    """One decimal, after the counts; nothing where nothing was counted."""
    return desk.texts("rate.percent", value=f"{permille // 10}.{permille % 10}") if permille is not None else ""


def _first(desk: Desk, words: str) -> date:
    """The first day of the month that is meant: this one, or the last one of that number."""
    today = desk.local.date()
    if not words:
        return today.replace(day=1)
    match = _MONTH.fullmatch(words)
    number = int(match[2]) if match else 0
    if match is None or not 1 <= number <= DECEMBER:
        raise Refused("refused.day_unreadable", text=words)
    year = int(match[1]) if match[1] else today.year - (number > today.month)
    return date(year, number, 1)


def _next(first: date) -> date:
    return date(first.year + (first.month == DECEMBER), first.month % DECEMBER + 1, 1)


def _at(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, time(), desk.house.zone)
