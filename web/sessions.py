"""The days: what comes, what was, and each with its agenda and its minutes."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.terms import SessionRule
from models import board, board_pictures, board_sessions, board_topics
from models.board import SessionFacts
from models.board_sessions import Meeting
from web import shown, topic_views, views
from web.pages import LISTED, Pages, number
from web.render import Renderer
from web.views import Place, Words

PAST = 12
_RULES = {
    SessionRule.DATES: "board.rule_dates",
    SessionRule.THURSDAYS: "board.rule_thursdays",
    SessionRule.BOTH: "board.rule_both",
}


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note of the minutes; `topic` names the topic it is of, if any, `url` leads there."""

    text: str
    topic: str
    url: str
    pictures: list[shown.Shown]


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in a list, and where its own page is."""

    session: views.SessionView
    url: str


class Sessions:
    """Endpoints beside the board's other pages."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {"sessions": self.sessions, "sessions/{number:int}": self.session}
        return [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def sessions(self, request: Request) -> Response:
        """All coming dates, and the last ones."""
        place, words = await self._pages.at(request)
        coming = await board.coming_sessions(place.id, words.now - place.lasts, LISTED)
        past = await board.past_sessions(place.id, words.now - place.lasts, PAST)
        return self._render.page(
            request,
            place,
            "sessions.html",
            page=words("board.sessions_title"),
            rule=words(_RULES[place.rule]),
            coming=[_listed(one, place, words) for one in coming],
            past=[_listed(one, place, words) for one in past],
        )

    async def session(self, request: Request) -> Response:
        """One session, by its day: agenda, and the minutes once they stand."""
        place, words = await self._pages.at(request)
        day = views.day_of(number(request))
        found = await board_sessions.meeting(place.id, day) if day else None
        if found is None:
            raise HTTPException(404)
        one = views.session(found.session, place, words)
        return self._render.page(
            request,
            place,
            "session.html",
            page=words("board.session_on", when=one.when),
            one=one,
            over=found.session.starts_at + place.lasts <= words.now,
            agenda=topic_views.agenda(await board_topics.agenda(found.session.id), words),
            meeting=found,
            present=words("board.present", count=found.present),
            notes=await _notes(found, place, words),
        )


def _listed(facts: SessionFacts, place: Place, words: Words) -> Listed:
    return Listed(views.session(facts, place, words), f"{place.root}sessions/{facts.day:%Y%m%d}")


async def _notes(found: Meeting, place: Place, words: Words) -> list[NoteView]:
    pictures = await board_pictures.of_session(found.session.id) if found.notes else []
    notes = []
    for note in found.notes:
        of_it = [one for one in pictures if one.of == note.id]
        name = words("board.topic", number=note.topic) if note.topic else words("board.minutes")
        url = f"{place.root}topics/{note.topic}" if note.topic else ""
        topic = f"{name} {note.title}" if note.topic else ""
        notes.append(NoteView(words.masked(note.text), topic, url, shown.of(of_it, name, place, words)))
    return notes
