"""The first page: the next date, then what waits, what happened this week, the month in three rates."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.terms import TopicState, VoteState
from models import board, board_topics, board_week
from models.board_topics import Filter
from web import rates, topic_views, views, vote_views, week
from web.pages import Pages
from web.render import Renderer
from web.views import Place, Words

COMING, VOTES, WAITING, TOPICS, HAPPENED = 4, 5, 4, 5, 5
WEEK = timedelta(days=7)


class Home:
    """The endpoint beside the board's other pages."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        return [Route(root, self.home) for root in ("/", "/c/{slug}/")]

    async def home(self, request: Request) -> Response:
        """The next date first, then what waits. Ten statements at most."""
        place, words = await self._pages.at(request)
        coming = await board.coming_sessions(place.id, words.now - place.lasts, COMING)
        shown = [views.session(one, place, words) for one in coming]
        agenda = topic_views.agenda(await board_topics.agenda(coming[0].id), words) if coming else []
        topics = await board_topics.topics(place.id, Filter(state=TopicState.OPEN), TOPICS)
        opened = await board.votes(place.id, VoteState.OPEN, VOTES)
        return self._render.page(
            request,
            place,
            "home.html",
            page=words("board.home"),
            next=shown[0] if shown else None,
            agenda=agenda,
            coming=shown[1:],
            hour=place.hour,
            rates=await rates.of_month(place, words),
            topics=[topic_views.topic(one, place, words) for one in topics],
            waiting=await _waiting(place, words),
            happened=await _happened(place, words),
            open_votes=[vote_views.vote(one, place, words) for one in opened],
            pasted=self._pages.paste_session(request, place, coming, [title for _, title, _ in agenda]),
        )


async def _waiting(place: Place, words: Words) -> list[week.Waiting]:
    topics = await board_topics.topics(place.id, Filter(state=TopicState.OPEN, oldest=True), WAITING)
    concerns = await board.longest_waiting(place.id, WAITING)
    return week.waiting(topics, concerns, place, words, WAITING)


async def _happened(place: Place, words: Words) -> list[week.Happened]:
    since = words.now - WEEK
    events = await board_week.since(place.id, since, HAPPENED)
    closed = await board.votes(place.id, VoteState.CLOSED, VOTES)
    return week.happened(events, closed, since, place, words, HAPPENED)
