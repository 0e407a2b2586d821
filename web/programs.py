"""Pages for other programs: calendar, feed, open data, API; each bounded, each with an ETag."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from domain.terms import ConcernCategory
from models import board, board_topics
from models.board_topics import Filter
from web import records
from web.answers import OPEN, answer, as_json
from web.calendar import calendar
from web.feed import entries, feed
from web.openapi import MOST, openapi
from web.pages import LARGEST, Pages
from web.records import Record
from web.views import Place, Words

FEED = 20
SESSIONS, CALENDAR_BACK = 60, timedelta(days=120)
BATCH = 500
NAMES = {
    "concerns": ("number", "said_at", "category_name", "title", "text", "supporters", "urgent", "url"),
    "topics": (
        *("number", "title", "category_name", "step_name", "state", "concerns", "supporters", "doer", "due"),
        *("session", "since", "made_at", "url"),
    ),
    "votes": (
        *("number", "kind", "label", "title", "options", "counts", "cast", "total", "secret"),
        *("public_list", "opened_at", "closes_at", "closed_at", "url"),
    ),
}


class BadParameter(HTTPException):
    """A parameter that can't be read; its name is told."""

    def __init__(self, name: str) -> None:
        super().__init__(400, name)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks: of which community, in which words, under which address."""

    request: Request
    place: Place
    words: Words
    base: str


class Programs:
    """Endpoints over the board's pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {
            "calendar.ics": self.calendar,
            "feed.atom": self.feed,
            "data/{kind}.csv": self.csv,
            "data/{kind}.json": self.json,
            "api/v1/openapi.json": self.openapi,
            "api/v1/sessions": self.sessions,
            "api/v1/{kind}": self.listed,
            "api/v1/{kind}/{number}": self.one,
        }
        return [Route(root + end, told(page)) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def calendar(self, request: Request) -> Response:
        """The sessions for a phone's calendar."""
        at = await self._asked(request)
        since = at.words.now.date() - CALENDAR_BACK
        found = await board.sessions_by_day(at.place.id, since, SESSIONS)
        host = urlsplit(at.base).hostname or ""
        body = calendar(found, at.place, at.words, f"{at.base}{at.place.root}sessions", host)
        return answer(request, body, "text/calendar")

    async def feed(self, request: Request) -> Response:
        """What became public lately."""
        at = await self._asked(request)
        concerns = await board.newest_concerns(at.place.id, FEED)
        votes = await board.votes_before(at.place.id, None, FEED)
        body = feed(entries(concerns, votes, at.place, at.words), at.place, at.words, at.base)
        return answer(request, body, "application/atom+xml")

    async def openapi(self, request: Request) -> Response:
        """The API's description."""
        at = await self._asked(request)
        return as_json(request, openapi(at.place.name, f"{at.base}{at.place.root}api/v1"))

    async def sessions(self, request: Request) -> Response:
        """A page of the sessions that are entered, the earliest first."""
        at = await self._asked(request)
        _known(request, {"limit", "cursor"})
        limit, after = _limit(request), _cursor(request, "after")
        found = await board.sessions_by_day(at.place.id, _day_of(after), limit + 1)
        items = [records.session(one, at.place, at.words, at.base) for one in found[:limit]]
        following = _as_cursor(found[limit - 1].day.toordinal(), "after") if len(found) > limit else None
        return _page(request, items, following)

    async def listed(self, request: Request) -> Response:
        """A page of concerns or votes, the newest first; `next` is the cursor of the following one."""
        at, kind = await self._asked(request), _kind(request)
        _known(request, {"limit", "cursor", *({"category"} if kind != "votes" else ())})
        limit, before = _limit(request), _cursor(request)
        found = await self._read(at, kind, before, limit + 1, _category(request))
        items = found[:limit]
        following = _as_cursor(items[-1]["number"]) if len(found) > limit else None
        return _page(request, items, following)

    async def one(self, request: Request) -> Response:
        """One concern or vote; what isn't public is as unknown as what isn't there."""
        at, kind, number = await self._asked(request), _kind(request), request.path_params["number"]
        _known(request, set())
        if not (number.isascii() and number.isdigit()) or int(number) > LARGEST:
            raise HTTPException(404)
        found = await self._numbered(at, kind, int(number))
        if found is not None:
            return as_json(request, found)
        raise HTTPException(404)

    async def _numbered(self, at: Asked, kind: str, number: int) -> Record | None:
        if kind == "votes":
            vote = await board.vote(at.place.id, number)
            return records.vote(vote, at.place, at.words, at.base) if vote else None
        if kind == "topics":
            topics = await board_topics.topics(at.place.id, Filter(numbers=[number]), 1)
            return records.topic(topics[0], at.place, at.words, at.base) if topics else None
        concern = await board.concern(at.place.id, number)
        return records.concern(concern, at.place, at.words, at.base) if concern else None

    async def csv(self, request: Request) -> Response:
        """Everything public of a kind as a table, in batches; spreadsheets find nothing to run in it."""
        at, kind = await self._asked(request), _kind(request)
        headers = [at.words(f"board.column_{name}") for name in NAMES[kind]]

        async def lines() -> AsyncIterator[str]:
            yield records.BOM + records.as_csv((), (), headers=headers)
            async for batch in self._everything(at, kind):
                yield records.as_csv(batch, NAMES[kind])

        told = {**OPEN, "Content-Disposition": f'attachment; filename="{kind}.csv"'}
        return StreamingResponse(lines(), headers=told, media_type="text/csv; charset=utf-8")

    async def json(self, request: Request) -> Response:
        """The same as JSON lines in one list."""
        at, kind = await self._asked(request), _kind(request)

        async def parts() -> AsyncIterator[str]:
            first = True
            yield "["
            async for batch in self._everything(at, kind):
                yield ("" if first else ",") + ",".join(records.as_text(one) for one in batch)
                first = False
            yield "]"

        return StreamingResponse(parts(), headers=OPEN, media_type="application/json")

    async def _everything(self, at: Asked, kind: str) -> AsyncIterator[Sequence[Record]]:
        before = None
        while batch := await self._read(at, kind, before, BATCH, None):
            yield batch
            before = int(batch[-1]["number"])

    async def _read(
        self, at: Asked, kind: str, before: int | None, limit: int, category: ConcernCategory | None
    ) -> list[Record]:
        if kind == "votes":
            votes = await board.votes_before(at.place.id, before, limit)
            return [records.vote(one, at.place, at.words, at.base) for one in votes]
        if kind == "topics":
            topics = await board_topics.topics(at.place.id, Filter(category, before=before), limit)
            return [records.topic(one, at.place, at.words, at.base) for one in topics]
        concerns = await board.newest_concerns(at.place.id, limit, category=category, before=before)
        return [records.concern(one, at.place, at.words, at.base) for one in concerns]

    async def _asked(self, request: Request) -> Asked:
        place, _ = await self._pages.at(request)
        return Asked(request, place, self._pages.words(), self._pages.address(request, ""))


def told(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A program is told what was wrong as JSON, not as a page."""

    async def endpoint(request: Request) -> Response:
        try:
            return await page(request)
        except HTTPException as no:
            error = {"code": no.status_code, "message": _MESSAGES[no.status_code], "parameter": None}
            if isinstance(no, BadParameter):
                error["parameter"] = no.detail
            return as_json(request, {"error": error}, no.status_code)

    return endpoint


_MESSAGES = {400: "This parameter can not be read.", 404: "There is no such thing."}


def _kind(request: Request) -> str:
    kind = str(request.path_params["kind"])
    if kind not in NAMES:
        raise HTTPException(404)
    return kind


def _known(request: Request, names: set[str]) -> None:
    """A parameter that we would ignore is a mistake of the caller's: better said than passed over."""
    keys = [key for key, _ in request.query_params.multi_items()]
    for key in keys:
        if key not in names or keys.count(key) > 1:
            raise BadParameter(key)


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "20")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise BadParameter("limit")
    return int(text)


def _page(request: Request, items: Sequence[Record], following: str | None) -> Response:
    headers = {"Link": f'<{request.url.include_query_params(cursor=following)}>; rel="next"'} if following else {}
    return as_json(request, {"items": items, "next": following}, headers=headers)


def _as_cursor(number: int, word: str = "before") -> str:
    return base64.urlsafe_b64encode(f"{word} {number}".encode()).decode().rstrip("=")


def _cursor(request: Request, word: str = "before") -> int | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        told, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").split(" ")
        found = int(number)
    except ValueError:
        raise BadParameter("cursor") from None
    if told != word or not 0 <= found <= LARGEST or _as_cursor(found, word) != text:
        raise BadParameter("cursor")
    return found


def _day_of(cursor: int | None) -> date:
    if cursor is None:
        return board.BEGINNING
    if not 0 < cursor < date.max.toordinal():
        raise BadParameter("cursor")
    return date.fromordinal(cursor)


def _category(request: Request) -> ConcernCategory | None:
    text = request.query_params.get("category")
    try:
        return ConcernCategory(text) if text is not None else None
    except ValueError:
        raise BadParameter("category") from None
