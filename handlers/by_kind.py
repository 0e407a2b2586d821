"""One word for several kinds of thing: 进度, 退回, 延期 of what their number names, and 开表决 on a 草案."""

from domain.talk import Outgoing
from domain.terms import Numbered
from handlers import climb, collect, rule_making, sort, tasks, topics, vote
from handlers.desk import Desk
from handlers.numbers import reading_of
from models.access import MODERATORS


async def status(desk: Desk, words: str) -> list[Outgoing]:
    """进度 12, 进度 议题5, 进度 任务7: where it stands and who acts next."""
    found = reading_of(desk, words, Numbered.CONCERN, Numbered.TOPIC, Numbered.TASK)
    show = {Numbered.TOPIC: topics.one, Numbered.TASK: tasks.one}.get(found.kind, collect.status)
    return await show(desk, words)


async def send_back(desk: Desk, words: str) -> list[Outgoing]:
    """退回 7 原因: a task to the moderators, or down from the level where it lies; 退回 说事12 原因: a concern."""
    found = reading_of(desk, words, Numbered.TASK, Numbered.CONCERN)
    if found.kind is Numbered.CONCERN:
        await desk.store.access.require(desk.who, MODERATORS, desk.now, "send_back")
        return await sort.send_back(desk, words)
    task, held = await desk.store.access.task_in_hand(desk.who, desk.community.id, found.number, desk.now, "send_back")
    return await (climb.down(desk, task, held, found.rest) if task.up else tasks.hand_back(desk, task, found.rest))


async def back_why(desk: Desk, words: str) -> list[Outgoing]:
    """Why a task is handed back, asked for by 退回 alone."""
    return await send_back(desk, tasks.continued(desk, words))


async def extend(desk: Desk, words: str) -> list[Outgoing]:
    """延期 3｜…: a vote's close; 延期 任务7｜12-20｜原因: a task's deadline. By moderators."""
    if words.startswith(desk.texts.term(Numbered.TASK)):
        return await tasks.extend(desk, words)
    return await vote.extend(desk, words)


async def open_draft(desk: Desk, words: str) -> list[Outgoing]:
    """The button under 交表决: the vote on a draft. The button bears its number; its title may be too long for one."""
    return await vote.open_vote(desk, await rule_making.vote_line(desk, words))
