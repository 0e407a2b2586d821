"""What people put right of the bot's categories."""

from tortoise import fields

from domain.terms import ConcernCategory
from models.tables.concerns import Concern
from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.row import Row
from models.tables.topics import maybe_resident


class Correction(Row):
    """One 改类: not `wrong`, as the bot had it or had second, but `right`; with the telling `words` of the concern.

    Only words of a dictionary, apart by spaces. The newest of a concern counts. `undone_at`: it counts no more.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    concern: fields.ForeignKeyRelation[Concern] = fields.ForeignKeyField("models.Concern")
    concern_id: int
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    words = fields.CharField(255)
    wrong = fields.CharEnumField(ConcernCategory, max_length=16)
    right = fields.CharEnumField(ConcernCategory, max_length=16)
    at = Moment()
    undone_at = Moment(null=True)

    class Meta:
        table = "correction"
        indexes = (("community_id", "undone_at"), ("concern_id",), ("by_id",))
