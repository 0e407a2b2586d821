"""The three rates of a month in words: counts first, the percent after them (VOICE.md section 4)."""

from dataclasses import dataclass

from domain.rates import Rates
from models import figures
from web.views import Place, Words


@dataclass(frozen=True, slots=True)
class RateView:
    """One rate: its name, so many of so many, and the percent with what it means."""

    name: str
    counts: str
    note: str


async def of_month(place: Place, words: Words) -> list[RateView]:
    """This month's three rates; none where nothing was counted yet."""
    found = await figures.rates_of_month(place.id, words.now, place.figures)
    return shown(found, words) if found.given or found.ratings else []


def shown(found: Rates, words: Words) -> list[RateView]:
    """Each with its counts; one of which nothing was counted says so."""
    parts = (
        ("response", found.given, found.answered, found.response),
        ("solution", found.given, found.solved, found.solution),
        ("satisfaction", found.ratings, found.content, found.satisfaction),
    )
    return [_one(name, whole, part, permille, words) for name, whole, part, permille in parts]


def _one(name: str, whole: int, part: int, permille: int | None, words: Words) -> RateView:
    title, note = words(f"board.rate_{name}"), words(f"board.rate_{name}_what")
    if permille is None:
        return RateView(title, words("board.rate_none"), note)
    counts = words("board.rate_of_ratings" if name == "satisfaction" else "board.rate_of_tasks", whole=whole, part=part)
    percent = words("board.rate_percent", percent=f"{permille // 10}.{permille % 10}", what=note)
    return RateView(title, counts, percent)
