"""Topics: what they are made of, where they stand, the steps they took."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from domain.steps import Passage, Way
from domain.terms import (
    AgendaState,
    ConcernCategory,
    ConcernState,
    InvitationState,
    MatterKind,
    Numbered,
    Step,
    TopicState,
    Visibility,
)
from models import people, sql, ways
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import AgendaItem
from models.tables.sessions import Session
from models.tasks import WorkFacts, pressing

HIDDEN = Visibility.MODERATORS
NEWEST = 250


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """The session that a topic is put on."""

    id: int
    day: date
    starts_at: datetime
    place: str
    opened_at: datetime | None = None
    adjourned_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether it was opened and is not over."""
        return self.opened_at is not None and self.adjourned_at is None


@dataclass(frozen=True, slots=True)
class Part:
    """A concern of a topic, with its row. `shown`: it may be named in public."""

    id: int
    number: int
    author: int | None
    group: int | None
    shown: bool
    concern: Concern = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic as it stands. `supporters`: people who seconded it or one of its concerns, each once.

    `agenda`: how far its session is with it; None where it stands on no agenda.
    """

    id: int
    community: int
    number: int
    title: str
    category: ConcernCategory | None
    kind: MatterKind
    step: Step
    state: TopicState
    urgent: bool
    reason: str
    proposed: datetime | None
    session: SessionFacts | None
    made_at: datetime
    parts: tuple[Part, ...] = ()
    supporters: int = 0
    asked: int = 0
    coming: int = 0
    resolved: bool = False
    agenda: AgendaState | None = None
    into: int | None = None
    work: WorkFacts | None = None

    @property
    def stand(self) -> ways.Stand:
        """What its next step is taken from."""
        return ways.Stand(self.community, self.id, self.step)

    @property
    def way(self) -> Way:
        """What the rule of the steps needs to know."""
        return Way(
            self.number,
            self.step,
            open=self.state is TopicState.OPEN,
            session=self.session is not None,
            resolved=self.resolved,
        )


_SUPPORTERS = """(SELECT COUNT(*) FROM (
    SELECT s.resident_id FROM second s JOIN concern c ON c.id = s.concern_id WHERE c.topic_id = "topic"."id"
    UNION SELECT s.resident_id FROM second s JOIN topic t ON t.id = s.topic_id
    WHERE t.id = "topic"."id" OR t.into_id = "topic"."id") u)"""
_INVITED = """(SELECT COUNT(*) FROM invitation i WHERE i.topic_id = "topic"."id" AND i.state {state})"""
COUNTED = {
    "supporters": RawSQL(_SUPPORTERS),
    "asked": RawSQL(_INVITED.format(state=f"<> '{InvitationState.NO.value}'")),
    "coming": RawSQL(_INVITED.format(state=f"= '{InvitationState.YES.value}'")),
    "resolved": RawSQL('(SELECT COUNT(*) FROM resolution r WHERE r.topic_id = "topic"."id")'),
    "works": RawSQL('(SELECT COUNT(*) FROM task k WHERE k.topic_id = "topic"."id")'),
    "agenda": RawSQL(
        """(SELECT a.state FROM agenda_item a WHERE a.topic_id = "topic"."id"
        AND a.session_id = "topic"."session_id")"""
    ),
}


async def numbered(community: int, number: int) -> TopicFacts | None:
    """One topic by its number. At most three statements."""
    return next(iter(await _whole(Topic.filter(community_id=community, number=number))), None)


async def by_id(id: int) -> TopicFacts | None:
    """One topic by its row. At most three statements: one is for its work, where it has some."""
    return next(iter(await _whole(Topic.filter(id=id))), None)


async def by_ids(ids: Collection[int]) -> list[TopicFacts]:
    """Topics by their rows, in the same way."""
    return await _whole(Topic.filter(id__in=list(ids)))


async def of_sessions(sessions: Collection[int], topics: Collection[int] = ()) -> list[TopicFacts]:
    """The topics that are put on sessions or stand on their agendas, and these. Three statements."""
    listed = AgendaItem.filter(session_id__in=list(sessions)).values_list("topic_id", flat=True)
    meant = Q(session_id__in=list(sessions)) | Q(id__in=Subquery(listed)) | Q(id__in=list(topics))
    return await _whole(Topic.filter(meant))


async def grown(id: int, concerns: Sequence[Concern]) -> TopicFacts | None:
    """One topic by its row, these being all its concerns. At most two statements: one is for its work."""
    return next(iter(await _whole(Topic.filter(id=id), concerns)), None)


async def _whole(query: QuerySet[Topic], concerns: Sequence[Concern] | None = None) -> list[TopicFacts]:
    rows: list[Any] = await query.select_related("session").annotate(**COUNTED).order_by("number")
    parts: dict[int | None, list[Part]] = {row.id: [] for row in rows}
    if concerns is None:
        concerns = await Concern.filter(topic_id__in=list(parts)).order_by("number") if rows else ()
    for concern in concerns:
        parts[concern.topic_id].append(_part(concern))
    works = await pressing([row.id for row in rows if row.works])
    return [_facts(row, parts[row.id], works.get(row.id)) for row in rows]


async def head(community: int, number: int) -> TopicFacts | None:
    """One topic without its concerns and whatever is counted. One statement."""
    return (await heads(community, [number])).get(number)


async def heads(community: int, numbers: Collection[int]) -> dict[int, TopicFacts]:
    """Topics by their numbers, in the same way. One statement."""
    found = await Topic.filter(community_id=community, number__in=list(numbers)).select_related("session")
    return {row.number: _bare(row) for row in found}


async def head_by_id(id: int) -> TopicFacts | None:
    """One topic by its row, in the same way. One statement."""
    found = await Topic.get_or_none(id=id).select_related("session")
    return _bare(found) if found else None


def _facts(row: Any, parts: Sequence[Part], work: WorkFacts | None) -> TopicFacts:
    """The row with what `COUNTED` adds to it."""
    return replace(
        _bare(row),
        parts=tuple(parts),
        supporters=int(row.supporters),
        asked=int(row.asked),
        coming=int(row.coming),
        resolved=bool(row.resolved),
        agenda=AgendaState(row.agenda) if row.agenda else None,
        work=work,
    )


def _bare(row: Topic) -> TopicFacts:
    return TopicFacts(
        *(row.id, row.community_id, row.number, row.title, row.category, row.kind, Step(row.step), row.state),
        *(bool(row.urgent), row.reason, row.proposed, session_facts(row.session), row.made_at),
        into=row.into_id,
    )


def session_facts(row: Session | None) -> SessionFacts | None:
    return SessionFacts(row.id, row.day, row.starts_at, row.place, row.opened_at, row.adjourned_at) if row else None


def hidden(row: Concern) -> bool:
    """Whether a concern may not be named in public."""
    return row.visibility is HIDDEN or row.held or row.state is ConcernState.WITHDRAWN


def _part(row: Concern) -> Part:
    return Part(row.id, row.number, row.author_id, row.group_id, not hidden(row), row)


@dataclass(frozen=True, slots=True)
class Line:
    """A topic in a list."""

    number: int
    title: str
    step: Step
    supporters: int
    starts_at: datetime | None


async def under_way(community: int, limit: int, before: int | None = None) -> list[Line]:
    """The open topics, the newest first, below a number where given. Two statements, however many there are."""
    query = Topic.filter(community_id=community, state=TopicState.OPEN)
    if before is not None:
        query = query.filter(number__lt=before)
    found = await query.order_by("-number").limit(limit).select_related("session")
    counted = await supporters([row.id for row in found])
    return [Line(row.number, row.title, Step(row.step), counted.get(row.id, 0), _starts(row)) for row in found]


def _starts(row: Topic) -> datetime | None:
    return row.session.starts_at if row.session else None


async def supporters(topics: Collection[int]) -> dict[int, int]:
    """How many people stand behind each of these topics. One statement."""
    if not topics:
        return {}
    marks = ", ".join("?" for _ in topics)
    found = await sql.rows(
        f"""SELECT topic, COUNT(*) AS n FROM (
        SELECT c.topic_id AS topic, s.resident_id FROM concern c JOIN second s ON s.concern_id = c.id
            WHERE c.topic_id IN ({marks})
        UNION SELECT topic_id, resident_id FROM second WHERE topic_id IN ({marks})
        UNION SELECT t.into_id, s.resident_id FROM topic t JOIN second s ON s.topic_id = t.id
            WHERE t.into_id IN ({marks})) u GROUP BY topic""",
        *topics,
        *topics,
        *topics,
    )
    return {int(row["topic"]): int(row["n"]) for row in found}


async def make(community: int, title: str, category: ConcernCategory | None, by: int, now: datetime) -> TopicFacts:
    """Number a topic that is sorted already, and note its first two steps. Three statements."""
    number = await people.next_number(community, Numbered.TOPIC)
    row = await Topic.create(
        community_id=community, number=number, title=title[:200], category=category, step=Step.SORT, made_at=now
    )
    taken = [Passage(Step.COLLECT), Passage(Step.SORT)]
    await ways.note(row.community_id, row.id, taken, by, now)
    return TopicFacts(
        *(row.id, community, number, row.title, category, row.kind, Step.SORT, TopicState.OPEN),
        *(False, "", None, None, now),
    )


async def put_on(topic: int, session: int, reason: str = "") -> None:
    """Put a topic on a session. One statement."""
    values: dict[str, object] = {"session_id": session, "reason": reason[:255], "proposed": None, "left_at": None}
    await Topic.filter(id=topic).update(**values)


async def leave_out(topic: int, reason: str, now: datetime) -> None:
    """Put a topic on no session, for a reason. One statement."""
    await Topic.filter(id=topic).update(session_id=None, reason=reason[:255], proposed=None, left_at=now)


async def set_kind(topic: int, kind: MatterKind) -> None:
    """Say which of the six kinds of matter a topic is. One statement."""
    await Topic.filter(id=topic).update(kind=kind)


async def set_category(topic: int, category: ConcernCategory) -> None:
    """Put a topic in another category. One statement."""
    await Topic.filter(id=topic).update(category=category)


async def precedents(topic: TopicFacts, limit: int) -> list[Line]:
    """Topics of the same category whose result was published, the newest first."""
    query = Topic.filter(community_id=topic.community, state=TopicState.PUBLISHED, category=topic.category)
    found = await query.exclude(id=topic.id).order_by("-number").limit(limit)
    return [Line(row.number, row.title, Step(row.step), 0, None) for row in found]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A public concern of a topic: the topic's row, number and title, and the concern's masked words and sketch."""

    id: int
    topic: int
    title: str
    shown: str
    sketch: str


async def spoken_of(community: int, words: Sequence[str], state: TopicState, limit: int) -> list[Spoken]:
    """Public concerns of topics in a state that share words, those that share most first. One statement.

    Of each word the `NEWEST` concerns are looked at, and of these their topics (CROSS JOIN keeps SQLite to that order):
    a search costs no more where there are many.
    """
    if not words:
        return []
    newest = "SELECT concern_id FROM word WHERE community_id = ? AND word = ? ORDER BY concern_id DESC LIMIT ?"
    found = await sql.rows(
        f"""SELECT t.id, t.number, t.title, c.shown, c.sketch FROM (
        SELECT concern_id, COUNT(*) AS n FROM ({" UNION ALL ".join(f"SELECT * FROM ({newest}) x" for _ in words)}) w
        GROUP BY concern_id) m CROSS JOIN concern c CROSS JOIN topic t
        WHERE c.id = m.concern_id AND t.id = c.topic_id AND t.state = ? AND c.held = ?
        ORDER BY m.n DESC, c.id DESC LIMIT ?""",
        *[value for word in words for value in (community, word, NEWEST)],
        state.value,
        False,
        limit,
    )
    return [Spoken(int(r["id"]), int(r["number"]), r["title"], r["shown"], r["sketch"]) for r in found]


async def rename(topic: int, title: str) -> None:
    """Give a topic another title."""
    await Topic.filter(id=topic).update(title=title[:200])


async def second(topic: TopicFacts, who: int, now: datetime) -> bool:
    """Second a topic; False where this person did before. One statement."""
    found = await sql.rows(
        """INSERT INTO second (community_id, resident_id, topic_id, at) VALUES (?, ?, ?, ?)
        ON CONFLICT (topic_id, resident_id) DO NOTHING RETURNING id""",
        topic.community,
        who,
        topic.id,
        now,
    )
    return bool(found)
