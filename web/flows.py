"""How each kind of matter is handled: the six flows as diagrams, each with the same in words under it."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.flow_chart import chart
from domain.flows import Flow, Item
from domain.terms import CommunityKind, MatterKind, Stage
from web.pages import Pages
from web.render import Renderer
from web.views import Words


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A key task in words: what, who by when with what proof, to which standard; `added` by this kind of community."""

    text: str
    facts: str
    standard: str
    added: bool


class Flows:
    """Endpoints beside the board's other pages; they read nothing but the templates."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {"flows": self.flows, "flows/{kind}": self.flow}
        return [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def flows(self, request: Request) -> Response:
        """The six kinds, each with what it is after."""
        place, words = await self._pages.at(request)
        kinds = [(kind.value, words.site.texts.term(kind), _goals(flow)) for kind, flow in words.site.flows.items()]
        return self._render.page(request, place, "flows.html", page=words("board.flows_title"), kinds=kinds)

    async def flow(self, request: Request) -> Response:
        """One kind's flow, with what this kind of community adds."""
        place, words = await self._pages.at(request)
        kind = request.path_params["kind"]
        flow = words.site.flows.get(MatterKind(kind)) if kind in set(MatterKind) else None
        if flow is None:
            raise HTTPException(404)
        term = words.site.texts.term
        stages = [(term(stage), flow.goals[stage], _tasks(flow, stage, place.kind, words)) for stage in Stage]
        return self._render.page(
            request,
            place,
            "flow.html",
            page=words("flows.title", kind=term(flow.kind)),
            diagram=Markup(chart(flow, words.site.texts, place.kind)),
            stages=stages,
            community=term(place.kind),
        )


def _goals(flow: Flow) -> str:
    return flow.goals[Stage.DURING]


def _tasks(flow: Flow, stage: Stage, community: CommunityKind, words: Words) -> list[TaskLine]:
    return [_line(item, words) for item in flow.tasks(stage, community)]


def _line(item: Item, words: Words) -> TaskLine:
    term = words.site.texts.term
    days = words("flows.days", n=item.days) if item.days else words("flows.at_once")
    facts = words("flows.facts", role=term(item.role), days=days, proof=term(item.proof))
    return TaskLine(item.text, facts, item.standard, item.community is not None)
