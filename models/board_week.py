"""What happened in a community since a moment: what came in, what moved, what was done. Bounded reads, frozen facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.terms import Step
from models import sql
from models.board_topics import PUBLIC
from models.sql import moment


class What(StrEnum):
    """A concern was said, a topic was put on a session, its resolution published, work for it reported done."""

    SAID = "said"
    ON_SESSION = "session"
    RESOLVED = "resolved"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, of which number, when. `text` is masked; `topic` is its topic's number, `meets` the session."""

    what: What
    number: int
    text: str
    at: datetime
    topic: int | None
    meets: datetime | None


_TOPIC_IS_PUBLIC = f"NOT t.private AND EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})"
_SAID = """SELECT 'said' AS what, c.number, c.shown AS text, c.said_at AS at,
    CAST(NULL AS INTEGER) AS topic, c.said_at AS meets
    FROM concern c WHERE c.community_id = ? AND c.state = 'open' AND c.visibility = '{}' AND c.held = ?
    AND c.said_at > ? ORDER BY c.said_at DESC LIMIT ?"""
_BRANCHES = (
    _SAID.format("open"),
    _SAID.format("anonymous"),
    f"""SELECT 'session' AS what, t.number, t.title AS text, p.at, t.number AS topic, s.starts_at AS meets
    FROM topic_step p JOIN topic t ON t.id = p.topic_id JOIN session s ON s.id = t.session_id
    WHERE p.community_id = ? AND {_TOPIC_IS_PUBLIC} AND p.at > ? AND p.step = {Step.DECIDE.value}
    ORDER BY p.at DESC LIMIT ?""",
    f"""SELECT 'resolved' AS what, t.number, r.text, r.published_at AS at, t.number AS topic, r.published_at AS meets
    FROM resolution r JOIN topic t ON t.id = r.topic_id
    WHERE r.community_id = ? AND {_TOPIC_IS_PUBLIC} AND r.published_at > ? ORDER BY r.published_at DESC LIMIT ?""",
    f"""SELECT 'done' AS what, k.number, k.text, k.done_at AS at, t.number AS topic, k.done_at AS meets
    FROM task k JOIN topic t ON t.id = k.topic_id
    WHERE k.community_id = ? AND {_TOPIC_IS_PUBLIC} AND k.done_at > ? ORDER BY k.done_at DESC LIMIT ?""",
)


async def since(community: int, start: datetime, limit: int) -> list[Event]:
    """The last that happened since then, the newest first; of each kind at most `limit`. One statement."""
    union = " UNION ALL ".join(f"SELECT * FROM ({branch}) b{i}" for i, branch in enumerate(_BRANCHES))
    values = [value for _ in _BRANCHES for value in (community, False, start, limit)]
    return _read(await sql.rows(f"SELECT * FROM ({union}) e ORDER BY at DESC LIMIT ?", *values, limit))


def _read(rows: Sequence[object]) -> list[Event]:
    events = []
    for row in rows:
        facts = dict(row)  # type: ignore[call-overload] # a row of either database
        at = moment(facts["at"])
        assert at is not None
        meets = moment(facts["meets"]) if facts["what"] == What.ON_SESSION else None
        topic = None if facts["topic"] is None else int(facts["topic"])
        events.append(Event(What(facts["what"]), int(facts["number"]), str(facts["text"]), at, topic, meets))
    return events
