"""说事会 and everything that falls due."""

from tortoise import fields
from tortoise.models import Model

from domain.terms import SessionState, VenueStandard
from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.row import Row


class Session(Row):
    """说事会. `day` is the date the rule gave it, which stays; `starts_at` moves with 改期.

    Once opened it has a `convener` and a sign-in `code`; `listed` are the people on the paper list. The minutes of an
    adjourned session are a draft until `confirmed_at`.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    day = fields.DateField()
    starts_at = Moment()
    moved_from = Moment(null=True)
    place = fields.CharField(128)
    state = fields.CharEnumField(SessionState, max_length=16, default=SessionState.PLANNED)
    reason = fields.CharField(255, default="")
    told = fields.BooleanField(default=False)
    rev = fields.IntField(default=0)  # grows with each change of time, place or state, for calendars
    convener: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL
    )
    convener_id: int | None
    code = fields.CharField(8, default="")
    listed = fields.IntField(default=0)
    opened_at = Moment(null=True)
    adjourned_at = Moment(null=True)
    confirmed_at = Moment(null=True)
    made_at = Moment()

    class Meta:
        table = "session"
        unique_together = (("community", "day"),)
        indexes = (("community_id", "starts_at"),)


class VenueCheck(Row):
    """六个有: what a moderator last saw of one standard, with a picture where there is one."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    standard = fields.CharEnumField(VenueStandard, max_length=16)
    met = fields.BooleanField()
    at = Moment()
    by: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL
    )
    by_id: int | None
    photo: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "models.Photo", null=True, on_delete=fields.SET_NULL
    )
    photo_id: int | None

    class Meta:
        table = "venue_check"
        unique_together = (("community", "standard"),)


class Due(Row):
    """Something that falls due: a reminder, a closing. Time is a row, not a job.

    `kind` and `subject` name it (`three_days` of session 7, `close` of vote 3); `done_at` claims it.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    kind = fields.CharField(32)
    subject = fields.BigIntField()
    due_at = Moment()
    done_at = Moment(null=True)
    made_at = Moment()

    class Meta:
        table = "due"
        unique_together = (("kind", "subject"),)
        indexes = (("done_at", "due_at"),)
