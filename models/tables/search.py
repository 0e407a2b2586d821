"""Which words stand in what is public, for the search."""

from tortoise import fields

from models.tables.concerns import Concern
from models.tables.people import Community
from models.tables.row import Row


class Word(Row):
    """One word of one concern; an empty word says that the concern was looked at. Gone with its concern."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    concern: fields.ForeignKeyRelation[Concern] = fields.ForeignKeyField("models.Concern")
    concern_id: int
    word = fields.CharField(32)

    class Meta:
        table = "word"
        unique_together = (("community", "word", "concern"),)
        indexes = (("concern_id",),)
