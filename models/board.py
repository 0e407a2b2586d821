"""What the public board shows: bounded reads, frozen facts. Nothing private leaves this module.

Public is a concern that is neither withdrawn nor held and that its author did not leave to moderators alone
(DOMAIN.md section 7). Each function is a fixed number of statements, however much is stored.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from domain import voting
from domain.rules import Profile, profile_from
from domain.terms import ConcernCategory, ConcernState, Method, Secrecy, SessionState, Visibility, VoteKind, VoteState
from models import reading, sql
from models import search as index
from models.people import CommunityFacts
from models.tables.concerns import Concern
from models.tables.people import Community
from models.tables.sessions import Session
from models.tables.votes import Vote

PUBLIC = {"state": ConcernState.OPEN, "held": False, "visibility__in": [Visibility.OPEN, Visibility.ANONYMOUS]}
_CONCERN = ("number", "shown", "category", "urgent", "supporters", "evidence", "said_at", "learned")
_SESSION = ("id", "day", "starts_at", "moved_from", "place", "state", "reason", "rev", "made_at")
BEGINNING = date(2000, 1, 1)
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class ConcernFacts:
    """A public concern. `text` is masked; `category` is None while 待定; `learned`: earlier corrections decided it."""

    number: int
    text: str
    category: ConcernCategory | None
    urgent: bool
    supporters: int
    evidence: tuple[str, ...]
    said_at: datetime
    learned: bool = False


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session. `day` is the date the rule gave it; `moved_from` its old moment, if it was moved; `rev`: changes."""

    id: int
    day: date
    starts_at: datetime
    moved_from: datetime | None
    place: str
    cancelled: bool
    reason: str
    rev: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """A vote. `counts` in the order of `options`, and only after the close; `total` 0 where nobody knows it.

    `tally`: the whole count, only after the close. Owners' decisions: `rule` as it was when the vote opened, `matter`
    of article 278, `clause` by which the silent follow. `withdrawn`: ended before any ballot. `public_list`: 实名公示.
    """

    number: int
    kind: VoteKind
    title: str
    options: tuple[str, ...]
    secret: bool
    cast: int
    total: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    counts: tuple[int, ...] | None
    withdrawn: bool = False
    method: Method = Method.SINGLE
    rule: Profile | None = None
    matter: int | None = None
    clause: str = ""
    tally: Mapping[str, Any] | None = None
    public_list: bool = False

    @property
    def secrecy(self) -> Secrecy:
        """Who reads, after the close, what each household chose."""
        return voting.secrecy_of({"public_list": self.public_list}, secret=self.secret)


async def community(slug: str | None) -> CommunityFacts | None:
    """A community by its slug; without one, the first of this installation."""
    found = await (Community.filter(slug=slug) if slug else Community.all().order_by("id")).first()
    if found is None:
        return None
    return CommunityFacts(found.id, found.slug, found.name, found.settings, found.kind, figures=found.figures)


async def coming_sessions(community: int, after: datetime, limit: int) -> list[SessionFacts]:
    """Sessions that start after a moment, the nearest first, cancelled ones among them."""
    found = Session.filter(community_id=community, starts_at__gt=after).order_by("starts_at").limit(limit)
    return [_session(row) for row in await found.values(*_SESSION)]


async def past_sessions(community: int, until: datetime, limit: int) -> list[SessionFacts]:
    """Sessions that started at a moment or before, the last first."""
    found = Session.filter(community_id=community, starts_at__lte=until).order_by("-starts_at").limit(limit)
    return [_session(row) for row in await found.values(*_SESSION)]


async def sessions_by_day(community: int, after: date, limit: int) -> list[SessionFacts]:
    """Sessions whose day, as the rule gave it, is later than this one; the earliest first."""
    found = Session.filter(community_id=community, day__gt=after).order_by("day").limit(limit)
    return [_session(row) for row in await found.values(*_SESSION)]


async def session_of(community: int, day: date) -> SessionFacts | None:
    """The session of a day, as the rule gave it."""
    found = await Session.filter(community_id=community, day=day).limit(1).values(*_SESSION)
    return _session(found[0]) if found else None


def _session(row: Mapping[str, Any]) -> SessionFacts:
    cancelled = row["state"] == SessionState.CANCELLED
    return SessionFacts(
        row["id"],
        row["day"],
        row["starts_at"],
        row["moved_from"],
        row["place"],
        cancelled,
        row["reason"],
        row["rev"],
        row["made_at"],
    )


async def concern_counts(community: int) -> dict[ConcernCategory | None, int]:
    """How many public concerns there are in each category that has any; None is 待定."""
    found = await sql.rows(
        """SELECT category, COUNT(*) AS n FROM concern
        WHERE community_id = ? AND state = ? AND held = ? AND visibility IN (?, ?) GROUP BY category""",
        community,
        ConcernState.OPEN.value,
        False,
        Visibility.OPEN.value,
        Visibility.ANONYMOUS.value,
    )
    return {row["category"] and ConcernCategory(row["category"]): int(row["n"]) for row in found}


async def longest_waiting(community: int, limit: int) -> list[ConcernFacts]:
    """Public concerns that joined no topic yet, the oldest first."""
    found = Concern.filter(community_id=community, topic_id=None, **PUBLIC).order_by("said_at", "id").limit(limit)
    return [concern_of(row) for row in await found.values(*_CONCERN)]


async def first_said(community: int) -> datetime | None:
    """When the first public concern was said; None where there is none. One statement."""
    one = """SELECT * FROM (SELECT said_at FROM concern WHERE community_id = ? AND state = 'open' AND visibility = '{}'
        AND held = ? ORDER BY said_at LIMIT 1) {}"""
    both = " UNION ALL ".join(one.format(seen.value, seen.value) for seen in (Visibility.OPEN, Visibility.ANONYMOUS))
    found = await sql.rows(f"SELECT MIN(said_at) AS said_at FROM ({both}) first", community, False, community, False)
    return sql.moment(found[0]["said_at"])


_NEWEST = """SELECT * FROM (SELECT number, shown, category, urgent, supporters, evidence, said_at, learned FROM concern
  WHERE community_id = ? AND state = ? AND visibility = ? AND held = ?"""


async def newest_concerns(
    community: int, limit: int, *, category: ConcernCategory | None = None, before: int | None = None
) -> list[ConcernFacts]:
    """Public concerns, the newest first; of one category, and with numbers below `before`, where given. One statement.

    Of each visibility as many as are asked for, by the index: what is private between them costs nothing.
    """
    where, values = "", list[object]()
    if category is not None:
        where, values = where + " AND category = ?", [*values, category.value]
    if before is not None:
        where, values = where + " AND number < ?", [*values, before]
    one = f"{_NEWEST}{where} ORDER BY number DESC LIMIT ?)"
    statement = f"{one} a UNION ALL {one} b ORDER BY number DESC LIMIT ?"
    asked = [
        value
        for seen in (Visibility.OPEN, Visibility.ANONYMOUS)
        for value in (community, ConcernState.OPEN.value, seen.value, False, *values, limit)
    ]
    return [concern_of(concern_row(row)) for row in await sql.rows(statement, *asked, limit)]


def concern_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A concern's row from a statement of our own, its values as the table gives them."""
    fields = Concern._meta.fields_map
    read = {name: fields[name].to_python_value(row[name]) for name in ("evidence", "said_at")}
    category = row["category"] and ConcernCategory(row["category"])
    return {**dict(row), **read, "category": category, "urgent": bool(row["urgent"])}


async def concern(community: int, number: int) -> ConcernFacts | None:
    """A public concern; None for an unknown number and for one that isn't public, alike."""
    found = await Concern.filter(community_id=community, number=number, **PUBLIC).limit(1).values(*_CONCERN)
    return concern_of(found[0]) if found else None


async def untopiced(ids: Sequence[int]) -> list[ConcernFacts]:
    """Those of these concerns (by id) that are public and joined no topic, in their order."""
    found = await Concern.filter(id__in=list(ids), topic_id=None, **PUBLIC).values("id", *_CONCERN) if ids else []
    by_id = {row["id"]: row for row in found}
    return [concern_of(by_id[id]) for id in ids if id in by_id]


async def search(community: int, words: Sequence[str], limit: int, least: int = 1) -> list[ConcernFacts]:
    """Public concerns with at least `least` of these words, the best first. Two statements."""
    ids = await index.concerns(community, words, limit, least)
    found = await Concern.filter(id__in=ids, **PUBLIC).values("id", *_CONCERN) if ids else []
    by_id = {row["id"]: row for row in found}
    return [concern_of(by_id[id]) for id in ids if id in by_id]


def concern_of(row: Mapping[str, Any]) -> ConcernFacts:
    """A public concern from its row."""
    return ConcernFacts(
        row["number"],
        row["shown"],
        row["category"],
        row["urgent"],
        row["supporters"],
        shown_evidence(row["evidence"], row["shown"]),
        row["said_at"],
        bool(row["learned"]),
    )


def shown_evidence(evidence: Sequence[str], shown: str) -> tuple[str, ...]:
    """The words that decided, without those that were masked: a phone number may have been one of them."""
    plain = shown.casefold()
    return tuple(word for word in evidence if word.casefold() in plain)


async def votes(community: int, state: VoteState, limit: int, *, before: int | None = None) -> list[VoteFacts]:
    """Open votes by their close, the nearest first; closed ones the newest first."""
    found = Vote.filter(community_id=community, state=state)
    if before is not None:
        found = found.filter(number__lt=before)
    order = "closes_at" if state is VoteState.OPEN else "-number"
    return [_vote(row) for row in await found.order_by(order).limit(limit)]


async def votes_before(community: int, before: int | None, limit: int) -> list[VoteFacts]:
    """All votes, the newest first; with numbers below `before`, where given."""
    found = Vote.filter(community_id=community)
    if before is not None:
        found = found.filter(number__lt=before)
    return [_vote(row) for row in await found.order_by("-number").limit(limit)]


async def vote(community: int, number: int) -> VoteFacts | None:
    """One vote by its number."""
    found = await Vote.get_or_none(community_id=community, number=number)
    return _vote(found) if found else None


def _vote(row: Vote) -> VoteFacts:
    closed, given = row.state is VoteState.CLOSED, row.snapshot
    owners = row.kind is VoteKind.OWNERS
    return VoteFacts(
        row.number,
        row.kind,
        row.title,
        tuple(row.options),
        row.secret,
        row.cast,
        row.roll_size,
        row.opened_at,
        row.closes_at,
        None if row.state is VoteState.OPEN else (row.closed_at or row.closes_at),
        _counts(row.options, row.result) if closed else None,
        row.state is VoteState.WITHDRAWN,
        Method(str(given.get("method", Method.SINGLE))),
        profile_from(given["rule"]) if owners else None,  # type: ignore[arg-type] # JSON of our own
        given.get("matter") if owners else None,  # type: ignore[arg-type] # the same
        str(given.get("clause", "")),
        row.tally if closed else None,
        bool(given.get("public_list")),
    )


def _counts(options: Sequence[str], result: Mapping[str, int] | None) -> tuple[int, ...] | None:
    if result is None:
        return None
    return tuple(result.get(option, 0) for option in options)


async def waiting(now: datetime) -> dict[str, int]:
    """What waits to be done, by name, for the operator's monitor. One statement."""
    found = await sql.rows(
        """SELECT (SELECT COUNT(*) FROM outbox WHERE failed_at IS NULL AND due_at <= ?) AS outbox_waiting,
        (SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL) AS outbox_failed,
        (SELECT COUNT(*) FROM due WHERE done_at IS NULL AND due_at <= ?) AS due_waiting,
        (SELECT COUNT(*) FROM photo WHERE settled = ?) AS pictures_waiting""",
        now,
        now,
        False,
    )
    return {name: int(count) for name, count in dict(found[0]).items()}


async def answers() -> bool:
    """Whether the database answers and has our tables. Raises one of `schema.errors()` where it doesn't."""
    kept = getattr(reading.connection(), "filename", "")
    if kept and not kept.startswith(":") and not await asyncio.to_thread(_is_sqlite, kept):
        return False  # an open connection would go on with a file that is no more
    return bool(await sql.rows("SELECT COUNT(*) AS n FROM community"))


def _is_sqlite(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE
