"""How a task looks in the chat: its one card, what its doer is told, where it stands in a line."""

from collections.abc import Sequence, Set
from datetime import datetime

from domain.deadlines import Deadline
from domain.escalation import OPEN
from domain.ratings import UNRATED
from domain.talk import Button, Outgoing
from domain.terms import Numbered, OrgLevel, Role, TaskState
from domain.work import does_it, may_act
from handlers import topic_card
from handlers.desk import Desk, House, Rows
from handlers.task_words import limit, public, state, until
from models.doers import Reach
from models.tasks import NewTask, TaskFacts
from models.topics import TopicFacts

HEADLINE = 26


def card_name(number: int) -> str:
    """Under which name the chat keeps the message that shows a task."""
    return f"task:{number}"


def headline(house: House, number: int, text: str, name: str = "tasks.head", **facts: object) -> str:
    """Kind, number, and as much of the work as a headline has room for."""
    room = HEADLINE - len(house.texts(name, number=number, text="", **facts))
    return house.texts(name, number=number, text=topic_card.brief(text, max(room, 4)), **facts)


def card(house: House, task: TaskFacts, now: datetime) -> str:
    """The text of a task's card: at most five lines."""
    lines = [headline(house, task.number, task.text), house.texts("tasks.now", state=state(house, task, now))]
    if task.reason:
        lines.append(house.texts("topics.reason", reason=public(house, task.reason, 40)))
    if task.state in OPEN:
        lines.append(house.texts("tasks.limit", limit=limit(house, task.due_at, now)))
    if task.first and task.first != task.doer.name:
        lines.append(house.texts("tasks.first", first=task.first))
    return "\n".join(lines)


def rows(house: House, task: TaskFacts, *, waits: bool = False) -> Rows:
    """The button under a task's card in a group: rate it (unless other work `waits`), or see what it belongs to."""
    detail = button(house, "detail", "topic", task.topic_number)
    if not waits and task.claim is not None and task.claim not in UNRATED:
        return ((button(house, "rate", "rate", f"{house.texts.term(Numbered.TOPIC)}{task.topic_number}"), detail),)
    return ((detail,),)


def doer_rows(house: House, number: int, topic: int, first: str = "take") -> Rows:
    """The buttons under what a doer is given, or recalled."""
    act = button(house, first, first, number)
    back = button(house, "send_back", "send_back", f"{house.texts.term(Numbered.TASK)}{number}")
    return ((act, back, button(house, "detail", "topic", topic)),)


def working_rows(house: House, task: TaskFacts, who: int, held: Set[Role]) -> Rows:
    """The buttons under a task for somebody alone: what they can do with it now."""
    first = {TaskState.GIVEN: "take", TaskState.TAKEN: "done"}.get(task.state)
    if first is None or not does_it(task.hands, who, held):
        under = rows(house, task)
    else:
        under = doer_rows(house, task.number, task.topic_number, first)
    handing = handing_row(house, task) if task.state in OPEN and may_act(task.hands, who, held) else ()
    return (*under, handing) if handing else under


def handing_row(house: House, task: TaskFacts) -> tuple[Button, ...]:
    """To hand a task to another, or up a level where there is one."""
    acts = ("reassign", "escalate") if task.level is not OrgLevel.DISTRICT else ("reassign",)
    return tuple(button(house, act, act, task.number) for act in acts)


def unit(house: House, role: Role) -> str:
    """A unit that does work, as people write it in short; empty for a role that is none."""
    words = house.texts.table("tasks.role_words").get(role.value)
    return str(words[0]) if words else house.texts.term(role)


def whole(house: House, number: int, text: str, name: str = "tasks.head") -> list[str]:
    """A line with all of the work, where the headline had no room for it."""
    return [] if text in headline(house, number, text, name) else [house.texts("tasks.whole", text=text)]


def button(house: House, label: str, verb: str, *args: object) -> Button:
    """A button where there is no desk."""
    return Button(house.texts(f"buttons.{label}"), verb, tuple(str(arg) for arg in args))


def given_answer(desk: Desk, number: int, new: NewTask, due: Deadline) -> Outgoing:
    """To who handed it out: what, who, by when; the card that is edited from now on."""
    day = until(desk.house, due, desk.now)
    text = desk.texts("decide.task", task=number, text=new.text, doer=new.doer.name, day=day)
    return desk.answer_text(text, card=card_name(number))


def given(desk: Desk, tasks: Sequence[tuple[int, NewTask]], topic: TopicFacts, found: Reach) -> list[Outgoing]:
    """To the doers who are known, in private: what was given to them."""
    out = []
    for number, new in tasks:
        facts = {"topic": topic.number, "count": topic.supporters, "limit": limit(desk.house, new.due_at, desk.now)}
        head = headline(desk.house, number, new.text, "tasks.given")
        under = doer_rows(desk.house, number, topic.number)
        head = "\n".join([head, *whole(desk.house, number, new.text, "tasks.given")])
        text = desk.texts("tasks.given_more", head=head, **facts)
        out += [Outgoing(chat, text, rows=under, headed=True) for chat in found.of(new.doer)]
    return out


async def redrawn(desk: Desk, task: TaskFacts) -> list[Outgoing]:
    """A task's card and its topic's, edited wherever they hang in a group. Four statements."""
    topic = await desk.store.topics.by_id(task.topic)
    groups = await desk.store.people.groups_of(desk.community.id)
    text, under = card(desk.house, task, desk.now), rows(desk.house, task)
    out = [desk.redraw(group.chat, card_name(task.number), text, under, headed=True) for group in groups]
    return out + topic_card.redrawn_in(desk.house, topic, [group.chat for group in groups], desk.now)
