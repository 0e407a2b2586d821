"""待办: what waits for a moderator, the most pressing first. One statement, however much is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.terms import ConcernState, Step, TaskState, TopicState
from models import sql

PATIENCE = timedelta(days=1)
"""After so long an invitation that was not answered waits for somebody to ask again."""


class Waits(StrEnum):
    """What waits, in the order in which it presses."""

    URGENT = "urgent"
    RETURNED = "returned"
    UNDECIDED = "undecided"
    OVERDUE = "overdue"
    OBJECTION = "objection"
    MINUTES = "minutes"
    PUBLISH = "publish"
    RESOLVE = "resolve"
    SEATS = "seats"
    PREPARE = "prepare"
    AGAIN = "again"
    DECIDE = "decide"
    HELD = "held"
    SORT = "sort"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thing that waits, by its number (a session by its row), and since when or until which day."""

    kind: Waits
    number: int
    since: datetime | None = None
    day: date | None = None


_PART = """SELECT * FROM (SELECT {kind} AS kind, {number} AS number, {since} AS since, {day} AS day
    FROM {table} WHERE {where} ORDER BY {order}, number LIMIT {limit}) p{kind}"""
_NO_DAY, _NO_MOMENT = "CAST(NULL AS date)", "CAST(NULL AS timestamptz)"
_OPEN = "t.community_id = ? AND t.state = ? AND t.step = ?"
_MEETS = "s.community_id = ? AND t.state = ? AND t.step = ?"
_UNTOLD = "r.community_id = ? AND r.published_at IS NULL AND t.state = ? AND t.step = ?"
_OVER = "s.adjourned_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM resolution r WHERE r.topic_id = t.id)"
_RESOLVED = "EXISTS (SELECT 1 FROM resolution r WHERE r.topic_id = t.id)"
_SILENT = "EXISTS (SELECT 1 FROM invitation i WHERE i.topic_id = t.id AND i.state = 'asked' AND i.asked_at < ?)"
_MEANT = """(t.reason = '' OR t.left_at < (SELECT MAX(s.starts_at) FROM session s
    WHERE s.community_id = ? AND s.starts_at <= ?))"""
"""Not left out, or left out of a session that has begun meanwhile: then it is thought of again."""
_CONCERN = "community_id = ? AND state = ? AND topic_id IS NULL AND urgent = ?"


_TASK = {"number": "number", "since": "made_at", "day": _NO_DAY, "order": "made_at", "table": "task"}


def _parts() -> Sequence[tuple[Waits, Mapping[str, str]]]:
    concern = {"number": "number", "since": "said_at", "day": _NO_DAY, "order": "said_at", "table": "concern"}
    meets = {
        **{"number": "t.number", "since": _NO_MOMENT, "day": "s.day", "order": "s.starts_at"},
        "table": "session s JOIN topic t ON t.session_id = s.id",
    }
    topic = {"number": "t.number", "since": "t.made_at", "day": _NO_DAY, "order": "t.made_at", "table": "topic t"}
    return (
        (Waits.URGENT, {**concern, "where": _CONCERN}),
        (
            Waits.OVERDUE,
            {
                **{"number": "number", "since": _NO_MOMENT, "day": "last_day", "order": "last_day", "table": "task"},
                "where": "community_id = ? AND done_at IS NULL AND last_day < ?",
            },
        ),
        (Waits.RETURNED, {**_TASK, "where": "community_id = ? AND state = ?"}),
        (Waits.UNDECIDED, {**_TASK, "where": "community_id = ? AND undecided = ?"}),
        (
            Waits.OBJECTION,
            {
                **{"number": "t.number", "since": "o.at", "day": _NO_DAY, "order": "o.at"},
                "table": "objection o JOIN topic t ON t.id = o.topic_id",
                "where": "o.community_id = ? AND o.answered_at IS NULL",
            },
        ),
        (
            Waits.MINUTES,
            {
                **{
                    "number": "id",
                    "since": "adjourned_at",
                    "day": _NO_DAY,
                    "order": "adjourned_at",
                    "table": "session",
                },
                "where": "community_id = ? AND adjourned_at IS NOT NULL AND confirmed_at IS NULL",
            },
        ),
        (Waits.PUBLISH, {**topic, "table": "resolution r JOIN topic t ON t.id = r.topic_id", "where": _UNTOLD}),
        (Waits.RESOLVE, {**topic, "table": meets["table"], "where": f"{_MEETS} AND {_OVER}"}),
        (Waits.SEATS, {**meets, "where": f"{_MEETS} AND s.starts_at > ? AND {_SILENT}"}),
        (Waits.PREPARE, {**meets, "where": _MEETS}),
        (Waits.AGAIN, {**topic, "where": f"{_OPEN} AND t.session_id IS NULL AND NOT {_RESOLVED}"}),
        (Waits.DECIDE, {**topic, "where": f"{_OPEN} AND t.proposed IS NULL AND {_MEANT}"}),
        (Waits.HELD, {**concern, "where": "community_id = ? AND state = ? AND held = ?"}),
        (Waits.SORT, {**concern, "where": _CONCERN}),
    )


async def waiting(community: int, today: date, now: datetime, limit: int) -> list[Waiting]:
    """What waits, the most pressing first, at most `limit` of a kind. One statement."""
    open_, asked = TopicState.OPEN.value, now - PATIENCE
    values: Mapping[Waits, tuple[object, ...]] = {
        Waits.URGENT: (ConcernState.OPEN.value, True),
        Waits.OVERDUE: (today,),
        Waits.RETURNED: (TaskState.RETURNED.value,),
        Waits.UNDECIDED: (True,),
        Waits.PUBLISH: (open_, Step.DELIBERATE.value),
        Waits.RESOLVE: (open_, Step.DELIBERATE.value),
        Waits.PREPARE: (open_, Step.DECIDE.value),
        Waits.SEATS: (open_, Step.PREPARE.value, now, asked),
        Waits.AGAIN: (open_, Step.DELIBERATE.value),
        Waits.DECIDE: (open_, Step.SORT.value, community, now),
        Waits.HELD: (ConcernState.OPEN.value, True),
        Waits.SORT: (ConcernState.OPEN.value, False),
    }
    kinds = list(Waits)
    parts = [_PART.format(kind=kinds.index(kind), limit=limit, **part) for kind, part in _parts()]
    given = [value for kind, _ in _parts() for value in (community, *values.get(kind, ()))]
    found = [_waiting(kinds[int(row["kind"])], row) for row in await sql.rows(" UNION ALL ".join(parts), *given)]
    return sorted(found, key=lambda one: (kinds.index(one.kind), str(one.since or one.day), one.number))


def _waiting(kind: Waits, row: Mapping[str, object]) -> Waiting:
    return Waiting(kind, int(str(row["number"])), _moment(row["since"]), _day(row["day"]))


def _moment(value: object) -> datetime | None:
    """SQLite gives moments as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, datetime) else None


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None
