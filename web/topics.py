"""Pages about topics, and who runs this."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.terms import ConcernCategory, MatterKind, TopicState
from domain.venue import Standing
from models import board, board_materials, board_pictures, board_topics, search, venue
from models.board_topics import Filter
from web import materials, topic_views, views
from web.pages import Pages, before, number, older
from web.render import Renderer
from web.views import Words

LISTED = 20
FOUND = 60
LONGEST = 100


class Topics:
    """Endpoints beside the board's other pages."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {
            "topics": self.topics,
            "topics/{number:int}": self.topic,
            "about": self.about,
        }
        return [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def topics(self, request: Request) -> Response:
        """Topics with their short course: all, filtered, or found by words; concerns without a topic beside them."""
        place, words = await self._pages.at(request)
        asked, query = _filter(request), request.query_params.get("q", "").strip()[:LONGEST]
        concerns: list[board.ConcernFacts] = []
        if query:
            ids = await search.concerns(place.id, self._render.site.words(query), FOUND)
            concerns = await board.untopiced(ids)
            asked = Filter(asked.category, asked.kind, asked.state, await board_topics.of_concerns(ids))
        found = await board_topics.topics(place.id, asked, LISTED + 1)
        return self._render.page(
            request,
            place,
            "topics.html",
            page=words("board.topics_title"),
            query=query,
            topics=[topic_views.topic(one, place, words) for one in found[:LISTED]],
            concerns=[views.concern(one, place, words) for one in concerns[:LISTED]],
            older=older(request, found[LISTED - 1].number) if len(found) > LISTED else "",
            choices=_choices(asked, words),
            filtered=bool(query or asked.category or asked.kind or asked.state),
        )

    async def topic(self, request: Request) -> Response:
        """One topic: where it stands, its story back to each concern and on to each deed."""
        place, words = await self._pages.at(request)
        story = await board_topics.story(place.id, number(request))
        if story is None:
            raise HTTPException(404)
        one = topic_views.topic(story.topic, place, words)
        theirs = self._pages.words()
        pasted = views.paste(
            "board.paste_topic",
            theirs,
            long="title",
            community=place.name,
            title=one.title,
            here=topic_views.topic(story.topic, place, theirs).here,
            url=self._pages.address(request, one.url),
        )
        return self._render.page(
            request,
            place,
            "topic.html",
            page=f"{one.name} {one.title}",
            topic=one,
            course=topic_views.course(story.topic, words, story),
            story=topic_views.told(story, await board_pictures.of_topic(story.topic.id), place, words),
            tasks=topic_views.tasks(story, words),
            materials=materials.listed(await board_materials.of_topic(story.topic.id), place, words),
            changes=[materials.changed(one, words) for one in await board_materials.amendments(story.topic.id)],
            second=f"{place.root}say/{story.concerns[0].number}" if one.open and story.concerns else "",
            pasted=pasted,
        )

    async def about(self, request: Request) -> Response:
        """Who runs this, what is kept, how a vote is checked, where the data are."""
        place, words = await self._pages.at(request)
        hotline = bool(self._render.site.contact)
        six = [_standing(one, words) for one in await venue.six(place.id, hotline=hotline, board=True)]
        page = words("board.about")
        return self._render.page(request, place, "about.html", page=page, years=place.years, venue=six)


def _standing(one: Standing, words: Words) -> str:
    """One of the 六个有 in a line."""
    name = words.site.texts.term(one.standard)
    if one.met is None:
        return words("venue.line_unknown", name=name)
    state = words("venue.met" if one.met else "venue.missing")
    if one.look is None:
        return words("venue.line_known", name=name, state=state)
    seen = "venue.line_seen_picture" if one.look.picture else "venue.line_seen"
    return words(seen, name=name, state=state, day=words.day(one.look.at))


def _filter(request: Request) -> Filter:
    params = request.query_params
    return Filter(
        next((one for one in ConcernCategory if one.value == params.get("category")), None),
        next((one for one in MatterKind if one.value == params.get("kind")), None),
        next((one for one in TopicState if one.value == params.get("state")), None),
        before=before(request),
    )


def _choices(asked: Filter, words: Words) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """The filter's fields: name, label, and value, words and choice of each option."""
    term = words.site.texts.term
    states = (TopicState.OPEN, TopicState.PUBLISHED)
    return [
        ("category", words("board.category"), [(o.value, term(o), o is asked.category) for o in ConcernCategory]),
        ("kind", words("board.kind"), [(o.value, term(o), o is asked.kind) for o in MatterKind]),
        ("state", words("board.state"), [(o.value, term(o), o is asked.state) for o in states]),
    ]
