"""表决 and 表态 from the opener's side: open, extend, close; and the close that comes by itself."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain import voting
from domain.errors import Refused
from domain.quiet import next_loud
from domain.talk import Button, Chat, Manner, Outgoing
from domain.terms import Numbered, VoteKind, VoteState
from domain.vote_closing import came_late, counted_at, put_off, to_the_minute
from domain.vote_line import Opening, Words, parse_closing, parse_opening
from handlers import ballot_log, pasted, vote_ask, vote_card, vote_picture
from handlers.desk import DIALOGUE, Desk, House, quiet_of
from handlers.numbers import number_of, reading
from handlers.vote_card import card_name, is_poll, key
from handlers.vote_told import also_said, announce, chats_of
from models.people import CommunityFacts
from models.votes import NewVote, VoteRecord

CONSULTATION = "consultation"
"""The profile of a 表决 among households: no statutory quorum."""
_BAR = re.compile(r"[｜|]")


async def open_vote(desk: Desk, words: str) -> list[Outgoing]:
    """表决 题目｜选项｜…: one household one vote, the card to every group. Raises Refused: vote.no_roll and others."""
    if not words:
        return await vote_ask.begin(desk)
    opening = _read(desk, words)
    households = await desk.store.votes.households(desk.community.id)
    if not households:
        raise Refused("vote.no_roll")
    if opening.secret and households < voting.tiny(desk.community.settings):
        return await _ask_tiny(desk, words, households)
    return await _open(desk, VoteKind.HOUSEHOLD, opening, None)


async def open_vote_part(desk: Desk, words: str) -> list[Outgoing]:
    """An answer of the dialogue; it is refused at once where the line would be. Raises Refused: help.old_button."""
    found = await vote_ask.answered(desk, words)
    if isinstance(found, list):
        question = await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
        if question is not None and question.facts["said"].get("options"):
            _read(desk, vote_ask.line(question.facts["said"]))
        return found
    await desk.store.people.forget_question(desk.who.id)
    return [desk.answer("vote.not_opened")] if found is None else await open_vote(desk, found)


async def open_poll(desk: Desk, words: str) -> list[Outgoing]:
    """表态 题目｜选项｜…: informal, where it was said; said in private, in every group."""
    if not words:
        return await desk.ask("open_poll", {}, "vote.ask_poll")
    return await _open(desk, VoteKind.POLL, _read(desk, words, "open_poll"), desk.group.id if desk.group else None)


def _read(desk: Desk, words: str, route: str = "open_vote") -> Opening:
    with vote_card.about(phrase=desk.texts.list(f"routes.phrases.{route}")[0]):
        opening = parse_opening(" ".join(words.split()), desk.local, _words(desk))
    if route == "open_poll" and opening.public_list:
        raise Refused("vote.poll_not_listed")
    if route == "open_poll" and (opening.opens or opening.slips or opening.topic):
        raise Refused("vote.poll_plain")
    return replace(opening, closes=to_the_minute(opening.closes))


def _words(desk: Desk) -> Words:
    return Words(**desk.texts.table("vote.words"))


async def _ask_tiny(desk: Desk, line: str, households: int) -> list[Outgoing]:
    """A vote so small is known to everybody where all choose alike; the opener is told before it opens."""
    chat = desk.chat if desk.chat.private else desk.who.private
    if chat is not None:
        until = desk.now + DIALOGUE
        await desk.store.people.expect(desk.community.id, desk.who.id, chat, "open_tiny", {"line": line}, until)
    row = (
        desk.button("make_roll_call", "open_tiny", "roll_call"),
        desk.button("keep_secret", "open_tiny", "secret"),
        desk.button("open_none", "open_tiny", "none"),
    )
    return desk.private("vote.tiny", (row,), count=households)


async def open_tiny(desk: Desk, words: str) -> list[Outgoing]:
    """The opener's answer: 改记名, 照样开, 不开了. Raises Refused: help.old_button."""
    question = desk.dialogue or await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
    if question is None or question.name != "open_tiny":
        raise Refused("help.old_button")
    said = {desk.texts(f"buttons.{name}"): answer for name, answer in _ANSWERS.items()}
    answer = said.get(words, words)
    line = str(question.facts["line"])
    if answer not in _ANSWERS.values():
        return await _ask_tiny(desk, line, await desk.store.votes.households(desk.community.id))
    await desk.store.people.forget_question(desk.who.id)
    if answer == "none":
        return [desk.answer("vote.not_opened")]
    return await _open(desk, VoteKind.HOUSEHOLD, replace(_read(desk, line), secret=answer == "secret"), None)


_ANSWERS = {"make_roll_call": "roll_call", "keep_secret": "secret", "open_none": "none"}


async def _open(desk: Desk, kind: VoteKind, opening: Opening, group: int | None) -> list[Outgoing]:
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    profile = desk.house.rules.get(CONSULTATION) if kind is VoteKind.HOUSEHOLD else None
    snapshot: dict[str, Any] = {"rule": profile.snapshot()} if profile else {}
    snapshot |= {"slips": True} if opening.slips else {}
    snapshot |= {"public_list": True} if opening.public_list else {}
    if opening.topic is not None:
        snapshot["topic"] = (await desk.store.access.topic(desk.community.id, opening.topic)).number
    new = NewVote(kind, opening.title, opening.options, opening.secret, opening.closes, group, opening.method)
    told = await announce(desk, replace(new, opens_at=opening.opens, snapshot=snapshot))
    return [*told, *_to_print(desk, opening)]


def _to_print(desk: Desk, opening: Opening) -> list[Outgoing]:
    """With sealed slips, the opener hears what has to be done before the vote starts."""
    if not opening.slips or opening.opens is None:
        return []
    number = desk.trail.subject.partition(":")[2]
    return desk.private("slips.to_print", number=number, opens=desk.moment(opening.opens))


async def extend(desk: Desk, words: str) -> list[Outgoing]:
    """延期 3｜12-15 20:00｜原因: a later close, with its reason, to every group."""
    number = number_of(desk, words, Numbered.VOTE)
    vote = await desk.store.access.open_vote(desk.community.id, number, desk.now)
    until_when, _, reason = _BAR.sub("｜", reading(desk, words, Numbered.VOTE).rest.lstrip("｜| "), 1).partition("｜")
    if is_poll(vote):
        raise Refused("vote.poll_not_extended", number=number)
    if not (until_when.strip() and reason.strip()):
        raise Refused("vote.extension_incomplete", number=number)
    with vote_card.about(vote):
        until = parse_closing(until_when.strip().removeprefix(_words(desk).until).strip(), desk.local, _words(desk))
        until = to_the_minute(until)
        voting.extend(vote.facts, until, desk.now)
    later = await desk.store.votes.extend(vote, until, reason.strip(), desk.now)
    await ballot_log.extended(desk.house, later, reason.strip())
    await desk.store.votes.schedule(later, counted_at(until), desk.now)
    facts = {"closes": desk.moment(until), "reason": reason.strip(), "label": vote_card.label(desk.texts, vote)}
    text = desk.texts("vote.extended", number=number, **facts)
    chats = await chats_of(desk.house, later)
    card, rows = vote_card.card(desk.house, later, desk.now), vote_card.rows(desk.house, later)
    told = [Outgoing(chat, text, headed=True) for chat in chats]
    cards = [desk.redraw(chat, card_name(vote), card, rows, headed=True) for chat in chats]
    paste = pasted.offered(desk, vote_card.pasted_open(desk.house, later, desk.community, desk.now))
    return [*told, *cards, *also_said(desk, chats, "vote.extending", later), *paste]


async def withdraw(desk: Desk, words: str) -> list[Outgoing]:
    """撤销表决 3｜原因: before any ballot only. Raises Refused: vote.withdraw_incomplete, vote.withdraw_too_late."""
    number = number_of(desk, words, Numbered.VOTE)
    reason = reading(desk, words, Numbered.VOTE).rest.strip("｜| ")
    vote = await desk.store.access.open_vote(desk.community.id, number, desk.now)
    if not reason:
        raise Refused("vote.withdraw_incomplete", number=number)
    if not await desk.store.votes.withdraw(vote, desk.now):
        raise Refused("vote.withdraw_too_late", number=number)
    await ballot_log.called_off(vote)
    gone = replace(vote, state=VoteState.WITHDRAWN, closed_at=desk.now)
    chats = await chats_of(desk.house, gone)
    title = vote_card.cut(vote.title, vote_card.HEADLINE)
    facts = {"number": number, "title": title, "reason": reason, "label": vote_card.label(desk.texts, vote)}
    told = [Outgoing(chat, desk.texts("vote.withdrawn", **facts), headed=True) for chat in chats]
    return [*told, *_shut(desk.house, gone, chats, desk.now), *also_said(desk, chats, "vote.withdrawing", gone)]


async def close(desk: Desk, words: str) -> list[Outgoing]:
    """截止 3: ask once more before a vote is closed early."""
    number = number_of(desk, words, Numbered.VOTE)
    vote = await desk.store.access.open_vote(desk.community.id, number, desk.now)
    row = (desk.button("close_for_sure", "close_vote_for_sure", number), desk.button("not_yet", "keep_vote", number))
    title = vote_card.cut(vote.title, vote_card.HEADLINE)
    asked = desk.texts(key(vote, "close_sure"), number=number, title=title, closes=desk.moment(vote.closes_at))
    return [desk.answer_text(asked, (row,))]


async def keep_open(desk: Desk, words: str) -> list[Outgoing]:
    """先不截止 3: nothing changes."""
    return [desk.toast("vote.kept", number=number_of(desk, words, Numbered.VOTE))]


async def close_for_sure(desk: Desk, words: str) -> list[Outgoing]:
    """确认截止 3: the vote ends now, and its result goes to every group at any hour."""
    number = number_of(desk, words, Numbered.VOTE)
    was = await desk.store.access.open_vote(desk.community.id, number, desk.now)
    vote = await desk.store.votes.close(was.id, desk.now)
    if vote is None:
        raise Refused("vote.closed_already", number=number, closes=was.closes_at)
    chats = await chats_of(desk.house, vote)
    text = vote_card.early_result(desk.house, vote, was, desk.now)
    picture = vote_picture.of(desk.house, desk.community, vote)
    rows = vote_card.public_list(desk.house, desk.community, vote)
    told = [Outgoing(chat, text, rows=rows, headed=True, picture=picture) for chat in _heard_by(vote, chats)]
    shut = _shut(desk.house, vote, chats, desk.now)
    paste = await _to_paste(desk.house, desk.community, vote)
    heads = await ballot_log.closed(desk.house, desk.community, vote, desk.now, chats)
    return [*told, *shut, *also_said(desk, chats, key(vote, "closing"), vote), *paste, *heads]


def _heard_by(vote: VoteRecord, chats: Sequence[Chat]) -> list[Chat]:
    """Where the bot tells the result; a platform's own poll shows it itself."""
    return [chat for chat in chats if not vote_card.native(vote, chat)]


def _shut(house: House, vote: VoteRecord, chats: Sequence[Chat], now: datetime) -> list[Outgoing]:
    """The cards of a counted vote: no buttons any more, and a platform's own poll closed."""
    text = vote_card.closed_card(house, vote, now)
    name, poll = card_name(vote), is_poll(vote)
    return [Outgoing(chat, text, Manner.REDRAW, card=name, headed=True, closes_poll=poll) for chat in chats]


async def _to_paste(house: House, community: CommunityFacts, vote: VoteRecord) -> list[Outgoing]:
    """The result as a text for other groups, to the opener alone. A platform's own poll is not counted here."""
    chat = await house.store.people.private_chat_of(vote.opener) if vote.opener else None
    if chat is None or not _heard_by(vote, await chats_of(house, vote)):
        return []
    head = house.texts(key(vote, "paste_head"), number=vote.number)
    pasted = Outgoing(chat, f"{head}\n{vote_card.pasted(house, vote, community.name, community.slug)}")
    return [pasted, *_to_resolve(house, vote, chat)]


def _to_resolve(house: House, vote: VoteRecord, chat: Chat) -> list[Outgoing]:
    """A vote for a topic's resolution: its opener gets the button that writes it."""
    if vote.topic is None:
        return []
    button = Button(house.texts("buttons.resolve"), "resolve", (str(vote.topic),))
    text = house.texts("vote.to_resolve", number=vote.number, topic=vote.topic)
    return [Outgoing(chat, text, rows=((button,),))]


async def close_due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """Count the votes whose time has come, each once, however many processes look at them.

    A counting that nobody watched is put off a little, so that what was sent in time is in; see `domain.vote_closing`.
    """
    out: list[Outgoing] = []
    for id, due in (await house.store.votes.claim(community.id, now)).items():
        vote = await house.store.votes.by_id(id)
        later = put_off(due, now)
        if later is not None:
            await house.store.votes.schedule(vote, later, now)
            continue
        counted = await house.store.votes.close(id, vote.closes_at)
        if counted is not None:
            out += await _ended(house, community, counted, now)
    return out


async def _ended(house: House, community: CommunityFacts, vote: VoteRecord, now: datetime) -> list[Outgoing]:
    """The cards at once, the result when the quiet hours are over."""
    chats = await chats_of(house, vote)
    late = came_late(vote.closes_at, now)
    text = vote_card.result(house, vote, now, "vote.ended" if late else "vote.ended_by_time", late=late)
    loud = next_loud(now.astimezone(house.zone), quiet_of(community))
    picture, rows = vote_picture.of(house, community, vote), vote_card.public_list(house, community, vote)
    told = [
        Outgoing(chat, text, Manner.NOTICE, rows=rows, headed=True, due=loud, timely=True, picture=picture)
        for chat in _heard_by(vote, chats)
    ]
    paste = await _to_paste(house, community, vote)
    heads = await ballot_log.closed(house, community, vote, now, chats)
    return [*_shut(house, vote, chats, now), *told, *(_by_itself(out, loud) for out in paste), *heads]


def _by_itself(out: Outgoing, due: datetime) -> Outgoing:
    return replace(out, manner=Manner.NOTICE, due=due, timely=True)
