"""The statistics: a period in figures, as a chart, as tables, and as a file."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.periods import Period
from domain.terms import ConcernCategory
from models import board, figures
from models.statistics import Part, Row, Statistics
from web import charts, rates, records, spans
from web.answers import answer
from web.pages import Pages
from web.render import Renderer
from web.spans import NotShown
from web.views import Place, Words

BOM = "\ufeff"
NAMES = ("name", "received", "finished", "under_way", "late", "days")
KEPT = "public, max-age=300"
"""Of a time that is over: what it says hardly changes."""


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
        first = await board.first_said(place.id)
        try:
            one = spans.asked(request.query_params.get("period", ""), first, words)
        except NotShown as no:
            return self._refused(request, place, words, no)
        found = await figures.between(place.id, one.bounds, words.now, place.figures)
        bounds, labels = one.bounds, one.labels
        values = [[part.received for part in found.parts], [part.finished for part in found.parts]]
        shown = self._render.page(
            request,
            place,
            "statistics.html",
            page=words("board.statistics"),
            shown=words(
                "board.period",
                since=words.day(bounds[0]),
                until=words.day(min(bounds[-1] - timedelta(days=1), words.now)),
                count=sum(values[0]),
            ),
            choices=[(period.value, words(f"board.period_{period.value}"), period == one.value) for period in Period],
            others=spans.others(one, first, words),
            period=one.name,
            asked=one.value,
            rates=rates.shown(found.rates, words),
            chart=charts.grouped(labels, values),
            size=(charts.WIDTH, charts.HEIGHT, charts.BAR),
            empty=not any(part.received or part.finished or part.late for part in found.parts),
            finding=_finding(labels, found.parts, words),
            spans=list(zip(labels, found.parts, strict=True)),
            rows=_rows(found, place, words),
        )
        if one.over:
            shown.headers["Cache-Control"] = KEPT
        return shown

    async def csv(self, request: Request) -> Response:
        """The same numbers: a row a part of the period, then a row a category."""
        place, _ = await self._pages.at(request)
        words, first = self._pages.words(), await board.first_said(place.id)
        try:
            asked = spans.asked(request.query_params.get("period", ""), first, words)
        except NotShown as no:
            return self._refused(request, place, self._pages.words(request), no)
        found = await figures.between(place.id, asked.bounds, words.now, place.figures)
        term = words.site.texts.term
        parts = [
            {"name": label, "received": one.received, "finished": one.finished, "late": one.late}
            for label, one in zip(asked.labels, found.parts, strict=True)
        ]
        rows = [
            {**_numbers(one), "name": term(category) if category else words("board.pending")}
            for category, one in _all(found)
        ]
        headers = [words(f"board.column_figures_{name}") for name in NAMES]
        lines = [dict.fromkeys(NAMES, "") | row for row in (*parts, *rows)]
        told = {"Content-Disposition": f'attachment; filename="statistics-{asked.value}.csv"'}
        body = BOM + records.as_csv((), (), headers=headers) + records.as_csv(lines, NAMES)
        return answer(request, body.encode(), "text/csv; charset=utf-8", headers=told)

    def _refused(self, request: Request, place: Place, words: Words, no: NotShown) -> Response:
        """In a sentence what can't be shown, and what can."""
        first = spans.name_of(no.first, words)
        title, next = words(f"board.{no.key}_title"), words(f"board.{no.key}_next", first=first)
        return self._render.page(request, place, "error.html", no.status, page=title, next=next, again="")


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
