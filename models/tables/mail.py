"""Mail: which events were taken, what waits to be sent, which message is which card, secrets of this installation."""

from tortoise import fields

from domain.talk import Manner
from models.tables.moment import Moment
from models.tables.row import Row


class Seen(Row):
    """An event that was taken. Written first in its transaction; before the community is known."""

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(32)
    event = fields.CharField(128)
    at = Moment()

    class Meta:
        table = "seen"
        unique_together = (("channel", "event"),)
        indexes = (("at",),)


class Outbox(Row):
    """A message that waits to be sent. Gone once it is sent; `failed_at` marks one that never will be."""

    id = fields.BigIntField(primary_key=True)
    community_id = fields.BigIntField(null=True)
    channel = fields.CharField(32)
    chat = fields.CharField(128)
    manner = fields.CharEnumField(Manner, max_length=16)
    card = fields.CharField(64, null=True)
    body: fields.Field[dict[str, object]] = fields.JSONField()
    due_at = Moment()
    tries = fields.IntField(default=0)
    failed_at = Moment(null=True)
    made_at = Moment()

    class Meta:
        table = "outbox"
        indexes = (("failed_at", "due_at"), ("channel", "chat"))


class Card(Row):
    """The message on the platform that shows a thing, to be edited when the thing changes."""

    id = fields.BigIntField(primary_key=True)
    community_id = fields.BigIntField(null=True)
    channel = fields.CharField(32)
    chat = fields.CharField(128)
    name = fields.CharField(64)
    message = fields.CharField(128)

    class Meta:
        table = "card"
        unique_together = (("channel", "chat", "name"),)
        indexes = (("channel", "chat", "message"),)


class NoticeDay(Row):
    """How many messages the bot sent a chat by itself on one day of its community's clock."""

    id = fields.BigIntField(primary_key=True)
    community_id = fields.BigIntField(null=True)
    channel = fields.CharField(32)
    chat = fields.CharField(128)
    day = fields.DateField()
    sent = fields.IntField(default=0)

    class Meta:
        table = "notice_day"
        unique_together = (("channel", "chat", "day"),)
        indexes = (("day",),)


class TranscriptLine(Row):
    """A message on a channel without a platform behind it (web, console), or a note that a channel keeps."""

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(32)
    chat = fields.CharField(128)
    body: fields.Field[dict[str, object]] = fields.JSONField()
    kept_at = Moment(null=True)  # the purge goes by it; None: stays until it is dropped

    class Meta:
        table = "transcript_line"
        indexes = (("channel", "chat"), ("kept_at",))


class Secret(Row):
    """A random key of this installation: for pseudonyms, for the webhook."""

    name = fields.CharField(32, primary_key=True)
    value = fields.BinaryField()

    class Meta:
        table = "secret"
