"""What residents' pages ask of the house: `bot.channels.web_visit.Registry` over the database and the board."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web_visit import Homes, LinkOver, Matter, NoPicture, Part, Sheet, Visitor, Where, chat_of
from bot.passes import Passes, PassOver
from bot.pictures import TooLarge, Unreadable, kept_file, ready
from domain import published
from domain.errors import Refused
from domain.households import read_code
from domain.owners_roll import Relation
from domain.talk import Chat, Person, Upload
from domain.terms import ConcernCategory, VoteKind
from handlers import vote_card, votes
from handlers.desk import House
from handlers.flats import flat_name
from models import ballot_log, ballots, board, concerns, households, people, slips, visits
from models.people import Who
from models.visits import Visit
from web import open311_form, records, views, vote_views
from web.pages import place_of
from web.render import Renderer
from web.views import Place, Words

SIMILAR, ALIKE = 3, 2
EVERY = 2**31 - 1
WEB = "web"


@dataclass(frozen=True)
class Registry:
    """See the protocol for each of its ways."""

    house: House
    passes: Passes
    clock: Callable[[], datetime]
    renderer: Renderer

    async def where(self, slug: str | None) -> Where | None:
        found = await board.community(slug)
        return Where(found.id, found.slug, found.name, f"/c/{slug}/" if slug else "/") if found else None

    async def person(self, where: Where, person: str) -> Visitor | None:
        return self._visitor(await visits.by_pseudonym(self._pseudonym(person), where.id))

    async def home(self, person: str) -> Visitor | None:
        return self._visitor(await visits.by_pseudonym(self._pseudonym(person)))

    def _pseudonym(self, person: str) -> str:
        return people.pseudonym(self.house.key, WEB, person)

    async def bearer(self, where: Where, token: str, purpose: str) -> Visitor | None:
        try:
            held = self.passes.read(token, purpose, self.clock())
        except PassOver:
            raise LinkOver from None
        if held is None or held.household is None:
            return None
        found = await visits.by_id(where.id, held.resident, held.household)
        return self._visitor(found, token) if found and found.private else None

    def _visitor(self, found: Visit | None, token: str = "") -> Visitor | None:
        if found is None:
            return None
        private = Chat(found.channel, found.private, private=True) if found.private else chat_of(found.user)
        flat, who = flat_name(self.house, found.flat), Person(found.user)
        return Visitor(found.resident, found.community, found.slug, flat, private, who, token)

    async def against_code(self, code: str) -> str:
        typed = read_code(code)
        found = await households.code(households.code_hash(self.house.key, typed)) if typed else None
        if found is None:
            return "wrong"
        if found.used:
            return "used"
        return "expired" if found.expired(self.clock()) else ""

    async def said(self, visitor: Visitor, text: str) -> int | None:
        return await visits.said(visitor.resident, text)

    async def is_asked(self, visitor: Visitor, question: str) -> bool:
        return await visits.is_asked(visitor.resident, visitor.chat, question, self.clock())

    async def matter(self, visitor: Visitor, number: int) -> Matter | None:
        found = await visits.concern(visitor.community, visitor.resident, number)
        if found is None:
            return None
        own = found.author_id == visitor.resident
        danger = self.house.understanding.danger(found.text) if found.urgent else None
        return Matter(
            number,
            views.title(found.shown),
            found.shown,
            own,
            found.category,
            _guesses(found),
            board.shown_evidence(found.evidence, found.shown),
            found.learned,
            found.visibility,
            (danger.number if danger else self.house.contact) if found.urgent else "",
            found.held,
            await visits.picture_count(found.id),
            found.supporters,
            bool(await visits.has_seconded(visitor.resident, [found.id])),
        )

    async def similar(self, request: Request, visitor: Visitor, number: int) -> Sequence[object]:
        found = await visits.concern(visitor.community, visitor.resident, number)
        if found is None:
            return ()
        place = await self._place(visitor.community)
        near = await board.search(visitor.community, self.renderer.site.words(found.shown), SIMILAR + 1, ALIKE)
        return [views.concern(one, place, self._words(request)) for one in near if one.number != number][:SIMILAR]

    async def sheet(self, request: Request, where: Where, visitor: Visitor | None, number: int) -> Sheet | None:
        facts = await board.vote(where.id, number)
        if facts is None:
            return None
        view = vote_views.vote(facts, await self._place(where.id), self._words(request))
        if visitor is None:
            return Sheet(number, view, facts.options)
        standing = await ballots.standing(where.id, number, await _who(visitor, where))
        assert standing is not None
        asks, left = await self._asks(standing, visitor)
        chosen = standing.said_by(visitor.resident)
        refusal = await self._refusal(standing)
        return Sheet(number, view, facts.options, chosen, refusal, standing.vote.method, asks, left)

    async def _asks(self, standing: ballots.Standing, visitor: Visitor) -> tuple[frozenset[str], tuple[str, ...]]:
        """What the form asks besides, and the flats of which a sealed slip may still be shown."""
        vote = standing.vote
        units = [unit.household for unit in standing.units if unit.relation is not Relation.TENANT]
        shown = await slips.shown(vote, [f"h{unit}" for unit in units]) if vote.slips else set()
        left = [await households.flat(unit) for unit in units if vote.slips and f"h{unit}" not in shown]
        relation = vote.kind is VoteKind.OWNERS and any(unit.relation is None for unit in standing.units)
        own = vote.kind is VoteKind.HOUSEHOLD and vote.secret and not await ballot_log.asked_own(visitor.resident)
        asked = {"relation": relation, "own": own, "slip": vote.slips and not shown}
        names = tuple(flat_name(self.house, flat) for flat in left)
        return frozenset(name for name, is_asked in asked.items() if is_asked), names

    async def _refusal(self, standing: ballots.Standing) -> str:
        vote, texts, now = standing.vote, self.house.texts, self.clock()
        group = await people.group(vote.group) if vote.kind is VoteKind.POLL else None
        if group and vote_card.native(vote, group.chat):
            return texts("say.poll_there")
        name = votes.may_answer(standing, now, bound=True)
        if name in votes.MAY:
            return ""
        moments = {"closes": self.house.moment(vote.closes_at, now), "opens": self.house.moment(vote.opened_at, now)}
        return texts(name, number=vote.number, **moments)

    async def homes(
        self, request: Request, where: Where, visitor: Visitor | None, number: int, part: Part | None = None
    ) -> Homes | None:
        facts = await board.vote(where.id, number)
        if facts is None or facts.kind is VoteKind.POLL:
            return None
        view = vote_views.vote(facts, await self._place(where.id), self._words(request))
        if visitor is None and not view.public_list:
            return Homes(number, view)
        community, who = await people.community(where.id), await _who(visitor, where) if visitor else None
        try:
            vote = await votes.to_list(self.house, community, who, number, self.clock())
        except Refused as no:
            return Homes(number, view, _worded(no, self._words(request)), public=view.public_list)
        limit, offset = part or (EVERY, 0)
        found = await ballots.took_part(vote, limit + 1, offset)
        if not found and not offset and vote.cast:
            gone = self._words(request)("vote.list_gone", number=number)
            return Homes(number, view, gone, public=view.public_list)
        glue = self.house.texts("vote.and")
        listed = tuple((flat_name(self.house, one.flat), glue.join(one.choice)) for one in found[:limit])
        household = who.household if who else None
        own = household is not None and await ballots.has_taken_part(vote, household)
        return Homes(number, view, "", listed, own, view.label, view.public_list, len(found) > limit)

    def homes_file(self, homes: Homes, kind: str) -> bytes:
        if kind == "csv":
            names = self.house.texts.list("contract.homes")
            shown = names if any(choice for _, choice in homes.listed) else [names[0], names[2]]
            rows = [dict(zip(names, (*row, homes.label), strict=True)) for row in homes.listed]
            return records.BOM.encode() + records.as_csv(rows, shown, headers=shown).encode()
        lines = [published.header(published.TOOK_PART, homes.number), *(flat.encode() for flat, _ in homes.listed)]
        return b"\n".join(lines) + b"\n"

    async def keep(self, data: bytes) -> Upload:
        try:
            image = await asyncio.to_thread(ready, data)
        except TooLarge:
            raise NoPicture("say.picture_too_large") from None
        except Unreadable:
            raise NoPicture("say.picture_unreadable") from None
        await concerns.keep_blob(image, self.clock())
        return Upload(image.sha256, len(image.data))

    async def keep_file(self, data: bytes, name: str) -> Upload:
        file = kept_file(data)
        await concerns.keep_blob(file, self.clock())
        return Upload(file.sha256, len(data), name)

    async def render(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        found = await board.community(request.path_params.get("slug"))
        place = place_of(found, request) if found else None
        page = self.renderer.speaking(request).texts(str(values["page_key"]), **values)
        return self.renderer.page(request, place, template, status, page=page, **values)

    def listed(
        self, request: Request, form: str, root: str, records: Sequence[Mapping[str, Any]], status: int = 200
    ) -> Response:
        return open311_form.listed(request, form, root, records, status)

    def wrong(self, request: Request, form: str, status: int, description: str) -> Response:
        return open311_form.wrong(request, form, status, description)

    async def program_said(self, where: Where, person: str, text: str) -> int | None:
        found = await visits.resident(where.id, self._pseudonym(person))
        return await visits.said(found, text) if found is not None else None

    async def picture(self, id: str) -> bytes | None:
        found = await concerns.blob(id)
        return found.data if found else None

    async def _place(self, community: int) -> Place:
        found = await people.community(community)
        return place_of(found)

    def _words(self, request: Request) -> Words:
        site = self.renderer.speaking(request)
        return Words(site, self.clock().astimezone(site.zone))


async def _who(visitor: Visitor, where: Where) -> Who:
    found = await visits.who(visitor.resident)
    assert found.household is not None, where
    return found


def _worded(no: Refused, words: Words) -> str:
    """Why something isn't shown, in the visitor's language."""
    told = {name: words.moment(fact) if isinstance(fact, datetime) else fact for name, fact in no.facts.items()}
    return words(no.reason, **told)


def _guesses(found: concerns.Concern) -> tuple[ConcernCategory, ...]:
    return tuple(one for one in (found.guess, found.second) if one is not None)
