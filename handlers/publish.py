"""6 公开结果: the resolution to every group it came from, to authors and supporters; objections within a set time."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from domain.dates import write_last_day
from domain.errors import Refused
from domain.talk import Outgoing
from domain.terms import Numbered, Role, Step, TopicState
from handlers import pasted, redraws, task_card, topic_card
from handlers.desk import DIALOGUE, Desk
from handlers.numbers import number_of, reading, reading_of
from handlers.sessions import objection_days
from handlers.stepping import take_step
from handlers.work_line import line_of
from models.resolutions import Resolved, Work
from models.topics import TopicFacts

EVENING = time(20)
SHOWN = 2
AMENDED = ("new_text", "why")
_BAR = re.compile(r"^[｜|\s]+")


async def publish(desk: Desk, words: str) -> list[Outgoing]:
    """公开 5; 公开 5 原因 where steps were left out. Raises Refused: steps.not_resolved, steps.another_first."""
    found = reading_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.topic(desk.community.id, found.number)
    await take_step(desk, topic, Step.PUBLISH, found.rest)
    resolved = await desk.store.resolutions.publish(topic.id, _objections_until(desk), desk.now)
    now = replace(topic, step=Step.PUBLISH, state=TopicState.PUBLISHED)
    text = resolution_text(desk, topic, resolved)
    out, groups, people = await _told(desk, now, text, resolved.works)
    told = desk.toast("publish.telling", number=topic.number, groups=groups, people=people)
    return [told, *out, *pasted.offered(desk, _to_paste(desk, topic, resolved))]


def _objections_until(desk: Desk) -> datetime:
    """The evening on which the time for objections ends."""
    days = timedelta(days=objection_days(desk.community))
    return datetime.combine((desk.local + days).date(), EVENING, desk.house.zone)


async def _told(
    desk: Desk, topic: TopicFacts, text: str, works: Sequence[Work] = ()
) -> tuple[list[Outgoing], int, int]:
    """To the groups that the concerns came from, to each author and supporter once, and to those who do it; the cards
    say that it is public.

    Returns what is said, to how many groups and people.
    """
    row = (desk.button("object", "object", topic.number), desk.button("detail", "topic", topic.number))
    found = await redraws.places(desk, topic)
    groups = topic_card.origins(found.groups, topic)
    out = [Outgoing(group.chat, text, rows=(row,), headed=True) for group in groups]
    doers = [work.new.doer for work in works]
    reached = await desk.store.doers.reach(desk.community.id, doers, (), desk.now, topic.id)
    private = [chat for chat in reached.everyone if chat != desk.chat]
    about = topic_card.card_name(topic)
    out += [desk.tell(chat, text, (row,), about=about, headed=True) for chat in private]
    out += task_card.given(desk, [(work.number, work.new) for work in works], topic, reached) if works else []
    return [*out, *redraws.drawn(desk.house, topic, desk.now, found)], len(groups), len(private)


def _to_paste(desk: Desk, topic: TopicFacts, resolved: Resolved) -> str:
    link = pasted.link(desk.house, desk.community, "publish.paste_link", f"topics/{topic.number}")
    facts = {"community": desk.community.name, "number": topic.number, "link": link}
    return pasted.fitted(desk.house, "publish.paste", "text", resolved.text, **facts)


def resolution_text(desk: Desk, topic: TopicFacts, resolved: Resolved) -> str:
    """A resolution as it is told: what, who, by when, on what it rests, until when one may object."""
    lines = [desk.texts("publish.head", number=topic.number, text=topic_card.cut(resolved.text, 60))]
    for work in resolved.works[:SHOWN]:
        day = write_last_day(work.last_day, desk.local.date(), desk.house.dates)
        about = work.text if len(resolved.works) > 1 else ""
        name = "publish.work_of" if about else "publish.work"
        lines.append(desk.texts(name, task=work.number, text=topic_card.cut(about, 14), doer=work.doer, day=day))
    if len(resolved.works) > SHOWN:
        lines.append(desk.texts("publish.more", count=len(resolved.works) - SHOWN))
    if resolved.basis is not None:
        lines.append(desk.texts("publish.basis", vote=resolved.basis))
    if resolved.objections_until is not None:
        lines.append(desk.texts("publish.objections", until=desk.moment(resolved.objections_until)))
    return "\n".join(lines)


async def amend(desk: Desk, words: str) -> list[Outgoing]:
    """改决议 5 新内容｜原因: a public resolution says something else; everybody is told, and may object anew.

    Raises Refused: publish.not_public.
    """
    number, parts = line_of(desk, words)
    topic = await desk.store.access.topic(desk.community.id, number)
    if topic.state is not TopicState.PUBLISHED:
        raise Refused("publish.not_public_yet", number=number)
    if len(parts) < len(AMENDED):
        asked = {"number": number, "parts": parts}
        return await desk.ask("amend_part", asked, f"publish.ask_{AMENDED[len(parts)]}", number=number)
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    text, reason = parts[0], parts[1]
    until = _objections_until(desk)
    await desk.store.resolutions.amend(topic.id, text, reason, desk.who.id, until, desk.now)
    facts = {"number": number, "text": topic_card.cut(text, 60), "reason": reason, "until": desk.moment(until)}
    out, groups, people = await _told(desk, topic, desk.texts("publish.amended", **facts))
    return [desk.toast("publish.amending", number=number, groups=groups, people=people), *out]


async def amend_part(desk: Desk, words: str) -> list[Outgoing]:
    """The next part of a change that was asked for."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    told = "｜".join([*desk.dialogue.facts["parts"], words])
    return await amend(desk, f"{desk.dialogue.facts['number']} {told}")


async def object_to(desk: Desk, words: str) -> list[Outgoing]:
    """提异议 5 内容: within the set time; moderators answer it.

    Raises Refused: publish.not_public, publish.too_late.
    """
    found = reading_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.topic(desk.community.id, found.number)
    resolved = await desk.store.resolutions.of(topic.id)
    if resolved is None or resolved.objections_until is None:
        raise Refused("publish.not_public", number=topic.number)
    if desk.now > resolved.objections_until:
        raise Refused("publish.too_late", number=topic.number, until=resolved.objections_until)
    text = _BAR.sub("", found.rest)
    if not text:
        return await _ask_alone(desk, topic)
    await desk.store.people.forget_question(desk.who.id)
    await desk.store.resolutions.object_to(desk.community.id, topic.id, desk.who.id, text, desk.now)
    chats = await desk.store.people.private_chats_of(desk.community.id, (Role.MODERATOR, Role.SECRETARY), desk.now)
    row = (desk.button("answer_objection", "answer_objection", topic.number),)
    told = desk.texts("publish.objection_to_moderators", number=topic.number, text=topic_card.cut(text, 200))
    return [desk.toast("publish.objected", number=topic.number), *[Outgoing(chat, told, rows=(row,)) for chat in chats]]


async def _ask_alone(desk: Desk, topic: TopicFacts) -> list[Outgoing]:
    """In private, as only moderators are to read the answer."""
    chat = desk.chat if desk.chat.private else desk.who.private
    if chat is not None:
        until, facts = desk.now + DIALOGUE, {"number": topic.number}
        await desk.store.people.expect(desk.community.id, desk.who.id, chat, "object_why", facts, until)
    return desk.private("publish.ask_objection", number=topic.number)


async def object_why(desk: Desk, words: str) -> list[Outgoing]:
    """What somebody has against it, asked for by the button."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    return await object_to(desk, f"{desk.dialogue.facts['number']} {words}")


async def answer(desk: Desk, words: str) -> list[Outgoing]:
    """答异议 5 内容: the oldest objection that waits; whoever made it reads the answer.

    Raises Refused: publish.no_objection.
    """
    number, text = number_of(desk, words, Numbered.TOPIC), _BAR.sub("", reading(desk, words, Numbered.TOPIC).rest)
    topic = await desk.store.access.topic(desk.community.id, number)
    waiting = await desk.store.resolutions.unanswered(topic.id)
    if not waiting:
        raise Refused("publish.no_objection", number=number)
    if not text:
        shown = topic_card.cut(waiting[0].text, 200)
        return await desk.ask("answer_why", {"number": number}, "publish.ask_answer", objection=shown)
    await desk.store.people.forget_question(desk.who.id)
    if not await desk.store.resolutions.answer(waiting[0].id, text, desk.now):
        raise Refused("publish.no_objection", number=number)
    chat = await desk.store.people.private_chat_of(waiting[0].who) if waiting[0].who else None
    told = desk.texts("publish.answered_to", number=number, text=text)
    return [desk.toast("publish.answered", number=number), *([Outgoing(chat, told)] if chat else [])]


async def answer_why(desk: Desk, words: str) -> list[Outgoing]:
    """The answer to an objection, asked for by the button."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    return await answer(desk, f"{desk.dialogue.facts['number']} {words}")
