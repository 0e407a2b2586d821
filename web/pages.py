"""The board's pages: one function a page, each a fixed number of reads."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.terms import ConcernCategory, SessionRule, Step, VoteState
from models import board, board_pictures, board_topics, figures
from models.board import SessionFacts, VoteFacts
from models.people import CommunityFacts
from web import log_files, pictures, shown, topic_views, views, vote_views
from web.render import Renderer, relative
from web.views import Place, Words

LISTED = 20
LARGEST = 2**31 - 1


class Pages:
    """Endpoints over one renderer. `clock` tells the moment; in rehearsal it can be moved."""

    def __init__(self, render: Renderer, clock: Callable[[], datetime]) -> None:
        self._render = render
        self._clock = clock

    async def concerns(self, request: Request) -> Response:
        """Public concerns, the newest first, of one category or all."""
        place, words = await self.at(request)
        category = _category(request)
        counts = await figures.categories(place.id, place.figures)
        found = await board.newest_concerns(place.id, LISTED + 1, category=category, before=before(request))
        chosen = words.site.texts.term(category) if category else ""
        return self._render.page(
            request,
            place,
            "concerns.html",
            page=words("board.concerns_of", category=chosen) if chosen else words("board.concerns_title"),
            chosen=chosen,
            categories=views.categories(counts, place, words),
            concerns=[views.concern(one, place, words) for one in found[:LISTED]],
            older=older(request, found[LISTED - 1].number) if len(found) > LISTED else "",
        )

    async def concern(self, request: Request) -> Response:
        """One public concern; a private one is as unknown as one that isn't there."""
        place, words = await self.at(request)
        found = await board.concern(place.id, number(request))
        if found is None:
            raise HTTPException(404)
        one, topic = views.concern(found, place, words), await board_topics.topic_of(place.id, found.number)
        kept = await board_pictures.of_concern(place.id, found.number)
        course = views.course(Step.SORT, words)
        return self._render.page(
            request,
            place,
            "concern.html",
            page=f"{one.kind} {one.title}",
            concern=one,
            pictures=shown.of(kept, one.kind, place, words),
            course=course,
            here=words("board.step_label", step=int(Step.SORT), name=course[Step.SORT - 1].name),
            topic=topic_views.topic(topic, place, words) if topic else None,
            seconded=_seconded(found.supporters, words),
            pasted=self._paste_concern(request, place, one),
        )

    async def votes(self, request: Request) -> Response:
        """Open votes, then closed ones, the newest first."""
        place, words = await self.at(request)
        since = before(request)
        opened = [] if since else await board.votes(place.id, VoteState.OPEN, LISTED)
        closed = await board.votes(place.id, VoteState.CLOSED, LISTED + 1, before=since)
        return self._render.page(
            request,
            place,
            "votes.html",
            page=words("board.votes_title"),
            before=since,
            open_votes=[vote_views.vote(one, place, words) for one in opened],
            closed_votes=[vote_views.vote(one, place, words) for one in closed[:LISTED]],
            older=older(request, closed[LISTED - 1].number) if len(closed) > LISTED else "",
        )

    async def vote(self, request: Request) -> Response:
        """One vote: its turnout while it is open, its counts once it is closed."""
        place, words = await self.at(request)
        found = await board.vote(place.id, number(request))
        if found is None:
            raise HTTPException(404)
        one = vote_views.vote(found, place, words)
        return self._render.page(
            request,
            place,
            "vote.html",
            page=f"{one.name} {one.title}",
            vote=one,
            recount=[] if one.open else await log_files.box(place, one.number),
            said=words.site.texts.table("recount.said"),
            pasted=self._paste_vote(request, place, found) if one.counts or one.open else "",
        )

    async def card(self, request: Request) -> Response:
        """The picture beside a pasted link."""
        key = _CARDS.get(request.path_params["kind"])
        if key is None:
            raise HTTPException(404)
        text = self._render.site.texts(key)
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(await run_in_threadpool(pictures.card, text), media_type="image/png", headers=headers)

    async def place(self, request: Request) -> Place | None:
        """The community that the address names, if there is one."""
        slug = request.path_params.get("slug")
        found = await board.community(slug)
        return place_of(found, request) if found else None

    async def place_at(self, slug: str) -> Place | None:
        """The community of a slug, its pages under it."""
        found = await board.community(slug)
        return place_of(found) if found else None

    def words(self, request: Request | None = None) -> Words:
        """The site's texts at this moment; with `request` in the visitor's language."""
        site = self._render.speaking(request) if request else self._render.site
        return Words(site, self._clock().astimezone(site.zone))

    async def at(self, request: Request) -> tuple[Place, Words]:
        """The community that the address names, and its words. Raises HTTPException 404."""
        place = await self.place(request)
        if place is None:
            raise HTTPException(404)
        return place, self.words(request)

    def paste_session(
        self, request: Request, place: Place, coming: Sequence[SessionFacts], topics: Sequence[str]
    ) -> str:
        """The next session with its topics as a text for a WeChat group, in its language; empty where there is none."""
        standing = [one for one in coming if not one.cancelled]
        if not standing:
            return ""
        words, url = self.words(), self.address(request, place.root)
        when = words.moment(standing[0].starts_at)
        facts = {"community": place.name, "when": when, "place": standing[0].place, "url": url}
        if not topics or standing[0] is not coming[0]:
            return views.paste("board.paste_session", words, long="place", **facts)
        named = words("board.words_glue").join(topics)
        return views.paste("board.paste_agenda", words, long="topics", topics=named, **facts)

    def _paste_concern(self, request: Request, place: Place, one: views.ConcernView) -> str:
        return views.paste(
            "board.paste_concern",
            self.words(),
            long="title",
            community=place.name,
            title=one.title,
            number=one.number,
            url=self.address(request, one.url),
        )

    def _paste_vote(self, request: Request, place: Place, found: VoteFacts) -> str:
        words = self.words()
        one = vote_views.vote(found, place, words)
        if one.open:
            return views.paste(
                "board.paste_ballot",
                words,
                long="title",
                community=place.name,
                title=one.title,
                ends=one.ends,
                label=one.label,
                url=self.address(request, f"{place.root}ballot/{one.number}"),
            )
        facts = {"community": place.name, "title": one.title, "label": one.label, "url": self.address(request, one.url)}
        if one.owners and len(words("board.paste_vote", counts=one.counts, **facts)) > views.PASTE_SIZE:
            return views.paste("board.paste_vote", words, long="title", counts=one.owners.verdict, **facts)
        return views.paste("board.paste_vote", words, long="title", counts=one.counts, **facts)

    def address(self, request: Request, path: str) -> str:
        """A path of this site as the world reaches it."""
        return self._render.absolute(request, path)


_CARDS = {
    "board": "board.card_board",
    "concern": "board.card_concern",
    "topic": "board.card_topic",
    "vote": "board.card_vote",
}


def place_of(found: CommunityFacts, request: Request | None = None) -> Place:
    """A community as its pages know it; `request` tells under which root it was asked for."""
    rooted = request is not None and not request.path_params.get("slug")
    root = "/" if rooted else f"/c/{found.slug}/"
    sessions: Mapping[str, Any] = found.settings.get("sessions") or {}
    return Place(
        found.id,
        found.slug,
        found.name,
        root,
        SessionRule(sessions.get("rule", SessionRule.BOTH)),
        str(sessions.get("place", "")),
        str(sessions.get("time", ""))[:5],
        timedelta(minutes=int(sessions.get("minutes", 120))),
        int((found.settings.get("retention") or {}).get("years", 2)),
        found.kind,
        found.figures,
    )


def number(request: Request) -> int:
    """The number in the address. Raises HTTPException 404 for one too large."""
    number = int(request.path_params["number"])
    if number > LARGEST:
        raise HTTPException(404)
    return number


def before(request: Request) -> int | None:
    """Below which number a list goes on."""
    text = request.query_params.get("before", "")
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() else None


def _category(request: Request) -> ConcernCategory | None:
    try:
        return ConcernCategory(request.query_params.get("category", ""))
    except ValueError:
        return None


def older(request: Request, last: int) -> str:
    """The address of the rest of a list."""
    return relative(request.url.include_query_params(before=last))


def _seconded(supporters: int, words: Words) -> str:
    return words("board.seconded", count=supporters) if supporters else words("board.not_seconded")
