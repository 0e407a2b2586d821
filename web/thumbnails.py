"""Pictures that residents and moderators sent, small on the page, whole behind a link; only while they are public."""

import io
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import board_pictures
from web.pages import Pages, number
from web.shown import SIDE

KEPT = 64
FRESH = {"Cache-Control": "private, no-cache"}
"""Asked again each time: what was public yesterday may not be today."""


class Thumbnails:
    """Endpoints over the board's pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {"pictures/{number:int}": self.whole, "pictures/{number:int}/small": self.small}
        return [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def whole(self, request: Request) -> Response:
        """A picture as it is kept: upright, without EXIF."""
        return await self._answered(request, small=False)

    async def small(self, request: Request) -> Response:
        """The same, small enough for a page."""
        return await self._answered(request, small=True)

    async def _answered(self, request: Request, *, small: bool) -> Response:
        place, _ = await self._pages.at(request)
        found = await board_pictures.picture(place.id, number(request))
        if found is None:
            raise HTTPException(404)
        tag = f'"{found.sha256[:20]}{"-small" if small else ""}"'
        headers = {**FRESH, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if small:
            return Response(await run_in_threadpool(_smaller, found.sha256, found.data), 200, headers, "image/jpeg")
        return Response(found.data, 200, headers, found.mime)


@lru_cache(maxsize=KEPT)
def _smaller(_sha256: str, data: bytes) -> bytes:
    from PIL import Image as Pillow  # noqa: PLC0415 - 2 MiB, for the first who looks at a picture

    with Pillow.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
        small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=75)
    return out.getvalue()
