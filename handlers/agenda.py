"""议程: what a session talks about, in which order and how long; anybody reads it, moderators change it."""

import re

from domain.errors import Refused
from domain.talk import Outgoing
from domain.terms import Numbered
from handlers import topic_card
from handlers.desk import Desk
from handlers.numbers import reading_of
from models.access import MODERATORS
from models.agenda import Item

SHOWN = 4
LONGEST = 240
_NUMBER = re.compile(r"\d+")


async def agenda(desk: Desk, words: str) -> list[Outgoing]:
    """议程: of the session that runs, else of the next; 议程 5 30: minutes; 议程 5 第1: its place."""
    session = await desk.store.deliberations.running(desk.community.id)
    session = session or await desk.store.agenda.next_session(desk.community.id, desk.now)
    if session is None:
        return [desk.answer("prepare.none")]
    if words and words != desk.texts("agenda.all"):
        await desk.store.access.require(desk.who, MODERATORS, desk.now, "agenda")
        await _change(desk, session.id, words)
    items = await desk.store.agenda.items(session.id)
    day = topic_card.day_of(desk.house, session.starts_at, desk.now)
    if not items:
        return [desk.answer("agenda.empty", day=day)]
    shown = items if words == desk.texts("agenda.all") else items[:SHOWN]
    lines = [desk.texts("agenda.head", day=day), *[_line(desk, place, item) for place, item in enumerate(shown, 1)]]
    if len(items) > len(shown):
        lines.append(desk.texts("agenda.more", count=len(items) - len(shown)))
    rows = ((desk.button("see_all", "agenda", desk.texts("agenda.all")),),) if len(items) > len(shown) else ()
    return [desk.answer_text("\n".join(lines), rows, card=f"agenda:{session.id}", headed=True)]


def _line(desk: Desk, place: int, item: Item) -> str:
    name = "agenda.line_report" if item.report else "agenda.line"
    facts = {"place": place, "number": item.number, "title": topic_card.cut(item.title, 14), "minutes": item.minutes}
    return desk.texts(name, **facts)


async def _change(desk: Desk, session: int, words: str) -> None:
    """Minutes or place of one topic. Raises Refused: agenda.what, agenda.not_on_it."""
    found = reading_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.topic(desk.community.id, found.number)
    told = _NUMBER.search(found.rest)
    if told is None or not 1 <= int(told[0]) <= LONGEST:
        raise Refused("agenda.what", number=found.number)
    place = found.rest.startswith(desk.texts("agenda.place"))
    change = desk.store.agenda.set_place if place else desk.store.agenda.set_minutes
    if not await change(session, topic.id, int(told[0])):
        raise Refused("agenda.not_on_it", number=found.number)
