"""The receipt of a ballot: in private and silently, signed at once; its file is what proves it later."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.ballots import Receipt, promise
from domain.notes import sign
from domain.talk import Chat, File, Outgoing
from handlers.desk import DIALOGUE, Desk
from models import ballot_log
from models.ballot_log import Sealed
from models.votes import VoteRecord

MOST = 5
"""So many units of one person get their receipts by themselves."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one ballot, and the file that comes with it."""

    text: str
    file: File | None


def chat_of(desk: Desk) -> Chat | None:
    """Where the voter is written to in private, if anywhere."""
    return desk.chat if desk.chat.private else desk.who.private


async def of(desk: Desk, vote: VoteRecord, sealed: Sequence[Sealed]) -> list[Outgoing]:
    """The receipts of ballots just sealed; for a first secret one, the question for six digits of one's own."""
    chat = chat_of(desk)
    if chat is None or not sealed:
        return []
    out = [told(desk, vote, one, "vote.receipt") for one in sealed[:MOST]]
    given = [Outgoing(chat, one.text, silent=True, file=one.file) for one in out]
    if not vote.secret or sealed[0].asked or sealed[0].opening.own:
        return given
    if await desk.store.people.answering(desk.who.id, chat, desk.now) is not None:
        return given  # nobody is asked two things at once; the next ballot asks
    await ballot_log.set_own(desk.community.id, desk.who.id, None, desk.now)
    until, facts = desk.now + DIALOGUE, {"vote": vote.number}
    await desk.store.people.expect(desk.community.id, desk.who.id, chat, "own_digits", facts, until)
    rows = ((desk.button("skip", "own_digits", "skip"),),)
    return [*given, Outgoing(chat, desk.texts("vote.own_ask"), rows=rows)]


def told(desk: Desk, vote: VoteRecord, one: Sealed, key: str, receipt: Receipt | None = None) -> Told:
    """The sentence `key` about a ballot, with its receipt: `receipt`, or the signed promise of its line."""
    receipt = receipt or Receipt(vote.number, one.opening, sign(promise(one.line), one.log, desk.house.log_key))
    turn, number = one.opening.rev + 1, vote.number
    chosen = desk.texts("vote.comma").join(vote.options[at] for at in one.opening.choice)
    text = desk.texts(key, number=number, turn=turn, option=chosen, line=(one.place or 0) + 1)
    return Told(text, File(desk.texts("vote.receipt_file", number=number, turn=turn), str(receipt)))


def privately(desk: Desk, out: Sequence[Told]) -> list[Outgoing]:
    """To the asker alone, the first with a word in the group that it went there, or how to make that possible."""
    first, *rest = desk.private_text(out[0].text)
    if not first.to.private:
        return [first, *rest]
    return [*(Outgoing(first.to, one.text, file=one.file) for one in out), *rest]
