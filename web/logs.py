"""The log of ballots, for everybody: its head, its lines, its keys, each vote's files, and how to check them.

What is published here is what `docs/verify/verify.py` and `python -m bot verify` take (VOTING.md section 3).
"""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from models import ballot_log
from web.answers import answer
from web.log_files import KINDS, common, files_of
from web.pages import LARGEST, Pages
from web.render import Renderer
from web.views import Place

VERIFY = Path(__file__).parent.parent / "docs" / "verify" / "verify.py"


class Logs:
    """Endpoints over the board's pages."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {
            "log": self.page,
            "log/checkpoint": self.checkpoint,
            "log/log.jsonl": self.lines,
            "log/keys": self.keys,
            "log/handovers": self.handovers,
            "log/verify.py": self.verifier,
            "log/votes/{number:int}/{kind}.jsonl": self.file,
        }
        return [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def page(self, request: Request) -> Response:
        """How to check a vote, with everything that is needed for it."""
        place, words = await self._pages.at(request)
        head = await ballot_log.last_head(place.id)
        keys = [key for key, _ in await ballot_log.keys(place.id)]
        found = await ballot_log.files(place.id)
        numbers = sorted({number for number, _ in found}, reverse=True)
        return self._render.page(
            request,
            place,
            "log.html",
            page=words("recount.how"),
            head=head.note.splitlines()[:3] if head else None,
            told=words.moment(head.at) if head else "",
            key=keys[-1] if keys else "",
            general=common(place) if head else [],
            votes=[(number, files_of(place, number, found)) for number in numbers],
        )

    async def checkpoint(self, request: Request) -> Response:
        """The newest head, signed, with the witnesses' signatures."""
        return _text(request, (await self._head(request))[1].note)

    async def lines(self, request: Request) -> Response:
        """The lines under the newest head."""
        place, head = await self._head(request)
        return _text(request, b"\n".join(await ballot_log.lines(place.id, head.size)) + b"\n")

    async def keys(self, request: Request) -> Response:
        """The log's public keys, the newest last."""
        place, _ = await self._head(request)
        return _text(request, "".join(f"{key}\n" for key, _ in await ballot_log.keys(place.id)))

    async def handovers(self, request: Request) -> Response:
        """The notes by which each key hands over to the next, apart by a line of three dots."""
        place, _ = await self._head(request)
        return _text(request, "...\n".join(note for _, note in await ballot_log.keys(place.id) if note))

    async def verifier(self, _: Request) -> Response:
        """The program for checking that a resident can read."""
        return FileResponse(VERIFY, media_type="text/plain; charset=utf-8", filename="verify.py")

    async def file(self, request: Request) -> Response:
        """One vote's roll, or after the close its openings."""
        place, _ = await self._pages.at(request)
        number, kind = int(request.path_params["number"]), str(request.path_params["kind"])
        found = None
        if number <= LARGEST and kind in KINDS:
            found = await ballot_log.published(place.id, number, kind)
        if found is None:
            raise HTTPException(404)
        return _text(request, found)

    async def _head(self, request: Request) -> tuple[Place, ballot_log.Head]:
        place, _ = await self._pages.at(request)
        head = await ballot_log.last_head(place.id)
        if head is None:
            raise HTTPException(404)
        return place, head


def _text(request: Request, body: bytes | str) -> Response:
    return answer(request, body.encode() if isinstance(body, str) else body, "text/plain; charset=utf-8")
