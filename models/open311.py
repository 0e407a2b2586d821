"""Public concerns as Open311 asks for them: by number, category, time and state; frozen facts, bounded reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.terms import ConcernCategory
from models import sql
from models.tables.concerns import Concern

PUBLIC = "c.state = 'open' AND c.held = ? AND c.visibility IN ('open', 'anonymous')"
SEEN = ("open", "anonymous")


@dataclass(frozen=True, slots=True)
class Request:
    """A public concern. `text` is masked; `due` the last day of its topic's work, `ended_at` when the topic ended.

    `picture`: the number of its first one.
    """

    number: int
    text: str
    category: ConcernCategory | None
    said_at: datetime
    topic: int | None
    changed_at: datetime
    ended_at: datetime | None
    due: date | None
    picture: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; `closed` None: both states. `skip` leaves out the first so many."""

    since: datetime
    until: datetime
    categories: Collection[ConcernCategory] = ()
    closed: bool | None = None
    limit: int = 1000
    skip: int = 0


_REQUEST = f"""SELECT c.id, c.number, c.shown, c.category, c.said_at, t.number AS topic, t.ended_at,
  (SELECT MAX(s.at) FROM topic_step s WHERE s.topic_id = c.topic_id) AS stepped_at,
  (SELECT MAX(k.last_day) FROM task k WHERE k.topic_id = c.topic_id) AS due,
  (SELECT MIN(p.id) FROM photo p WHERE p.concern_id = c.id AND p.blob_id IS NOT NULL) AS picture
  FROM concern c LEFT JOIN topic t ON t.id = c.topic_id WHERE c.community_id = ? AND {PUBLIC}"""


async def requests(community: int, asked: Asked) -> list[Request]:
    """Those that match, the newest first. One statement."""
    where = ["c.said_at >= ?", "c.said_at <= ?"]
    values: list[object] = [asked.since, asked.until]
    if asked.categories:
        where.append(f"c.category IN ({', '.join('?' for _ in asked.categories)})")
        values += [category.value for category in asked.categories]
    if asked.closed is not None:
        where.append("t.ended_at IS NOT NULL" if asked.closed else "t.ended_at IS NULL")
    order, most = "ORDER BY c.said_at DESC, c.id DESC", asked.limit + asked.skip
    ones = [
        f"""SELECT * FROM (SELECT c.id FROM concern c LEFT JOIN topic t ON t.id = c.topic_id
        WHERE c.community_id = ? AND c.state = 'open' AND c.held = ? AND c.visibility = '{seen}'
        AND {" AND ".join(where)} {order} LIMIT ?) {seen}"""
        for seen in SEEN
    ]
    statement = f"{_REQUEST} AND c.id IN ({' UNION ALL '.join(ones)}) {order} LIMIT ? OFFSET ?"
    each = [value for _ in SEEN for value in (community, False, *values, most)]
    return _read(await sql.rows(statement, community, False, *each, asked.limit, asked.skip))


async def numbered(community: int, numbers: Sequence[int]) -> list[Request]:
    """Those of these numbers that are public, the newest first. One statement."""
    if not numbers:
        return []
    statement = f"{_REQUEST} AND c.number IN ({', '.join('?' for _ in numbers)}) ORDER BY c.number DESC"
    return _read(await sql.rows(statement, community, False, *numbers))


def _read(found: Sequence[Mapping[str, Any]]) -> list[Request]:
    moment, day = Concern._meta.fields_map["said_at"].to_python_value, date.fromisoformat
    return [
        Request(
            row["number"],
            row["shown"],
            row["category"] and ConcernCategory(row["category"]),
            moment(row["said_at"]),
            row["topic"],
            moment(row["stepped_at"] or row["said_at"]),
            moment(row["ended_at"]) if row["ended_at"] else None,
            day(row["due"]) if isinstance(row["due"], str) else row["due"],
            row["picture"],
        )
        for row in found
    ]
