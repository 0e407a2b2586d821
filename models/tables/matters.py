"""Matters with a flow of their own: activities, emergencies, mediations, drafts of rules, star ratings."""

from tortoise import fields

from domain.terms import StarSubject
from models.tables.concerns import Topic
from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.row import Row
from models.tables.topics import maybe_resident


class Activity(Row):
    """活动: something people sign up for. `topic`: what it came from; `cancelled`: why it is off."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    topic: fields.ForeignKeyNullableRelation[Topic] = fields.ForeignKeyField("models.Topic", null=True)
    topic_id: int | None
    title = fields.CharField(64)
    starts_at = Moment()
    place = fields.CharField(64)
    capacity = fields.IntField()
    turns = fields.IntField(default=0)
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    made_at = Moment()
    cancelled = fields.CharField(255, default="")

    class Meta:
        table = "activity"
        unique_together = (("community", "number"),)
        indexes = (("community_id", "starts_at"),)


class SignUp(Row):
    """报名: somebody's place. The first `capacity` by `turn` are in, the others wait: nobody has to be moved up."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField("models.Activity")
    activity_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    turn = fields.IntField()
    at = Moment()

    class Meta:
        table = "sign_up"
        unique_together = (("activity", "resident"), ("activity", "turn"))
        indexes = (("resident_id",),)


class Emergency(Row):
    """突发: what every group is told at once. `ended_at`: it is over."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    text = fields.CharField(500)
    groups = fields.IntField()
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    at = Moment()
    ended_at = Moment(null=True)

    class Meta:
        table = "emergency"
        unique_together = (("community", "number"),)


class EmergencyNote(Row):
    """One line of an emergency's log: what was told on the way, and at its end."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    emergency: fields.ForeignKeyRelation[Emergency] = fields.ForeignKeyField("models.Emergency")
    emergency_id: int
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    text = fields.CharField(500)
    at = Moment()

    class Meta:
        table = "emergency_note"
        indexes = (("emergency_id",),)


class EmergencyReceipt(Row):
    """收到: somebody has seen an emergency's message."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    emergency: fields.ForeignKeyRelation[Emergency] = fields.ForeignKeyField("models.Emergency")
    emergency_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    at = Moment()

    class Meta:
        table = "emergency_receipt"
        unique_together = (("emergency", "resident"),)
        indexes = (("resident_id",),)


class Mediation(Row):
    """调处: a room of two parties and a mediator. `outcome` alone becomes public, once both parties let it."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    subject = fields.CharField(64)
    mediator: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    mediator_id: int | None
    outcome = fields.CharField(500, default="")
    made_at = Moment()
    closed_at = Moment(null=True)
    published_at = Moment(null=True)

    class Meta:
        table = "mediation"
        unique_together = (("community", "number"),)
        indexes = (("closed_at",), ("mediator_id",))


class Party(Row):
    """One of the two parties: whether they want to talk, and whether the outcome may become public."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    mediation: fields.ForeignKeyRelation[Mediation] = fields.ForeignKeyField("models.Mediation")
    mediation_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    side = fields.IntField()
    willing = fields.BooleanField(null=True)
    consents = fields.BooleanField(null=True)

    class Meta:
        table = "party"
        unique_together = (("mediation", "resident"), ("mediation", "side"))
        indexes = (("resident_id",),)


class RoomWord(Row):
    """What was said in a mediation's room. It goes with its time, long before the outcome does."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    mediation: fields.ForeignKeyRelation[Mediation] = fields.ForeignKeyField("models.Mediation")
    mediation_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    text = fields.CharField(1000)
    at = Moment()

    class Meta:
        table = "room_word"
        indexes = (("mediation_id",), ("resident_id",))


class Draft(Row):
    """草案: one version of a rule, and until when the community is asked about it."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    version = fields.IntField()
    text = fields.TextField()
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    at = Moment()
    until = Moment(null=True)

    class Meta:
        table = "draft"
        unique_together = (("topic", "version"),)


class Opinion(Row):
    """意见: what somebody says to a draft, by its place in the topic, and what was answered."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    place = fields.IntField()
    version = fields.IntField()
    resident: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    resident_id: int | None
    text = fields.CharField(1000)
    at = Moment()
    taken = fields.BooleanField(null=True)
    answer = fields.CharField(500, default="")

    class Meta:
        table = "opinion"
        unique_together = (("topic", "place"),)
        indexes = (("resident_id",), ("community_id", "taken"))


class StarForm(Row):
    """星评: a branch, a member or a unit is rated; the grade shows only after its time for objections."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    subject = fields.CharEnumField(StarSubject, max_length=16)
    name = fields.CharField(64)
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    made_at = Moment()
    told_at = Moment(null=True)
    objections_until = Moment(null=True)
    objection = fields.CharField(500, default="")
    answer = fields.CharField(500, default="")
    published_at = Moment(null=True)

    class Meta:
        table = "star_form"
        unique_together = (("community", "number"),)


class StarScore(Row):
    """One who rates, with their stars for each item in its order."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    form: fields.ForeignKeyRelation[StarForm] = fields.ForeignKeyField("models.StarForm")
    form_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    stars: fields.Field[list[int]] = fields.JSONField()
    at = Moment()

    class Meta:
        table = "star_score"
        unique_together = (("form", "resident"),)
        indexes = (("resident_id",),)


class GivenItem(Row):
    """清单: a template's task that became a task of a topic."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    text = fields.CharField(128)
    task = fields.IntField()

    class Meta:
        table = "given_item"
        unique_together = (("topic", "text"),)


class MutedThing(Row):
    """静音 议题5: somebody wants to hear nothing of one thing by itself (`topic:5`)."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    thing = fields.CharField(64)
    at = Moment()

    class Meta:
        table = "muted_thing"
        unique_together = (("resident", "thing"),)
