"""What a community put right of the bot's categories, remembered between events: asked of the database only when it
changed, in this process or in another.
"""

from domain.corrections import NONE, Corrections, learned
from domain.terms import ConcernCategory
from handlers.desk import Desk
from models.concerns import Concern

KEPT = 100
"""Of so many communities the lessons are remembered at the same time."""
TELLING = 200
"""The beginning of a concern, in characters, in which its telling words stand."""


async def lessons(desk: Desk) -> Corrections:
    """What this community put right. No statement, or one after a change."""
    community = desk.community
    if not community.corrected:
        return NONE
    edition, known = desk.house.lessons.get(community.id, (0, NONE))
    if edition != community.corrected:
        known = learned(await desk.store.corrections.counted(community.id))
        if len(desk.house.lessons) >= KEPT:
            desk.house.lessons.clear()
        desk.house.lessons[community.id] = (community.corrected, known)
    return known


async def learn(desk: Desk, concern: Concern, chosen: ConcernCategory) -> None:
    """Keep it as a correction: where the bot had it otherwise or asked, or somebody put it otherwise before."""
    if concern.category is chosen:
        return
    asked = concern.category is None and chosen is concern.guess
    wrong = concern.second or chosen if asked else concern.guess
    words = desk.house.understanding.telling(concern.text[:TELLING])
    await desk.store.corrections.put(concern, words, wrong, chosen, desk.who.id, desk.now)
