"""A session under way: its agenda, who came, who speaks, what was noted, resolved, and is to be done."""

from tortoise import fields
from tortoise.models import Model

from domain.terms import AgendaState
from models.tables.concerns import Topic
from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.sessions import Session
from models.tables.topics import maybe_resident


class AgendaItem(Model):
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


class Attendance(Model):
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


class Speaker(Model):
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


class Minute(Model):
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


class Resolution(Model):
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


class Task(Model):
    """任务: who does what by when; `last_day` is included. Its closed loop grows from here."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    text = fields.CharField(500)
    doer = fields.CharField(64)
    last_day = fields.DateField()
    made_at = Moment()
    done_at = Moment(null=True)

    class Meta:
        table = "task"
        unique_together = (("community", "number"),)
        indexes = (("community_id", "done_at", "last_day"), ("topic_id",))


class Objection(Model):
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
