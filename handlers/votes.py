"""What is asked about votes: which are open, whether one may, the result, who took part."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain import voting
from domain.errors import Refused
from domain.talk import Button, Outgoing, Pressed
from domain.terms import Numbered, Secrecy, VoteKind, VoteState
from handlers import owners_card, vote_card, vote_picture
from handlers.desk import Desk, House, Rows
from handlers.flats import flat_name
from handlers.numbers import number_of, reading
from handlers.vote_card import is_poll, key
from models.ballots import Standing, TookPart
from models.people import CommunityFacts, Who
from models.votes import VoteRecord

LISTED = 5
PAGE, LONGEST_PAGE = 40, 5


async def votes(desk: Desk, _words: str) -> list[Outgoing]:
    """投票: what is open, each with its button."""
    found = await desk.store.votes.open_votes(desk.community.id, LISTED)
    if not found:
        return [desk.answer("vote.open_none")]
    lines = [desk.texts("vote.open_head", count=len(found))]
    lines += [_line(desk, "vote.open_line", vote) for vote in found]
    lines.append(desk.texts("vote.open_how", number=found[0].number))
    return [desk.answer_text("\n".join(lines), _to_vote(desk, found))]


def _to_vote(desk: Desk, found: Sequence[VoteRecord]) -> Rows:
    buttons = tuple(desk.button("to_vote", "ballot", vote.number, number=vote.number) for vote in found)
    return tuple(row for row in (buttons[:3], buttons[3:]) if row)


def _line(desk: Desk, name: str, vote: VoteRecord) -> str:
    title = vote_card.cut(vote.title, vote_card.HEADLINE)
    return desk.texts(name, number=vote.number, title=title, closes=desk.moment(vote.closes_at))


async def may(desk: Desk, words: str) -> list[Outgoing]:
    """我能投吗: whether one may vote, and why not. It tells of a household, so to the asker alone."""
    if not words:
        return await _may_all(desk)
    number = number_of(desk, words, Numbered.VOTE)
    standing = await desk.store.access.standing(desk.who, desk.community.id, number)
    name = may_answer(standing, desk.now, bound=desk.who.household is not None)
    moments = {"closes": desk.moment(standing.vote.closes_at), "opens": desk.moment(standing.vote.opened_at)}
    facts = {"number": number, **moments}
    return (
        [desk.toast(name, **facts)] if isinstance(desk.event, Pressed) else desk.private_text(desk.texts(name, **facts))
    )


MAY = frozenset({"vote.may", "vote.may_change", "vote.may_poll", "owners.may_say_as_what"})
"""The answers that say yes."""


def may_answer(standing: Standing, now: datetime, *, bound: bool) -> str:
    """The answer's name: the first reason against it, in the order of the rules, or that nothing is."""
    vote = standing.vote
    if vote.state is VoteState.WITHDRAWN:
        return "vote.may_withdrawn"
    try:
        voting.may_vote(vote.facts, bound=bound, on_roll=standing.on_roll, when=now, owner=standing.owner)
    except Refused as no:
        return f"vote.may_{no.reason}"
    if is_poll(vote):
        return "vote.may_poll"
    if all(unit.paper for unit in standing.units):
        return "vote.may_paper"
    if vote.kind is VoteKind.OWNERS and any(unit.relation is None for unit in standing.units):
        return "owners.may_say_as_what"
    return "vote.may_change" if standing.previous else "vote.may"


async def _may_all(desk: Desk) -> list[Outgoing]:
    if desk.who.household is None:
        return [desk.toast("vote.may_not_bound")]
    found = await desk.store.votes.open_votes(desk.community.id, LISTED)
    if not found:
        return desk.private("vote.may_none_open")
    rolls = await desk.store.ballots.rolls_of(desk.who.id, found)
    lines = [desk.texts("vote.may_head", count=len(found))]
    lines += [_line(desk, "vote.may_line" if vote.id in rolls else "vote.may_line_not", vote) for vote in found]
    return desk.private_text("\n".join(lines), _to_vote(desk, found))


async def result(desk: Desk, words: str) -> list[Outgoing]:
    """结果 3: the counts after the close; before it, only when that is and how many voted."""
    number = number_of(desk, words, Numbered.VOTE)
    vote = await desk.store.access.vote(desk.community.id, number)
    if vote.open:
        facts = {"number": number, "closes": desk.moment(vote.closes_at), "cast": vote.cast, "total": vote.roll_size}
        return [desk.answer(key(vote, "not_yet"), **facts)]
    return counted(desk, vote)


async def numbers(desk: Desk, words: str) -> list[Outgoing]:
    """全部数字 5: an owners' decision's count in both readings, and the rule. Raises Refused: refused.no_vote."""
    number = number_of(desk, words, Numbered.VOTE)
    vote = await desk.store.access.vote(desk.community.id, number)
    if vote.open or vote.tally is None or vote.kind is not VoteKind.OWNERS:
        return await result(desk, words)
    return desk.private_text(owners_card.all_numbers(desk.texts, vote, vote_card.label(desk.texts, vote)))


def counted(desk: Desk, vote: VoteRecord) -> list[Outgoing]:
    """The result, or that there is none: the vote was withdrawn, or the platform itself counts."""
    if vote.state is VoteState.WITHDRAWN:
        return [desk.answer("vote.withdrawn_already", number=vote.number)]
    if vote_card.native(vote, desk.chat):
        return [desk.answer("vote.poll_there", number=vote.number)]
    rows = () if is_poll(vote) else (result_row(desk, vote),)
    told = desk.answer_text(vote_card.result(desk.house, vote, desk.now), rows, headed=True)
    # A group got the picture when the vote was counted.
    return [replace(told, picture=vote_picture.of(desk.house, desk.community, vote)) if desk.chat.private else told]


async def took_part(desk: Desk, words: str) -> list[Outgoing]:
    """看各户 3: after the close, to those on the roll, with 实名公示 to all: who took part, in a 记名 vote also how."""
    number, page = number_of(desk, words, Numbered.VOTE), reading(desk, words, Numbered.VOTE).rest
    vote = await to_list(desk.house, desk.community, desk.who, number, desk.now)
    at = max(int(page), 1) if page.isdecimal() and len(page) < LONGEST_PAGE else 1
    found = await desk.store.ballots.took_part(vote, PAGE + 1, (at - 1) * PAGE)
    if not found and at > 1:
        return await took_part(desk, str(number))
    if not found:
        return desk.private("vote.list_gone" if vote.cast else "vote.list_none", number=number)
    head = desk.texts(
        "vote.list_secret" if vote.secret else "vote.list_roll_call", number=number, page=at, title=vote.title
    )
    lines = [head, *[_household(desk, one) for one in found[:PAGE]]]
    more = ((desk.button("next_page", "took_part", number, at + 1),),) if len(found) > PAGE else ()
    return desk.private_text("\n".join(lines), (*more, *_list_page(desk, vote)))


def _list_page(desk: Desk, vote: VoteRecord) -> Rows:
    """The button that opens the list on its page: everybody's where it is public, else by a link of the asker's own."""
    if vote.secrecy is Secrecy.PUBLIC_LIST:
        return vote_card.public_list(desk.house, desk.community, vote, "list_page")
    return desk.to_page("list_page", vote_card.list_path(vote), told_alone=True)


async def to_list(house: House, community: CommunityFacts, who: Who | None, number: int, now: datetime) -> VoteRecord:
    """A counted vote whose households this person may see by name; `who` None: a stranger on the board.

    Raises Refused: vote.list_only_roll, refused.no_vote, vote.list_not_yet, vote.list_too_few.
    """
    vote: VoteRecord = await house.store.access.vote_to_list(who, community.id, number, now)
    if vote.open:
        raise Refused("vote.list_not_yet", number=number, closes=vote.closes_at)
    with vote_card.about(vote):
        voting.may_list(vote.facts, vote.cast, voting.tiny(community.settings))
    return vote


def _household(desk: Desk, one: TookPart) -> str:
    flat = flat_name(desk.house, one.flat)
    words = desk.texts("vote.and").join(one.choice)
    return desk.texts("vote.list_line", flat=flat, option=words) if words else flat


def result_row(desk: Desk, vote: VoteRecord) -> tuple[Button, ...]:
    """The buttons under a result."""
    more = (desk.button("all_numbers", "all_numbers", vote.number),) if vote.kind is VoteKind.OWNERS else ()
    return (*more, desk.button("took_part", "took_part", vote.number))
