"""Which topics a concern is like: open ones are offered, ended ones are precedents; nothing is merged by itself."""

from dataclasses import dataclass

from domain.likeness import Sketch
from domain.terms import TopicState
from handlers.desk import Desk
from models.concerns import Concern

CANDIDATES = 20
ASKED = 12
OFFERED = 3
TELLING = 300
"""The beginning of a text, in characters, that is cut where its sketch was not kept."""


@dataclass(frozen=True, slots=True)
class Like:
    """A topic that seems to be about the same thing."""

    number: int
    title: str
    count: int


def drawn(desk: Desk, concern: Concern) -> Sketch:
    """The kept sketch of a concern; of one that was corrected since, a new one."""
    if concern.sketch:
        return Sketch.load(concern.sketch)
    return desk.house.understanding.sketch(concern.shown[:TELLING], concern.said_at.toordinal())


async def like_topics(desk: Desk, asked: Sketch, state: TopicState = TopicState.OPEN) -> list[Like]:
    """Up to three topics that a concern is like, the likeliest first. At most two statements."""
    index = desk.house.understanding.index()
    rarest = sorted(asked.words, key=index.rarity, reverse=True)[:ASKED]
    words = [word.casefold() for word in rarest]
    found = await desk.store.topics.spoken_of(desk.community.id, words, state, CANDIDATES)
    if not found:
        return []
    sketch = desk.house.understanding.sketch
    index.fill((at, one.sketch or sketch(one.shown[:TELLING]).dump()) for at, one in enumerate(found))
    nearest = index.nearest(asked, CANDIDATES)
    ids = list(dict.fromkeys(found[match.id].id for match in nearest))[:OFFERED]
    counted = await desk.store.topics.supporters(ids)
    named = {one.id: one for one in found}
    return [Like(named[id].topic, named[id].title, counted.get(id, 0)) for id in ids]
