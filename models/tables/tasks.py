"""What happens to a task, line by line, and how those who asked find what was done."""

from tortoise import fields

from domain.terms import Grade, OrgLevel, TaskAct
from models.tables.concerns import Topic
from models.tables.deliberations import Task
from models.tables.moment import Moment
from models.tables.people import Community, Resident
from models.tables.row import Row
from models.tables.topics import maybe_resident


class TaskNote(Row):
    """One line of a task's record: the act, by whom (nobody: by itself), in which words, at which level."""

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField("models.Task")
    task_id: int
    act = fields.CharEnumField(TaskAct, max_length=16)
    by: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    by_id: int | None
    words = fields.CharField(1000, default="")
    level = fields.IntEnumField(OrgLevel, default=OrgLevel.BRANCH)
    at = Moment()

    class Meta:
        table = "task_note"
        indexes = (("task_id", "at"), ("by_id",))


class Rating(Row):
    """评价: what somebody who asked says of a topic's work. `round` counts how often it was opened again; `again`: the
    question after four weeks. Whoever deletes themselves leaves the grade behind, without their name. Why it was not
    done well stands in the task's record.
    """

    id = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Community] = fields.ForeignKeyField("models.Community")
    community_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField("models.Topic")
    topic_id: int
    resident: fields.ForeignKeyNullableRelation[Resident] = maybe_resident()
    resident_id: int | None
    round = fields.IntField(default=0)
    again = fields.BooleanField(default=False)
    grade = fields.CharEnumField(Grade, max_length=16)
    at = Moment()

    class Meta:
        table = "rating"
        unique_together = (("topic", "resident", "round", "again"),)
        indexes = (("community_id", "at"), ("resident_id",))
