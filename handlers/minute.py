"""记录, 决议: what is said and decided at a session, noted by several people, with pictures."""

from domain.errors import Refused
from domain.steps import may_resolve
from domain.talk import Outgoing, Said
from domain.terms import AgendaState, Numbered
from handlers.desk import Desk
from handlers.numbers import reading, reading_of
from handlers.task_words import until
from handlers.work_line import hand_out, line_of, work_of
from models.topics import TopicFacts

PARTS = ("text", "doer", "last_day")
LONGEST = 1000


async def note(desk: Desk, words: str) -> list[Outgoing]:
    """记录 内容: of what is talked about now; 记录 议题5 内容: of that topic. With up to ten pictures.

    Raises Refused: deliberate.not_open, minute.too_long.
    """
    session = await desk.store.deliberations.running(desk.community.id)
    if session is None:
        raise Refused("deliberate.not_open")
    topic, text = await _topic_and_text(desk, words)
    if not text:
        return await desk.ask("minute", {}, "minute.ask")
    if len(text) > LONGEST:
        raise Refused("minute.too_long", length=len(text))
    current = await desk.store.agenda.current(session.id) if topic is None else None
    about = topic.id if topic else (current.topic if current else None)
    minute = await desk.store.deliberations.note(session, about, desk.who.id, text, desk.now)
    pictures = [upload.id for upload in desk.event.pictures] if isinstance(desk.event, Said) else []
    if pictures:
        await desk.store.deliberations.add_photos(session, minute, desk.chat.channel, pictures, desk.now)
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    number = topic.number if topic else (current.number if current else 0)
    shown = desk.texts("minute.with_pictures", count=len(pictures)) if pictures else ""
    return [desk.toast("minute.noted" if number else "minute.noted_of_none", number=number, pictures=shown)]


async def _topic_and_text(desk: Desk, words: str) -> tuple[TopicFacts | None, str]:
    """The topic that a note begins with, if it names one with its kind."""
    if not words.startswith(desk.texts.term(Numbered.TOPIC)):
        return None, words.strip()
    found = reading(desk, words, Numbered.TOPIC)
    return await desk.store.access.topic(desk.community.id, found.number), found.rest


async def resolve(desk: Desk, words: str) -> list[Outgoing]:
    """决议 5 内容｜责任人｜期限(｜表决3): what is decided, who does it, by when. Again: one more work item.

    Raises Refused: steps.not_deliberated, refused.day_unreadable, minute.past, refused.no_vote, minute.vote_runs.
    """
    number, parts = line_of(desk, words)
    topic = await desk.store.access.open_topic_head(desk.community.id, number)
    may_resolve(topic.way)
    if len(parts) < len(PARTS):
        return await desk.ask("resolve_part", {"number": number, "parts": parts}, f"minute.ask_{PARTS[len(parts)]}")
    new, due = await work_of(desk, topic, parts)
    said = await _basis(desk, parts[3]) if len(parts) > len(PARTS) else None
    basis = said or await desk.store.votes.basis_of(desk.community.id, number)
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    await desk.store.resolutions.resolve(desk.community.id, topic.id, new.text, basis, desk.now)
    task = await hand_out(desk, topic.id, new)
    if topic.session is not None:
        await desk.store.agenda.set_state(topic.session.id, topic.id, AgendaState.RESOLVED)
    await desk.store.sessions.redraw_soon(desk.community.id, topic.id, desk.now, desk.store.sessions.REDRAW_TOPIC)
    day = until(desk.house, due, desk.now)
    text = desk.texts("minute.resolved", number=number, text=new.text, doer=new.doer.name, day=day, task=task)
    row = (
        desk.button("publish", "publish", number),
        desk.button("one_more", "resolve", number),
        desk.button("checklist", "checklist", number),
    )
    return [desk.answer_text(text, (row,))]


async def resolve_part(desk: Desk, words: str) -> list[Outgoing]:
    """The next part of a resolution that was asked for."""
    if desk.dialogue is None or not words:
        raise Refused("help.old_button")
    told = "｜".join([*desk.dialogue.facts["parts"], words])
    return await resolve(desk, f"{desk.dialogue.facts['number']} {told}")


async def _basis(desk: Desk, text: str) -> int:
    """The vote that a resolution rests on: it must have its result."""
    found = reading_of(desk, text, Numbered.VOTE)
    vote = await desk.store.access.vote(desk.community.id, found.number)
    if vote.open:
        raise Refused("minute.vote_runs", number=found.number)
    return found.number
