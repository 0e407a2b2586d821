"""说事, 议题 and 附议, with the pictures that came along."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from domain.terms import ConcernCategory, ConcernState, MatterKind, Step, TopicState, Visibility
from models.tables.moment import Moment
from models.tables.people import Community, Group, Resident
from models.tables.row import Row
from models.tables.sessions import Session


def _maybe_category() -> Any:
    """Tortoise's types know no enum field that may be empty."""
    return fields.CharEnumField(ConcernCategory, max_length=16, null=True)


class Topic(Row):
    """议题: concerns about the same thing, on their way through the six steps.

    `step` is the last one reached; `session` the one it is put on; `reason` why it is put on none, or was put there.
    `urgent`: work did not wait for the session, which hears of it. `proposed`: the council is asked about it. `into`:
    it was merged into that topic, which counts its supporters too. `left_at`: since when it is on no session by choice.
    `private`: when it was looked at last, none of its concerns was public (`models/private_topics.py`).
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    title = fields.CharField(200)
    category: fields.Field[ConcernCategory | None] = _maybe_category()
    kind = fields.CharEnumField(MatterKind, max_length=16, default=MatterKind.DELIBERATION)
    step = fields.IntEnumField(Step, default=Step.SORT)
    state = fields.CharEnumField(TopicState, max_length=16, default=TopicState.OPEN)
    urgent = fields.BooleanField(default=False)
    session: fields.ForeignKeyNullableRelation[Session] = fields.ForeignKeyField(
        "models.Session", null=True, on_delete=fields.SET_NULL
    )
    session_id: int | None
    proposed = Moment(null=True)
    into: fields.ForeignKeyNullableRelation["Topic"] = fields.ForeignKeyField(
        "models.Topic", null=True, on_delete=fields.SET_NULL
    )
    into_id: int | None
    reason = fields.CharField(255, default="")
    left_at = Moment(null=True)
    ended_at = Moment(null=True)
    private = fields.BooleanField(default=False, db_default=False)
    made_at = Moment()

    class Meta:
        table = "topic"
        unique_together = (("community", "number"),)
        indexes = (
            ("community_id", "state", "step", "made_at"),
            ("community_id", "private", "state", "number"),  # and how the board filters
            ("community_id", "private", "category", "state", "number"),
            ("community_id", "category", "state", "number"),
            ("community_id", "private", "kind", "state", "number"),
            ("community_id", "private", "category", "kind", "state", "number"),
            ("community_id", "ended_at"),
            ("session_id",),
            ("into_id",),
        )


class Round(Row):
    """征集: for some days the community is asked about one theme."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    theme = fields.CharField(64)
    made_at = Moment()
    until = Moment()

    class Meta:
        table = "round"
        indexes = (("community_id", "until"),)


class Concern(Row):
    """说事: a resident's message. `shown` is its masked text; `guess` the bot's own verdict.

    `category` is null while 待定. `held`: waits for a moderator before it is public. `evidence` are the
    words that decided. `learned`: without earlier corrections it would be another. `sketch`: its masked words by
    place and matter (`domain.likeness.Sketch.dump`). `on_behalf`: a moderator entered it for somebody who phoned or
    came by. `reason`: why it was sent back.
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
    learned = fields.BooleanField(default=False)
    sketch = fields.TextField(default="")
    visibility = fields.CharEnumField(Visibility, max_length=16)
    state = fields.CharEnumField(ConcernState, max_length=16, default=ConcernState.OPEN)
    urgent = fields.BooleanField(default=False)
    held = fields.BooleanField(default=False)
    supporters = fields.IntField(default=0)
    album = fields.CharField(64, null=True)
    on_behalf = fields.BooleanField(default=False)
    round: fields.ForeignKeyNullableRelation[Round] = fields.ForeignKeyField(
        "models.Round", null=True, on_delete=fields.SET_NULL
    )
    round_id: int | None
    reason = fields.CharField(255, default="")
    said_at = Moment()

    class Meta:
        table = "concern"
        unique_together = (("community", "number"),)
        indexes = (
            ("community_id", "state", "visibility", "held", "said_at"),  # what the board counts by month
            ("community_id", "state", "visibility", "held", "number"),  # what it lists
            ("community_id", "state", "category", "visibility", "held", "number"),  # and by category
            ("community_id", "category", "number"),
            ("community_id", "topic_id", "state", "said_at"),  # what waits longest to be sorted
            ("said_at",),
            ("author_id",),
            ("topic_id",),
            ("album",),
        )


class Second(Row):
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


class Blob(Row):
    """The bytes of a picture, once by their SHA-256, without EXIF; `kept_at`: since when."""

    sha256 = fields.CharField(64, primary_key=True)
    data = fields.BinaryField()
    mime = fields.CharField(32)
    width = fields.IntField()
    height = fields.IntField()
    kept_at = Moment()

    class Meta:
        table = "blob"


class Photo(Row):
    """A picture of a concern, a note of the minutes, a line of a task's record, or a paper ballot, or a file or picture
    to be read for a topic.
    `blob` is null until it was fetched; `unreadable` when it can't be. `name`: of a file, kept as it came.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    concern: fields.ForeignKeyNullableRelation[Concern] = fields.ForeignKeyField("models.Concern", null=True)
    concern_id: int | None
    minute: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField("models.Minute", null=True)
    minute_id: int | None
    note: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField("models.TaskNote", null=True)
    note_id: int | None
    material: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField("models.Material", null=True)
    material_id: int | None
    paper: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField("models.PaperBallot", null=True)
    paper_id: int | None
    name = fields.CharField(128, default="")
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
        indexes = (
            ("settled", "next_at"),
            ("concern_id",),
            ("minute_id",),
            ("note_id",),
            ("material_id",),
            ("paper_id",),
            ("blob_id",),
            ("upload",),
        )
