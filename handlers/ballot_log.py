"""What a vote writes into its community's log, and the heads that are told (VOTING.md section 3).

A 表态 decides nothing and is not logged. Ballots are sealed where they are written (`models.votes.put`) and go
into the log in shuffled batches: before each head that is told, and before whatever presupposes them; of an open
不记名 vote never so that somebody is alone in one (`models.batches`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from domain import published
from domain.dates import write_day
from domain.notes import sign, verifier_key
from domain.quiet import next_loud
from domain.recount import count, parse_roll
from domain.talk import Chat, Manner, Outgoing
from domain.terms import VoteKind
from domain.vote_log import Close, Entry, Extend, Open, Result, Void, line
from domain.voting import tiny
from handlers.desk import Desk, House, quiet_of
from models import ballot_log, batches
from models.people import CommunityFacts
from models.votes import VoteRecord

TOLD_AT = time(9, 0)
HERE = "localhost"


def logged(vote: VoteRecord) -> bool:
    """Whether a vote is in the log."""
    return vote.kind is not VoteKind.POLL


async def opened(
    house: House, community: CommunityFacts, vote: VoteRecord, now: datetime, chats: Sequence[Chat]
) -> list[Outgoing]:
    """Publish the roll, enter the vote with its rules, and tell the head; with sealed slips once these were made."""
    if not await _enters(house, vote):
        return []
    await _begin(house, community, now)
    entry, roll = await ballot_log.enter(vote.id)
    await ballot_log.publish(community.id, vote.id, published.ROLL, _file(published.ROLL, vote, roll))
    await _append(vote, _local(house, entry))
    await ballot_log.head_due(community.id, _next_telling(house, now), now)
    return await told_head(house, community, now, chats)


async def _enters(house: House, vote: VoteRecord) -> bool:
    return logged(vote) and (not vote.slips or await house.store.slips.made(vote))


async def _begin(house: House, community: CommunityFacts, now: datetime) -> None:
    """Make the log at its first vote. Where the key is not the one before, it is noted, without a handover."""
    host = urlsplit(house.public_url).hostname or HERE
    name = await ballot_log.begin(community.id, f"{host}/c/{community.slug.replace('+', '-')}/log")
    key = str(verifier_key(name, house.log_key))
    known = await ballot_log.keys(community.id)
    if not known or known[-1][0] != key:
        await ballot_log.keep_key(community.id, key, "", now)


def _local(house: House, entry: Open) -> Open:
    """The entry with its moments on the community's clock, as people were told them."""
    return replace(entry, opens=_iso(house, entry.opens), closes=_iso(house, entry.closes))


def _iso(house: House, moment: datetime | str) -> str:
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return moment.astimezone(house.zone).isoformat(timespec="seconds")


def _file(kind: str, vote: VoteRecord, lines: Sequence[bytes]) -> bytes:
    return b"\n".join([published.header(kind, vote.number), *lines]) + b"\n"


async def _append(vote: VoteRecord, *entries: Entry) -> None:
    await ballot_log.append(vote.community, [line(entry) for entry in entries])


async def extended(house: House, vote: VoteRecord, reason: str) -> None:
    """Enter that a vote closes later; where it was not entered yet, its entry will say so."""
    if await _enters(house, vote):
        await _append(vote, Extend(vote.number, _iso(house, vote.closes_at), reason))


async def called_off(vote: VoteRecord) -> None:
    """Enter that a vote without ballots is over: a close that no result follows."""
    if await ballot_log.published(vote.community, vote.number, published.ROLL) is not None:
        await _append(vote, Close(vote.number, await ballot_log.casts(vote.id)))


async def withdrawn(community: int, number: int, vote: int, voter: str, reason: str) -> None:
    """Enter that what a voter has cast counts no longer; before the ballot itself is taken out."""
    found = await ballot_log.sealed_for(vote, [voter])
    if found:
        await batches.flush_own(community, vote, voter)
        await ballot_log.append(community, [line(Void(number, found[0].opening.p, reason))])


async def forgotten(desk: Desk) -> None:
    """Enter for each open vote that the speaker's own ballot goes with them."""
    reason = desk.texts("vote.log_forgotten")
    for number, vote, voter in await desk.store.ballots.own_in_open_votes(desk.who.id):
        await withdrawn(desk.community.id, number, vote, voter, reason)


async def closed(
    house: House, community: CommunityFacts, vote: VoteRecord, now: datetime, chats: Sequence[Chat]
) -> list[Outgoing]:
    """Enter the last ballots, the close and the result; publish what opens the ballots; tell the head."""
    body = await ballot_log.published(community.id, vote.number, published.ROLL) if logged(vote) else None
    if body is None:
        return []
    await batches.flush(community.id, tiny(community.settings))
    roll, openings = body.splitlines()[1:], await ballot_log.counted(vote.id)
    entry = await ballot_log.entry(vote.id, roll)
    tally = count(entry, parse_roll(roll), {one.p: one.choice for one in openings})
    await _append(vote, Close(vote.number, await ballot_log.casts(vote.id)), Result(vote.number, tally))
    opened = _file(published.OPENINGS, vote, [one.line() for one in openings])
    await ballot_log.publish(community.id, vote.id, published.OPENINGS, opened)
    return await told_head(house, community, now, chats)


async def told_head(house: House, community: CommunityFacts, now: datetime, chats: Sequence[Chat]) -> list[Outgoing]:
    """Log what waits, sign the head, and tell it in one silent line."""
    await batches.flush(community.id, tiny(community.settings))
    head = await ballot_log.checkpoint(community.id)
    note = sign(str(head), head.origin, house.log_key)
    await ballot_log.keep_head(community.id, head.size, str(note), now)
    local = now.astimezone(house.zone)
    day = write_day(local.date(), local.date(), house.dates)
    text = house.texts("vote.log_head", day=day, size=head.size, root=str(head).splitlines()[2])
    due = next_loud(local, quiet_of(community))
    return [Outgoing(chat, text, Manner.NOTICE, silent=True, due=due) for chat in chats]


async def due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """Once a day while a vote is open: the head, to every group."""
    if not await ballot_log.claim_head(community.id, now) or not await ballot_log.open_votes(community.id):
        return []
    await ballot_log.head_due(community.id, _next_telling(house, now), now)
    groups = await house.store.people.groups_of(community.id)
    return await told_head(house, community, now, [group.chat for group in groups])


def _next_telling(house: House, now: datetime) -> datetime:
    local = now.astimezone(house.zone)
    today = datetime.combine(local.date(), TOLD_AT, house.zone)
    return today if local < today else today + timedelta(days=1)
