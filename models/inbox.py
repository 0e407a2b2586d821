"""待办: what waits for a moderator, the most pressing first. One statement, however much is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.terms import ConcernState, Role, Step, TaskState, TopicState
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
    OPINION = "opinion"
    MINUTES = "minutes"
    PUBLISH = "publish"
    RESOLVE = "resolve"
    SEATS = "seats"
    INVITE = "invite"
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


_NO_DAY, _NO_MOMENT = "CAST(NULL AS date)", "CAST(NULL AS timestamptz)"


@dataclass(frozen=True, slots=True)
class _Part:
    """Where things of a kind are found that wait; the longest wait, or the nearest day, is the first."""

    table: str
    where: str
    number: str = "t.number"
    since: str = _NO_MOMENT
    day: str = _NO_DAY
    order: str = ""

    def sql(self, kind: int, limit: int) -> str:
        order = self.order or self.since
        columns = f"{kind} AS kind, {self.number} AS number, {self.since} AS since, {self.day} AS day"
        return f"""SELECT * FROM (SELECT {columns} FROM {self.table} WHERE {self.where}
            ORDER BY {order}, {self.number} LIMIT {limit}) p{kind}"""


def _concern(where: str) -> _Part:
    return _Part("concern", f"community_id = ? AND state = ? AND {where}", "number", "said_at")


def _task(where: str) -> _Part:
    return _Part("task", f"community_id = ? AND {where}", "number", "made_at")


def _topic(where: str) -> _Part:
    return _Part("topic t", f"t.community_id = ? AND t.state = ? AND t.step = ? AND {where}", since="t.made_at")


def _on_session(where: str) -> _Part:
    table = "session s JOIN topic t ON t.session_id = s.id"
    return _Part(table, f"s.community_id = ? AND t.state = ? AND t.step = ?{where}", day="s.day", order="s.starts_at")


_RESOLVED = "EXISTS (SELECT 1 FROM resolution r WHERE r.topic_id = t.id)"
_SILENT = "EXISTS (SELECT 1 FROM invitation i WHERE i.topic_id = t.id AND i.state = 'asked' AND i.asked_at < ?)"
_UNASKED = f"""NOT EXISTS (SELECT 1 FROM invitation i WHERE i.topic_id = t.id AND i.state <> 'no')
    AND EXISTS (SELECT 1 FROM role_grant g WHERE g.community_id = t.community_id
    AND g.role = '{Role.DELIBERATOR.value}' AND g.revoked_at IS NULL AND (g.until IS NULL OR g.until > ?)
    AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.topic_id = t.id AND i.resident_id = g.resident_id))"""
"""Nobody sits on it, and there are people who could."""
_MEANT = """(t.reason = '' OR t.left_at < (SELECT MAX(s.starts_at) FROM session s
    WHERE s.community_id = ? AND s.starts_at <= ?))"""
"""Not left out, or left out of a session that has begun meanwhile: then it is thought of again."""
_OFF = """t.session_id IS NULL AND (t.left_at IS NULL OR t.left_at < (SELECT MAX(s.starts_at) FROM session s
    WHERE s.community_id = ? AND s.starts_at <= ?))"""
"""Decided once and on no session: it was cancelled, or none was planned when its work began."""
_PARTS: Mapping[Waits, _Part] = {
    Waits.URGENT: _concern("topic_id IS NULL AND urgent = ?"),
    Waits.OVERDUE: _Part(
        *("task", "community_id = ? AND done_at IS NULL AND last_day < ?", "number"), day="last_day", order="last_day"
    ),
    Waits.RETURNED: _task("state = ?"),
    Waits.UNDECIDED: _task("undecided = ?"),
    Waits.OBJECTION: _Part(
        "objection o JOIN topic t ON t.id = o.topic_id", "o.community_id = ? AND o.answered_at IS NULL", since="o.at"
    ),
    Waits.OPINION: _Part(
        "opinion o JOIN topic t ON t.id = o.topic_id",
        "o.community_id = ? AND o.taken IS NULL GROUP BY t.number",
        since="MIN(o.at)",
    ),
    Waits.MINUTES: _Part(
        "session", "community_id = ? AND adjourned_at IS NOT NULL AND confirmed_at IS NULL", "id", "adjourned_at"
    ),
    Waits.PUBLISH: _Part(
        "resolution r JOIN topic t ON t.id = r.topic_id",
        "r.community_id = ? AND r.published_at IS NULL AND t.state = ? AND t.step = ?",
        since="t.made_at",
    ),
    Waits.RESOLVE: _on_session(f" AND s.adjourned_at IS NOT NULL AND NOT {_RESOLVED}"),
    Waits.SEATS: _on_session(f" AND s.starts_at > ? AND {_SILENT}"),
    Waits.INVITE: _on_session(f" AND s.starts_at > ? AND {_UNASKED}"),
    Waits.PREPARE: _on_session(""),
    Waits.AGAIN: _Part(
        "topic t",
        f"t.community_id = ? AND t.state = ? AND t.step IN (?, ?, ?) AND {_OFF} AND NOT {_RESOLVED}",
        since="t.made_at",
    ),
    Waits.DECIDE: _topic(f"t.proposed IS NULL AND {_MEANT}"),
    Waits.HELD: _concern("held = ?"),
    Waits.SORT: _concern("topic_id IS NULL AND urgent = ?"),
}


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
        Waits.INVITE: (open_, Step.PREPARE.value, now, now),
        Waits.AGAIN: (open_, *[step.value for step in (Step.DECIDE, Step.PREPARE, Step.DELIBERATE)], community, now),
        Waits.DECIDE: (open_, Step.SORT.value, community, now),
        Waits.HELD: (ConcernState.OPEN.value, True),
        Waits.SORT: (ConcernState.OPEN.value, False),
    }
    kinds = list(Waits)
    parts = [part.sql(kinds.index(kind), limit) for kind, part in _PARTS.items()]
    given = [value for kind in _PARTS for value in (community, *values.get(kind, ()))]
    found = [_waiting(kinds[int(row["kind"])], row) for row in await sql.rows(" UNION ALL ".join(parts), *given)]
    return sorted(found, key=lambda one: (kinds.index(one.kind), str(one.since or one.day), one.number))


def _waiting(kind: Waits, row: Mapping[str, object]) -> Waiting:
    return Waiting(kind, int(str(row["number"])), sql.moment(row["since"]), sql.day(row["day"]))
