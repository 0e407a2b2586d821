"""规章制定: a draft everybody can read, a round in which each opinion is answered, and then the vote."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from domain.errors import Refused
from domain.privacy import mask
from domain.quiet import next_loud
from domain.talk import Button, Manner, Outgoing
from domain.terms import Numbered, Role
from handlers.desk import Desk, House, Rows, quiet_of
from handlers.numbers import number_of, reading
from handlers.topic_card import HEADLINE, cut
from models.access import DRAFTERS
from models.drafts import DraftFacts
from models.people import CommunityFacts
from models.topics import TopicFacts

ROUND, EVENING = timedelta(days=7), time(20)
LONGEST, OPINION, ANSWER, LISTED, SHOWN = 2000, 500, 300, 5, 60
KEEPERS = (Role.MODERATOR, Role.SECRETARY)
_ANSWER = re.compile(r"(\d{1,4})[\s｜|]+(\S+?)(?:[\s｜|，,：:]+(.+))?", re.DOTALL)


async def draft(desk: Desk, words: str) -> list[Outgoing]:
    """草案 5: the newest version; 草案 5 正文: the next one, and a week in which everybody may say what they think.

    Raises Refused: refused.only_roles, rule_making.too_long, rule_making.none, steps.over.
    """
    number, text = number_of(desk, words, Numbered.TOPIC), reading(desk, words, Numbered.TOPIC).rest.lstrip("｜|：: ")
    if not text:
        return _read(desk, await _draft_of(desk, number))
    await desk.store.access.require(desk.who, DRAFTERS, desk.now, "draft")
    topic: TopicFacts = await desk.store.access.open_topic_head(desk.community.id, number)
    if len(text) > LONGEST:
        raise Refused("rule_making.too_long", length=len(text), most=LONGEST)
    until = datetime.combine((desk.local + ROUND).date(), EVENING, desk.house.zone)
    await desk.store.drafts.add(desk.community.id, topic.id, text, desk.who.id, until, desk.now)
    one = await _draft_of(desk, number)
    groups = await desk.store.people.groups_of(desk.community.id)
    shown, buttons, name = _card(desk.house, one, desk.now), _rows(desk.house, one, desk.now), card_name(one)
    cards = [Outgoing(group.chat, shown, rows=buttons, card=name, headed=True) for group in groups]
    return [desk.toast("rule_making.kept", number=number, version=one.version, count=len(groups)), *cards]


async def _draft_of(desk: Desk, number: int) -> DraftFacts:
    found: DraftFacts = await desk.store.access.draft(desk.community.id, number)
    return found


def _read(desk: Desk, one: DraftFacts) -> list[Outgoing]:
    """The whole text, in private: it is longer than a group reads."""
    head = desk.texts("rule_making.head", number=one.number, title=one.title, version=one.version)
    return desk.private_text(f"{head}\n{one.text}", _rows(desk.house, one, desk.now))


def card_name(one: DraftFacts) -> str:
    """Under which name the chat keeps the message that shows a draft; every version has its own."""
    return f"draft:{one.number}:{one.version}"


def _card(house: House, one: DraftFacts, now: datetime) -> str:
    room = HEADLINE - len(house.texts("rule_making.card_head", number=one.number, title="", version=one.version))
    head = house.texts("rule_making.card_head", number=one.number, title=cut(one.title, room), version=one.version)
    open_yet = now < one.until
    lines = [head, house.texts("rule_making.until", moment=house.moment(one.until, now))]
    lines.append(house.texts("rule_making.counts", opinions=one.opinions, answered=one.answered))
    key = "rule_making.next" if open_yet else "rule_making.next_closed"
    return "\n".join([*lines, house.texts(key, number=one.number)])


def _rows(house: House, one: DraftFacts, now: datetime) -> Rows:
    number = (str(one.number),)
    read = Button(house.texts("buttons.read_draft"), "draft", number)
    return ((read, Button(house.texts("buttons.opinion"), "opinion", number)),) if now < one.until else ((read,),)


async def opinion(desk: Desk, words: str) -> list[Outgoing]:
    """意见 5 内容: what somebody thinks of the draft, while its round lasts; the moderators are to answer it.

    Raises Refused: rule_making.none, rule_making.closed, rule_making.opinion_long.
    """
    one = await _draft_of(desk, number_of(desk, words, Numbered.TOPIC))
    if desk.now >= one.until:
        raise Refused("rule_making.closed", number=one.number, until=one.until)
    text = reading(desk, words, Numbered.TOPIC).rest.lstrip("｜|：: ")
    if not text:
        return await desk.ask("opinion_words", {"number": one.number}, "rule_making.ask", number=one.number)
    if len(text) > OPINION:
        raise Refused("rule_making.opinion_long", length=len(text), most=OPINION)
    now = replace(one, opinions=one.opinions + 1)
    place = await desk.store.drafts.opine(desk.community.id, one, desk.who.id, text, desk.now)
    told = desk.texts("rule_making.to_answer", number=one.number, place=place, text=_shown(desk, text))
    chats = await desk.store.people.private_chats_of(desk.community.id, KEEPERS, desk.now)
    out = [desk.tell(chat, told, about=f"topic:{one.number}") for chat in chats if chat != desk.chat]
    return [desk.toast("rule_making.noted", number=one.number, place=place), *out, *await _redrawn(desk, now)]


async def opinion_words(desk: Desk, words: str) -> list[Outgoing]:
    """The opinion that the button asked for."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    await desk.store.people.forget_question(desk.who.id)
    return await opinion(desk, f"{desk.dialogue.facts['number']} {words}")


def _shown(desk: Desk, text: str) -> str:
    return cut(mask(text, desk.house.masking).text, SHOWN)


async def _redrawn(desk: Desk, one: DraftFacts) -> list[Outgoing]:
    shown, buttons, name = _card(desk.house, one, desk.now), _rows(desk.house, one, desk.now), card_name(one)
    groups = await desk.store.people.groups_of(desk.community.id)
    return [desk.redraw(group.chat, name, shown, buttons, headed=True) for group in groups]


async def answer(desk: Desk, words: str) -> list[Outgoing]:
    """答意见 5: what waits; 答意见 5 2 采纳 原因 (or 不采纳): that one is answered, and who said it hears so.

    Without a reason it is asked for.

    Raises Refused: rule_making.answer_how, rule_making.no_opinion.
    """
    one = await _draft_of(desk, number_of(desk, words, Numbered.TOPIC))
    rest = reading(desk, words, Numbered.TOPIC).rest
    if not rest:
        return await _waiting(desk, one)
    match, verdicts = _ANSWER.fullmatch(rest), desk.texts.list("rule_making.verdicts")
    if match is None or match[2] not in verdicts or len(match[3] or "") > ANSWER:
        raise Refused("rule_making.answer_how", number=one.number, most=ANSWER)
    place, taken, text = int(match[1]), match[2] == verdicts[0], (match[3] or "").strip()
    if not text:
        of = f"{one.number} {place} {match[2]}"
        return await desk.ask("answer_opinion_why", {"of": of}, "rule_making.ask_why", place=place, verdict=match[2])
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    waited, chat = await desk.store.drafts.answer(one.topic, place, text, taken=taken)
    if not waited:
        raise Refused("rule_making.no_opinion", number=one.number, place=place)
    now = replace(one, answered=one.answered + 1)
    facts = {"number": one.number, "place": place, "verdict": match[2], "text": text}
    out = [desk.tell(chat, desk.texts("rule_making.answered", **facts), about=f"topic:{one.number}")] if chat else []
    more = ((desk.button("opinions_of", "answer_opinion", one.number, number=one.number),),)
    kept = desk.answer_text(desk.texts("rule_making.answer_kept", **facts), more if now.opinions > now.answered else ())
    return [kept, *out, *await _redrawn(desk, now)]


async def answer_why(desk: Desk, words: str) -> list[Outgoing]:
    """Why an opinion was taken or not, asked for by the button."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    return await answer(desk, f"{desk.dialogue.facts['of']} {words}")


async def _waiting(desk: Desk, one: DraftFacts) -> list[Outgoing]:
    said = await desk.store.drafts.unanswered(one.topic, LISTED)
    if not said:
        return desk.private("rule_making.all_answered", number=one.number)
    lines = [desk.texts("rule_making.waiting", number=one.number, count=one.opinions - one.answered)]
    lines += [desk.texts("rule_making.line", place=item.place, text=_shown(desk, item.text)) for item in said]
    lines.append(desk.texts("rule_making.how", number=one.number, place=said[0].place))
    given, verdicts = (one.number, said[0].place), desk.texts.list("rule_making.verdicts")
    names = zip(("take_opinion", "leave_opinion"), verdicts, strict=True)
    row = tuple(desk.button(name, "answer_opinion", *given, verdict, place=given[1]) for name, verdict in names)
    return desk.private_text("\n".join(lines), (row,))


async def to_vote(desk: Desk, words: str) -> list[Outgoing]:
    """交表决 5: once the round is over and every opinion answered, the vote can be opened with one press.

    Raises Refused: rule_making.round_runs, rule_making.not_answered.
    """
    one = await _ready(desk, words)
    row = (desk.button("open_vote", "open_draft_vote", one.number),)
    return desk.private("rule_making.ready", (row,), number=one.number, version=one.version)


async def vote_line(desk: Desk, words: str) -> str:
    """The line that opens a draft's vote. Raises Refused: rule_making.round_runs, rule_making.not_answered."""
    one = await _ready(desk, words)
    return desk.texts("rule_making.vote_line", title=one.title, version=one.version)


async def _ready(desk: Desk, words: str) -> DraftFacts:
    one = await _draft_of(desk, number_of(desk, words, Numbered.TOPIC))
    if desk.now < one.until:
        raise Refused("rule_making.round_runs", number=one.number, until=one.until)
    if one.opinions > one.answered:
        raise Refused("rule_making.not_answered", number=one.number, count=one.opinions - one.answered)
    return one


async def close_due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """Rounds that have ended: the moderators hear what is still to be answered, or that the vote can begin."""
    out: list[Outgoing] = []
    for one in await house.store.drafts.claim_closed(community.id, now):
        left = one.opinions - one.answered
        key = "rule_making.over_waiting" if left else "rule_making.over"
        text = house.texts(key, number=one.number, version=one.version, opinions=one.opinions, left=left)
        due, about = next_loud(now.astimezone(house.zone), quiet_of(community)), f"topic:{one.number}"
        chats = await house.store.people.private_chats_of(community.id, KEEPERS, now)
        out += [Outgoing(chat, text, Manner.NOTICE, due=due, about=about) for chat in chats]
        shown, name = _card(house, one, now), card_name(one)
        groups = await house.store.people.groups_of(community.id)
        rows = _rows(house, one, now)
        out += [Outgoing(group.chat, shown, Manner.REDRAW, rows=rows, card=name, headed=True) for group in groups]
    return out
