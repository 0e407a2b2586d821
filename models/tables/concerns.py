"""说事, 议题 and 附议, with the pictures that came along."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from domain.terms import ConcernCategory, ConcernState, Step, Visibility
from models.tables.moment import Moment
from models.tables.people import Community, Group, Resident


def _maybe_category() -> Any:
    """Tortoise's types know no enum field that may be empty."""
    return fields.CharEnumField(ConcernCategory, max_length=16, null=True)


class Topic(Model):
    """议题: concerns about the same thing, on their way through the six steps."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    title = fields.CharField(200)
    category: fields.Field[ConcernCategory | None] = _maybe_category()
    step = fields.IntEnumField(Step, default=Step.SORT)
    ended_at = Moment(null=True)
    made_at = Moment()

    class Meta:
        table = "topic"
        unique_together = (("community", "number"),)


class Concern(Model):
    """说事: a resident's message. `shown` is its masked text; `guess` the bot's own verdict.

    `category` is null while 待定. `held`: waits for a moderator before it is public. `evidence` are the
    words that decided.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    group: fields.ForeignKeyNullableRelation[Group] = fields.ForeignKeyField(
        "models.Group", null=True, on_delete=fields.SET_NULL
    )
    group_id: int | None
    author: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL
    )
    author_id: int | None
    topic: fields.ForeignKeyNullableRelation[Topic] = fields.ForeignKeyField(
        "models.Topic", null=True, on_delete=fields.SET_NULL
    )
    topic_id: int | None
    text = fields.TextField()
    shown = fields.TextField()
    category: fields.Field[ConcernCategory | None] = _maybe_category()
    guess = fields.CharEnumField(ConcernCategory, max_length=16)
    second: fields.Field[ConcernCategory | None] = _maybe_category()
    confidence = fields.FloatField(default=0.0)
    evidence: fields.Field[list[str]] = fields.JSONField()
    visibility = fields.CharEnumField(Visibility, max_length=16)
    state = fields.CharEnumField(ConcernState, max_length=16, default=ConcernState.OPEN)
    urgent = fields.BooleanField(default=False)
    held = fields.BooleanField(default=False)
    supporters = fields.IntField(default=0)
    album = fields.CharField(64, null=True)
    said_at = Moment()

    class Meta:
        table = "concern"
        unique_together = (("community", "number"),)
        indexes = (
            ("community_id", "state", "said_at"),
            ("community_id", "state", "category", "visibility", "held"),  # what the board counts
            ("author_id",),
            ("topic_id",),
            ("album",),
        )


class Second(Model):
    """附议: a resident has the same concern. One row a person and concern, or a person and topic."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    concern: fields.ForeignKeyNullableRelation[Concern] = fields.ForeignKeyField("models.Concern", null=True)
    concern_id: int | None
    topic: fields.ForeignKeyNullableRelation[Topic] = fields.ForeignKeyField("models.Topic", null=True)
    topic_id: int | None
    at = Moment()

    class Meta:
        table = "second"
        unique_together = (("concern", "resident"), ("topic", "resident"))
        indexes = (("resident_id",),)


class Blob(Model):
    """The bytes of a picture, once by their SHA-256, without EXIF."""

    sha256 = fields.CharField(64, primary_key=True)
    data = fields.BinaryField()
    mime = fields.CharField(32)
    width = fields.IntField()
    height = fields.IntField()

    class Meta:
        table = "blob"


class Photo(Model):
    """A picture of a concern. `blob` is null until it was fetched; `unreadable` when it can't be."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    concern: fields.ForeignKeyRelation[Concern] = fields.ForeignKeyField("models.Concern")
    concern_id: int
    channel = fields.CharField(32)
    upload = fields.CharField(255)
    blob: fields.ForeignKeyNullableRelation[Blob] = fields.ForeignKeyField("models.Blob", null=True)
    blob_id: str | None
    unreadable = fields.BooleanField(default=False)
    settled = fields.BooleanField(default=False)
    tries = fields.IntField(default=0)
    next_at = Moment()

    class Meta:
        table = "photo"
        indexes = (("settled", "next_at"), ("concern_id",))
