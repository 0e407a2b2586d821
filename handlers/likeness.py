"""Which open topics a concern is like: offered, never merged by itself."""

from dataclasses import dataclass

from handlers.desk import Desk

CANDIDATES = 12
ASKED = 12
OFFERED = 3


@dataclass(frozen=True, slots=True)
class Like:
    """An open topic that seems to be about the same thing."""

    number: int
    title: str
    count: int


async def like_topics(desk: Desk, text: str) -> list[Like]:
    """Up to three open topics that a text is like, the likeliest first. At most two statements."""
    drawn = desk.house.understanding.sketch(text, desk.local.toordinal())
    asked = [word.casefold() for word in drawn.words[:ASKED]]
    found = await desk.store.topics.spoken_of(desk.community.id, asked, CANDIDATES)
    if not found:
        return []
    sketches = [(at, desk.house.understanding.sketch(one.words).dump()) for at, one in enumerate(found)]
    nearest = desk.house.understanding.index(sketches).nearest(drawn, CANDIDATES)
    ids = list(dict.fromkeys(found[match.id].id for match in nearest))[:OFFERED]
    counted = await desk.store.topics.supporters(ids)
    named = {one.id: one for one in found}
    return [Like(named[id].topic, named[id].title, counted.get(id, 0)) for id in ids]
