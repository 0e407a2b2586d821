"""The statistics: a period in figures, as a chart, as tables, and as a file."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.periods import Period, periods
from domain.terms import ConcernCategory
from models import figures
from models.statistics import Part, Row, Statistics
from web import charts, rates, records
from web.answers import OPEN
from web.pages import Pages
from web.render import Renderer
from web.views import Place, Words

BOM = "\ufeff"
NAMES = ("name", "received", "finished", "under_way", "late", "days")
TENS = {Period.MONTH, Period.LAST_MONTH}
QUARTERS = {Period.YEAR, Period.LAST_YEAR}


@dataclass(frozen=True, slots=True)
class RowView:
    """A category in the table. `due`: what is late, empty where nothing is."""

    name: str
    url: str
    received: str
    finished: str
    under_way: str
    due: str
    days: str


class StatisticsPage:
    """Endpoints beside the board's other pages."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {"statistics": self.page, "data/statistics.csv": self.csv}
        return [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def page(self, request: Request) -> Response:
        """One chart, and every number of it as a table; the categories; the three rates."""
        place, words = await self._pages.at(request)
        period = _period(request)
        found = await figures.of_period(place.id, period, words.now, place.figures)
        bounds, labels = periods(words.now)[period], _labels(period, words)
        values = [[part.received for part in found.parts], [part.finished for part in found.parts]]
        return self._render.page(
            request,
            place,
            "statistics.html",
            page=words("board.statistics"),
            shown=words(
                "board.period",
                since=words.day(bounds[0]),
                until=words.day(min(bounds[-1], words.now)),
                count=sum(values[0]),
            ),
            choices=[(one.value, words(f"board.period_{one.value}"), one is period) for one in Period],
            period=words(f"board.period_{period.value}"),
            asked=period.value,
            rates=rates.shown(found.rates, words),
            chart=charts.grouped(labels, values),
            size=(charts.WIDTH, charts.HEIGHT, charts.BAR),
            empty=not any(part.received or part.finished or part.late for part in found.parts),
            finding=_finding(labels, found.parts, words),
            spans=list(zip(labels, found.parts, strict=True)),
            rows=_rows(found, place, words),
        )

    async def csv(self, request: Request) -> Response:
        """The same numbers: a row a part of the period, then a row a category."""
        place, _ = await self._pages.at(request)
        words, period = self._pages.words(), _period(request)
        found = await figures.of_period(place.id, period, words.now, place.figures)
        term = words.site.texts.term
        parts = [
            {"name": label, "received": one.received, "finished": one.finished, "late": one.late}
            for label, one in zip(_labels(period, words), found.parts, strict=True)
        ]
        rows = [
            {**_numbers(one), "name": term(category) if category else words("board.pending")}
            for category, one in _all(found)
        ]
        headers = [words(f"board.column_figures_{name}") for name in NAMES]
        lines = [dict.fromkeys(NAMES, "") | row for row in (*parts, *rows)]
        told = {**OPEN, "Content-Disposition": f'attachment; filename="statistics-{period.value}.csv"'}
        body = BOM + records.as_csv((), (), headers=headers) + records.as_csv(lines, NAMES)
        return Response(body, headers=told, media_type="text/csv; charset=utf-8")


def _period(request: Request) -> Period:
    asked = request.query_params.get("period")
    return next((one for one in Period if one.value == asked), Period.HALF)


def _labels(period: Period, words: Words) -> list[str]:
    starts = periods(words.now)[period][:-1]
    if period in TENS:
        return words.site.texts.list("board.tens")[: len(starts)]
    if period in QUARTERS:
        return [words("board.quarter", number=start.month // 3 + 1) for start in starts]
    months = words.site.texts.list("board.months")
    return [months[start.month - 1] for start in starts]


def _finding(labels: list[str], parts: tuple[Part, ...], words: Words) -> str:
    most = max(range(len(parts)), key=lambda i: parts[i].received)
    if not parts[most].received:
        return words("board.finding_none")
    key = "board.finding" if len(parts) > 1 else "board.finding_one"
    return words(key, part=labels[most], received=parts[most].received, finished=parts[most].finished)


def _all(found: Statistics) -> list[tuple[ConcernCategory | None, Row]]:
    """All six in their order, also the empty ones; 待定 where something is."""
    order = [*ConcernCategory, *([None] if None in found.rows else [])]
    return [(category, found.rows.get(category, Row(0, 0, 0, None))) for category in order]


def _numbers(row: Row) -> dict[str, object]:
    days = "" if row.days is None else row.days
    counts = {"received": row.received, "finished": row.finished, "under_way": row.received - row.finished}
    return {**counts, "late": row.late, "days": days}


def _rows(found: Statistics, place: Place, words: Words) -> list[RowView]:
    def count(number: int) -> str:
        return words("board.count_concerns", count=number)

    return [
        RowView(
            words.site.texts.term(category) if category else words("board.pending"),
            f"{place.root}concerns?category={category.value}" if category else "",
            count(row.received),
            count(row.finished),
            count(row.received - row.finished),
            words("board.late_concerns", count=row.late) if row.late else "",
            _days(row.days, words),
        )
        for category, row in _all(found)
    ]


def _days(days: int | None, words: Words) -> str:
    if days is None:
        return words("board.none")
    return words("board.usual_days", days=days) if days else words("board.usual_day")
