"""表态 and 表决: votes, the roll each was opened with, and the ballots."""

from tortoise import fields

from domain.owners_roll import Relation
from domain.terms import VoteKind, VoteState
from models.tables.moment import Moment
from models.tables.people import Community, Group, Household, Resident
from models.tables.row import Row


class Vote(Row):
    """A vote. `snapshot` holds the rules as they were when it opened, `opened_at` from when it takes ballots.

    After the close, `result` has the count of each option (owners' heads; first choices where ranked) and `tally`
    the whole count in the form of `domain.recount`. `extensions`: each later close with its reason.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    number = fields.IntField()
    kind = fields.CharEnumField(VoteKind, max_length=16)
    title = fields.CharField(200)
    options: fields.Field[list[str]] = fields.JSONField()
    secret = fields.BooleanField()
    snapshot: fields.Field[dict[str, object]] = fields.JSONField()
    key = fields.BinaryField(null=True)
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
    extensions: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    result: fields.Field[dict[str, int] | None] = fields.JSONField(null=True)
    tally: fields.Field[dict[str, object] | None] = fields.JSONField(null=True)

    class Meta:
        table = "vote"
        unique_together = (("community", "number"),)
        indexes = (("community_id", "state"),)


class RollEntry(Row):
    """A household (owners: a unit) that was on the roll when the vote opened.

    Owners' decisions: `area` in 0.01 m² and `head`, the owner that the unit is counted with.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    household: fields.ForeignKeyRelation[Household] = fields.ForeignKeyField("models.Household")
    household_id: int
    area = fields.BigIntField(db_default=0)
    head = fields.CharField(96, db_default="")

    class Meta:
        table = "roll_entry"
        unique_together = (("vote", "household"),)


class Ballot(Row):
    """The ballot that counts of one voter: `voter` is `h` + a household's id, or (表态) `r` + a resident's.

    `choice` is the first position chosen, `more` those after it, apart by commas. Owners' decisions: `said` is what
    each co-owner (by a resident's id) answered; where they differ, the choice has all their answers. `own` and `nonce`
    are the commitment's (VOTING.md §3). `paper`: a paper ballot, which chat ballots do not change.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    voter = fields.CharField(24)
    choice = fields.IntField()
    more = fields.CharField(32, db_default="")
    said: fields.Field[dict[str, int] | None] = fields.JSONField(null=True)
    paper = fields.BooleanField(db_default=False)
    own = fields.CharField(6, db_default="")
    nonce = fields.BinaryField(null=True)
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


class PaperBallot(Row):
    """A ballot on paper: one moderator enters it, another confirms it, and from then it counts."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    household: fields.ForeignKeyRelation[Household] = fields.ForeignKeyField("models.Household")
    household_id: int
    choice = fields.IntField()
    more = fields.CharField(32, db_default="")
    entered_by: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="papers_entered"
    )
    entered_by_id: int | None
    entered_at = Moment()
    confirmed_by: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="papers_confirmed"
    )
    confirmed_by_id: int | None
    confirmed_at = Moment(null=True)

    class Meta:
        table = "paper_ballot"
        unique_together = (("vote", "household"),)
        indexes = (("entered_by_id",), ("confirmed_by_id",))


class Delivery(Row):
    """Proof that a unit's ballot was handed over, recorded before the vote opens (VOTING.md table 2, row 13)."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    household: fields.ForeignKeyRelation[Household] = fields.ForeignKeyField("models.Household")
    household_id: int
    vote: fields.ForeignKeyNullableRelation[Vote] = fields.ForeignKeyField("models.Vote", null=True)
    vote_id: int | None
    proof = fields.CharField(64)
    at = Moment()

    class Meta:
        table = "delivery"
        indexes = (("community_id", "vote_id"), ("household_id",))


class Membership(Row):
    """A unit that a person speaks for: as what, and by which document where they aren't its owner.

    A resident's own household (`Resident.household`) needs no row here; its row tells the relation.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    household: fields.ForeignKeyRelation[Household] = fields.ForeignKeyField("models.Household")
    household_id: int
    relation: fields.Field[Relation | None] = fields.CharEnumField(Relation, max_length=16, null=True)  # type: ignore[assignment] # tortoise's types know no enum that may be empty
    document = fields.CharField(64, default="")

    class Meta:
        table = "membership"
        unique_together = (("resident", "household"),)
        indexes = (("household_id",),)
