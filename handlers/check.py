"""核对 from the voter's side: one's own six digits, the receipt, 核验, and what can be checked and what can't.

VOTING.md section 3. What this answers is the program's own word with its proof; the proof is for checking without it.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from domain.ballots import Receipt, is_own
from domain.errors import Refused
from domain.merkle import Hash
from domain.notes import Proof, parse_note
from domain.talk import Outgoing
from domain.terms import Method, Numbered, VoteKind
from handlers import receipts
from handlers.desk import Desk
from handlers.numbers import number_of
from models import ballot_log
from models.ballot_log import Head, Sealed
from models.ballots import Marked, next_rev
from models.votes import VoteRecord

_Proven = Mapping[int, tuple[bytes, tuple[Hash, ...]]]


async def check(desk: Desk, words: str) -> list[Outgoing]:
    """核验 3: where one's own ballot stands in the log, with its proof as a file; to the asker alone."""
    number = number_of(desk, words, Numbered.VOTE)
    standing = await desk.store.access.standing(desk.who, desk.community.id, number)
    voters = [f"h{unit.household}" for unit in standing.units]
    if standing.vote.kind is VoteKind.POLL:
        raise Refused("vote.check_poll", number=number)
    sealed = await ballot_log.sealed_for(standing.vote.id, voters) if voters else []
    if not sealed:
        raise Refused("vote.check_none", number=number)
    head = await ballot_log.last_head(desk.community.id)
    assert head is not None  # a vote opens with one
    sealed = sealed[: receipts.MOST]
    places = [one.place for one in sealed if one.place is not None and one.place < head.size]
    proven = await ballot_log.proofs(desk.community.id, places, head.size)
    out = [_checked(desk, standing.vote, one, head, proven) for one in sealed]
    return receipts.privately(desk, out)


def _checked(desk: Desk, vote: VoteRecord, one: Sealed, head: Head, proven: _Proven) -> receipts.Told:
    if one.place is None or one.place >= head.size:
        return receipts.told(desk, vote, one, "vote.check_waits")
    line, path = proven[one.place]
    if line != one.line:
        return receipts.Told(desk.texts("vote.check_differs", number=vote.number, contact=desk.house.contact), None)
    whole = Receipt(vote.number, one.opening, Proof(one.place, path, parse_note(head.note)))
    return receipts.told(desk, vote, one, "vote.check_holds", whole)


async def how(desk: Desk, _words: str) -> list[Outgoing]:
    """怎样核对: what can be checked, and what can't; no larger than VOTING.md section 3."""
    parts = {part: "\n".join(desk.texts.list(f"recount.{part}")) for part in ("yours", "anyone", "never")}
    lines = [
        desk.texts("recount.told_apart", title=desk.texts(f"recount.{part}_title"), said=said)
        for part, said in parts.items()
    ]
    link = desk.house.public_url
    if link:
        lines.append(desk.texts("vote.check_page", url=f"{link}/c/{desk.community.slug}/log"))
    return desk.private_text("\n".join(lines))


async def own_digits(desk: Desk, words: str) -> list[Outgoing]:
    """六位数 246810: the digits that keep one's ballot from being merged with another's; 跳过: none.

    A secret ballot that stands without them is sealed again with them. Raises Refused: vote.own_in_group,
    vote.own_unreadable.
    """
    if not desk.chat.private:
        raise Refused("vote.own_in_group")
    question = desk.dialogue or await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
    number = question.facts.get("vote") if question is not None and question.name == "own_digits" else None
    if words in {desk.texts("buttons.skip"), "skip"}:
        await ballot_log.set_own(desk.community.id, desk.who.id, None, desk.now)
        await desk.store.people.forget_question(desk.who.id)
        return [desk.toast("vote.own_skipped")]
    digits = unicodedata.normalize("NFKC", "".join(words.split()))
    if not digits or not is_own(digits):
        raise Refused("vote.own_unreadable")
    await ballot_log.set_own(desk.community.id, desk.who.id, digits, desk.now)
    if number is not None:
        await desk.store.people.forget_question(desk.who.id)
    return [desk.answer("vote.own_kept"), *(await _again(desk, int(number)) if number is not None else [])]


async def _again(desk: Desk, number: int) -> list[Outgoing]:
    """Seal the ballots that stand once more, now with the digits; each flat's choice stays."""
    standing = await desk.store.access.standing(desk.who, desk.community.id, number)
    vote = standing.vote
    marked = [
        Marked(f"h{unit.household}", unit.previous.choice, rev=next_rev(unit.previous))
        for unit in standing.units
        if unit.previous and not unit.paper
    ]
    if not marked or not _may_again(vote, desk.now):
        return []
    cast = await desk.store.ballots.put(vote, desk.who.id, marked, desk.now)
    return await receipts.of(desk, vote, cast.sealed)


def _may_again(vote: VoteRecord, now: datetime) -> bool:
    plain = vote.kind is VoteKind.HOUSEHOLD and vote.method is Method.SINGLE
    return plain and vote.open and vote.secret and now < vote.closes_at
