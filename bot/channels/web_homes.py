"""/ballot/3/homes: after the close, who took part, for who comes by a code or a link; and the same as files.

Where the opener chose 实名公示 everybody may read it, without a door: the card said so before anybody voted.
"""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_forms import Call, Counter, Stop, private, stopping
from bot.channels.web_visit import Homes, Part

A_PAGE = 200
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "text/plain; charset=utf-8"}


class HomesPages:
    """Endpoints over the residents' counter. Without 实名公示 a household's line is public to nobody."""

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
        at = _page(request)
        call, homes = await self._found(request, (A_PAGE, A_PAGE * (at - 1)))
        if call.visitor is None and request.method == "POST":
            return await self._counter.entered(call)
        if call.visitor is None and not homes.public:
            return await self._counter.door(call, vote=homes.view)
        if at > 1 and not homes.listed:
            raise HTTPException(404)
        ending = f"{'&' if call.visitor and call.visitor.token else '?'}page={at + 1}"
        page = await self._counter.registry.render(
            request,
            "homes.html",
            403 if homes.refusal else 200,
            page_key="say.homes_title_public" if homes.public else "say.homes_title",
            number=homes.number,
            homes=homes,
            vote=homes.view,
            first=A_PAGE * (at - 1) + 1,
            more=call.path + ending if homes.more else "",
            files={kind: call.link(f"{call.purpose}.{kind}") for kind in TYPES},
            visitor=call.visitor,
        )
        return _for(call, page)

    async def _file(self, request: Request) -> Response:
        """The list as a file; without a way in, or where it isn't shown, there is none."""
        call, homes = await self._found(request)
        kind = str(request.path_params["kind"])
        if (call.visitor is None and not homes.public) or homes.refusal or kind not in TYPES:
            raise HTTPException(404)
        name = f"vote-{homes.number}-homes.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        body = self._counter.registry.homes_file(homes, kind)
        return _for(call, Response(body, headers=headers, media_type=TYPES[kind]))

    async def _found(self, request: Request, part: Part | None = None) -> tuple[Call, Homes]:
        number = int(request.path_params["number"])
        try:
            call = await self._counter.call(request, f"ballot/{number}/homes")
        except Stop as over:
            return await self._by_old_link(request, number, part, over)
        homes = await self._counter.registry.homes(call.request, call.where, call.visitor, number, part)
        if homes is None:
            raise HTTPException(404)
        return call, homes

    async def _by_old_link(self, request: Request, number: int, part: Part | None, over: Stop) -> tuple[Call, Homes]:
        """Whose link has expired may still read what everybody may. Raises `over` where the list is not public."""
        registry = self._counter.registry
        where = await registry.where(request.path_params.get("slug"))
        homes = await registry.homes(request, where, None, number, part) if where else None
        if where is None or homes is None or not homes.public:
            raise over
        return Call(request, where, f"ballot/{number}/homes", None), homes


def _for(call: Call, response: Response) -> Response:
    """A known visitor's page is theirs alone; a stranger's is everybody's, but flats are nothing for search engines."""
    if call.visitor is not None:
        return private(response)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(request: Request) -> int:
    told = request.query_params.get("page", "")
    return max(int(told), 1) if told.isascii() and told.isdigit() and len(told) < len(str(A_PAGE)) + 1 else 1
