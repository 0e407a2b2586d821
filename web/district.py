"""/district: all communities of this installation side by side; counts, no ranking."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import board_district
from web.pages import Pages, place_of
from web.render import Renderer
from web.views import Place, Words


@dataclass(frozen=True, slots=True)
class CommunityView:
    """A community on the overview."""

    name: str
    url: str
    kind: str
    next: str
    concerns: str
    topics: str
    late: str
    votes: str


class District:
    """Endpoint beside the communities' own boards."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """One page, whatever the number of communities."""
        return [Route("/district", self.overview)]

    async def overview(self, request: Request) -> Response:
        """Each community with its next session, what came in this month, topics under way, open votes."""
        words = self._pages.words(request)
        month = words.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        found = await board_district.overview(words.now, month, words.now.date())
        return self._render(
            request,
            "district.html",
            page=words("board.district"),
            communities=[_view(one, place_of(one.community), words) for one in found],
        )


def _view(facts: board_district.Overview, place: Place, words: Words) -> CommunityView:
    return CommunityView(
        place.name,
        place.root,
        words.site.texts.term(facts.kind),
        words.moment(facts.next) if facts.next else words("board.no_session"),
        words("board.district_concerns", count=facts.concerns),
        words("board.district_topics", count=facts.topics),
        words("board.district_late", count=facts.late) if facts.late else "",
        words("board.district_votes", count=facts.votes),
    )
