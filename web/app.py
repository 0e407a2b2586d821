"""The web application: the board's routes, the channels' routes beside them, and what surrounds all of it."""

import logging
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.dates import write_length
from models.reading import only_reading
from web.api_page import ApiPage
from web.district import District
from web.flows import Flows
from web.home import Home
from web.logs import Logs
from web.materials import Materials
from web.metrics import Metrics
from web.open311 import Open311
from web.pages import Pages
from web.posters import Posters
from web.programs import Programs
from web.render import CHINESE, ENGLISH, LANGUAGE, LARGE, STATIC, Renderer, relative
from web.sessions import Sessions
from web.statistics import StatisticsPage
from web.thumbnails import Thumbnails
from web.topics import Topics

log = logging.getLogger(__name__)
YEAR = 365 * 24 * 3600
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ERRORS = {
    404: ("board.not_found_title", "board.not_found_next"),
    429: ("board.too_many_title", "board.too_many_next"),
}
A_MINUTE = "60"
AGAIN = 429
OTHER_ERROR = ("board.refused_title", "board.refused_next")


def create_app(
    render: Renderer,
    clock: Callable[[], datetime],
    routes: Sequence[BaseRoute] = (),
    channels: Callable[[], list[str]] = list,
) -> ASGIApp:
    """The board, with `routes` of channels beside it. `clock` gives aware moments, `channels` their names."""
    pages, metrics = Pages(render, clock), Metrics(clock, channels)
    errors = _Errors(render, pages)
    board = [*_board(render, pages), *Logs(render, pages).routes(), *metrics.routes()]
    for route in board:
        route.app = _only_reading(route.app)
    app = Starlette(
        routes=[*routes, *board, Mount("/static", StaticFiles(directory=STATIC))],  # events come oftenest
        exception_handlers={HTTPException: errors.told, ClientDisconnect: _left, Exception: errors.failed},
    )
    return Shell(app, metrics.answered)


def _board(render: Renderer, pages: Pages) -> list[Route]:
    """The first community's pages at the root, every community's under its slug."""
    kinds = {
        "concerns": pages.concerns,
        "concerns/{number:int}": pages.concern,
        "votes": pages.votes,
        "votes/{number:int}": pages.vote,
    }
    board = [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in kinds.items()]
    card = Route("/card/{kind}.png", pages.card)
    beside = (
        Home(render, pages),
        ApiPage(render, pages),
        District(render, pages),
        Flows(render, pages),
        Sessions(render, pages),
        Thumbnails(pages),
        Materials(pages),
        Topics(render, pages),
        StatisticsPage(render, pages),
        Posters(render, pages),
        Programs(pages),
        Open311(pages),
    )
    return [*board, card, *[route for one in beside for route in one.routes()]]


def _only_reading(app: ASGIApp) -> ASGIApp:
    """A page of the board, on the connection that can't write, to the last byte of its answer."""

    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        with only_reading():
            await app(scope, receive, send)

    return reading


async def _left(_request: Request, _error: Exception) -> Response:
    """Who went away in the middle of a form reads no answer; nothing was kept, and nothing is wrong with us."""
    return Response(status_code=400)


class _Errors:
    """Error pages: what wasn't opened, what was kept, one next step."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    async def told(self, request: Request, error: Exception) -> Response:
        """A page for what a request can't have. What isn't public is as unknown as what isn't there."""
        assert isinstance(error, HTTPException)
        site, told = self._render.speaking(request), dict(error.headers or {})
        wait = write_length(timedelta(seconds=int(told.get("Retry-After", A_MINUTE))), site.dates)
        title, next = ERRORS.get(error.status_code, OTHER_ERROR)
        place = await self._pages.place(request)
        words = {"page": site.texts(title), "next": site.texts(next, wait=wait, contact=site.contact)}
        again = _again(request) if error.status_code == AGAIN else ""
        response = self._render.page(request, place, "error.html", error.status_code, again=again, **words)
        response.headers.update(told)
        return response

    async def failed(self, request: Request, error: Exception) -> Response:
        """Our own error, with a code that stands in the log too. Reads nothing: the database may be the cause."""
        code = "W" + secrets.token_hex(3).upper()
        log.error("%s: %s failed: %r", code, request.url.path, error)
        site = self._render.speaking(request)
        next = site.texts("board.failed_next", code=code, contact=site.contact)
        title = site.texts("board.failed_title")
        return self._render(request, "error.html", 500, page=title, next=next, again=_again(request))


def _again(request: Request) -> str:
    """Where the same page may be asked for once more; nowhere, for what was sent in a form."""
    return relative(request.url) if request.method == "GET" else ""


class Shell:
    """Around everything, error pages included: safety headers, caching, and the choice of large type."""

    def __init__(self, app: ASGIApp, answered: Counter[int]) -> None:
        self._app = app
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a choice of type at once; send the rest on and complete its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if scope["method"] == "GET" and (chosen := _chosen(request)) is not None:
            await chosen(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answered[message["status"]] += 1
                _complete(MutableHeaders(scope=message), request)
            await send(message)

        await self._app(scope, receive, complete)


CHOICES = {LARGE: {"0", "1"}, LANGUAGE: {ENGLISH, CHINESE}}


def _chosen(request: Request) -> Response | None:
    """A choice of type or language is kept in a cookie, and the page opened again without it."""
    for name, values in CHOICES.items():
        if (value := request.query_params.get(name)) in values:
            response = RedirectResponse(relative(request.url.remove_query_params(name)), 303, HEADERS)
            response.set_cookie(name, str(value), max_age=YEAR, httponly=True, samesite="lax")
            return response
    return None


def _complete(headers: MutableHeaders, request: Request) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if request.url.path.startswith("/static/"):
        headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        headers.setdefault("Cache-Control", "no-cache")
        headers.add_vary_header("Cookie, Accept-Language")
