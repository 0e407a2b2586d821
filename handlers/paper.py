"""纸票: one moderator enters a paper ballot, another confirms it, and from then it counts (VOTING.md §1)."""

from typing import Any

from domain.ballots import part_slip
from domain.errors import Refused
from domain.households import read_flat
from domain.talk import Outgoing
from domain.terms import Method, Numbered, VoteKind
from domain.vote_words import read_choice, read_choices
from domain.voting import Choice
from handlers import paper_scans, vote_card
from handlers.desk import Desk
from handlers.flats import flat_name
from handlers.numbers import number_of, reading
from handlers.slips import unknown
from handlers.vote_card import card_name
from models.access import MODERATORS
from models.ballots import Marked
from models.paper import Paper
from models.votes import VoteRecord

LISTED = 10


async def enter(desk: Desk, words: str) -> list[Outgoing]:
    """纸票 3 3-1-301 赞同: enter it; 纸票 3: what waits. Raises Refused: paper.in_private and others."""
    vote, rest = await _vote(desk, words)
    if not rest:
        return await _list(desk, vote)
    typed, _, marked = rest.replace("｜", " ").replace("|", " ").strip().partition(" ")
    household = await _household(desk, vote, typed)
    choice = _choice(vote, await _without_slip(desk, vote, household, marked))
    row = await desk.store.paper.enter(vote, household, choice, desk.who.id, desk.now)
    if row is None:
        raise Refused("paper.counts_already", number=vote.number)
    await paper_scans.take(desk, vote, row)
    paper = (await desk.store.paper.waiting(vote, household))[0]
    return [desk.answer("paper.entered", **_facts(desk, vote, paper)), *await _ask_others(desk, vote, paper)]


async def _vote(desk: Desk, words: str) -> tuple[VoteRecord, str]:
    """An open vote that takes ballots now, and the words after its number. A flat and its choice stay in private."""
    if not desk.chat.private:
        raise Refused("paper.in_private")
    number, rest = number_of(desk, words, Numbered.VOTE), reading(desk, words, Numbered.VOTE).rest
    vote: VoteRecord = await desk.store.access.open_vote(desk.community.id, number, desk.now)
    if vote.kind is VoteKind.POLL:
        raise Refused("paper.no_poll", number=number)
    if desk.now < vote.opened_at:
        raise Refused("vote.not_open_yet", number=number, opens=vote.opened_at)
    return vote, rest.lstrip("｜| ")


async def _household(desk: Desk, vote: VoteRecord, typed: str) -> int:
    household: int | None = await desk.store.households.at(desk.community.id, read_flat(typed))
    if household is None or not await desk.store.paper.on_roll(vote, household):
        raise Refused("paper.not_on_roll", number=vote.number, flat=typed)
    return household


async def _without_slip(desk: Desk, vote: VoteRecord, household: int, words: str) -> str:
    """What was marked, without the sealed slip's code, which is the household's from now on."""
    said, code = part_slip(words)
    if not vote.slips:
        return words
    voter = f"h{household}"
    if code is None and voter not in await desk.store.slips.shown(vote, [voter]):
        raise Refused("slips.paper_too", number=vote.number)
    if code is not None and not await desk.store.slips.show(vote, [voter], code):
        raise Refused(unknown(vote), number=vote.number)
    return said


def _choice(vote: VoteRecord, words: str) -> Choice:
    with vote_card.about(vote):
        single = vote.method is Method.SINGLE
        return (read_choice(words, vote.options),) if single else read_choices(words, vote.options)


def _facts(desk: Desk, vote: VoteRecord, paper: Paper) -> dict[str, Any]:
    option = vote_card.chosen(desk.texts, vote, paper.choice)
    return {"number": vote.number, "flat": flat_name(desk.house, paper.flat), "option": option}


async def _ask_others(desk: Desk, vote: VoteRecord, paper: Paper) -> list[Outgoing]:
    """The other moderators who can be reached are asked, each alone."""
    chats = await desk.store.people.private_chats_of(desk.community.id, tuple(MODERATORS), desk.now)
    text = desk.texts("paper.ask", **_facts(desk, vote, paper))
    row = (
        desk.button("confirm_paper", "confirm_paper", vote.number, paper.flat, _marks(paper.choice)),
        desk.button("wrong_paper", "wrong_paper", vote.number, paper.flat),
    )
    return [Outgoing(chat, text, rows=(row,)) for chat in chats if chat != desk.chat]


def _marks(choice: Choice) -> str:
    """What the button confirms: the places of the options, from 1, as they would be typed."""
    return ",".join(str(place + 1) for place in choice)


async def _list(desk: Desk, vote: VoteRecord) -> list[Outgoing]:
    found = await desk.store.paper.waiting(vote)
    if not found:
        return [desk.answer("paper.none", number=vote.number)]
    lines = [desk.texts("paper.head", number=vote.number, count=len(found))]
    lines += [desk.texts("paper.line", **_facts(desk, vote, paper)) for paper in found[:LISTED]]
    return [desk.answer_text("\n".join([*lines, desk.texts("paper.how", number=vote.number)]))]


async def confirm(desk: Desk, words: str) -> list[Outgoing]:
    """确认纸票 3 3-1-301 赞同: it counts from now on, and the household is told. The words must be those entered."""
    vote, rest = await _vote(desk, words)
    typed, _, marked = rest.partition(" ")
    household = await _household(desk, vote, typed)
    paper = await _waiting(desk, vote, household)
    if paper.by == desk.who.id:
        raise Refused("paper.same_person", number=vote.number)
    if not marked.strip() or _choice(vote, marked) != paper.choice:
        raise Refused("paper.another_choice", number=vote.number)
    if not await desk.store.paper.confirm(vote, paper, desk.who.id, desk.now):
        raise Refused("paper.gone", number=vote.number)
    cast = await desk.store.ballots.put(vote, None, [Marked(f"h{household}", paper.choice)], desk.now, paper=True)
    await paper_scans.note(desk, vote, household)
    told = await _household_told(desk, vote, household)
    return [desk.toast("paper.counts", **_facts(desk, vote, paper)), *told, *await _cards(desk, vote, cast.cast)]


async def _waiting(desk: Desk, vote: VoteRecord, household: int) -> Paper:
    found: list[Paper] = await desk.store.paper.waiting(vote, household)
    if not found:
        raise Refused("paper.gone", number=vote.number)
    return found[0]


async def _household_told(desk: Desk, vote: VoteRecord, household: int) -> list[Outgoing]:
    text = desk.texts("paper.told_at_home", number=vote.number)
    members = await desk.store.households.members(household)
    return [Outgoing(member.private, text) for member in members if member.private]


async def _cards(desk: Desk, vote: VoteRecord, cast: int) -> list[Outgoing]:
    text, rows = vote_card.card(desk.house, vote, desk.now, cast), vote_card.rows(desk.house, vote)
    groups = await desk.store.people.groups_of(desk.community.id)
    return [desk.redraw(group.chat, card_name(vote), text, rows, headed=True) for group in groups]


async def wrong(desk: Desk, words: str) -> list[Outgoing]:
    """纸票不对 3 3-1-301: what waits is dropped, and who entered it is told."""
    vote, rest = await _vote(desk, words)
    household = await _household(desk, vote, rest.partition(" ")[0])
    paper = await _waiting(desk, vote, household)
    if not await desk.store.paper.drop(vote, household):
        raise Refused("paper.gone", number=vote.number)
    chat = await desk.store.people.private_chat_of(paper.by) if paper.by else None
    facts = _facts(desk, vote, paper)
    told = [Outgoing(chat, desk.texts("paper.dropped", **facts))] if chat and chat != desk.chat else []
    return [desk.toast("paper.dropped", **facts), *told]


async def scan(desk: Desk, words: str) -> list[Outgoing]:
    """看纸票 3 3-1-301: its pictures, in private, while they are kept. Raises Refused: paper.no_scan and others."""
    if not desk.chat.private:
        raise Refused("paper.in_private")
    number, typed = number_of(desk, words, Numbered.VOTE), reading(desk, words, Numbered.VOTE).rest.strip("｜| ")
    vote = await desk.store.access.vote(desk.community.id, number)
    parts = read_flat(typed)
    household: int | None = await desk.store.households.at(desk.community.id, parts)
    scans = await desk.store.paper.scans(vote, household) if household is not None else []
    if household is None or not scans:
        raise Refused("paper.no_scan", number=number, flat=typed)
    return paper_scans.shown(desk, vote, await desk.store.households.flat(household), scans)
