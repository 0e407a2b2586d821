"""Votes, their rolls and ballots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain import voting
from domain.errors import Refused
from domain.households import Flat
from domain.talk import Chat
from domain.terms import Numbered, VoteKind, VoteState
from models import people, sql
from models.people import Who
from models.tables.people import Household
from models.tables.sessions import Due
from models.tables.votes import Ballot, RollEntry, Vote

CLOSE = "close"
COUNTED = {VoteKind.POLL: "heads", VoteKind.HOUSEHOLD: "households"}


@dataclass(frozen=True, slots=True)
class NewVote:
    """A vote as its opener asked for it. `group`: where a 表态 hangs; None: in every group of the community."""

    kind: VoteKind
    title: str
    options: tuple[str, ...]
    secret: bool
    closes_at: datetime
    group: int | None = None


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """A vote. `counts` in the order of the options, only after the close."""

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

    @property
    def open(self) -> bool:
        """Whether it was not counted yet."""
        return self.closed_at is None

    @property
    def facts(self) -> voting.VoteFacts:
        """What the rules need to know."""
        return voting.VoteFacts(self.kind, self.options, self.closes_at, secret=self.secret)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to a vote: on its roll or not, the ballot that counts for them, who sees it change."""

    vote: VoteRecord
    on_roll: bool
    previous: voting.Ballot | None
    groups: tuple[Chat, ...]
    at_home: tuple[Chat, ...]


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
        snapshot={"method": voting.Method.SINGLE.value, "counted": COUNTED[new.kind]},
        group_id=new.group,
        opener_id=opener,
        opened_at=now,
        closes_at=new.closes_at,
    )
    if new.kind is not VoteKind.POLL:
        await _enroll(vote)
    return _record(vote)


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


async def schedule(vote: VoteRecord, due: datetime, now: datetime) -> None:
    """When a vote is to be counted; a later call moves it. One statement."""
    await sql.rows(
        """INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, done_at = NULL""",
        vote.community,
        CLOSE,
        vote.id,
        due,
        now,
    )


async def numbered(community: int, number: int) -> VoteRecord | None:
    """One vote by its number."""
    found = await Vote.get_or_none(community_id=community, number=number)
    return _record(found) if found else None


async def open_votes(community: int, limit: int) -> list[VoteRecord]:
    """The votes of households that are open, the nearest close first."""
    found = Vote.filter(community_id=community, state=VoteState.OPEN).exclude(kind=VoteKind.POLL)
    return [_record(row) for row in await found.order_by("closes_at", "id").limit(limit)]


async def rolls_of(household: int, votes: Sequence[VoteRecord]) -> set[int]:
    """Of these votes, the ids of those that have this household on their roll."""
    found = await RollEntry.filter(household_id=household, vote_id__in=[vote.id for vote in votes])
    return {entry.vote_id for entry in found}


async def standing(community: int, number: int, who: Who) -> Standing | None:
    """A vote and how a person stands to it. One statement, whatever the number of ballots."""
    found = await sql.rows(
        """SELECT v.*, e.id AS entry, b.choice, b.rev, p.at_home, p.channel, p.chat, p.topic, p.place
        FROM vote v
        LEFT JOIN roll_entry e ON e.vote_id = v.id AND e.household_id = ?
        LEFT JOIN ballot b ON b.vote_id = v.id AND b.voter = CASE v.kind WHEN 'poll' THEN ? ELSE ? END
        LEFT JOIN (
            SELECT 0 AS at_home, channel, chat, topic, title AS place FROM chat_group
            WHERE community_id = ? AND lost_at IS NULL
            UNION ALL
            SELECT 1, a.channel, a.private_chat, NULL, '' FROM resident r JOIN address a ON a.resident_id = r.id
            WHERE r.household_id = ? AND r.id <> ? AND a.private_chat IS NOT NULL
        ) p ON 1 = 1
        WHERE v.community_id = ? AND v.number = ?""",
        who.household,
        voter(VoteKind.POLL, who),
        voter(VoteKind.HOUSEHOLD, who),
        community,
        who.household,
        who.id,
        community,
        number,
    )
    return _standing(found) if found else None


def _standing(found: Sequence[Mapping[str, Any]]) -> Standing:
    first = found[0]
    places = [row for row in found if row["channel"] is not None]
    groups = [Chat(p["channel"], p["chat"], topic=p["topic"], title=p["place"]) for p in places if not p["at_home"]]
    at_home = [Chat(p["channel"], p["chat"], private=True) for p in places if p["at_home"]]
    previous = None if first["choice"] is None else voting.Ballot((first["choice"],), first["rev"])
    return Standing(_record(_row(first)), first["entry"] is not None, previous, tuple(groups), tuple(at_home))


def voter(kind: VoteKind, who: Who) -> str:
    """Whose ballot a person casts: their household's, in a 表态 their own; empty for somebody without a household."""
    if kind is VoteKind.POLL:
        return f"r{who.id}"
    return f"h{who.household}" if who.household is not None else ""


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot as it was written: `rev` 0 for a voter's first; `cast` is how many voters there are now."""

    rev: int
    cast: int


async def put(vote: VoteRecord, who: Who, choice: int, now: datetime) -> Cast:
    """Write the ballot that counts from now on. Two statements, whatever the number of ballots.

    Two of a voter's at once: the unique row decides which is first. One beside a counting: the vote's row does.
    Raises Refused: vote.closed, where the vote was counted in between.
    """
    found = await sql.rows(
        """INSERT INTO ballot (community_id, vote_id, voter, choice, rev, by_id, at) VALUES (?, ?, ?, ?, 0, ?, ?)
        ON CONFLICT (vote_id, voter) DO UPDATE SET choice = excluded.choice, rev = ballot.rev + 1,
        by_id = excluded.by_id, at = excluded.at RETURNING rev""",
        vote.community,
        vote.id,
        voter(vote.kind, who),
        choice,
        who.id,
        now,
    )
    rev = int(found[0]["rev"])
    counted = await sql.rows(
        'UPDATE vote SET "cast" = "cast" + ? WHERE id = ? AND state = ? RETURNING "cast" AS n',
        int(rev == 0),
        vote.id,
        VoteState.OPEN.value,
    )
    if not counted:
        raise Refused("vote.closed", number=vote.number, closes=vote.closes_at)
    return Cast(rev, int(counted[0]["n"]))


async def extend(vote: VoteRecord, closes: datetime) -> VoteRecord:
    """Move the close of an open vote. Raises Refused: vote.closed_already, where it was counted in between."""
    if not await Vote.filter(id=vote.id, state=VoteState.OPEN).update(closes_at=closes):
        raise Refused("vote.closed_already", number=vote.number, closes=vote.closes_at)
    return replace(vote, closes_at=closes)


async def claim_closings(community: int, now: datetime) -> dict[int, datetime]:
    """The votes of a community whose counting is due, by id, with when it was due. One statement.

    They are this transaction's alone: another process that asks waits, and then finds them done.
    """
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING subject, due_at""",
        now,
        community,
        CLOSE,
        now,
    )
    moment = Due._meta.fields_map["due_at"].to_python_value
    return {int(row["subject"]): moment(row["due_at"]) for row in found}


async def by_id(vote: int) -> VoteRecord:
    """One vote by its id. Raises tortoise's DoesNotExist."""
    return _record(await Vote.get(id=vote))


async def close(vote: int, closed_at: datetime) -> VoteRecord | None:
    """Count a vote, once; None where it was counted before. From here on no ballot is written.

    The row is taken first: ballots under way are in before it, or are refused after it.
    """
    taken = await Vote.filter(id=vote, state=VoteState.OPEN).update(state=VoteState.CLOSED, closed_at=closed_at)
    if not taken:
        return None
    row = await Vote.get(id=vote)
    ballots = await Ballot.filter(vote_id=vote).only("id", "choice")
    result = voting.count(row.options, [(ballot.choice,) for ballot in ballots], row.roll_size or None)
    row.result = dict(zip(row.options, result.counts, strict=True))
    row.cast = result.taken_part
    row.closes_at = min(row.closes_at, closed_at)
    await row.save(update_fields=["result", "cast", "closes_at"])
    await Due.filter(kind=CLOSE, subject=vote, done_at=None).update(done_at=closed_at)
    return _record(row)


@dataclass(frozen=True, slots=True)
class TookPart:
    """A household that took part in a vote. `choice` is None where the vote was 不记名."""

    flat: Flat
    choice: str | None


async def took_part(vote: VoteRecord, limit: int, offset: int) -> list[TookPart]:
    """The households that took part in a counted vote, by building, unit and room; what they chose only in a 记名."""
    found = await sql.rows(
        """SELECT h.building, h.unit, h.room, b.choice FROM roll_entry e
        JOIN household h ON h.id = e.household_id
        JOIN ballot b ON b.vote_id = e.vote_id AND b.voter = 'h' || e.household_id
        WHERE e.vote_id = ?
        ORDER BY LENGTH(h.building), h.building, LENGTH(h.unit), h.unit, LENGTH(h.room), h.room LIMIT ? OFFSET ?""",
        vote.id,
        limit,
        offset,
    )
    return [
        TookPart(Flat(r["building"], r["unit"], r["room"]), None if vote.secret else vote.options[r["choice"]])
        for r in found
    ]


async def on_roll(vote: VoteRecord, who: Who) -> bool:
    """Whether a person's household was on the roll of a vote."""
    return who.household is not None and await RollEntry.filter(vote_id=vote.id, household_id=who.household).exists()


def _row(found: Mapping[str, Any]) -> Vote:
    """A row of a plain statement as tortoise's own, which reads JSON and moments of both databases."""
    return Vote._init_from_db(**{name: found[name] for name in Vote._meta.fields_db_projection_reverse})


def _record(row: Vote) -> VoteRecord:
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
    )
