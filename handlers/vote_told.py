"""Who is told of a vote: the groups it hangs in, and its opener."""

from collections.abc import Sequence

from domain.talk import Chat, Outgoing, Pressed
from domain.vote_closing import counted_at
from handlers import ballot_log, pasted, vote_card
from handlers.desk import Desk, House
from handlers.vote_card import card_name, key
from models.votes import START, NewVote, VoteRecord


async def announce(desk: Desk, new: NewVote) -> list[Outgoing]:
    """Open a vote: its row and roll, when it is counted, its entry in the log, its card to every group."""
    vote = await desk.store.votes.open_vote(desk.community.id, desk.who.id, new, desk.now)
    desk.about("vote", vote.number)
    await desk.store.votes.schedule(vote, counted_at(vote.closes_at), desk.now)
    chats = await chats_of(desk.house, vote)
    text, rows = vote_card.card(desk.house, vote, desk.now), vote_card.rows(desk.house, vote)
    poll = vote_card.poll(desk.house, vote, desk.now)
    cards = [Outgoing(chat, text, rows=rows, card=card_name(vote), headed=True, poll=poll) for chat in chats]
    if vote.opened_at > desk.now:
        await desk.store.votes.schedule(vote, vote.opened_at, desk.now, START)
    heads = await ballot_log.opened(desk.house, desk.community, vote, desk.now, chats)
    said = also_said(desk, chats, key(vote, "opened" if chats else "opened_nowhere"), vote)
    return [*cards, *said, *_to_paste(desk, vote, chats), *heads]


def _to_paste(desk: Desk, vote: VoteRecord, chats: Sequence[Chat]) -> list[Outgoing]:
    """For other groups, to who opens it. A platform's own poll can be answered nowhere else."""
    if chats and all(vote_card.native(vote, chat) for chat in chats):
        return []
    return pasted.offered(desk, vote_card.pasted_open(desk.house, vote, desk.community, desk.now))


def also_said(desk: Desk, chats: Sequence[Chat], name: str, vote: VoteRecord) -> list[Outgoing]:
    """A word to the speaker: to a presser always, to somebody who typed where they don't see the groups' message."""
    here = desk.group is not None and any((c.channel, c.id) == (desk.chat.channel, desk.chat.id) for c in chats)
    if here and not isinstance(desk.event, Pressed):
        return []
    return [desk.toast(name, number=vote.number, count=len(chats), closes=desk.moment(vote.closes_at))]


async def chats_of(house: House, vote: VoteRecord) -> list[Chat]:
    """The groups in which a vote is told."""
    if vote.group is not None:
        group = await house.store.people.group(vote.group)
        return [group.chat] if group else []
    return [group.chat for group in await house.store.people.groups_of(vote.community)]
