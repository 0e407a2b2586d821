"""Open311 requests that other programs post: each becomes what a person of the web channel says (GeoReport v2).

A program acts under its key, which the operator gives out in the config; it is nobody's household and has no vote.
What it tells of the person behind the request (name, phone, device) is not taken in. The address of a picture is
neither fetched, since a server that opens whatever address it is told reaches into its own network, nor shown, since
whoever holds it could change the picture later; the answer says so.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_forms import Counter, NotTaken
from bot.channels.web_limits import FORMS
from bot.channels.web_stage import CHANNEL
from bot.channels.web_visit import Where
from domain.talk import Chat, Person, Pressed, Said
from domain.terms import ConcernCategory, Visibility

PROGRAM = "open311-"
DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)
LONGEST = 4000
TOO_MANY = 429
MOST = 256 * 1024
NOT_TAKEN = "media_url was not taken: addresses are neither fetched nor kept. Send pictures in the group or at /say."
UNREAD = "The form cannot be read; it must be urlencoded, and files are not taken."


class Answers(Protocol):
    """What the board knows of Open311's forms (`web/open311_form.py`), and of who posted what."""

    def listed(
        self, request: Request, form: str, root: str, records: Sequence[Mapping[str, Any]], status: int = 200
    ) -> Response:
        """Records, in XML or JSON."""
        ...

    def wrong(self, request: Request, form: str, status: int, description: str) -> Response:
        """An error, in the same form."""
        ...

    async def program_said(self, where: Where, person: str, text: str) -> int | None:
        """The number of the newest concern with these words that a program entered."""
        ...


class Wrong(Exception):
    """What is answered instead."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


class Open311Post:
    """The endpoint. `keys` are those that may post; without any, nobody may."""

    def __init__(self, counter: Counter, answers: Answers, keys: Sequence[str]) -> None:
        self._counter = counter
        self._answers = answers
        self._keys = [key.encode() for key in keys]

    def routes(self) -> Sequence[BaseRoute]:
        """The first community's at the root, every community's under its slug."""
        end = "open311/v2/requests.{form}"
        return [Route(f"{root}{end}", self._post, methods=["POST"]) for root in ("/", "/c/{slug}/")]

    async def _post(self, request: Request) -> Response:
        form = str(request.path_params["form"])
        if form not in {"json", "xml"}:
            return self._answers.wrong(request, "json", 404, "The format must be json or xml.")
        try:
            self._counter.limits.take(FORMS, request)
            number, notice = await self._taken(request)
        except HTTPException as no:
            told = "Too many requests; please wait." if no.status_code == TOO_MANY else UNREAD
            answer = self._answers.wrong(request, form, no.status_code, told)
            answer.headers.update(no.headers or {})
            return answer
        except Wrong as no:
            return self._answers.wrong(request, form, no.status, no.description)
        except NotTaken as no:
            return self._answers.wrong(request, form, no.status, "Not taken for now; please post again.")
        record = {"service_request_id": str(number), "service_notice": notice, "account_id": None}
        return self._answers.listed(request, form, "service_requests", [record], 201)

    async def _taken(self, request: Request) -> tuple[int, str | None]:
        """The concern's number, and what of the request was left out."""
        if int(request.headers.get("content-length") or MOST + 1) > MOST:
            raise Wrong(413, "The request is too large.")
        async with request.form(max_files=0) as fields:
            key = _field(fields, "api_key") or request.query_params.get("api_key", "")
            if not any(secrets.compare_digest(key.encode(), known) for known in self._keys):
                raise Wrong(403, "api_key is missing or not known.")
            asked = _field(fields, "jurisdiction_id") or request.query_params.get("jurisdiction_id")
            where = await self._counter.registry.where(asked or request.path_params.get("slug"))
            if where is None:
                raise Wrong(404, "jurisdiction_id is not known.")
            _check_place(fields)
            number = await self._said(where, key, _category(fields), _text(fields), _visibility(fields))
            return number, NOT_TAKEN if _field(fields, "media_url") else None

    async def _said(self, where: Where, key: str, category: ConcernCategory, text: str, visibility: Visibility) -> int:
        """What the program said, as a concern of the category it named."""
        person = Person(PROGRAM + hashlib.sha256(f"{where.slug}:{key}".encode()).hexdigest()[:16])
        chat = Chat(CHANNEL, person.id, private=True)
        take, clock, event = self._counter.hand, self._counter.clock, f"open311-{secrets.token_urlsafe(12)}"
        await take(Said(f"open311-{person.id}", clock(), chat, person, f"/start {where.slug}"))
        await take(Said(event, clock(), chat, person, f"/say {text}", visibility=visibility))
        number = await self._answers.program_said(where, person.id, text)
        if number is None:
            await take(Pressed(f"{event}-anyway", clock(), chat, person, "say_anyway"))
            number = await self._answers.program_said(where, person.id, text)
        if number is None:
            raise Wrong(500, "Not taken; the operator finds why in the log.")
        await take(Pressed(f"{event}-kind", clock(), chat, person, "pick_category", (str(number), category.value)))
        return number


def _field(fields: FormData, name: str) -> str:
    value = fields.get(name, "")
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _category(fields: FormData) -> ConcernCategory:
    code = _field(fields, "service_code")
    if not code:
        raise Wrong(400, "service_code is missing.")
    try:
        return ConcernCategory(code)
    except ValueError:
        raise Wrong(404, "service_code is not known.") from None


def _check_place(fields: FormData) -> None:
    """Coordinates are not kept, a community is one place; wrong ones are told all the same."""
    given = [_field(fields, name) for name in ("lat", "long")]
    if not any(given):
        return
    for text, most in zip(given, (90, 180), strict=True):
        if not DEGREES.fullmatch(text) or abs(float(text)) > most:
            raise Wrong(400, "lat and long must both be given, in degrees of WGS 84.")


def _text(fields: FormData) -> str:
    description, place = _field(fields, "description"), _field(fields, "address_string")
    if not description:
        raise Wrong(400, "description is missing.")
    text = f"{place}\n{description}" if place else description
    if len(text) > LONGEST:
        raise Wrong(400, f"description is longer than {LONGEST} characters.")
    return text


def _visibility(fields: FormData) -> Visibility:
    try:
        return Visibility(_field(fields, "attribute[visibility]") or Visibility.OPEN.value)
    except ValueError:
        raise Wrong(400, "attribute[visibility] must be one of its listed values.") from None
