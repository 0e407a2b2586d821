"""A vote that was announced ahead starts: its card comes anew, and the opener hears what is still missing."""

from datetime import datetime

from domain.quiet import next_loud
from domain.talk import Manner, Outgoing
from handlers import vote_card
from handlers.desk import House, quiet_of
from handlers.vote_told import chats_of
from models.people import CommunityFacts
from models.votes import START, VoteRecord


async def due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """Once for each vote, however many processes look."""
    out: list[Outgoing] = []
    for id in await house.store.votes.claim(community.id, now, START):
        vote = await house.store.votes.by_id(id)
        if vote.open and now < vote.closes_at:
            out += await _started(house, community, vote, now)
    return out


async def _started(house: House, community: CommunityFacts, vote: VoteRecord, now: datetime) -> list[Outgoing]:
    loud = next_loud(now.astimezone(house.zone), quiet_of(community))
    if vote.slips and not await house.store.slips.made(vote):
        chat = await house.store.people.private_chat_of(vote.opener) if vote.opener else None
        return [Outgoing(chat, house.texts("slips.missing", number=vote.number))] if chat else []
    text, rows, name = vote_card.card(house, vote, now), vote_card.rows(house, vote), vote_card.card_name(vote)
    chats = await chats_of(house, vote)
    return [
        Outgoing(chat, text, Manner.NOTICE, rows=rows, card=name, headed=True, due=loud, timely=True) for chat in chats
    ]
