"""表态 and 表决: votes, the roll each was opened with, and the ballots."""

from tortoise import fields
from tortoise.models import Model

from domain.terms import VoteKind, VoteState
from models.tables.moment import Moment
from models.tables.people import Community, Group, Household, Resident


class Vote(Model):
    """A vote. `snapshot` holds the rules as they were when it opened; `result` the counts after the close."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    kind = fields.CharEnumField(VoteKind, max_length=16)
    title = fields.CharField(200)
    options: fields.Field[list[str]] = fields.JSONField()
    secret = fields.BooleanField()
    snapshot: fields.Field[dict[str, object]] = fields.JSONField()
    group: fields.ForeignKeyNullableRelation[Group] = fields.ForeignKeyField(
        "models.Group", null=True, on_delete=fields.SET_NULL
    )
    group_id: int | None
    opener: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL
    )
    opener_id: int | None
    roll_size = fields.IntField(default=0)
    cast = fields.IntField(default=0)
    state = fields.CharEnumField(VoteState, max_length=16, default=VoteState.OPEN)
    opened_at = Moment()
    closes_at = Moment()
    closed_at = Moment(null=True)
    result: fields.Field[dict[str, int] | None] = fields.JSONField(null=True)

    class Meta:
        table = "vote"
        unique_together = (("community", "number"),)
        indexes = (("community_id", "state"),)


class RollEntry(Model):
    """A household that was on the roll when the vote opened."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    household: fields.ForeignKeyRelation[Household] = fields.ForeignKeyField("models.Household")
    household_id: int

    class Meta:
        table = "roll_entry"
        unique_together = (("vote", "household"),)


class Ballot(Model):
    """The ballot that counts of one voter: `voter` is `h` + a household's id, or (表态) `r` + a resident's."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    voter = fields.CharField(24)
    choice = fields.IntField()
    rev = fields.IntField(default=0)
    by: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL
    )
    by_id: int | None
    at = Moment()

    class Meta:
        table = "ballot"
        unique_together = (("vote", "voter"),)
        indexes = (("by_id",),)
