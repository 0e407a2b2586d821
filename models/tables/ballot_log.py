"""The log of ballots (VOTING.md section 3): its lines, heads, published files; and sealed ballots."""

from tortoise import fields

from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.row import Row
from models.tables.votes import Vote


class BallotLog(Row):
    """A community's log: the name it signs with, for ever, and how many lines it has. Its row is its lock."""

    id = fields.BigIntField(primary_key=True)
    community: fields.OneToOneRelation[Community] = fields.OneToOneField("models.Community")
    community_id: int
    origin = fields.CharField(255)
    size = fields.IntField(default=0)

    class Meta:
        table = "ballot_log"


class LogLine(Row):
    """One line, never changed; `place` counts from 0.

    `hashes`: of the perfect subtrees that end with this line, 32 bytes each, from its own leaf up; so that a head or a
    proof reads a few lines, however long the log is.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    place = fields.IntField()
    text = fields.TextField()
    hashes = fields.BinaryField()

    class Meta:
        table = "log_line"
        unique_together = (("community", "place"),)


class LogHead(Row):
    """A signed head over the first `size` lines; `note` grows by the witnesses' signatures alone."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    size = fields.IntField()
    note = fields.TextField()
    at = Moment()

    class Meta:
        table = "log_head"
        unique_together = (("community", "size"),)


class LogKey(Row):
    """A public key of a log, with the note by which the key before it hands over (empty for the first)."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    key = fields.TextField()
    handover = fields.TextField(default="")
    at = Moment()

    class Meta:
        table = "log_key"
        indexes = (("community_id",),)


class LogFile(Row):
    """What is published of one vote beside the log: its roll at the opening, its openings after the close."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    kind = fields.CharField(16)
    body = fields.TextField()

    class Meta:
        table = "log_file"
        unique_together = (("vote", "kind"),)


class SealedBallot(Row):
    """Each ballot that was ever cast, with what opens it; `place` is its line's once it stands in the log.

    `by` and `at` are the audit log's line of the act; of several that one act made, the first alone has them.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    voter = fields.CharField(24)
    rev = fields.IntField()
    choice: fields.Field[list[int]] = fields.JSONField()
    own = fields.CharField(6, null=True)
    nonce = fields.BinaryField()
    place = fields.IntField(null=True)
    by: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL
    )
    by_id: int | None
    at = Moment(null=True)

    class Meta:
        table = "sealed_ballot"
        unique_together = (("vote", "voter", "rev"),)
        indexes = (("community_id", "place"), ("by_id",))


class OwnDigits(Row):
    """A resident's own six digits; None where they were asked and gave none."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.OneToOneRelation[Resident] = fields.OneToOneField("models.Resident")
    resident_id: int
    digits = fields.CharField(6, null=True)
    at = Moment()

    class Meta:
        table = "own_digits"


class Slip(Row):
    """A sealed slip of one vote: `p`, which its code makes; the code itself only once a `voter` has shown it."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField("models.Vote")
    vote_id: int
    p = fields.CharField(64)
    voter = fields.CharField(24, null=True)
    code = fields.CharField(16, null=True)

    class Meta:
        table = "slip"
        unique_together = (("vote", "p"), ("vote", "voter"))
