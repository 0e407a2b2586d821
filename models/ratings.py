"""评价: who is asked, what they say, and what a matter's work looks like to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import RawSQL, Subquery

from domain.ratings import UNRATED
from domain.talk import Chat
from domain.terms import Grade, Numbered, TaskEnd, TaskState
from models import sql
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import Task
from models.tasks import TaskFacts, facts

_ASKED = """SELECT c.topic_id AS topic, c.author_id AS resident_id, c.number AS number, 0 AS own FROM concern c
      WHERE c.author_id IS NOT NULL AND c.state <> 'withdrawn'
    UNION ALL SELECT c.topic_id, s.resident_id, c.number, 1 FROM second s JOIN concern c ON c.id = s.concern_id
      WHERE c.state <> 'withdrawn'
    UNION ALL SELECT COALESCE(t.into_id, t.id), s.resident_id, 0, 2 FROM second s JOIN topic t ON t.id = s.topic_id"""
"""The speakers and supporters of a topic: who they are, and by which concern."""
_DONE = [end for end in TaskEnd if end not in UNRATED]
_RATED = ", ".join(f"'{end.value}'" for end in _DONE)
_TO_ASK = f"""SELECT a.resident_id, a.channel, a.private_chat, u.number, u.own, NULL AS topic, NULL AS title
    FROM task w JOIN ({_ASKED}) u ON u.topic = w.topic_id
    JOIN address a ON a.resident_id = u.resident_id WHERE w.id = ? AND a.private_chat IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM task k WHERE k.topic_id = w.topic_id AND k.id <> w.id
      AND (k.done_at IS NULL OR (k.claim IN ({_RATED})
        AND (k.done_at > w.done_at OR (k.done_at = w.done_at AND k.id > w.id)))))"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked how it was done: where, and of which concern (0: of the topic); whether it is their own."""

    chat: Chat
    number: int
    own: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A matter's work as somebody finds it: whether they may rate it; the task that was done last (None: nothing is
    done yet, or something is still open); how often it was opened again.
    """

    rater: bool
    task: TaskFacts | None
    round: int = 0


async def to_ask(task: int) -> list[Asked]:
    """Who is asked about the work of a task's topic, each once: after the last of it was reported done, nobody before.

    One statement.
    """
    found = await sql.rows(f"{_TO_ASK} ORDER BY 1, 5, 4", task)
    return _asked(found)


def _asked(found: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """Each person once, by what is most theirs."""
    first = {int(row["resident_id"]): row for row in reversed(found)}
    return [
        Asked(Chat(row["channel"], row["private_chat"], private=True), int(row["number"]), row["own"] == 0)
        for row in reversed(first.values())
    ]


@dataclass(frozen=True, slots=True)
class ToTell:
    """Who hears that a task is done: the groups; those who are asked how the work was done. `waits`: other work on the
    topic is still open. `reported`: of the task that is rated, which may be an earlier one, the words and the claim;
    None: nothing on the topic waits for a rating.
    """

    groups: list[Chat]
    asked: list[Asked]
    waits: bool
    reported: tuple[str, TaskEnd] | None


async def to_tell(task: TaskFacts) -> ToTell:
    """Who hears of a task that was done just now. Where it is not rated itself, those who asked are asked about the one
    that was reported last and waits for its rating. One statement.
    """
    rated = task.state is TaskState.REPORTED
    last = "?" if rated else f"COALESCE(({_LAST_REPORTED}), ?)"
    id = (task.id,) if rated else (task.topic, task.id)
    found = await sql.rows(
        f"""SELECT * FROM ({_TO_ASK.replace("w.id = ?", f"w.id = {last}")}) p UNION ALL
        SELECT 0, g.channel, g.chat, (SELECT COUNT(*) FROM task k WHERE k.topic_id = w.topic_id AND k.id <> w.id
          AND k.done_at IS NULL), -1, g.topic, g.title FROM task w JOIN chat_group g
        ON g.community_id = w.community_id WHERE w.id = ? AND g.lost_at IS NULL UNION ALL
        SELECT 0, w.claim, w.text, 0, -2, NULL, NULL FROM task w WHERE w.id = {last} AND w.state = ?
        ORDER BY 1, 5, 4, 2, 3""",
        *(*id, task.id, *id, TaskState.REPORTED.value),
    )
    groups = [row for row in found if row["own"] == -1]
    chats = [Chat(row["channel"], row["private_chat"], topic=row["topic"], title=row["title"]) for row in groups]
    said = [(str(row["private_chat"]), TaskEnd(row["channel"])) for row in found if row["own"] == _SAID]
    asked = _asked([row for row in found if row["own"] >= 0])
    return ToTell(chats, asked, any(row["number"] for row in groups), said[0] if said else None)


_SAID = -2
_LAST_REPORTED = f"""SELECT l.id FROM task l WHERE l.topic_id = ? AND l.state = '{TaskState.REPORTED.value}'
    ORDER BY l.done_at DESC, l.id DESC LIMIT 1"""


async def dissatisfied(topic: int) -> list[Chat]:
    """Who said 不满意 of a topic and is reached. One statement."""
    found = await sql.rows(
        """SELECT DISTINCT a.channel, a.private_chat FROM rating r JOIN address a ON a.resident_id = r.resident_id
        WHERE r.topic_id = ? AND r.grade = ? AND a.private_chat IS NOT NULL ORDER BY a.channel, a.private_chat""",
        *(topic, Grade.DISSATISFIED.value),
    )
    return [Chat(row["channel"], row["private_chat"], private=True) for row in found]


async def standing(community: int, kind: Numbered, number: int, who: int) -> Standing:
    """How somebody stands to the work on a matter. One statement, two where nothing is done yet."""
    own = {"community_id": community, "number": number}
    topic = {
        Numbered.CONCERN: lambda: Concern.filter(**own).values_list("topic_id", flat=True),
        Numbered.TOPIC: lambda: Topic.filter(**own).values_list("id", flat=True),
        Numbered.TASK: lambda: Task.filter(**own).values_list("topic_id", flat=True),
    }[kind]()
    found = Task.filter(topic_id__in=Subquery(topic), claim__in=_DONE, done_at__isnull=False)
    counted = found.annotate(
        rater=RawSQL(f"EXISTS (SELECT 1 FROM ({_ASKED}) u WHERE u.topic = task.topic_id AND u.resident_id = {who:d})"),
        waiting=RawSQL("(SELECT COUNT(*) FROM task k WHERE k.topic_id = task.topic_id AND k.done_at IS NULL)"),
        round=RawSQL("(SELECT COALESCE(SUM(k.reopened), 0) FROM task k WHERE k.topic_id = task.topic_id)"),
    )
    row: Any = await counted.order_by("-done_at", "-id").select_related("topic").first()
    if row is not None:
        return Standing(bool(row.rater), None if row.waiting else facts(row), int(row.round))
    ids: list[Any] = [id for id in await topic if id is not None]
    asked = await sql.rows(
        f"SELECT 1 AS one FROM ({_ASKED}) u WHERE u.topic = ? AND u.resident_id = ?", (ids or [0])[0], who
    )
    return Standing(bool(asked), None)


@dataclass(frozen=True, slots=True)
class NewRating:
    """What somebody says: of which topic, in which round, whether asked again after four weeks."""

    topic: int
    who: int
    round: int
    again: bool
    grade: Grade


async def put(community: int, new: NewRating, now: datetime) -> None:
    """Keep a rating; one of the same round is replaced. One statement."""
    await sql.rows(
        """INSERT INTO rating (community_id, topic_id, resident_id, round, again, grade, at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (topic_id, resident_id, round, again)
        DO UPDATE SET grade = excluded.grade, at = excluded.at""",
        *(community, new.topic, new.who, new.round, new.again, new.grade.value, now),
    )


async def confirm(topic: int, now: datetime) -> int:
    """What a topic's tasks were reported as is confirmed; returns of how many. One statement."""
    found = await sql.rows(
        """UPDATE task SET state = ?, ended_as = claim, ended_at = ?, rev = rev + 1
        WHERE topic_id = ? AND state = ? RETURNING id""",
        *(TaskState.ENDED.value, now, topic, TaskState.REPORTED.value),
    )
    return len(found)
