"""Votes: opened with their rules and their roll, moved, withdrawn, closed and counted."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain import voting
from domain.errors import Refused
from domain.terms import Method, Numbered, Secrecy, VoteKind, VoteState
from models import counting, people, sql
from models.tables.people import Household
from models.tables.sessions import Due
from models.tables.votes import RollEntry, Vote

CLOSE = "close"
START = "vote_start"
KEY = 32
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class RollUnit:
    """A unit on the roll of an owners' decision: its household, its area in 0.01 m², and the head it counts with."""

    household: int
    area: int
    head: str


@dataclass(frozen=True, slots=True)
class NewVote:
    """A vote as its opener asked for it. `group`: where a 表态 hangs; None: in every group of the community.

    `opens_at` None: at once. `snapshot`: the rules as JSON values; owners' decisions bring `units`, their roll.
    """

    kind: VoteKind
    title: str
    options: tuple[str, ...]
    secret: bool
    closes_at: datetime
    group: int | None = None
    method: Method = Method.SINGLE
    opens_at: datetime | None = None
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    units: tuple[RollUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """A vote. `roll_size` and `cast` count households, in an owners' decision heads; in a 表态 only `cast`, persons.

    It takes ballots from `opened_at` on. After the close: `counts` in the order of the options, `tally` in the form of
    `domain.recount`. `key` makes the pseudonyms in its log.
    """

    id: int
    community: int
    number: int
    kind: VoteKind
    title: str
    options: tuple[str, ...]
    secret: bool
    group: int | None
    opener: int | None
    roll_size: int
    cast: int
    closes_at: datetime
    closed_at: datetime | None
    counts: tuple[int, ...] | None
    method: Method
    opened_at: datetime
    state: VoteState
    snapshot: Mapping[str, Any]
    tally: Mapping[str, Any] | None
    key: bytes

    @property
    def open(self) -> bool:
        """Whether it was neither counted nor withdrawn yet."""
        return self.state is VoteState.OPEN

    @property
    def topic(self) -> int | None:
        """The number of the topic whose resolution it is for."""
        found = self.snapshot.get("topic")
        return int(found) if found else None

    @property
    def slips(self) -> bool:
        """Whether it is cast with codes of sealed slips."""
        return bool(self.snapshot.get("slips"))

    @property
    def secrecy(self) -> Secrecy:
        """Who reads, after the close, what each household chose."""
        return voting.secrecy_of(self.snapshot, secret=self.secret)

    @property
    def facts(self) -> voting.VoteFacts:
        """What the rules need to know."""
        return voting.VoteFacts(self.kind, self.options, self.closes_at, self.method, self.secret, self.opened_at)


async def households(community: int) -> int:
    """How many households there are to be asked: parking units are none."""
    return await Household.filter(community_id=community, parking=False).count()


async def open_vote(community: int, opener: int, new: NewVote, now: datetime) -> VoteRecord:
    """Number a vote, write it with its roll, and when it is to be counted. At most five statements."""
    vote = await Vote.create(
        community_id=community,
        number=await people.next_number(community, Numbered.VOTE),
        kind=new.kind,
        title=new.title,
        options=list(new.options),
        secret=new.secret,
        snapshot={**new.snapshot, "method": new.method.value},
        key=secrets.token_bytes(KEY),
        group_id=new.group,
        opener_id=opener,
        opened_at=new.opens_at or now,
        closes_at=new.closes_at,
    )
    if new.kind is VoteKind.OWNERS:
        await _enroll_owners(vote, new.units)
    elif new.kind is VoteKind.HOUSEHOLD:
        await _enroll(vote)
    return record(vote)


async def _enroll(vote: Vote) -> None:
    await sql.rows(
        """INSERT INTO roll_entry (community_id, vote_id, household_id)
        SELECT community_id, ?, id FROM household WHERE community_id = ? AND parking = ?""",
        vote.id,
        vote.community_id,
        False,
    )
    found = await sql.rows(
        """UPDATE vote SET roll_size = (SELECT COUNT(*) FROM roll_entry WHERE vote_id = vote.id)
        WHERE id = ? RETURNING roll_size""",
        vote.id,
    )
    vote.roll_size = int(found[0]["roll_size"])


async def _enroll_owners(vote: Vote, units: Sequence[RollUnit]) -> None:
    await RollEntry.bulk_create(
        RollEntry(community_id=vote.community_id, vote_id=vote.id, household_id=u.household, area=u.area, head=u.head)
        for u in units
    )
    vote.roll_size = len({unit.head for unit in units})
    await vote.save(update_fields=["roll_size"])


async def schedule(vote: VoteRecord, due: datetime, now: datetime, kind: str = CLOSE) -> None:
    """When a vote is to be counted (or `START`: its start told); a later call moves it. One statement."""
    await sql.rows(
        """INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, done_at = NULL""",
        vote.community,
        kind,
        vote.id,
        due,
        now,
    )


async def numbered(community: int, number: int) -> VoteRecord | None:
    """One vote by its number."""
    found = await Vote.get_or_none(community_id=community, number=number)
    return record(found) if found else None


async def open_votes(community: int, limit: int) -> list[VoteRecord]:
    """The votes of households that are open, the nearest close first."""
    found = Vote.filter(community_id=community, state=VoteState.OPEN).exclude(kind=VoteKind.POLL)
    return [record(row) for row in await found.order_by("closes_at", "id").limit(limit)]


async def basis_of(community: int, topic: int) -> int | None:
    """The number of the newest counted vote opened for a topic's resolution; it looks at fifty. One statement."""
    found = Vote.filter(community_id=community, state=VoteState.CLOSED).order_by("-number").limit(LOOKED_AT)
    return next(
        (row.number for row in await found.only("number", "snapshot") if row.snapshot.get("topic") == topic), None
    )


async def extend(vote: VoteRecord, closes: datetime, reason: str, now: datetime) -> VoteRecord:
    """Move the close of an open vote, and keep why. Two statements.

    Raises Refused: vote.closed_already, vote.extension_earlier, where it was counted or extended in between.
    """
    moved = await Vote.filter(id=vote.id, state=VoteState.OPEN, closes_at__lt=closes).update(closes_at=closes)
    row = await Vote.get(id=vote.id)
    if not moved:
        reason = "vote.extension_earlier" if row.state is VoteState.OPEN else "vote.closed_already"
        raise Refused(reason, number=vote.number, closes=row.closes_at)
    row.extensions.append({"closes": closes.isoformat(), "reason": reason, "at": now.isoformat()})
    await row.save(update_fields=["extensions"])
    return replace(vote, closes_at=closes)


async def withdraw(vote: VoteRecord, now: datetime) -> bool:
    """End a vote that has no ballot yet; False where it has one, or is over. The vote's row decides the race."""
    done = await sql.rows(
        """UPDATE vote SET state = ?, closed_at = ? WHERE id = ? AND state = ? AND "cast" = 0
        AND NOT EXISTS (SELECT 1 FROM ballot WHERE vote_id = vote.id) RETURNING id""",
        VoteState.WITHDRAWN.value,
        now,
        vote.id,
        VoteState.OPEN.value,
    )
    if done:
        await Due.filter(kind__in=[CLOSE, START], subject=vote.id, done_at=None).update(done_at=now)
    return bool(done)


async def claim(community: int, now: datetime, kind: str = CLOSE) -> dict[int, datetime]:
    """The votes of a community whose counting (`START`: whose start) is due, by id, with when it was. One statement.

    They are this transaction's alone: another process that asks waits, and then finds them done.
    """
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING subject, due_at""",
        now,
        community,
        kind,
        now,
    )
    moment = Due._meta.fields_map["due_at"].to_python_value
    return {int(row["subject"]): moment(row["due_at"]) for row in found}


async def by_id(vote: int) -> VoteRecord:
    """One vote by its id. Raises tortoise's DoesNotExist."""
    return record(await Vote.get(id=vote))


async def held(vote: int) -> VoteRecord:
    """One vote as it is now, this transaction's until its end: nobody moves, counts or withdraws it before."""
    await sql.rows("UPDATE vote SET state = state WHERE id = ?", vote)
    return await by_id(vote)


async def close(vote: int, closed_at: datetime) -> VoteRecord | None:
    """Count a vote, once; None where it was counted before. From here on no ballot is written.

    The row is taken first: ballots under way are in before it, or are refused after it.
    """
    taken = await Vote.filter(id=vote, state=VoteState.OPEN).update(state=VoteState.CLOSED, closed_at=closed_at)
    if not taken:
        return None
    row = await Vote.get(id=vote)
    counted = await counting.count(row)
    row.result = dict(zip(row.options, counted.by_option, strict=True))
    row.tally = dict(counted.tally)
    row.cast = counted.taken_part
    row.closes_at = min(row.closes_at, closed_at)
    await row.save(update_fields=["result", "tally", "cast", "closes_at"])
    await Due.filter(kind=CLOSE, subject=vote, done_at=None).update(done_at=closed_at)
    return record(row)


def row_of(found: Mapping[str, Any]) -> Vote:
    """A row of a plain statement as tortoise's own, which reads JSON and moments of both databases."""
    row = {name: found[name] for name in Vote._meta.fields_db_projection_reverse}
    # SQLite's text of a moment: tortoise's reader takes ten times as long, at every press
    row |= {name: datetime.fromisoformat(row[name]) for name in _MOMENTS if isinstance(row[name], str)}
    return Vote._init_from_db(**row)


_MOMENTS = ("opened_at", "closes_at", "closed_at")


def record(row: Vote) -> VoteRecord:
    """A vote's row as its record."""
    result = row.result
    return VoteRecord(
        id=row.id,
        community=row.community_id,
        number=row.number,
        kind=row.kind,
        title=row.title,
        options=tuple(row.options),
        secret=bool(row.secret),
        group=row.group_id,
        opener=row.opener_id,
        roll_size=row.roll_size,
        cast=row.cast,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        counts=None if result is None else tuple(result[option] for option in row.options),
        method=Method(str(row.snapshot.get("method", Method.SINGLE))),
        opened_at=row.opened_at,
        state=row.state,
        snapshot=row.snapshot,
        tally=row.tally,
        key=bytes(row.key or b""),
    )
