"""Who hears of a task: the groups, those who asked, the moderators; with a desk or by itself."""

from collections.abc import Sequence
from datetime import datetime

from domain.quiet import next_loud
from domain.ratings import UNRATED
from domain.talk import Chat, Manner, Outgoing
from domain.terms import Grade, Numbered, Role
from handlers import task_card, topic_card
from handlers.desk import Desk, House, Rows, quiet_of
from handlers.task_words import limit, public
from models.people import CommunityFacts
from models.ratings import Asked
from models.tasks import TaskFacts


async def announced(
    desk: Desk, task: TaskFacts, words: str, count: int, groups: Sequence[Chat], *, waits: bool
) -> list[Outgoing]:
    """✅ to these groups: reported done, as what, in which words, and that those who asked may rate it.

    `waits`: not before the other work on the topic is done too. What nobody rates is no news, its cards follow.
    """
    day = desk.day(desk.local.date())
    said = desk.texts("tasks.done_said", doer=task.doer.name, day=day, words=public(desk.house, words, 60))
    photos = desk.texts("tasks.done_photos", count=count) if count else ""
    if task.claim is None:
        return await _redrawn(desk, task, groups)
    after = desk.texts("tasks.done_over" if task.claim in UNRATED else _NEXT[waits])
    head = task_card.headline(desk.house, task.number, task.text, f"tasks.done_{task.claim}")
    return await _told(desk, task, "\n".join([head, said + photos, after]), groups, waits=waits)


_NEXT = {False: "tasks.done_next", True: "tasks.done_waits"}


async def _redrawn(desk: Desk, task: TaskFacts, groups: Sequence[Chat]) -> list[Outgoing]:
    """The task's card and its topic's, edited where they hang in these groups. One statement."""
    topic = await desk.store.topics.by_id(task.topic)
    text, under = task_card.card(desk.house, task, desk.now), task_card.rows(desk.house, task)
    out = [desk.redraw(chat, task_card.card_name(task.number), text, under, headed=True) for chat in groups]
    return out + topic_card.redrawn_in(desk.house, topic, groups, desk.now)


async def told_all(desk: Desk, task: TaskFacts, text: str) -> list[Outgoing]:
    """A new message to every group, which is the task's card from now on; the topic's card follows. Four statements."""
    groups = await desk.store.people.groups_of(desk.community.id)
    return await _told(desk, task, text, [group.chat for group in groups])


async def _told(
    desk: Desk, task: TaskFacts, text: str, groups: Sequence[Chat], *, waits: bool = False
) -> list[Outgoing]:
    topic = await desk.store.topics.by_id(task.topic)
    under, card = task_card.rows(desk.house, task, waits=waits), task_card.card_name(task.number)
    out = [Outgoing(chat, text, rows=under, card=card, headed=True) for chat in groups]
    return out + topic_card.redrawn_in(desk.house, topic, groups, desk.now)


def asks(
    house: House, community: CommunityFacts, now: datetime, task: TaskFacts, asked: Sequence[Asked], words: str
) -> list[Outgoing]:
    """The question to each of those who asked; `words` empty: four weeks later, whether it is still well."""
    due = next_loud(now.astimezone(house.zone), quiet_of(community))
    return [
        Outgoing(
            one.chat,
            _question(house, task, one, words),
            Manner.NOTICE,
            rows=grades(house, task, one),
            due=due,
            about=f"{Numbered.TOPIC.value}:{task.topic_number}",
        )
        for one in asked
    ]


def _question(house: House, task: TaskFacts, one: Asked, words: str) -> str:
    whose = "own" if one.own else "second" if one.number else "topic"
    facts = {"number": one.number or task.topic_number, "matter": topic_card.cut(task.title, 14)}
    if not words:
        return house.texts(f"rate.again_{whose}", **facts)
    how = house.texts(f"tasks.how_{task.claim}")
    return house.texts(
        f"rate.ask_{whose}", how=how, words=public(house, words.rstrip(house.texts("rate.stop")), 60), **facts
    )


def grades(house: House, task: TaskFacts, one: Asked | None = None) -> Rows:
    """满意, 基本满意, 不满意: of the concern that somebody was asked about, else of the topic."""
    kind = Numbered.CONCERN if one is not None and one.number else Numbered.TOPIC
    number = one.number if one is not None and one.number else task.topic_number
    of = f"{house.texts.term(kind)}{number}"
    return (tuple(task_card.button(house, grade.value, "rate", of, house.texts.term(grade)) for grade in Grade),)


async def moderators(desk: Desk) -> list[Chat]:
    """Where the moderators are reached. One statement."""
    found: list[Chat] = await desk.store.people.private_chats_of(
        desk.community.id, (Role.MODERATOR, Role.SECRETARY), desk.now
    )
    return found


async def back_to_moderators(desk: Desk, task: TaskFacts, reason: str) -> list[Outgoing]:
    """A task came back: to be handed out anew, or sent up. One statement."""
    facts = {"number": task.number, "text": topic_card.brief(task.text, 20), "reason": reason}
    text = desk.texts("tasks.back_to_moderators", **facts)
    row = (*task_card.handing_row(desk.house, task), desk.button("task_of", "task_of", task.number, number=task.number))
    return [Outgoing(chat, text, rows=(row,)) for chat in await moderators(desk)]


def handed(house: House, task: TaskFacts, chats: Sequence[Chat], now: datetime) -> list[Outgoing]:
    """To a doer: what was given to them now."""
    head = task_card.headline(house, task.number, task.text, "tasks.given")
    whole = task_card.whole(house, task.number, task.text, "tasks.given")
    text = "\n".join([head, *whole, house.texts("tasks.limit", limit=limit(house, task.due_at, now))])
    under = task_card.doer_rows(house, task.number, task.topic_number)
    return [Outgoing(chat, text, rows=under, headed=True) for chat in chats]
