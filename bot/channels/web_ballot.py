"""/ballot/3: one household's ballot in one vote; cast, or changed until the close."""

import re
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_forms import Call, Counter, Form, NotTaken, private, stopping
from bot.channels.web_visit import Sheet
from domain.talk import Said
from domain.terms import Method

SMALL = 16 * 1024
DONE = "#done"
DIGITS = 6
BY_DOCUMENT = ("guardian", "proxy")
RELATIONS = ("owner", *BY_DOCUMENT, "tenant")


class BallotPages:
    """Endpoints over the residents' counter."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def routes(self) -> Sequence[BaseRoute]:
        """The first community's votes at the root, every community's under its slug."""
        paths = ("/ballot/{number:int}", "/c/{slug}/ballot/{number:int}")
        return [Route(path, stopping(self._ballot), methods=["GET", "POST"]) for path in paths]

    async def _ballot(self, request: Request) -> Response:
        number = int(request.path_params["number"])
        call = await self._counter.call(request, f"ballot/{number}")
        sheet = await self._counter.registry.sheet(call.request, call.where, call.visitor, number)
        if sheet is None:
            raise HTTPException(404)
        posted = request.method == "POST"
        if call.visitor is None:
            if posted:
                return await self._counter.entered(call)
            return await self._counter.door(call, vote=sheet.view)
        return await (self._cast(call, sheet) if posted else self._page(call, sheet))

    async def _page(self, call: Call, sheet: Sheet, status: int = 200, error_key: str = "") -> Response:
        assert call.visitor is not None
        return private(
            await self._counter.registry.render(
                call.request,
                "ballot.html",
                status,
                page_key="say.ballot_title",
                number=sheet.number,
                error_key=error_key,
                sheet=sheet,
                vote=sheet.view,
                action=call.path,
                **self._counter.hidden(call.visitor),
            )
        )

    async def _cast(self, call: Call, sheet: Sheet) -> Response:
        """What was filled in, as events; then the page shows what counts, as the rows have it."""
        try:
            form = await self._counter.form(call, SMALL)
            choice = _choice(form, sheet)
            await self._events(form, sheet, choice)
        except NotTaken as no:
            return await self._page(call, sheet, no.status, no.key)
        now = await self._counter.registry.sheet(call.request, call.where, call.visitor, sheet.number)
        if now is None or not _same(now, choice):
            why = "say.slip_wrong" if now and (now.slips and _slips(form)) else "say.not_counted"
            return await self._page(call, now or sheet, 409, "" if now and now.refusal else why)
        if len(sheet.slips) - len(now.slips) < len(_slips(form)):
            return await self._page(call, now, 409, "say.slip_one_wrong")
        return RedirectResponse(call.path + DONE, 303)

    async def _events(self, form: Form, sheet: Sheet, choice: tuple[int, ...]) -> None:
        """Digits before the ballot, which takes them; the relation casts it. Raises NotTaken."""
        words = ",".join(str(place + 1) for place in choice)
        args = [str(sheet.number), words if sheet.method is Method.SINGLE else f"{words},"]
        own, relation, document = (form.text(name) for name in ("own", "relation", "document"))
        codes = _slips(form) if sheet.slips else []
        _check(sheet, own, codes, relation, document)
        if "own" in sheet.asks:
            await self._counter.press(form, "own_digits", own or "skip")
        first, *rest = codes or [""]
        await self._first(form, sheet, [*args, *([first] if first else [])], relation, document)
        for code in rest:
            await self._counter.press(form, "ballot", *args, code)

    async def _first(self, form: Form, sheet: Sheet, args: list[str], relation: str, document: str) -> None:
        """The ballot; where it was not said before as what somebody speaks for the unit, saying that casts it."""
        if "relation" not in sheet.asks:
            await self._counter.press(form, "ballot", *args)
            return
        await self._counter.press(form, "as_what", relation, *args)
        if relation in BY_DOCUMENT:
            who, event = form.visitor, form.event("document", document)
            await self._counter.hand(Said(event, self._counter.clock(), who.chat, who.person, document))


def _slips(form: Form) -> list[str]:
    """The codes that were filled in, each once, without what does not matter in them."""
    given = (re.sub(r"[\s-]", "", str(code)).upper() for code in form.fields.getlist("slip"))
    return [code for code in dict.fromkeys(given) if code]


def _check(sheet: Sheet, own: str, slips: list[str], relation: str, document: str) -> None:
    """Whether what the form asks besides is there. Raises NotTaken."""
    if "own" in sheet.asks and own and not (own.isascii() and own.isdigit() and len(own) == DIGITS):
        raise NotTaken(400, "say.own_wrong")
    if "slip" in sheet.asks and not slips:
        raise NotTaken(400, "say.slip_missing")
    if "relation" in sheet.asks and relation not in RELATIONS:
        raise NotTaken(400, "say.relation_missing")
    if "relation" in sheet.asks and relation in BY_DOCUMENT and not document:
        raise NotTaken(400, "say.document_missing")


def _choice(form: Form, sheet: Sheet) -> tuple[int, ...]:
    """The positions that were chosen: one, several, or the best first. Raises NotTaken."""
    if sheet.method is Method.RANKED:
        ranks = {place: form.text(f"rank{place + 1}") for place in range(len(sheet.options))}
        given = {int(rank): place for place, rank in ranks.items() if rank.isascii() and rank.isdigit()}
        if len(given) < sum(bool(rank) for rank in ranks.values()):
            raise NotTaken(400, "say.rank_twice")
        found = [given[rank] for rank in sorted(given)]
    else:
        marks = [str(mark) for mark in form.fields.getlist("choice")]
        found = [int(mark) - 1 for mark in marks if mark.isascii() and mark.isdigit()]
    known = set(found) <= set(range(len(sheet.options)))
    if not (found and known) or (sheet.method is Method.SINGLE and len(found) > 1):
        raise NotTaken(400, "say.choose")
    return tuple(found)


def _same(sheet: Sheet, choice: tuple[int, ...]) -> bool:
    return sheet.chosen == choice if sheet.method is Method.RANKED else set(sheet.chosen) == set(choice)
