"""材料 on a topic's page: lines, and files to be taken along. A file leaves as an attachment and is never shown."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import board_materials
from models.board_materials import AmendmentFacts, MaterialFacts
from web.pages import Pages, number
from web.views import Place, Words

ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png"}


@dataclass(frozen=True, slots=True)
class MaterialView:
    """A line of the list; `url` where there is a file."""

    text: str
    day: str
    name: str
    url: str


def listed(facts: list[MaterialFacts], place: Place, words: Words) -> list[MaterialView]:
    """What there is to read; what moderators wrote is masked as residents' words are, links stay whole."""
    return [
        MaterialView(
            one.text if one.text.startswith(("http://", "https://")) else words.masked(one.text),
            words.day(one.at),
            one.name or (words("board.material_picture") if one.file else ""),
            f"{place.root}materials/{one.file}" if one.file else "",
        )
        for one in facts
    ]


def changed(facts: AmendmentFacts, words: Words) -> tuple[str, str, str]:
    """When a resolution was changed, what it said before, and why it was."""
    return words.moment(facts.at), words.masked(facts.before), words("board.reason", reason=words.masked(facts.reason))


class Materials:
    """The files, each under its number."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        return [Route(f"{root}materials/{{number:int}}", self.one) for root in ("/", "/c/{slug}/")]

    async def one(self, request: Request) -> Response:
        """A file of a public topic, by its own name."""
        place, words = await self._pages.at(request)
        found = await board_materials.file(place.id, number(request))
        if found is None:
            raise HTTPException(404)
        name, kept = found
        whole = name or words("board.material_picture") + ENDINGS.get(kept.mime, "")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(whole, safe='')}"}
        return Response(kept.data, media_type="application/octet-stream", headers=headers)
