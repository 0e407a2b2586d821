"""/ballot/3: one household's ballot in one vote; cast, or changed until the close."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_forms import Call, Counter, NotTaken, private, stopping
from bot.channels.web_visit import Sheet

SMALL = 16 * 1024
DONE = "#done"


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
        sheet = await self._counter.registry.sheet(call.where, call.visitor, number)
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
        """One press of a button; then the page shows what counts, as the rows have it."""
        try:
            form = await self._counter.form(call, SMALL)
            choice = form.text("choice")
            if not (choice.isascii() and choice.isdigit() and 0 < int(choice) <= len(sheet.options)):
                raise NotTaken(400, "say.choose")
            await self._counter.press(form, "ballot", str(sheet.number), choice)
        except NotTaken as no:
            return await self._page(call, sheet, no.status, no.key)
        now = await self._counter.registry.sheet(call.where, call.visitor, sheet.number)
        if now is None or now.chosen != int(choice) - 1:
            return await self._page(call, now or sheet, 409, "" if now and now.refusal else "say.not_counted")
        return RedirectResponse(call.path + DONE, 303)
