"""Topics: what they are made of, where they stand, the steps they took."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.steps import Passage, Way
from domain.terms import (
    AgendaState,
    ConcernCategory,
    InvitationState,
    MatterKind,
    Numbered,
    Step,
    TopicState,
    Visibility,
)
from models import people, sql
from models.tables.concerns import Concern, Topic
from models.tables.sessions import Session
from models.tables.topics import TopicStep
from models.tasks import PRESSING, WORK, WorkFacts, work_of

HIDDEN = Visibility.MODERATORS


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """The session that a topic is put on."""

    id: int
    day: date
    starts_at: datetime
    place: str
    opened_at: datetime | None
    adjourned_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether it was opened and is not over."""
        return self.opened_at is not None and self.adjourned_at is None


@dataclass(frozen=True, slots=True)
class Part:
    """A concern of a topic. `shown`: it may be named in public."""

    id: int
    number: int
    author: int | None
    group: int | None
    shown: bool


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
    def way(self) -> Way:
        """What the rule of the steps needs to know."""
        return Way(
            self.number,
            self.step,
            open=self.state is TopicState.OPEN,
            session=self.session is not None,
            running=self.session is not None and self.session.running,
            resolved=self.resolved,
        )


async def numbered(community: int, number: int) -> TopicFacts | None:
    """One topic by its number. Three statements, one where there is none."""
    found = await Topic.get_or_none(community_id=community, number=number).select_related("session")
    return await _facts(found) if found else None


async def head(community: int, number: int) -> TopicFacts | None:
    """The same without its concerns and whatever is counted. One statement."""
    found = await Topic.get_or_none(community_id=community, number=number).select_related("session")
    return _bare(found) if found else None


async def head_by_id(id: int) -> TopicFacts | None:
    """One topic by its row, without its concerns and whatever is counted. One statement."""
    found = await Topic.get_or_none(id=id).select_related("session")
    return _bare(found) if found else None


async def grown(topic: TopicFacts, concerns: Sequence[Concern]) -> TopicFacts:
    """A new topic with its first concerns. One statement."""
    counted = await supporters([topic.id])
    return replace(topic, parts=tuple(_part(c) for c in concerns), supporters=counted.get(topic.id, 0))


async def by_id(id: int) -> TopicFacts | None:
    """One topic by its row. Three statements."""
    found = await Topic.get_or_none(id=id).select_related("session")
    return await _facts(found) if found else None


async def _facts(row: Topic) -> TopicFacts:
    parts = await Concern.filter(topic_id=row.id).order_by("number")
    counted = await sql.rows(
        f"""SELECT
        (SELECT COUNT(*) FROM (SELECT s.resident_id FROM second s JOIN concern c ON c.id = s.concern_id
            WHERE c.topic_id = ? UNION SELECT s.resident_id FROM second s JOIN topic t ON t.id = s.topic_id
            WHERE t.id = ? OR t.into_id = ?) u) AS supporters,
        (SELECT COUNT(*) FROM invitation WHERE topic_id = ? AND state <> ?) AS asked,
        (SELECT COUNT(*) FROM invitation WHERE topic_id = ? AND state = ?) AS coming,
        (SELECT COUNT(*) FROM resolution WHERE topic_id = ?) AS resolved,
        (SELECT state FROM agenda_item WHERE topic_id = ? AND session_id = ?) AS agenda,
        {WORK} FROM (SELECT 1 AS one) o LEFT JOIN task k ON k.id = ({PRESSING})""",
        *(row.id, row.id, row.id, row.id, InvitationState.NO.value, row.id, InvitationState.YES.value),
        *(row.id, row.id, row.session_id or 0, row.id),
    )
    told = counted[0]
    return replace(
        _bare(row),
        parts=tuple(_part(c) for c in parts),
        supporters=int(told["supporters"]),
        asked=int(told["asked"]),
        coming=int(told["coming"]),
        resolved=bool(told["resolved"]),
        agenda=AgendaState(told["agenda"]) if told["agenda"] else None,
        work=work_of(told),
    )


def _bare(row: Topic) -> TopicFacts:
    return TopicFacts(
        *(row.id, row.community_id, row.number, row.title, row.category, row.kind, Step(row.step), row.state),
        *(bool(row.urgent), row.reason, row.proposed, _session(row.session), row.made_at),
        into=row.into_id,
    )


def _session(row: Session | None) -> SessionFacts | None:
    return SessionFacts(row.id, row.day, row.starts_at, row.place, row.opened_at, row.adjourned_at) if row else None


def _part(row: Concern) -> Part:
    return Part(row.id, row.number, row.author_id, row.group_id, row.visibility is not HIDDEN and not row.held)


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
    await _note(row.community_id, row.id, taken, by, now)
    return TopicFacts(
        *(row.id, community, number, row.title, category, row.kind, Step.SORT, TopicState.OPEN),
        *(False, "", None, None, now),
    )


async def reach(
    topic: TopicFacts, passages: Sequence[Passage], by: int | None, now: datetime, reason: str = ""
) -> bool:
    """Take these steps; False where somebody else took one in between. Two statements.

    `by` None: the council did. The row decides which of two at once is first.
    """
    to = passages[-1].step
    moved = await sql.rows(
        "UPDATE topic SET step = ? WHERE id = ? AND step = ? AND state = ? RETURNING id",
        to.value,
        topic.id,
        topic.step.value,
        TopicState.OPEN.value,
    )
    if moved:
        await _note(topic.community, topic.id, passages, by, now, reason)
    return bool(moved)


async def _note(
    community: int, topic: int, passages: Sequence[Passage], by: int | None, now: datetime, reason: str = ""
) -> None:
    values = [
        value
        for p in passages
        for value in (community, topic, p.step.value, by, by is None, p.skipped, (p.reason or reason)[:255], now)
    ]
    marks = ", ".join("(?, ?, ?, ?, ?, ?, ?, ?)" for _ in passages)
    await sql.rows(
        f"""INSERT INTO topic_step (community_id, topic_id, step, by_id, council, skipped, reason, at)
        VALUES {marks} ON CONFLICT (topic_id, step) DO NOTHING""",
        *values,
    )


async def begin(session: int, by: int, now: datetime, reason: str) -> None:
    """The topics of a session are deliberated from now on; those not prepared skip that for `reason`. 3 statements."""
    before = {Step.PREPARE: (Step.DECIDE,), Step.DELIBERATE: (Step.DECIDE, Step.PREPARE)}
    for step, at in before.items():
        marks = ", ".join("?" for _ in at)
        await sql.rows(
            f"""INSERT INTO topic_step (community_id, topic_id, step, by_id, council, skipped, reason, at)
            SELECT community_id, id, ?, ?, ?, ?, ?, ? FROM topic
            WHERE session_id = ? AND state = ? AND step IN ({marks})
            ON CONFLICT (topic_id, step) DO NOTHING""",
            *(step.value, by, False, step is Step.PREPARE, reason[:255] if step is Step.PREPARE else "", now),
            *(session, TopicState.OPEN.value, *[one.value for one in at]),
        )
    await Topic.filter(session_id=session, state=TopicState.OPEN, step__in=[Step.DECIDE, Step.PREPARE]).update(
        step=Step.DELIBERATE
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """A step that a topic reached. `by` None where the council, or somebody who was forgotten, did."""

    step: Step
    at: datetime
    by: int | None
    council: bool
    skipped: bool
    reason: str


async def reached(topic: int) -> list[Reached]:
    """The steps of a topic in their order. One statement."""
    found = await TopicStep.filter(topic_id=topic).order_by("step")
    return [Reached(Step(s.step), s.at, s.by_id, bool(s.council), bool(s.skipped), s.reason) for s in found]


async def taken(topic: int, step: Step) -> Reached | None:
    """Who took a step of a topic, and when."""
    return next((one for one in await reached(topic) if one.step is step), None)


async def put_on(topic: int, session: int | None, reason: str = "", *, urgent: bool = False) -> None:
    """Put a topic on a session, or on none for a reason. One statement."""
    values: dict[str, object] = {"session_id": session, "reason": reason[:255], "proposed": None}
    await Topic.filter(id=topic).update(**(values | {"urgent": True} if urgent else values))


async def publish(topic: int, now: datetime) -> None:
    """A topic's result is public: it has ended."""
    await Topic.filter(id=topic).update(state=TopicState.PUBLISHED, ended_at=now)


async def precedents(topic: TopicFacts, limit: int) -> list[Line]:
    """Topics of the same category whose result was published, the newest first."""
    query = Topic.filter(community_id=topic.community, state=TopicState.PUBLISHED, category=topic.category)
    found = await query.exclude(id=topic.id).order_by("-number").limit(limit)
    return [Line(row.number, row.title, Step(row.step), 0, None) for row in found]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A public concern of an open topic: the topic's row, number and title, and the concern's masked words."""

    id: int
    topic: int
    title: str
    words: str


async def spoken_of(community: int, words: Sequence[str], limit: int) -> list[Spoken]:
    """Public concerns of open topics that share words, those that share most first. One statement."""
    if not words:
        return []
    marks = ", ".join("?" for _ in words)
    found = await sql.rows(
        f"""SELECT t.id, t.number, t.title, c.shown FROM (
        SELECT w.concern_id, COUNT(*) AS n FROM word w WHERE w.community_id = ? AND w.word IN ({marks})
        GROUP BY w.concern_id) m
        JOIN concern c ON c.id = m.concern_id JOIN topic t ON t.id = c.topic_id
        WHERE t.state = ? AND c.held = ? ORDER BY m.n DESC, c.id DESC LIMIT ?""",
        community,
        *words,
        TopicState.OPEN.value,
        False,
        limit,
    )
    return [Spoken(int(row["id"]), int(row["number"]), row["title"], row["shown"]) for row in found]


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
