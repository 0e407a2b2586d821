"""A topic's way: the steps it took, how it was sorted, who decided, who was invited, what they were given."""

from typing import Any

from tortoise import fields

from domain.terms import InvitationState, Pool, SortAct, Step
from models.tables.concerns import Topic
from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.row import Row


def maybe_resident() -> Any:
    return fields.ForeignKeyField("models.Resident", null=True, on_delete=fields.SET_NULL)


class TopicStep(Row):
    """A step that a topic reached: when, by whom, or by the council; `skipped` for a `reason`. Never changed."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    step = fields.IntEnumField(Step)
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    council = fields.BooleanField(default=False)
    skipped = fields.BooleanField(default=False)
    reason = fields.CharField(255, default="")
    at = Moment()

    class Meta:
        table = "topic_step"
        unique_together = (("topic", "step"),)
        indexes = (("community_id", "at"),)


class Sorting(Row):
    """The merge log: one act, the concerns it moved (`moves`: concern, from and to which topic), and its undoing.

    `folded`: the topics that went into another with it, each with where it stood before.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    act = fields.CharEnumField(SortAct, max_length=16)
    topic: fields.ForeignKeyNullableRelation[Topic] = fields.ForeignKeyField("models.Topic", null=True)
    topic_id: int | None
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    moves: fields.Field[list[list[int | None]]] = fields.JSONField()
    folded: fields.Field[list[list[int | None]]] = fields.JSONField()
    reason = fields.CharField(255, default="")
    at = Moment()
    undone_at = Moment(null=True)

    class Meta:
        table = "sorting"
        indexes = (("community_id", "by_id"), ("topic_id",))


class CouncilVoice(Row):
    """What a member of the 说事理事会 says to putting a topic on a session."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    yes = fields.BooleanField()
    at = Moment()

    class Meta:
        table = "council_voice"
        unique_together = (("topic", "resident"),)


class Invitation(Row):
    """A 说事员 asked to sit on a topic; one who says no gets a `substitute`."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    pool: fields.Field[Pool | None] = fields.CharEnumField(Pool, max_length=16, null=True)  # type: ignore[assignment] # tortoise's types know no enum that may be empty
    state = fields.CharEnumField(InvitationState, max_length=8, default=InvitationState.ASKED)
    substitute = fields.BooleanField(default=False)
    asked_at = Moment()
    answered_at = Moment(null=True)

    class Meta:
        table = "invitation"
        unique_together = (("topic", "resident"),)


class Material(Row):
    """What those who sit on a topic should have read: a line, a link, or a file (its `Photo`), which `text` names."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    text = fields.CharField(1000)
    at = Moment()

    class Meta:
        table = "material"
        indexes = (("topic_id",),)
