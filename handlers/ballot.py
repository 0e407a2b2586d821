"""投票 from the resident's side: the ballot, by a press or typed, for all units that the voter speaks for."""

from domain import voting
from domain.ballots import part_slip
from domain.errors import Refused
from domain.owners_roll import Relation, may_speak_for, together
from domain.talk import Chat, Outgoing, Pressed, Said
from domain.terms import Method, Numbered, VoteKind, VoteState
from domain.vote_words import read_choice, read_choices
from domain.voting import Choice
from handlers import receipts, slips, vote_card, votes
from handlers.desk import DIALOGUE, Desk
from handlers.numbers import number_of, reading
from handlers.vote_card import card_name, is_poll, key
from models.ballots import Cast, Marked, Standing, Unit, next_rev
from models.votes import VoteRecord


async def ballot(desk: Desk, words: str) -> list[Outgoing]:
    """投票 3 2: cast or change; 投票 3: the card; 投票: what is open. Raises Refused: vote.not_bound and others."""
    if not words:
        return await votes.votes(desk, words)
    number, choice = number_of(desk, words, Numbered.VOTE), reading(desk, words, Numbered.VOTE).rest
    standing = await desk.store.access.standing(desk.who, desk.community.id, number)
    if not choice:
        return _shown(desk, standing)
    _check_place(desk, standing.vote)
    try:
        _check_may(desk, standing)
    except Refused as no:
        if no.reason not in {"vote.closed", "vote.poll_closed"}:
            raise
        return _too_late(desk, standing.vote, no.reason)
    standing, choice = await slips.shown(desk, standing, choice)
    if standing.vote.slips and not standing.units:
        return await slips.ask(desk, standing.vote, choice)
    if standing.vote.kind is VoteKind.OWNERS and any(unit.relation is None for unit in standing.units):
        return await _ask_as_what(desk, standing.vote, choice)
    return await _cast(desk, standing, _choice(desk, standing, choice))


async def _cast(desk: Desk, standing: Standing, choice: Choice) -> list[Outgoing]:
    vote = standing.vote
    marked = _marked(desk, standing, choice)
    if all(_unchanged(one, standing) for one in marked):
        return [_told(desk, vote, marked, changed=False)]
    on_row = desk.trail.act == "ballot"
    cast = await desk.store.ballots.put(vote, desk.who.id, marked, desk.now, on_row=on_row)
    desk.trail.on_row = on_row and bool(cast.sealed)
    told = [_told(desk, vote, marked, changed=cast.rev > 0), *_others(desk, standing, marked, cast)]
    return [*told, *await receipts.of(desk, vote, cast.sealed)]


def _shown(desk: Desk, standing: Standing) -> list[Outgoing]:
    """The card, here; in private with one's own choice marked."""
    vote = standing.vote
    if not vote.open:
        return votes.counted(desk, vote)
    if vote_card.native(vote, desk.chat):
        raise Refused("vote.press_the_poll", number=vote.number)
    chosen = standing.said_by(desk.who.id) if desk.chat.private else ()
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


def _check_may(desk: Desk, standing: Standing) -> None:
    """By the ballot's own moment: a message's date, a receipt. Raises Refused with the first reason against it."""
    vote, bound = standing.vote, desk.who.household is not None
    if vote.state is VoteState.WITHDRAWN:
        raise Refused("vote.withdrawn_already", number=vote.number)
    with vote_card.about(vote):
        voting.may_vote(vote.facts, bound=bound, on_roll=standing.on_roll, when=desk.event.at, owner=standing.owner)
    if standing.units and all(unit.paper for unit in standing.units) and not is_poll(vote):
        raise Refused("vote.paper_counts", number=vote.number)


def _choice(desk: Desk, standing: Standing, words: str) -> Choice:
    """What was pressed or typed, as a ballot; where several may be marked, a press puts one in or takes it out."""
    vote = standing.vote
    with vote_card.about(vote):
        if isinstance(desk.event, Pressed) and words.isdecimal():
            place = int(words) - 1
            several = vote.method is not Method.SINGLE and 0 <= place < len(vote.options)
            choice = voting.toggled(standing.said_by(desk.who.id), place) if several else (place,)
        elif vote.method is Method.SINGLE:
            choice = (read_choice(words, vote.options),)
        else:
            choice = read_choices(words, vote.options)
        voting.accept(vote.facts, None, choice, desk.event.at)
        return choice


def _marked(desk: Desk, standing: Standing, choice: Choice) -> list[Marked]:
    """The ballots that a choice makes: one a unit; in a 表态 one's own. A press adds to the ballot that it found."""
    adds = isinstance(desk.event, Pressed) and standing.vote.method is not Method.SINGLE
    if is_poll(standing.vote):
        return [Marked(f"r{desk.who.id}", choice, rev=next_rev(standing.previous) if adds else None)]
    units = [unit for unit in standing.units if not unit.paper and unit.relation is not Relation.TENANT]
    if standing.vote.kind is VoteKind.HOUSEHOLD:
        units = [unit for unit in standing.units if not unit.paper]
        revs = [next_rev(unit.previous) if adds else None for unit in units]
        return [Marked(f"h{unit.household}", choice, rev=rev) for unit, rev in zip(units, revs, strict=True)]
    return [_as_co_owner(desk, unit, choice) for unit in units]


def _as_co_owner(desk: Desk, unit: Unit, choice: Choice) -> Marked:
    said = {**unit.said, str(desk.who.id): choice[0]}
    return Marked(f"h{unit.household}", together(said), said, next_rev(unit.previous))


def _unchanged(one: Marked, standing: Standing) -> bool:
    """Whether this ballot stands already."""
    if one.said is not None:
        return any(f"h{unit.household}" == one.voter and unit.said == one.said for unit in standing.units)
    previous = standing.previous
    units = [unit for unit in standing.units if f"h{unit.household}" == one.voter]
    if units:
        previous = units[0].previous
    return previous is not None and voting.same(standing.vote.method, previous.choice, one.choice)


def _too_late(desk: Desk, vote: VoteRecord, reason: str) -> list[Outgoing]:
    """A press that waited while the program was down gets no toast any more, so the presser is written to as well."""
    facts = {"number": vote.number, "closes": desk.moment(vote.closes_at)}
    told = [desk.toast(reason, **facts)]
    if isinstance(desk.event, Pressed) and desk.who.private:
        told.append(Outgoing(desk.who.private, desk.texts(reason, **facts)))
    return told


def _told(desk: Desk, vote: VoteRecord, marked: list[Marked], *, changed: bool) -> Outgoing:
    """To the voter. Typed in a group, the answer is for all to read, so it doesn't repeat the choice."""
    if not (isinstance(desk.event, Pressed) or desk.chat.private or is_poll(vote)):
        return desk.answer("vote.accepted_in_group", number=vote.number)
    if any(len(one.choice) > 1 and one.said for one in marked):
        return desk.toast("owners.differ", number=vote.number)
    name = "changed" if changed else "accepted"
    own = (marked[0].said[str(desk.who.id)],) if marked[0].said else marked[0].choice
    name = key(vote, name) if len(marked) == 1 else f"vote.{name}_units"
    return desk.toast(name, number=vote.number, option=vote_card.chosen(desk.texts, vote, own), count=len(marked))


def _others(desk: Desk, standing: Standing, marked: list[Marked], cast: Cast) -> list[Outgoing]:
    """The others at home, and the cards: the groups' when somebody new took part, the voter's own with its mark."""
    vote, house = standing.vote, desk.house
    text, name = vote_card.card(house, vote, desk.now, cast.cast), card_name(vote)
    out = [Outgoing(chat, desk.texts(_word_at_home(marked), number=vote.number)) for chat in _at_home(desk, standing)]
    if any(rev == 0 for rev in cast.revs.values()):
        rows = vote_card.rows(house, vote)
        groups = [chat for chat in standing.groups if not vote_card.native(vote, chat)]
        out += [desk.redraw(chat, name, text, rows, headed=True) for chat in groups]
    if desk.chat.private:
        own = (marked[0].said[str(desk.who.id)],) if marked[0].said else marked[0].choice
        out.append(desk.redraw(desk.chat, name, text, vote_card.rows(house, vote, own), headed=True))
    return out


def _word_at_home(marked: list[Marked]) -> str:
    differ = any(len(one.choice) > 1 and one.said for one in marked)
    return "owners.differ_at_home" if differ else "vote.told_at_home"


def _at_home(desk: Desk, standing: Standing) -> list[Chat]:
    """Who else of the household hears of it; where options are put in one by one, only of the first of them."""
    if is_poll(standing.vote):
        return []
    goes_on = standing.vote.method is not Method.SINGLE and isinstance(desk.event, Pressed)
    mine = standing.units and standing.units[0].by == desk.who.id
    return [] if goes_on and mine else list(standing.at_home)


async def _ask_as_what(desk: Desk, vote: VoteRecord, choice: str) -> list[Outgoing]:
    """An owners' decision asks once as what somebody speaks for the unit; the answer casts the ballot."""
    chat = desk.chat if desk.chat.private else desk.who.private
    line = f"{vote.number} {choice}"
    if chat is not None:
        until = desk.now + DIALOGUE
        await desk.store.people.expect(desk.community.id, desk.who.id, chat, "as_what", {"line": line}, until)
    buttons = [desk.button(f"as_{relation.value}", "as_what", relation.value, line) for relation in Relation]
    return desk.private("owners.ask_as_what", (tuple(buttons[:2]), tuple(buttons[2:])), number=vote.number)


async def slip(desk: Desk, words: str) -> list[Outgoing]:
    """The code of a sealed slip, which casts what was chosen. Raises Refused: help.old_button."""
    if desk.dialogue is None:
        raise Refused("help.old_button")
    line = str(desk.dialogue.facts["line"])
    if part_slip(words)[1] is None:
        number = number_of(desk, line, Numbered.VOTE)
        raise Refused(slips.unknown(await desk.store.access.vote(desk.community.id, number)), number=number)
    await desk.store.people.forget_question(desk.who.id)
    return await ballot(desk, f"{line} {words}")


async def as_what(desk: Desk, words: str) -> list[Outgoing]:
    """我是业主, 监护人 …: note it for the speaker's units, cast what was chosen. Raises Refused: help.old_button."""
    if isinstance(desk.event, Said):
        question = desk.dialogue or await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
        if question is None or question.name != "as_what":
            raise Refused("help.old_button")
        said = {desk.texts(f"buttons.as_{relation.value}"): relation.value for relation in Relation}
        words = f"{said.get(words, words)} {question.facts['line']}"
    name, _, line = words.partition(" ")
    if name not in list(Relation):
        return await _ask_as_what_again(desk, line)
    relation = Relation(name)
    if relation in {Relation.GUARDIAN, Relation.PROXY}:
        return await desk.ask("document", {"relation": name, "line": line}, f"owners.ask_document_{name}")
    return await _as(desk, relation, "", line)


async def _ask_as_what_again(desk: Desk, line: str) -> list[Outgoing]:
    number = number_of(desk, line, Numbered.VOTE)
    vote = await desk.store.access.vote(desk.community.id, number)
    return await _ask_as_what(desk, vote, reading(desk, line, Numbered.VOTE).rest)


async def document(desk: Desk, words: str) -> list[Outgoing]:
    """The number of the document by which somebody votes for the owner. Raises help.old_button."""
    if desk.dialogue is None:
        raise Refused("help.old_button")
    facts = desk.dialogue.facts
    relation = Relation(str(facts["relation"]))
    try:
        may_speak_for(relation, words)
    except Refused:
        return await desk.ask("document", facts, f"owners.ask_document_{relation.value}")
    return await _as(desk, relation, words.strip(), str(facts["line"]))


async def _as(desk: Desk, relation: Relation, document: str, line: str) -> list[Outgoing]:
    number = number_of(desk, line, Numbered.VOTE)
    standing = await desk.store.access.standing(desk.who, desk.community.id, number)
    unknown = [unit.household for unit in standing.units if unit.relation is None]
    await desk.store.people.forget_question(desk.who.id)
    await desk.store.ballots.relate(desk.community.id, desk.who.id, unknown, relation, document)
    if relation is Relation.TENANT:
        return [desk.answer("vote.not_owner", number=number)]
    return await ballot(desk, line)
