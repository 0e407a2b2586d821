"""A session under way: its agenda, who came, who speaks, what was noted, resolved, and is to be done."""

from tortoise import fields

from domain.terms import AgendaState, OrgLevel, Role, TaskEnd, TaskState, Urgency
from models.tables.concerns import Topic
from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.row import Row
from models.tables.sessions import Session
from models.tables.topics import maybe_resident


def _maybe_end() -> fields.Field[TaskEnd | None]:
    """How it ends, once that is said."""
    return fields.CharEnumField(TaskEnd, max_length=16, null=True)  # type: ignore[return-value] # tortoise's types know no enum that may be empty


class AgendaItem(Row):
    """A topic on a session's agenda, with its place and minutes. `report`: the session only hears of it."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("models.Session")
    session_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    place = fields.IntField()
    minutes = fields.IntField()
    report = fields.BooleanField(default=False)
    state = fields.CharEnumField(AgendaState, max_length=16, default=AgendaState.WAITING)

    class Meta:
        table = "agenda_item"
        unique_together = (("session", "topic"),)
        indexes = (("topic_id",),)


class Attendance(Row):
    """签到: somebody who is at a session."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("models.Session")
    session_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    at = Moment()

    class Meta:
        table = "attendance"
        unique_together = (("session", "resident"),)


class Speaker(Row):
    """Somebody who asked for the word. `turn` counts from 1 in a session; `called_at`: they had it."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("models.Session")
    session_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    turn = fields.IntField()
    called_at = Moment(null=True)

    class Meta:
        table = "speaker"
        unique_together = (("session", "turn"),)


class Minute(Row):
    """记录: one note taken at a session, of a topic or of none. Several people take them."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("models.Session")
    session_id: int
    topic: fields.ForeignKeyNullableRelation[Topic] = fields.ForeignKeyField("models.Topic", null=True)
    topic_id: int | None
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    text = fields.TextField()
    at = Moment()

    class Meta:
        table = "minute"
        indexes = (("session_id",), ("community_id",))


class Resolution(Row):
    """决议: what was decided on a topic. `basis`: the number of the 表决 it rests on."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.OneToOneRelation[Topic] = fields.OneToOneField("models.Topic")
    topic_id: int
    text = fields.CharField(500)
    basis = fields.IntField(null=True)
    decided_at = Moment()
    published_at = Moment(null=True)
    objections_until = Moment(null=True)

    class Meta:
        table = "resolution"
        indexes = (("community_id", "published_at"),)


class Amendment(Row):
    """What a published resolution said before it was changed, and why it was."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    before = fields.CharField(500)
    reason = fields.CharField(255)
    at = Moment()

    class Meta:
        table = "amendment"
        indexes = (("topic_id",),)


class Task(Row):
    """任务: who does what by when, and how it went.

    `doer` is how the doer is named; `doer_who`, `doer_role` who that is, where known. At `due_at` it is late, on its
    `last_day` it isn't yet; `since`: from when that deadline counts. Sent up, it lies at `level`, which has to answer
    by `answer_by`. `first_doer`: 首接责任. `done_at`: reported done, as `claim`; `ended_as` is what those who asked
    confirmed. `told`: what was said of the deadline so far. `rev` grows with each change.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    text = fields.CharField(500)
    doer = fields.CharField(64)
    doer_who: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    doer_who_id: int | None
    doer_role: fields.Field[Role | None] = fields.CharEnumField(Role, max_length=32, null=True)  # type: ignore[assignment] # tortoise's types know no enum that may be empty
    first_doer = fields.CharField(64, default="")
    urgency = fields.CharEnumField(Urgency, max_length=16, default=Urgency.NORMAL)
    state = fields.CharEnumField(TaskState, max_length=16, default=TaskState.GIVEN)
    level = fields.IntEnumField(OrgLevel, default=OrgLevel.BRANCH)
    last_day = fields.DateField()
    due_at = Moment()
    since = Moment()
    answer_by = Moment(null=True)
    told = fields.IntField(default=0)
    returned = fields.IntField(default=0)
    reopened = fields.IntField(default=0)
    undecided = fields.BooleanField(default=False)  # 不满意 again: a moderator decides
    reason = fields.CharField(255, default="")
    made_at = Moment()
    answer_due = Moment()  # until when somebody should take it: what 响应率 counts
    answered_at = Moment(null=True)
    done_at = Moment(null=True)
    claim: fields.Field[TaskEnd | None] = _maybe_end()
    ended_as: fields.Field[TaskEnd | None] = _maybe_end()
    ended_at = Moment(null=True)
    rev = fields.IntField(default=0)

    class Meta:
        table = "task"
        unique_together = (("community", "number"),)
        indexes = (
            ("community_id", "done_at", "last_day"),
            ("community_id", "state"),
            ("community_id", "made_at"),
            ("community_id", "undecided"),
            ("topic_id",),
            ("doer_who_id",),
        )


class Objection(Row):
    """提异议: what somebody has against a published resolution, and what they were answered."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    resident: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    resident_id: int | None
    text = fields.CharField(1000)
    at = Moment()
    answer = fields.CharField(1000, default="")
    answered_at = Moment(null=True)

    class Meta:
        table = "objection"
        indexes = (("community_id", "answered_at"), ("topic_id",))
