"""Communities, their groups and households, and the people who speak to the bot."""

from typing import Any

from tortoise import fields

from domain.terms import CommunityKind, Numbered, OrgLevel, Pool, Role
from models.tables.moment import Moment
from models.tables.row import Row


class Community(Row):
    """小区: the unit everything belongs to. `settings` is the config's part for it, as JSON.

    `corrected` counts up whenever the corrections that count change, so that no process remembers old ones.
    `figures`: counts made ready for the board where there is too much to count for each page (`models/figures.py`).
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(64, unique=True)
    name = fields.CharField(64, unique=True)
    kind = fields.CharEnumField(CommunityKind, max_length=16)
    settings: fields.Field[dict[str, object]] = fields.JSONField()
    corrected = fields.IntField(default=0)
    figures: fields.Field[dict[str, Any] | None] = fields.JSONField(null=True)

    class Meta:
        table = "community"


class Counter(Row):
    """The last number given in a community, one row a kind: 说事, 议题, 表决, 任务."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    kind = fields.CharEnumField(Numbered, max_length=16)
    given = fields.IntField(default=0)

    class Meta:
        table = "counter"
        unique_together = (("community", "kind"),)


class Group(Row):
    """群: one chat of a community on one channel. `lost_at`: the bot can't get in any more."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    channel = fields.CharField(32)
    chat = fields.CharField(128)
    topic = fields.CharField(64, null=True)
    title = fields.CharField(255, default="")
    lost_at = Moment(null=True)
    lost_reason = fields.CharField(255, default="")

    class Meta:
        table = "chat_group"
        unique_together = (("channel", "chat"),)


class GroupCode(Row):
    """A one-time code for 绑群, kept as its hash."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    code_hash = fields.CharField(64, unique=True)
    until = Moment()
    used_at = Moment(null=True)

    class Meta:
        table = "group_code"


class Household(Row):
    """户 or 车位 on the roll. `area` in 0.01 m²; `owner` groups the units of one owner."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    building = fields.CharField(32)
    unit = fields.CharField(32)
    room = fields.CharField(32)
    area = fields.BigIntField()
    owner_name = fields.CharField(128, default="")
    owner = fields.CharField(64, default="")
    parking = fields.BooleanField(default=False)
    developer = fields.BooleanField(default=False)

    class Meta:
        table = "household"
        unique_together = (("community", "building", "unit", "room"),)


class JoinCode(Row):
    """A one-time code that binds a person to a household, kept as its hash. `until` null: paper slip."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    household: fields.ForeignKeyRelation[Household] = fields.ForeignKeyField("models.Household")
    household_id: int
    code_hash = fields.CharField(64, unique=True)
    until = Moment(null=True)
    used_at = Moment(null=True)

    class Meta:
        table = "join_code"


class Resident(Row):
    """A person in one community, by pseudonym: HMAC of channel and platform id (CHANNELS.md, PIPL).

    `short` is the short name a secretary may type. `wrong_codes` counts guesses until `locked_until`.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    pseudonym = fields.CharField(64)
    short = fields.CharField(16)
    household: fields.ForeignKeyNullableRelation[Household] = fields.ForeignKeyField(
        "models.Household", null=True, on_delete=fields.SET_NULL
    )
    household_id: int | None
    notice_version = fields.CharField(16, default="")
    notice_at = Moment(null=True)
    agreed_version = fields.CharField(16, default="")
    agreed_at = Moment(null=True)
    muted = fields.BooleanField(default=False)
    wrong_codes = fields.IntField(default=0)
    locked_until = Moment(null=True)
    met_at = Moment()

    class Meta:
        table = "resident"
        unique_together = (("community", "pseudonym"), ("community", "short"))
        indexes = (("pseudonym",), ("household_id",))


class Address(Row):
    """Where a person is reached: the one table with a platform's raw user id.

    `private_chat` is null until the platform lets the bot write there. `chosen`: of several communities,
    the one a private word is meant for.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.OneToOneRelation[Resident] = fields.OneToOneField("models.Resident")
    resident_id: int
    channel = fields.CharField(32)
    user = fields.CharField(128)
    private_chat = fields.CharField(128, null=True)
    chosen = fields.BooleanField(default=False)

    class Meta:
        table = "address"
        unique_together = (("community", "channel", "user"),)


class Grant(Row):
    """A role that a person holds, until when; `revoked_at` ends it early. `pool`: of a 说事员, on whose side."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField("models.Resident")
    resident_id: int
    role = fields.CharEnumField(Role, max_length=32)
    granted_at = Moment()
    until = Moment(null=True)
    revoked_at = Moment(null=True)
    from_config = fields.BooleanField(default=False)
    pool: fields.Field[Pool | None] = fields.CharEnumField(Pool, max_length=16, null=True)  # type: ignore[assignment] # tortoise's types know no enum that may be empty

    class Meta:
        table = "role_grant"
        indexes = (("resident_id", "role"),)


class Organization(Row):
    """One of the five levels (DOMAIN.md §1). `community` of a branch: whose it is; a tree above all communities."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyNullableRelation[Community] = fields.ForeignKeyField("models.Community", null=True)
    community_id: int | None
    parent: fields.ForeignKeyNullableRelation["Organization"] = fields.ForeignKeyField(
        "models.Organization", null=True, on_delete=fields.SET_NULL
    )
    parent_id: int | None
    level = fields.IntEnumField(OrgLevel)
    name = fields.CharField(64, unique=True)
    answers = fields.CharField(64, default="")

    class Meta:
        table = "organization"
        indexes = (("community_id",),)


class Dialogue(Row):
    """A question the bot asked somebody, waiting for the answer. `name` is the route that goes on."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.OneToOneRelation[Resident] = fields.OneToOneField("models.Resident")
    resident_id: int
    chat = fields.CharField(160)
    name = fields.CharField(32)
    facts: fields.Field[dict[str, object]] = fields.JSONField()
    until = Moment()

    class Meta:
        table = "dialogue"


class Hold(Row):
    """Something whose records stay while there is a dispute about it, whatever their time."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    kind = fields.CharEnumField(Numbered, max_length=16)
    number = fields.IntField()
    since = Moment()

    class Meta:
        table = "hold"
        unique_together = (("community", "kind", "number"),)


class Audit(Row):
    """Who did what to which number, when; `refused` names the reason where it was not done. Never what was said."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL
    )
    resident_id: int | None
    act = fields.CharField(32)
    subject = fields.CharField(64)
    refused = fields.CharField(64, default="")
    at = Moment()

    class Meta:
        table = "audit"
        indexes = (("community_id", "at"),)
