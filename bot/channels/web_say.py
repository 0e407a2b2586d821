"""/say: speak, with pictures and the choice of who may see it; /say/12: what became of it, and what may be changed."""

from collections.abc import Collection, Sequence

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import Transcript
from bot.channels.web_forms import Call, Counter, Form, NotTaken, private, stopping
from bot.channels.web_lines import Reader
from bot.channels.web_press import NoButton, button
from bot.channels.web_visit import Matter, NoPicture, Visitor
from domain.talk import Said, Upload
from domain.terms import ConcernCategory, Visibility

LONGEST = 4000
PICTURES = 10
MOST = PICTURES * 10 * 1024 * 1024 + 256 * 1024
SMALL = 64 * 1024
LINES = 6
ACTS = frozenset({"pick_category", "show_to", "withdraw", "not_urgent", "second"})


class SayPages:
    """Endpoints. `transcript` holds what the bot told people of the web channel."""

    def __init__(self, counter: Counter, transcript: Transcript, reader: Reader) -> None:
        self._counter = counter
        self._registry = counter.registry
        self._transcript = transcript
        self._reader = reader

    def routes(self) -> Sequence[BaseRoute]:
        """The first community's pages at the root, every community's under its slug."""
        pages = {"say": self._say, "say/press": self._press, "say/{number:int}": self._matter}
        return [
            Route(f"{root}{end}", stopping(page), methods=["POST"] if end == "say/press" else ["GET", "POST"])
            for root in ("/", "/c/{slug}/")
            for end, page in pages.items()
        ]

    async def _say(self, request: Request) -> Response:
        call = await self._counter.call(request, "say")
        posted = request.method == "POST"
        if call.visitor is None:
            return await (self._counter.entered(call) if posted else self._counter.door(call))
        if not posted:
            return await self._page(call)
        try:
            form = await self._counter.form(call, MOST)
            return await self._taken(call, form)
        except NotTaken as no:
            fields = await request.form()
            kept = {"text": str(fields.get("text", "")), "visibility": str(fields.get("visibility", ""))}
            return await self._page(call, no.status, error_key=no.key, **kept)

    async def _page(self, call: Call, status: int = 200, **kept: object) -> Response:
        assert call.visitor is not None
        values = {"error_key": "", "text": "", "visibility": Visibility.OPEN.value, "asked": False, **kept}
        choices = [(v.value, f"say.shown_{v.value}") for v in Visibility]
        return private(
            await self._registry.render(
                call.request,
                "say.html",
                status,
                page_key="say.title",
                **values,
                **self._counter.hidden(call.visitor),
                action=call.link("say"),
                press_action=call.link("say/press"),
                choices=choices,
                longest=LONGEST,
                most=PICTURES,
                lines=await self._lines(call.visitor),
            )
        )

    async def _lines(self, visitor: Visitor) -> Sequence[object]:
        """What the bot said to a person of the web channel, newest last; others read it where they talk to the bot."""
        if not visitor.of_web:
            return ()
        lines = await self._transcript.since(visitor.chat, 0, LINES)
        return self._reader.bubbles(lines, visitor.person)

    async def _taken(self, call: Call, form: Form) -> Response:
        text = form.text("text")
        if form.text("insist"):
            await self._counter.press(form, "say_anyway")
            return await self._told(call, form, form.text("insist"))
        if not text:
            raise NotTaken(400, "say.empty")
        if len(text) > LONGEST:
            raise NotTaken(413, "say.too_long")
        pictures = await self._pictures(form)
        who, visibility = form.visitor, _visibility(form.text("visibility"))
        event = form.event(text)
        await self._counter.hand(
            Said(
                event,
                self._counter.clock(),
                who.chat,
                who.person,
                f"/say {text}",
                pictures=pictures,
                visibility=visibility,
            )
        )
        return await self._told(call, form, text)

    async def _told(self, call: Call, form: Form, text: str) -> Response:
        """On to the concern's page; where the bot doubts that it is one, ask."""
        number = await self._registry.said(form.visitor, text)
        if number is not None:
            return RedirectResponse(call.link(f"say/{number}"), 303)
        asked = await self._registry.is_asked(form.visitor, "say_anyway")
        kept = {"text": text, "visibility": form.text("visibility"), "asked": asked}
        return await self._page(call, 200 if asked else 503, error_key="" if asked else "say.failed", **kept)

    async def _pictures(self, form: Form) -> tuple[Upload, ...]:
        """The pictures of a form, kept. Raises NotTaken."""
        files = [one for one in form.fields.getlist("pictures") if isinstance(one, UploadFile) and one.size]
        if len(files) > PICTURES:
            raise NotTaken(400, "say.too_many_pictures")
        try:
            return tuple([await self._registry.keep(await one.read()) for one in files])
        except NoPicture as no:
            raise NotTaken(400, no.key) from no

    # --- one concern ---

    async def _matter(self, request: Request) -> Response:
        number = int(request.path_params["number"])
        call = await self._counter.call(request, f"say/{number}")
        posted = request.method == "POST"
        if call.visitor is None:
            return await (self._counter.entered(call) if posted else self._counter.door(call))
        if not posted:
            return await self._matter_page(call, number)
        try:
            form = await self._counter.form(call, SMALL)
            verb = await self._pressed(form, ACTS)
        except NotTaken as no:
            return await self._matter_page(call, number, no.status, error_key=no.key)
        gone = verb == "withdraw"
        return RedirectResponse(call.link("say" if gone else f"say/{number}"), 303)

    async def _matter_page(self, call: Call, number: int, status: int = 200, error_key: str = "") -> Response:
        assert call.visitor is not None
        found = await self._registry.matter(call.visitor, number)
        if found is None:
            raise HTTPException(404)
        return private(
            await self._registry.render(
                call.request,
                "matter.html",
                status,
                page_key="say.one",
                number=number,
                error_key=error_key,
                matter=found,
                action=call.path,
                say_url=call.link("say"),
                categories=_choices(found),
                visibilities=[(v.value, v is found.visibility, f"say.shown_{v.value}") for v in Visibility],
                similar=await self._registry.similar(call.request, call.visitor, number) if found.own else (),
                **self._counter.hidden(call.visitor),
            )
        )

    async def _press(self, request: Request) -> Response:
        """A button under what the bot told a person of the web channel."""
        call = await self._counter.call(request, "say")
        if call.visitor is None:
            return await self._counter.door(call)
        try:
            form = await self._counter.form(call, SMALL)
            await self._pressed(form)
        except NotTaken as no:
            return await self._page(call, no.status, error_key=no.key)
        return RedirectResponse(call.link("say") + "#told", 303)

    async def _pressed(self, form: Form, acts: Collection[str] = ()) -> str:
        """Hand a button on; its verb. Raises NotTaken for what is no button, or none of these acts."""
        try:
            verb, *args = button(form.text("press"))
        except NoButton as no:
            raise NotTaken(400, "say.stale") from no
        if acts and verb not in acts:
            raise NotTaken(400, "say.stale")
        await self._counter.press(form, verb, *args)
        return verb


def _visibility(text: str) -> Visibility:
    try:
        return Visibility(text)
    except ValueError:
        raise NotTaken(400, "say.who_sees") from None


def _choices(matter: Matter) -> list[tuple[ConcernCategory, bool]]:
    """The six categories, those that the bot thought of first; whether it is the one chosen."""
    rest = [one for one in ConcernCategory if one not in matter.guesses]
    return [(one, one is matter.category) for one in (*matter.guesses, *rest)]
