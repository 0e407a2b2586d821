"""/open311/v2: public concerns for other systems (GeoReport v2). Reads; what is posted enters by the web channel.

The six categories are the services, concerns the requests. There are no coordinates: a community is one place.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.terms import ConcernCategory, Visibility
from models import open311
from models.open311 import Asked
from web import views
from web.open311_form import KINDS, listed, single, wrong
from web.pages import LARGEST, Pages
from web.views import Place, Words

PATH = "open311/v2"
WINDOW = timedelta(days=90)
PAGE, MOST_PAGES = 1000, 1000
PENDING = "pending"
"""The code of a concern whose category is not chosen yet: the standard wants a string."""
STATES = {"open": False, "closed": True}
ENDPOINT = Callable[["Call"], Awaitable[Response]]


class Wrong(Exception):
    """What is answered instead: a status and its words, which name the parameter."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


class Call:
    """A request: in which form it wants its answer, of which community, in which words."""

    def __init__(self, request: Request, form: str, place: Place, words: Words) -> None:
        self.request = request
        self.form = form
        self.place = place
        self.words = words
        self.params = request.query_params


class Open311:
    """Endpoints over the board's pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {
            "discovery": self.discovery,
            "services": self.services,
            "services/{code}": self.definition,
            "requests": self.requests,
            "requests/{number}": self.one,
            "tokens/{number}": self.token,
        }
        return [
            Route(f"{root}{PATH}/{end}.{{form}}", self._called(page), methods=["GET"])
            for root in ("/", "/c/{slug}/")
            for end, page in ends.items()
        ]

    def _called(self, page: ENDPOINT) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            form = str(request.path_params["form"])
            if form not in KINDS:
                return wrong(request, "json", 404, "The format must be json or xml.")
            try:
                return await page(await self._call(request, form))
            except Wrong as no:
                return wrong(request, form, no.status, no.description)

        return endpoint

    async def _call(self, request: Request, form: str) -> Call:
        asked = request.query_params.get("jurisdiction_id")
        place = await (self._pages.place_at(asked) if asked else self._pages.place(request))
        if place is None:
            raise Wrong(404, "jurisdiction_id is not known.")
        return Call(request, form, place, self._pages.words())

    async def discovery(self, at: Call) -> Response:
        """What there is, and where."""
        url = self._pages.address(at.request, f"{at.place.root}{PATH}")
        words = at.words
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": url,
            "changeset": "2026-11-24T00:00:00Z",
            "type": "production",
            "formats": list(KINDS.values()),
        }
        record = {
            "changeset": "2026-11-24T00:00:00Z",
            "contact": f"{words.site.operator}, {words.site.contact}",
            "key_service": words("board.open311_key", contact=words.site.contact),
            "endpoints": [endpoint],
        }
        return single(at.request, at.form, "discovery", record)

    async def services(self, at: Call) -> Response:
        """The six categories."""
        return listed(at.request, at.form, "services", [service(one, at.words) for one in ConcernCategory])

    async def definition(self, at: Call) -> Response:
        """What may be told besides the words: who may see it."""
        code = _category(str(at.request.path_params["code"]))
        values = [{"key": one.value, "name": at.words.site.texts.term(one)} for one in Visibility]
        attribute = {
            "variable": True,
            "code": "visibility",
            "datatype": "singlevaluelist",
            "required": False,
            "datatype_description": None,
            "order": 1,
            "description": at.words("board.open311_visibility"),
            "values": values,
        }
        return single(
            at.request, at.form, "service_definition", {"service_code": code.value, "attributes": [attribute]}
        )

    async def requests(self, at: Call) -> Response:
        """Public concerns, by number or by category, time and state."""
        if numbers := at.params.get("service_request_id"):
            found = await open311.numbered(at.place.id, [_number(one) for one in numbers.split(",")[:PAGE]])
        else:
            found = await open311.requests(at.place.id, asked(at))
        return self._listed(at, found)

    async def one(self, at: Call) -> Response:
        """One public concern; a private one is as unknown as one that isn't there."""
        found = await open311.numbered(at.place.id, [_number(str(at.request.path_params["number"]))])
        if not found:
            raise Wrong(404, "service_request_id is not known.")
        return self._listed(at, found)

    async def token(self, at: Call) -> Response:
        """A number is given at once, so that a token is the number."""
        found = await open311.numbered(at.place.id, [_number(str(at.request.path_params["number"]))])
        if not found:
            raise Wrong(404, "token is not known.")
        number = str(found[0].number)
        return listed(at.request, at.form, "service_requests", [{"service_request_id": number, "token": number}])

    def _listed(self, at: Call, found: Sequence[open311.Request]) -> Response:
        base = self._pages.address(at.request, at.place.root)
        return listed(at.request, at.form, "service_requests", [record(one, at.words, base) for one in found])


def service(category: ConcernCategory, words: Words) -> dict[str, Any]:
    """A category as a service."""
    name = words.site.texts.term(category)
    return {
        "service_code": category.value,
        "service_name": name,
        "description": words(f"board.about_{category.value}"),
        "metadata": True,
        "type": "realtime",
        "keywords": name,
        "group": words("board.open311_group"),
    }


def record(facts: open311.Request, words: Words, base: str) -> dict[str, Any]:
    """A concern as a request, masked; what isn't known is null."""
    texts, category = words.site.texts, facts.category
    due = datetime.combine(facts.due, time(23, 59, 59), words.site.zone) if facts.due else None
    return {
        "service_request_id": str(facts.number),
        "status": "closed" if facts.ended_at else "open",
        "status_notes": words("board.open311_topic", topic=facts.topic) if facts.topic else None,
        "service_name": texts.term(category) if category else words("board.pending"),
        "service_code": category.value if category else PENDING,
        "description": facts.text,
        "agency_responsible": words.site.operator,
        "service_notice": None,
        "requested_datetime": words.iso(facts.said_at),
        "updated_datetime": words.iso(facts.ended_at or facts.changed_at),
        "expected_datetime": due.isoformat() if due else None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": f"{base}pictures/{facts.picture}" if facts.picture else None,
        "url": f"{base}concerns/{facts.number}",
        "title": views.title(facts.text),
    }


def asked(at: Call) -> Asked:
    """The filters of a list. Raises Wrong for one that can't be read."""
    since, until = _window(at)
    size, page = _count(at, "page_size", PAGE), _count(at, "page", MOST_PAGES, 1)
    categories = [_category(code) for code in at.params.get("service_code", "").split(",") if code]
    wanted = {_state(state) for state in at.params.get("status", "").split(",") if state}
    closed = wanted.pop() if len(wanted) == 1 else None
    return Asked(since, until, categories, closed, size, (page - 1) * size)


def _window(at: Call) -> tuple[datetime, datetime]:
    """From when to when: 90 days at most, the last ones where nothing else is said."""
    since, until = _moment(at, "start_date"), _moment(at, "end_date")
    try:
        if since and until:
            if until - since > WINDOW:
                raise Wrong(400, f"start_date and end_date may not span more than {WINDOW.days} days.")
            return since, until
        if since:
            return since, since + WINDOW
        until = until or at.words.now
        return until - WINDOW, until
    except OverflowError:
        raise Wrong(400, "start_date and end_date must be dates of our time.") from None


def _moment(at: Call, name: str) -> datetime | None:
    text = at.params.get(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return (found if found.tzinfo else found.replace(tzinfo=at.words.site.zone)).astimezone(at.words.site.zone)
    except (ValueError, OverflowError):
        raise Wrong(400, f"{name} must be a W3C date and time.") from None


def _count(at: Call, name: str, most: int, default: int | None = None) -> int:
    text = at.params.get(name, str(default or most))
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise Wrong(400, f"{name} must be a number from 1 to {most}.")
    return int(text)


def _category(code: str) -> ConcernCategory:
    try:
        return ConcernCategory(code)
    except ValueError:
        raise Wrong(404, "service_code is not known.") from None


def _state(text: str) -> bool:
    if text not in STATES:
        raise Wrong(400, "status must be open or closed.")
    return STATES[text]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)) or int(text) > LARGEST:
        raise Wrong(404, "service_request_id is not known.")
    return int(text)
