"""投票 from the resident's side: what is open, one's ballot, whether one may, the result, who took part."""

from collections.abc import Sequence

from domain import voting
from domain.errors import Refused
from domain.talk import Outgoing, Pressed
from domain.terms import Numbered
from domain.vote_words import read_choice
from handlers import vote_card
from handlers.desk import Desk, Rows
from handlers.flats import flat_name
from handlers.numbers import number_of, reading
from handlers.vote_card import card_name, is_poll, key
from models.votes import Cast, Standing, TookPart, VoteRecord

LISTED = 5
PAGE = 40


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


async def ballot(desk: Desk, words: str) -> list[Outgoing]:
    """投票 3 2: cast or change; 投票 3: the card; 投票: what is open. Raises Refused: vote.not_bound and others."""
    if not words:
        return await votes(desk, words)
    number, choice = number_of(desk, words, Numbered.VOTE), reading(desk, words, Numbered.VOTE).rest
    standing = await desk.store.access.standing(desk.who, desk.community.id, number)
    if not choice:
        return _shown(desk, standing)
    _check_place(desk, standing.vote)
    try:
        place, accepted = _accepted(desk, standing, choice)
    except Refused as no:
        if no.reason not in {"vote.closed", "vote.poll_closed"}:
            raise
        return _too_late(desk, standing.vote, no.reason)
    if standing.previous and accepted.rev == standing.previous.rev:
        return [_told(desk, standing.vote, place, changed=False)]
    cast = await desk.store.votes.put(standing.vote, desk.who, place, desk.now)
    return [_told(desk, standing.vote, place, changed=cast.rev > 0), *_others(desk, standing, place, cast)]


def _shown(desk: Desk, standing: Standing) -> list[Outgoing]:
    """The card, here; in private with one's own choice marked."""
    vote = standing.vote
    if not vote.open:
        return _result(desk, vote)
    if vote_card.native(vote, desk.chat):
        raise Refused("vote.press_the_poll", number=vote.number)
    chosen = standing.previous.choice[0] if standing.previous and desk.chat.private else None
    text, rows = vote_card.card(desk.house, vote, desk.now), vote_card.rows(desk.house, vote, chosen)
    rows += desk.to_page("vote_on_page", f"ballot/{vote.number}")
    return [desk.answer_text(text, rows, card=card_name(vote), headed=True)]


def _check_place(desk: Desk, vote: VoteRecord) -> None:
    """What is typed in a group everybody reads. Raises Refused: vote.secret_in_group, vote.press_the_poll."""
    if isinstance(desk.event, Pressed):
        return
    if vote_card.native(vote, desk.chat):
        raise Refused("vote.press_the_poll", number=vote.number)
    if vote.secret and not is_poll(vote) and not desk.chat.private:
        raise Refused("vote.secret_in_group", number=vote.number)


def _accepted(desk: Desk, standing: Standing, choice: str) -> tuple[int, voting.Accepted]:
    """The option's position and what the ballot becomes, by the ballot's own moment: a message's date, a receipt."""
    vote, when = standing.vote, desk.event.at
    with vote_card.about(vote):
        voting.may_vote(vote.facts, bound=desk.who.household is not None, on_roll=standing.on_roll, when=when)
        pressed = isinstance(desk.event, Pressed) and choice.isdecimal()
        place = int(choice) - 1 if pressed else read_choice(choice, vote.options)
        return place, voting.accept(vote.facts, standing.previous, (place,), when)


def _too_late(desk: Desk, vote: VoteRecord, reason: str) -> list[Outgoing]:
    """A press that waited while the program was down gets no toast any more, so the presser is written to as well."""
    facts = {"number": vote.number, "closes": desk.moment(vote.closes_at)}
    told = [desk.toast(reason, **facts)]
    if isinstance(desk.event, Pressed) and desk.who.private:
        told.append(Outgoing(desk.who.private, desk.texts(reason, **facts)))
    return told


def _told(desk: Desk, vote: VoteRecord, place: int, *, changed: bool) -> Outgoing:
    """To the voter. Typed in a group, the answer is for all to read, so it doesn't repeat the choice."""
    if not (isinstance(desk.event, Pressed) or desk.chat.private or is_poll(vote)):
        return desk.answer("vote.accepted_in_group", number=vote.number)
    name = key(vote, "changed" if changed else "accepted")
    return desk.toast(name, number=vote.number, option=vote.options[place])


def _others(desk: Desk, standing: Standing, place: int, cast: Cast) -> list[Outgoing]:
    """The others at home, and the cards: the groups' when somebody new took part, the voter's own with its mark."""
    vote, house = standing.vote, desk.house
    text, name = vote_card.card(house, vote, desk.now, cast.cast), card_name(vote)
    out = []
    if not is_poll(vote):
        told = desk.texts("vote.told_at_home", number=vote.number)
        out += [Outgoing(chat, told) for chat in standing.at_home]
    if cast.rev == 0:
        rows = vote_card.rows(house, vote)
        groups = [chat for chat in standing.groups if not vote_card.native(vote, chat)]
        out += [desk.redraw(chat, name, text, rows, headed=True) for chat in groups]
    if desk.chat.private:
        out.append(desk.redraw(desk.chat, name, text, vote_card.rows(house, vote, place), headed=True))
    return out


async def may(desk: Desk, words: str) -> list[Outgoing]:
    """我能投吗: whether one may vote, and why not. It tells of a household, so to the asker alone."""
    if not words:
        return await _may_all(desk)
    number = number_of(desk, words, Numbered.VOTE)
    standing = await desk.store.access.standing(desk.who, desk.community.id, number)
    name = _may(desk, standing)
    facts = {"number": number, "closes": desk.moment(standing.vote.closes_at)}
    return (
        [desk.toast(name, **facts)] if isinstance(desk.event, Pressed) else desk.private_text(desk.texts(name, **facts))
    )


def _may(desk: Desk, standing: Standing) -> str:
    vote = standing.vote
    try:
        bound = desk.who.household is not None
        voting.may_vote(vote.facts, bound=bound, on_roll=standing.on_roll, when=desk.now)
    except Refused as no:
        return f"vote.may_{no.reason}"
    if is_poll(vote):
        return "vote.may_poll"
    return "vote.may_change" if standing.previous else "vote.may"


async def _may_all(desk: Desk) -> list[Outgoing]:
    if desk.who.household is None:
        return [desk.toast("vote.may_not_bound")]
    found = await desk.store.votes.open_votes(desk.community.id, LISTED)
    if not found:
        return desk.private("vote.may_none_open")
    rolls = await desk.store.votes.rolls_of(desk.who.household, found)
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
    return _result(desk, vote)


def _result(desk: Desk, vote: VoteRecord) -> list[Outgoing]:
    if vote_card.native(vote, desk.chat):
        return [desk.answer("vote.poll_there", number=vote.number)]
    rows = () if is_poll(vote) else ((desk.button("took_part", "took_part", vote.number),),)
    return [desk.answer_text(vote_card.result(desk.house, vote, desk.now), rows, headed=True)]


async def took_part(desk: Desk, words: str) -> list[Outgoing]:
    """看各户 3: after the close, to those on the roll alone: who took part, and in a 记名 vote what each chose."""
    number, page = number_of(desk, words, Numbered.VOTE), reading(desk, words, Numbered.VOTE).rest
    vote = await desk.store.access.vote_on_roll(desk.who, desk.community.id, number, desk.now)
    if vote.open:
        raise Refused("vote.list_not_yet", number=number, closes=vote.closes_at)
    at = max(int(page), 1) if page.isdecimal() else 1
    found = await desk.store.votes.took_part(vote, PAGE + 1, (at - 1) * PAGE)
    if not found:
        return desk.private("vote.list_none", number=number)
    head = desk.texts(
        "vote.list_secret" if vote.secret else "vote.list_roll_call", number=number, page=at, title=vote.title
    )
    lines = [head, *[_household(desk, one) for one in found[:PAGE]]]
    rows = ((desk.button("next_page", "took_part", number, at + 1),),) if len(found) > PAGE else ()
    return desk.private_text("\n".join(lines), rows)


def _household(desk: Desk, one: TookPart) -> str:
    flat = flat_name(desk.house, one.flat)
    return flat if one.choice is None else desk.texts("vote.list_line", flat=flat, option=one.choice)
