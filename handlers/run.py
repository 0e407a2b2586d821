"""One event is one transaction: seen before? -> route -> handle -> rows and outbox -> commit.

Raises only where nothing could be kept, so that the channel does not acknowledge and the platform sends again.
A refusal undoes what the handler wrote and is worded here; a fault of ours is answered with its number.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from traceback import format_tb
from typing import Any
from zlib import crc32

from domain.errors import Refused
from domain.talk import Chat, Event, Joined, Manner, Migrated, Outgoing, Pressed, Said
from domain.terms import Step
from handlers import help as helping
from handlers import privacy
from handlers.desk import Desk, House, Trail
from handlers.routes import Routed, Router
from models import people
from models.people import CommunityFacts, Scene

log = logging.getLogger(__name__)
Work = Callable[[Desk], Awaitable[list[Outgoing]]]
Job = Callable[[House, CommunityFacts, datetime], Awaitable[list[Outgoing]]]
ALBUMS_KEPT = 512
TRIES = 4
"""As many of a household as may press at one moment; what fails so often fails by itself."""


class Run:
    """Takes events. `clock` gives now; `wake` tells the delivery that something waits."""

    def __init__(self, house: House, clock: Callable[[], datetime], wake: Callable[[], None] = lambda: None) -> None:
        self.house = house
        self.router = Router(house.texts)
        self._clock = clock
        self._wake = wake
        self._albums: OrderedDict[str, None] = OrderedDict()

    def now(self) -> datetime:
        """The moment it is, aware."""
        return self._clock()

    async def __call__(self, event: Event) -> None:
        """Take one event. Returns after the commit, or where the event is none of the bot's business."""
        if isinstance(event, Joined | Migrated):
            await self._membership(event)
        else:
            await self._spoken(event)
        self._wake()

    async def _spoken(self, event: Said | Pressed) -> None:
        work, trail = await self._work(event), Trail()
        if work is None:
            return
        try:
            await self._tried(event, work, trail)
        except Refused as no:
            trail.refused = no.reason
            await self._tried(event, _refusing(no), trail)
        except Exception as fault:  # a resident must hear that it was us
            number = f"E{self._clock():%m%d%H%M}-{crc32(event.event.encode()) % 100:02}"
            # Where it happened, not what it said: an error's text may hold a resident's words.
            log.error("%s: %s\n%s", number, type(fault).__name__, "".join(format_tb(fault.__traceback__)))
            trail.refused = number
            await self._tried(event, _broken(number), trail)

    async def _tried(self, event: Said | Pressed, work: Work, trail: Trail) -> None:
        """Of some who do the same at once the database lets one through at a time; the others find it done."""
        for _ in range(TRIES - 1):
            try:
                return await self._transact(event, work, trail)
            except Refused:
                raise
            except Exception as fault:
                log.info("taken again after %s", type(fault).__name__)
        return await self._transact(event, work, trail)

    async def _work(self, event: Said | Pressed) -> Work | None:
        """What is to be done about an event; None where it isn't meant for the bot."""
        if isinstance(event, Pressed):
            route = self.router.named(event.verb)
            return self._routed(Routed(route, " ".join(event.args))) if route else helping.old_button
        found = self.router.find(event)
        if event.edited:
            meant = found is not None or event.addressed or event.chat.private
            return helping.edited if meant else None
        if found is not None:
            self._note_album(event)
            return helping.speak_as_yourself if event.who.hidden else self._routed(found)
        if event.album and await self._album_known(event):
            return self._routed_named("album", event.album)
        return self._unrouted if event.addressed or event.chat.private else None

    def _note_album(self, event: Said) -> None:
        if event.album:
            self._albums[event.album] = None
            while len(self._albums) > ALBUMS_KEPT:
                self._albums.popitem(last=False)

    async def _album_known(self, event: Said) -> bool:
        album = event.album or ""
        return album in self._albums or await self.house.store.concerns.album_known(album)

    def _routed_named(self, name: str, words: str) -> Work | None:
        route = self.router.named(name)
        return self._routed(Routed(route, words)) if route else None

    def _routed(self, found: Routed) -> Work:
        async def work(desk: Desk) -> list[Outgoing]:
            route = found.route
            desk.trail.act = route.name
            if route.may:
                await desk.store.access.require(desk.who, route.may, desk.now, route.name)
            return await route.handle(desk, found.words)

        return work

    async def _unrouted(self, desk: Desk) -> list[Outgoing]:
        """Words without a phrase: the answer to a question of the bot's, a picture without words, or the short menu."""
        assert isinstance(desk.event, Said)
        question = await desk.store.people.answering(desk.who.id, desk.chat, desk.now, self.router.ending)
        alone = bool(desk.event.pictures) and not desk.event.text.strip()
        route = self.router.named(question.name if question else "picture" if alone else "")
        if route is None:
            return await helping.menu(desk, desk.event.text.strip())
        return await self._routed(Routed(route, desk.event.text.strip()))(replace(desk, dialogue=question))

    async def _transact(self, event: Said | Pressed, work: Work, trail: Trail) -> None:
        store, now = self.house.store, self._clock()
        async with store.transaction():
            if not await store.mail.first_time(event.chat.channel, event.event, now):
                return
            scene = await self._scene(event)
            if isinstance(scene, list):
                await store.mail.put([*scene, *_noticed(event, scene)], None, now)
                return
            desk = replace(await self._desk(event, scene, now), trail=trail)
            out = await work(desk)
            out = [*out, *await privacy.first_contact(desk), *_noticed(event, out)]
            await _kept(desk)
            out = await _without_muted(store, _unasked(desk, out))
            await store.mail.put(out, scene.community.id, now)

    async def _desk(self, event: Said | Pressed, scene: Scene, now: datetime) -> Desk:
        who, name = scene.who, self._pseudonym(event)
        if who is None:
            who = await people.meet(scene.community.id, name, event.chat, event.who.id, now)
        elif event.chat.private and who.private != event.chat:
            await people.reachable(who.id, event.chat)
            who = replace(who, private=event.chat)
        return Desk(self.house, now, event, scene.community, scene.group, who)

    async def _scene(self, event: Said | Pressed) -> Scene | list[Outgoing]:
        """Community, group and speaker; or what to say to somebody who can't be placed."""
        name = self._pseudonym(event)
        if event.chat.private:
            return await self._private_scene(event, name)
        scene = await people.scene_in_group(event.chat, name)
        if scene is not None:
            return scene
        elsewhere = await people.scene_in_private(name)
        if elsewhere is not None and self._binds(event):
            return elsewhere
        return [helping.unbound_group(self.house, event)]

    def _binds(self, event: Said | Pressed) -> bool:
        found = self.router.find(event) if isinstance(event, Said) else None
        return found is not None and found.route.name == "bind_group"

    async def _private_scene(self, event: Said | Pressed, name: str) -> Scene | list[Outgoing]:
        slug = helping.asked_community(event)
        known = await people.scene_in_private(name)
        if known is not None and slug in {None, known.community.slug}:
            return known
        every = await people.communities()
        meant = [c for c in every if c.slug == slug] or (every if len(every) == 1 else [])
        if meant:
            return await people.choose(meant[0], name)
        return known or [helping.which_community(self.house, event, every)]

    def _pseudonym(self, event: Said | Pressed) -> str:
        return people.pseudonym(self.house.key, event.chat.channel, event.who.id)

    async def timed(self, job: Job, communities: Collection[int] | None = None) -> None:
        """What happens by itself: one transaction a community (all, or these). One's fault is not the others'."""
        store, now = self.house.store, self._clock()
        every = await store.people.communities() if communities is None or communities else []
        for community in every:
            if communities is not None and community.id not in communities:
                continue
            try:
                async with store.transaction():
                    await store.mail.writing()
                    out = await _without_muted(store, await job(self.house, community, now))
                    await store.mail.put(out, community.id, now)
            except Exception as fault:
                where = "".join(format_tb(fault.__traceback__))
                log.error("community %s: %s\n%s", community.id, type(fault).__name__, where)
        self._wake()

    async def _membership(self, event: Joined | Migrated) -> None:
        store, now = self.house.store, self._clock()
        async with store.transaction():
            if not await store.mail.first_time(event.chat.channel, event.event, now):
                return
            if isinstance(event, Migrated):
                await moved(store, event.chat, event.to)
            else:
                await store.mail.put(await helping.joined(self.house, event, now), None, now)


async def moved(store: Any, chat: Chat, to: str) -> None:
    """A group goes on under another id: its row, its cards and what waits for it follow."""
    await store.people.group_moved(chat.channel, chat.id, to)
    await store.mail.chat_moved(chat.channel, chat.id, to)


async def _without_muted(store: Any, out: Sequence[Outgoing]) -> list[Outgoing]:
    """静音: what the bot says by itself does not go to the private chat of who wants none of it, or not of this."""
    told = [one for one in out if one.manner is Manner.NOTICE and one.to.private]
    unheard = await store.notices.unheard({one.to.id for one in told}, {one.about for one in told if one.about})
    return [one for one in out if one not in told or not unheard & _kinds(one)]


def _kinds(out: Outgoing) -> set[tuple[str, str, str]]:
    """Under which of its names a notice may be unwanted: all that comes by itself, or this thing."""
    return {(out.to.channel, out.to.id, thing) for thing in {"", out.about}}


def _unasked(desk: Desk, out: Sequence[Outgoing]) -> list[Outgoing]:
    """What this act sends to others in private counts for their day (`domain/notices.py`)."""
    own = {(chat.channel, chat.id) for chat in (desk.chat, desk.who.private) if chat is not None}

    def to_another(one: Outgoing) -> bool:
        return one.manner is Manner.ANSWER and one.to.private and (one.to.channel, one.to.id) not in own

    return [replace(one, unasked=True) if to_another(one) else one for one in out]


async def _kept(desk: Desk) -> None:
    """One line in the audit log for each act, done or refused, unless the act's own row is that line already.

    Words that no route took are no act.
    """
    trail = desk.trail
    if trail.act and (trail.refused or not trail.on_row):
        community, who = trail.community or desk.community.id, desk.who.id if trail.who is None else trail.who
        await desk.store.people.audit(community, who or None, trail.act, trail.subject, desk.now, trail.refused)


def _noticed(event: Said | Pressed, out: Collection[Outgoing]) -> list[Outgoing]:
    """A press that no toast answers still has to be: until then the platform shows its button as working."""
    if not isinstance(event, Pressed) or event.token is None or any(one.manner is Manner.TOAST for one in out):
        return []
    return [Outgoing(event.chat, "", Manner.TOAST, token=event.token, person=event.who.id)]


def _refusing(no: Refused) -> Work:
    async def work(desk: Desk) -> list[Outgoing]:
        return [desk.toast(no.reason, **worded(desk, no.facts))]

    return work


def worded(desk: Desk, facts: dict[str, object]) -> dict[str, object]:
    """The facts of a refusal as words: an act by its name, a moment as people write it."""
    words: dict[str, object] = {}
    for name, fact in facts.items():
        if name == "act":
            words[name] = desk.texts(f"routes.acts.{fact}")
        elif name == "roles" and isinstance(fact, list):
            words[name] = desk.texts("contract.marks.list").join(desk.texts.term(role) for role in fact)
        elif isinstance(fact, Step):
            words[name] = desk.texts.term(fact)
        elif isinstance(fact, datetime):
            words[name] = desk.moment(fact)
        elif isinstance(fact, date):
            words[name] = desk.day(fact)
        else:
            words[name] = fact
    return words


def _broken(number: str) -> Work:
    async def work(desk: Desk) -> list[Outgoing]:
        return [desk.toast("help.our_error", number=number)]

    return work
