"""/ballot/3/homes: after the close, who took part, for who comes by a code or a link; and the same as files."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_forms import Call, Counter, private, stopping
from bot.channels.web_visit import Homes

A_PAGE = 200
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "text/plain; charset=utf-8"}


class HomesPages:
    """Endpoints over the residents' counter. A household's own line is public to nobody: no door, no list."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def routes(self) -> Sequence[BaseRoute]:
        """The first community's votes at the root, every community's under its slug."""
        return [
            route
            for root in ("/", "/c/{slug}/")
            for route in (
                Route(f"{root}ballot/{{number:int}}/homes", stopping(self._list), methods=["GET", "POST"]),
                Route(f"{root}ballot/{{number:int}}/homes.{{kind}}", stopping(self._file)),
            )
        ]

    async def _list(self, request: Request) -> Response:
        call, homes = await self._found(request)
        if call.visitor is None:
            if request.method == "POST":
                return await self._counter.entered(call)
            return await self._counter.door(call, vote=homes.view)
        at = _page(request)
        shown, rest = homes.listed[A_PAGE * (at - 1) : A_PAGE * at], homes.listed[A_PAGE * at :]
        ending = f"{'&' if call.visitor.token else '?'}page={at + 1}"
        page = await self._counter.registry.render(
            request,
            "homes.html",
            403 if homes.refusal else 200,
            page_key="say.homes_title",
            number=homes.number,
            homes=homes,
            vote=homes.view,
            shown=shown,
            first=A_PAGE * (at - 1) + 1,
            more=call.path + ending if rest else "",
            files={kind: call.link(f"{call.purpose}.{kind}") for kind in TYPES},
            visitor=call.visitor,
        )
        return private(page)

    async def _file(self, request: Request) -> Response:
        """The list as a file; without a way in, or where it isn't shown, there is none."""
        call, homes = await self._found(request)
        kind = str(request.path_params["kind"])
        if call.visitor is None or homes.refusal or kind not in TYPES:
            raise HTTPException(404)
        name = f"vote-{homes.number}-homes.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        body = self._counter.registry.homes_file(homes, kind)
        return private(Response(body, headers=headers, media_type=TYPES[kind]))

    async def _found(self, request: Request) -> tuple[Call, Homes]:
        number = int(request.path_params["number"])
        call = await self._counter.call(request, f"ballot/{number}/homes")
        homes = await self._counter.registry.homes(call.request, call.where, call.visitor, number)
        if homes is None:
            raise HTTPException(404)
        return call, homes


def _page(request: Request) -> int:
    told = request.query_params.get("page", "")
    return max(int(told), 1) if told.isascii() and told.isdigit() and len(told) < len(str(A_PAGE)) + 1 else 1
