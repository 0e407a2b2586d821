"""What residents' pages have in common: who comes, which form is theirs, how it becomes an event."""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web_limits import CODES, FORMS, Limits
from bot.channels.web_posted import Posted
from bot.channels.web_stage import NotListening
from bot.channels.web_visit import Doors, LinkOver, Registry, Visitor, Where, chat_of, same_site
from domain.talk import Event, Person, Pressed, Said

log = logging.getLogger(__name__)
NONCE = re.compile(r"[\w-]{8,64}")
TOKEN = "k"
CODE, CODE_LONGEST = "code", 40
CODE_FORM = 4096
Take = Callable[[Event], Awaitable[None]]


class NotTaken(Exception):
    """A form that was not taken: its words are shown above the form, with what was filled in."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


@dataclass(frozen=True, slots=True)
class Stop(Exception):
    """Answer this instead of the page."""

    response: Response


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a resident's page: which community, for what, and who comes (None: nobody known)."""

    request: Request
    where: Where
    purpose: str
    visitor: Visitor | None

    @property
    def path(self) -> str:
        """The page's own address, with the link's token where it came by one."""
        token = self.visitor.token if self.visitor else ""
        return self.link(self.purpose) if token else f"{self.where.root}{self.purpose}"

    def link(self, end: str) -> str:
        """Another page's address for the same visitor."""
        token = self.visitor.token if self.visitor else ""
        return f"{self.where.root}{end}" + (f"?{TOKEN}={token}" if token else "")


@dataclass(frozen=True, slots=True)
class Form(Posted):
    """A form of a resident's page, by who came."""

    visitor: Visitor

    def event(self, *content: str) -> str:
        """The event's id."""
        return "page-" + self.named(self.visitor.chat.channel, self.visitor.person.id, *content)


@dataclass(frozen=True)
class Counter:
    """Where residents' forms are taken: `take` hands an event on and raises where nothing was kept."""

    registry: Registry
    doors: Doors
    take: Take
    clock: Callable[[], datetime]
    limits: Limits

    async def call(self, request: Request, purpose: str) -> Call:
        """Who comes to this page. Raises HTTPException 404 for an unknown community, and Stop."""
        where = await self.registry.where(request.path_params.get("slug"))
        if where is None:
            raise HTTPException(404)
        token = request.query_params.get(TOKEN, "")
        try:
            visitor = await self._visitor(request, where, purpose, token)
        except LinkOver:
            back = {"page_key": "say.link_over", "next_key": "say.link_over_next", "back": f"{where.root}{purpose}"}
            raise Stop(await self.registry.render(request, "stopped.html", 410, **back)) from None
        return Call(request, where, purpose, visitor)

    async def _visitor(self, request: Request, where: Where, purpose: str, token: str) -> Visitor | None:
        if token:
            return await self.registry.bearer(where, token, "say" if purpose.startswith("say") else purpose)
        person = self.doors.person(request)
        return await self.registry.person(where, person) if person else None

    async def entered(self, call: Call) -> Response:
        """A code was posted: let its sender in, or say why not."""
        self.limits.take(CODES, call.request)
        if not same_site(call.request) or _length(call.request) > CODE_FORM:
            return await self.door(call, "say.stale", 403)
        async with call.request.form() as fields:
            code, nonce = str(fields.get("code", "")), str(fields.get("event", ""))
        if not NONCE.fullmatch(nonce):
            return await self.door(call, "say.stale", 403)
        person = self.doors.newcomer(nonce, code)
        home = await self.registry.home(person.id)  # the form may have been sent twice
        if home is None and (why := await self.registry.against_code(code)):
            return await self.door(call, f"say.code_{why}", 400, code=code)
        home = home or await self._bound(call.where, person, code)
        if home is None:
            return await self.door(call, "say.code_wrong", 400, code=code)
        there = home.community == call.where.id
        response = RedirectResponse(f"{call.where.root}{call.purpose}" if there else f"/c/{home.slug}/say", 303)
        self.doors.let_in(call.request, response, person.id)
        return response

    async def _bound(self, where: Where, person: Person, code: str) -> Visitor | None:
        """Two words to the bot: which community, and the code."""
        for text in (f"/start {where.slug}", f"/join {code}"):
            event = f"page-{person.id}-{text.split()[0][1:]}"
            await self.hand(Said(event, self.clock(), chat_of(person.id), person, text))
        return await self.registry.home(person.id)

    async def door(self, call: Call, error: str = "", status: int = 200, **kept: object) -> Response:
        """The page that asks for a code."""
        code = call.request.query_params.get(CODE, "")[:CODE_LONGEST]  # from a slip's QR code; pressed by a person
        fields = {"page_key": "say.door_title", "code": code, "nonce": secrets.token_urlsafe(9), "vote": None}
        values = {**fields, "error_key": error, "action": call.path, **kept}
        return private(await self.registry.render(call.request, "door.html", status, **values))

    async def form(self, call: Call, most: int) -> Form:
        """A posted form of the visitor's. Raises NotTaken for one that isn't ours, HTTPException 413, 429."""
        assert call.visitor is not None
        self.limits.take(FORMS, call.request)
        if _length(call.request) > most:
            raise HTTPException(413)
        fields = await call.request.form(max_files=20)
        nonce, key = str(fields.get("event", "")), str(fields.get("key", ""))
        form = Form(nonce, fields, call.visitor)
        if not (same_site(call.request) and self.doors.is_own(call.visitor, key) and NONCE.fullmatch(nonce)):
            raise NotTaken(403, "say.stale")
        return form

    async def press(self, form: Form, verb: str, *args: str) -> None:
        """A button of the visitor's. Raises NotTaken."""
        who = form.visitor
        await self.hand(Pressed(form.event(verb, *args), self.clock(), who.chat, who.person, verb, args))

    async def hand(self, event: Event) -> None:
        """Hand an event on. Raises NotTaken where it was not kept."""
        try:
            await self.take(event)
        except NotListening as no:
            raise NotTaken(503, "say.not_ready") from no
        except Exception as fault:
            log.error("event %s was not taken: %s", event.event, type(fault).__name__)
            raise NotTaken(503, "say.failed") from fault

    def hidden(self, visitor: Visitor) -> dict[str, object]:
        """What each form of a page carries besides its own fields."""
        return {"key": self.doors.key(visitor), "nonce": secrets.token_urlsafe(9), "visitor": visitor}


def _length(request: Request) -> int:
    """How many bytes a form says it has; without a word on it, too many."""
    told = request.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else 10**12


def private(response: Response) -> Response:
    """A page that no cache may keep and no search engine list."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def stopping(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A page whose way may end early; the files of its form are closed in any case."""

    async def endpoint(request: Request) -> Response:
        try:
            return await page(request)
        except Stop as stop:
            return private(stop.response)
        finally:
            await request.close()

    return endpoint
