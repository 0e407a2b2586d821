"""封口码: in a vote with sealed slips a ballot comes with the code of one (VOTING.md §3)."""

from collections.abc import Sequence
from dataclasses import replace

from domain.ballots import part_slip
from domain.errors import Refused
from domain.talk import Chat, Outgoing
from domain.terms import VoteKind
from handlers.desk import DIALOGUE, Desk
from models.ballots import Standing
from models.votes import VoteRecord


async def shown(desk: Desk, standing: Standing, words: str) -> tuple[Standing, str]:
    """How the speaker stands with the units whose slip was shown, and what they said without the code in it.

    A code at the end of the words is the next unit's, of owners the unit's whose slip it is. No unit is left where
    nobody has shown a slip yet.
    Raises Refused: slips.in_group, slips.not_made, slips.unknown, slips.unknown_owners.
    """
    vote, (said, code) = standing.vote, part_slip(words)
    if not vote.slips:
        return standing, words
    voters = [f"h{unit.household}" for unit in standing.units]
    held = await desk.store.slips.shown(vote, voters)
    if code is not None:
        held |= {await _show(desk, vote, [voter for voter in voters if voter not in held], code)}
    units = tuple(unit for unit in standing.units if f"h{unit.household}" in held)
    previous = units[0].previous if units else None
    return replace(standing, units=units, previous=previous), said


async def _show(desk: Desk, vote: VoteRecord, voters: Sequence[str], code: str) -> str:
    if not desk.chat.private:
        raise Refused("slips.in_group", number=vote.number)
    if not voters:
        return ""
    voter: str | None = await desk.store.slips.show(vote, voters, code)
    if voter is None:
        made = await desk.store.slips.made(vote)
        raise Refused(unknown(vote) if made else "slips.not_made", number=vote.number)
    return voter


def unknown(vote: VoteRecord) -> str:
    """How it is said that a code is no slip of the speaker's."""
    return "slips.unknown_owners" if vote.kind is VoteKind.OWNERS else "slips.unknown"


async def ask(desk: Desk, vote: VoteRecord, choice: str) -> list[Outgoing]:
    """Ask for the code in private; it casts what was chosen."""
    chat: Chat | None = desk.chat if desk.chat.private else desk.who.private
    if chat is not None:
        facts, until = {"line": f"{vote.number} {choice}"}, desk.now + DIALOGUE
        await desk.store.people.expect(desk.community.id, desk.who.id, chat, "slip", facts, until)
    name = "slips.ask_owners" if vote.kind is VoteKind.OWNERS else "slips.ask"
    return desk.private(name, number=vote.number)
