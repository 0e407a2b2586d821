"""/print: a session, a vote, or the month, made ready for the wall; the PDF, and a page to choose from."""

from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.terms import TopicState, VoteKind
from models import ballot_log, board, board_topics
from models.board import SessionFacts, VoteFacts
from models.board_topics import Filter
from web import topic_views, views, vote_views
from web.answers import answer
from web.owners_views import OwnersView
from web.pages import LARGEST, Pages
from web.poster import Item, Poster, Size, pdf
from web.render import Renderer
from web.views import Place, Words

LISTED = 6
ITEMS = 40
SIZES: tuple[Size, ...] = ("a3", "a4")


class Posters:
    """Endpoints, and what the command line makes posters with."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        ends = {"print": self.choose, "print/{what}-{number}-{size}.pdf": self.printed}
        return [Route(root + end, page) for root in ("/", "/c/{slug}/") for end, page in ends.items()]

    async def choose(self, request: Request) -> Response:
        """What can be printed: coming sessions, votes, the month."""
        place, words = await self._pages.at(request)
        coming = await board.coming_sessions(place.id, words.now - place.lasts, LISTED)
        votes = await board.votes_before(place.id, None, LISTED)
        choices = [(f"{place.root}print/session-{s.day:%Y%m%d}", words.moment(s.starts_at)) for s in coming]
        choices += [(f"{place.root}print/vote-{v.number}", _named(v, place, words)) for v in votes]
        choices.append(
            (f"{place.root}print/month-{words.now:%Y%m}", words("board.poster_month", month=words.now.month))
        )
        return self._render.page(request, place, "print.html", page=words("board.print"), choices=choices)

    async def printed(self, request: Request) -> Response:
        """One poster as a PDF, in the community's language."""
        place, words = (await self._pages.at(request))[0], self._pages.words()
        what, number, size = (request.path_params[name] for name in ("what", "number", "size"))
        if size not in SIZES or not (number.isascii() and number.isdigit()) or int(number) > LARGEST:
            raise HTTPException(404)
        made = await self.made(what, int(number), place, words, self._pages.address(request, ""))
        if made is None:
            raise HTTPException(404)
        body = await run_in_threadpool(pdf, made, size)
        headers = {"Content-Disposition": f'inline; filename="{what}-{number}-{size}.pdf"'}
        return answer(request, body, "application/pdf", headers=headers)

    async def made(self, what: str, number: int, place: Place, words: Words, base: str) -> Poster | None:
        """A poster by its kind and number; None where there is no such thing."""
        makers = {"session": self._session, "vote": self._vote, "month": self._month}
        return await makers[what](number, place, words, base) if what in makers else None

    async def _session(self, number: int, place: Place, words: Words, base: str) -> Poster | None:
        day = views.day_of(number)
        one = await board.session_of(place.id, day) if day else None
        if one is None:
            return None
        agenda = topic_views.agenda(await board_topics.agenda(one.id), words)
        numerals = words.site.texts.list("board.numerals")
        items = [
            Item(numerals[i] if i < len(numerals) else str(i + 1), title, words("board.topic", number=n))
            for i, (n, title, _) in enumerate(agenda)
        ]
        items = items or [Item("", words("board.poster_no_agenda"), words("board.poster_no_agenda_next"))]
        return Poster(
            right=words("board.poster_session"),
            leaf=_leaf(one, place, words),
            left=words("board.cancelled") if one.cancelled else f"{words.local(one.starts_at):%H:%M}",
            place=words("board.reason", reason=one.reason) if one.cancelled and one.reason else one.place,
            items=items,
            **_frame(place, words, words.moment(one.starts_at), f"{base}{place.root}say", "board.poster_say"),
        )

    async def _vote(self, number: int, place: Place, words: Words, base: str) -> Poster | None:
        facts = await board.vote(place.id, number)
        if facts is None:
            return None
        one, opened = vote_views.vote(facts, place, words), facts.closed_at is None
        lines = [line for line in (one.turnout, one.ends, one.secrecy_how) if line]
        items = [Item(str(i), option) for i, option in enumerate(facts.options, 1)]
        if one.owners:
            lines, items = [one.owners.verdict, *lines[:2]], _marked(one.owners, words)
        elif one.bars:
            items = [Item(str(i), bar.option, bar.count, bar.width) for i, bar in enumerate(one.bars, 1)]
        keys = [] if facts.kind is VoteKind.POLL else [key for key, _ in await ballot_log.keys(place.id)]
        way = f"ballot/{number}" if opened else f"votes/{number}"
        call = "board.poster_vote" if opened else "board.poster_result"
        return Poster(
            right=one.name,
            headline=one.title,
            lines=lines,
            items=items,
            label=one.owners.label if one.owners else one.label,
            key=words("board.poster_key", key=keys[-1]) if keys else "",
            **_frame(place, words, one.name, f"{base}{place.root}{way}", call, "board.poster_plate_vote"),
        )

    async def _month(self, number: int, place: Place, words: Words, base: str) -> Poster | None:
        year, month = divmod(number, 100)
        if not (2000 <= year <= 2100 and 1 <= month <= 12):  # noqa: PLR2004 - a month of this century
            return None
        start = datetime(year, month, 1, tzinfo=words.site.zone)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=words.site.zone)
        (figures,) = await board_topics.months(place.id, [start, end])
        found = await board_topics.topics(place.id, Filter(), ITEMS)
        found = [one for one in found if one.since >= start and one.made_at < end]
        items, name = [_course(one, place, words) for one in found], words("board.poster_month", month=month)
        return Poster(
            right=words("board.year_month", year=year, month=month),
            headline=words("board.poster_month_head", received=figures.received, published=figures.published),
            lines=[words("board.poster_month_what")],
            items=items or [Item("", words("board.no_topic"), "")],
            **_frame(place, words, name, f"{base}{place.root}topics", "board.poster_more"),
        )


def _marked(one: OwnersView, words: Words) -> list[Item]:
    """The four bars of an owners' decision, each with its mark."""
    bars = [bar for question in one.questions for bar in question.bars]
    return [
        Item("", words("board.owners_bar", name=bar.name, came=bar.came), bar.need, bar.share, bar.needed)
        for bar in bars
    ]


def _course(one: board_topics.TopicFacts, place: Place, words: Words) -> Item:
    view = topic_views.topic(one, place, words)
    state = words.site.texts.term(one.state) if one.state is TopicState.PUBLISHED else view.here
    return Item(f"#{one.number}", view.title, state)


def _leaf(one: SessionFacts, place: Place, words: Words) -> dict[str, object]:
    leaf, day = views.leaf(one.starts_at, place.rule, words), words.local(one.starts_at)
    return {
        "month": words("board.year_month", year=day.year, month=day.month),
        "day": [{"text": part.text, "accent": part.accent} for part in leaf.day],
        "week": "".join(part.text for part in leaf.week),
    }


def _frame(
    place: Place, words: Words, title: str, url: str, call: str, plate: str = "board.poster_plate"
) -> dict[str, Any]:
    """What every poster has at its edges."""
    return {
        "title": f"{place.name} {title}",
        "operator": words.site.operator,
        "community": place.name,
        "plate": words(plate),
        "url": url,
        "call": words(call),
        "hotline": words("board.poster_hotline", contact=words.site.contact),
        "small": words("board.poster_small", url=url, operator=words.site.operator, day=words.day(words.now)),
        "more": words("board.poster_rest", count="{count}"),
    }


def _named(facts: VoteFacts, place: Place, words: Words) -> str:
    one = vote_views.vote(facts, place, words)
    return f"{one.name} {one.title}"
