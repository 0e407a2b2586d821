"""征集: for a week the community is asked about one theme."""

from datetime import datetime, time, timedelta

from domain.errors import Refused
from domain.quiet import next_loud
from domain.talk import Manner, Outgoing
from domain.terms import Role
from handlers import pasted
from handlers.desk import Desk, House, quiet_of
from models.people import CommunityFacts

WEEK = timedelta(days=7)
EVENING = time(20)
LONGEST = 20


async def begin(desk: Desk, words: str) -> list[Outgoing]:
    """征集 停车: every group is asked. Raises Refused: round.too_long."""
    if not words:
        return await desk.ask("round", {}, "round.ask")
    if len(words) > LONGEST:
        raise Refused("round.too_long", length=len(words))
    await desk.store.people.forget_question(desk.who.id)
    until = datetime.combine((desk.local + WEEK).date(), EVENING, desk.house.zone)
    await desk.store.rounds.begin(desk.community.id, words, until, desk.now)
    text = desk.texts("round.card", theme=words, until=desk.moment(until))
    row = (desk.button("i_say", "say"),)
    groups = await desk.store.people.groups_of(desk.community.id)
    asked = [Outgoing(group.chat, text, rows=(row,), headed=True) for group in groups]
    paste = pasted.news(desk, "round", "theme", words, until=desk.moment(until))
    return [desk.toast("round.begun", theme=words, count=len(groups)), *asked, *paste]


async def close_due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """Rounds that have ended: the moderators hear how much came in."""
    ended = await house.store.rounds.claim_ended(community.id, now)
    if not ended:
        return []
    chats = await house.store.people.private_chats_of(community.id, (Role.MODERATOR, Role.SECRETARY), now)
    due = next_loud(now.astimezone(house.zone), quiet_of(community))
    texts = [house.texts("round.ended", theme=one.theme, count=one.count) for one in ended]
    return [Outgoing(chat, text, Manner.NOTICE, due=due) for chat in chats for text in texts]
