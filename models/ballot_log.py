"""The log of ballots: sealing, appending, heads, and what is published (VOTING.md section 3)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from json import dumps, loads
from random import SystemRandom
from typing import Any

from domain.ballots import NONCE, Choice, Opening, pseudonym
from domain.canonical import encode, write
from domain.merkle import LENGTH, Frontier, Hash, Place, joined, leaf_hash, perfect, siblings
from domain.notes import Checkpoint
from domain.recount import parse_roll
from domain.terms import VoteKind, VoteState
from domain.vote_log import Cast, Open, line
from models import counting, sql
from models.tables.ballot_log import BallotLog, LogFile, LogHead, LogKey, LogLine, OwnDigits, SealedBallot, Slip
from models.tables.votes import RollEntry, Vote

HEAD = "log_head"
KEY = 32
BATCH = 400


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ballot of vote `number` as it is or will be in the log; `place` from 0, None while it waits for its batch.

    `vote` and `voter` are its row's, `log` the name that the log signs with. `asked`: whether its voter was asked
    for digits of their own.
    """

    number: int
    opening: Opening
    vote: int
    voter: str
    log: str
    place: int | None = None
    asked: bool = False
    id: int = 0

    @property
    def line(self) -> bytes:
        """Its line in the log."""
        opening = self.opening
        return line(Cast(self.number, opening.p, opening.rev, opening.commitment(self.number)))


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head: how many lines, the note, when it was made."""

    size: int
    note: str
    at: datetime


async def seal(
    community: int,
    vote: int,
    resident: int | None,
    marked: Mapping[str, Choice],
    acted: datetime | None = None,
    *,
    slips: bool = False,
) -> list[Sealed]:
    """Fix what the log will say of ballots, by voter, in the ballots' own transaction. One statement.

    The digits are those of the resident who casts. `rev` goes on also where an earlier ballot was withdrawn.
    `acted`: when the resident did so, where these rows are the audit log's line of it (`Trail.on_row`).
    """
    one = """(?, ?, ?, ?, ?,
        (SELECT o.digits FROM own_digits o JOIN vote v ON v.id = ? WHERE o.resident_id = ? AND v.secret),
        (SELECT COALESCE(MAX(s.rev) + 1, 0) FROM sealed_ballot s WHERE s.vote_id = ? AND s.voter = ?), ?, ?)"""
    values: list[object] = []
    for voter, choice in marked.items():
        nonce = secrets.token_bytes(NONCE)
        act = (None, None) if values or acted is None else (resident, acted)
        values += [community, vote, voter, dumps(list(choice)), nonce, vote, resident, vote, voter, *act]
    found = await sql.rows(
        f"""INSERT INTO sealed_ballot (community_id, vote_id, voter, choice, nonce, own, rev, by_id, at)
        VALUES {", ".join(one for _ in marked)}
        RETURNING id, vote_id, voter, choice, nonce, own, rev, NULL AS place,
            (SELECT v.key FROM vote v WHERE v.id = vote_id) AS key,
            (SELECT v.number FROM vote v WHERE v.id = vote_id) AS number,
            (SELECT l.origin FROM ballot_log l WHERE l.community_id = sealed_ballot.community_id) AS log,
            {_OF_SLIP if slips else "NULL AS p, NULL AS code"},
            EXISTS (SELECT 1 FROM own_digits o WHERE o.resident_id = ?) AS asked""",
        *values,
        resident,
    )
    return [_sealed(row) for row in found]


_OF_SLIP = """(SELECT p FROM slip WHERE vote_id = sealed_ballot.vote_id AND voter = sealed_ballot.voter) AS p,
            (SELECT code FROM slip WHERE vote_id = sealed_ballot.vote_id AND voter = sealed_ballot.voter) AS code"""


def _sealed(row: Mapping[str, Any]) -> Sealed:
    choice = loads(row["choice"]) if isinstance(row["choice"], str) else row["choice"]
    p = row["p"] or pseudonym(bytes(row["key"]), row["voter"])
    opening = Opening(p, int(row["rev"]), tuple(choice), row["own"], bytes(row["nonce"]), row["code"])
    return Sealed(
        int(row["number"]),
        opening,
        int(row["vote_id"]),
        row["voter"],
        row["log"] or "",
        row["place"],
        bool(row["asked"]),
        int(row["id"]),
    )


async def _found(where: str, *values: object) -> list[Sealed]:
    rows = await sql.rows(
        f"""SELECT s.id, s.vote_id, s.voter, s.choice, s.nonce, s.own, s.rev, s.place, v.key, v.number,
            l.origin AS log, TRUE AS asked, t.p, t.code
        FROM sealed_ballot s JOIN vote v ON v.id = s.vote_id
        LEFT JOIN slip t ON t.vote_id = s.vote_id AND t.voter = s.voter
        JOIN ballot_log l ON l.community_id = s.community_id WHERE {where}""",
        *values,
    )
    return [_sealed(row) for row in rows]


_LAST = "s.rev = (SELECT MAX(x.rev) FROM sealed_ballot x WHERE x.vote_id = s.vote_id AND x.voter = s.voter)"


async def sealed_for(vote: int, voters: Sequence[str]) -> list[Sealed]:
    """The last ballot of each of these voters in a vote."""
    marks = ", ".join("?" for _ in voters)
    return await _found(f"s.vote_id = ? AND s.voter IN ({marks}) AND {_LAST}", vote, *voters)


async def counted(vote: int) -> list[Opening]:
    """What opens the ballots that count, shuffled."""
    counts = "EXISTS (SELECT 1 FROM ballot b WHERE b.vote_id = s.vote_id AND b.voter = s.voter)"
    found = await _found(f"s.vote_id = ? AND {_LAST} AND {counts}", vote)
    return [one.opening for one in SystemRandom().sample(found, len(found))]


async def casts(vote: int) -> int:
    """How many ballots were ever sealed in a vote."""
    return await SealedBallot.filter(vote_id=vote).count()


async def begin(community: int, name: str) -> str:
    """Make a community's log where there is none; returns the name it signs with."""
    found, _ = await BallotLog.get_or_create({"origin": name}, community_id=community)
    return str(found.origin)


async def origin(community: int) -> str | None:
    """The name that a community's log signs with; None before its first vote."""
    found = await BallotLog.get_or_none(community_id=community)
    return found.origin if found else None


async def enter(vote: int) -> tuple[Open, list[bytes]]:
    """Give a vote the key of its pseudonyms; returns its entry for the log, and the lines of its roll."""
    row = await Vote.get(id=vote)
    row.key = secrets.token_bytes(KEY)
    await row.save(update_fields=["key"])
    names = await _named(row)
    if row.snapshot.get("slips") and row.kind is not VoteKind.OWNERS:
        voters: list[dict[str, Any]] = [{"p": slip.p} for slip in await Slip.filter(vote_id=vote).only("p")]
    else:
        entries = await RollEntry.filter(vote_id=vote).only("household_id", "area", "head")
        voters = [_voter(row, entry, names) for entry in entries]
    voters.sort(key=lambda voter: str(voter["p"]))
    roll = [write(voter) for voter in voters]
    return _entry(row, roll, names), roll


async def entry(vote: int, roll: Sequence[bytes]) -> Open:
    """The entry of a vote, as it was entered with this roll."""
    row = await Vote.get(id=vote)
    return _entry(row, roll, await _named(row))


async def _named(vote: Vote) -> dict[str, str]:
    """By voter what their sealed slip makes, where slips are not drawn; who is not in it has a pseudonym."""
    if not vote.snapshot.get("slips") or vote.kind is not VoteKind.OWNERS:
        return {}
    return {str(slip.voter): slip.p for slip in await Slip.filter(vote_id=vote.id).only("p", "voter")}


def _p(vote: Vote, voter: str, names: Mapping[str, str]) -> str:
    assert vote.key is not None
    return names.get(voter) or pseudonym(vote.key, voter)


def _voter(vote: Vote, of: RollEntry, names: Mapping[str, str]) -> dict[str, Any]:
    assert vote.key is not None
    p = _p(vote, f"h{of.household_id}", names)
    return {"p": p, "area": of.area, "head": pseudonym(vote.key, of.head)} if of.head else {"p": p}


def _entry(vote: Vote, roll: Sequence[bytes], names: Mapping[str, str]) -> Open:
    read, opened = parse_roll(roll), counting.opening(vote)
    never = opened.never_deemed
    return replace(
        opened,
        text=encode(sha256(vote.title.encode()).digest()),
        roll=encode(read.root),
        totals=read.totals(),
        never_deemed=None if never is None else sorted(_p(vote, voter, names) for voter in never),
    )


async def append(community: int, lines: Sequence[bytes]) -> int:
    """Append lines; returns the place of the first. The log's row lets one after the other write."""
    found = await sql.rows(
        "UPDATE ballot_log SET size = size + ? WHERE community_id = ? RETURNING size", len(lines), community
    )
    first = int(found[0]["size"]) - len(lines)
    if not lines:
        return first
    (edge,) = await _hashes(community, [perfect(0, first)])
    frontier = Frontier(first, edge)
    rows = [
        LogLine(
            community_id=community,
            place=first + n,
            text=text.decode(),
            hashes=b"".join(frontier.append(leaf_hash(text))),
        )
        for n, text in enumerate(lines)
    ]
    await LogLine.bulk_create(rows, batch_size=BATCH)
    return first


async def _hashes(community: int, asked: Sequence[Sequence[Place]]) -> list[list[Hash]]:
    """The hashes of perfect subtrees. One statement, which reads no more than these lines."""
    places = {place for group in asked for place, _ in group}
    if not places:
        return [[] for _ in asked]
    found = LogLine.filter(community_id=community, place__in=sorted(places))
    kept = {int(place): bytes(hashes) for place, hashes in await found.values_list("place", "hashes")}
    return [[kept[place][LENGTH * height : LENGTH * (height + 1)] for place, height in group] for group in asked]


async def waiting(community: int) -> list[Sealed]:
    """The sealed ballots that are not in the log yet."""
    return await _found("s.community_id = ? AND s.place IS NULL", community)


async def open_votes(community: int) -> int:
    """How many votes in the log are open."""
    return await Vote.filter(community_id=community, state=VoteState.OPEN).exclude(kind=VoteKind.POLL).count()


async def lines(community: int, size: int) -> list[bytes]:
    """The first `size` lines of a log."""
    found = LogLine.filter(community_id=community, place__lt=size).order_by("place")
    return [str(text).encode() for text in await found.values_list("text", flat=True)]


async def proofs(community: int, places: Sequence[int], size: int) -> dict[int, tuple[bytes, tuple[Hash, ...]]]:
    """Lines by their places, each with the proof that it stands in the log of `size` lines. Two statements."""
    found = LogLine.filter(community_id=community, place__in=list(places))
    texts = {int(place): str(text).encode() for place, text in await found.values_list("place", "text")}
    paths = [siblings(place, size) for place in texts]
    made = [joined(each) for each in await _hashes(community, [part for path in paths for part in path])]
    return {
        place: (text, tuple(made.pop(0) for _ in path))
        for (place, text), path in zip(texts.items(), paths, strict=True)
    }


async def checkpoint(community: int) -> Checkpoint:
    """The head over all lines there are. Two statements. Raises tortoise's DoesNotExist where there is no log."""
    log = await BallotLog.get(community_id=community)
    (edge,) = await _hashes(community, [perfect(0, log.size)])
    return Checkpoint(log.origin, log.size, joined(edge))


async def keep_head(community: int, size: int, note: str, now: datetime) -> None:
    """Keep a signed head; one over the same lines stands."""
    await LogHead.get_or_create({"note": note, "at": now}, community_id=community, size=size)


async def last_head(community: int) -> Head | None:
    """The newest head, whose lines are what is published."""
    found = await LogHead.filter(community_id=community).order_by("-size").first()
    return Head(found.size, found.note, found.at) if found else None


async def head_of(community: int, size: int) -> str | None:
    """The note of one head."""
    found = await LogHead.get_or_none(community_id=community, size=size)
    return found.note if found else None


async def cosigned(community: int, size: int, note: str) -> None:
    """Keep a head with a witness's signature added."""
    await LogHead.filter(community_id=community, size=size).update(note=note)


async def keys(community: int) -> list[tuple[str, str]]:
    """The log's public keys, the oldest first, each with the note that hands over to it."""
    found = await LogKey.filter(community_id=community).order_by("id").values_list("key", "handover")
    return [(str(key), str(handover)) for key, handover in found]


async def keep_key(community: int, key: str, handover: str, now: datetime) -> None:
    """From now on the log signs with this key."""
    await LogKey.create(community_id=community, key=key, handover=handover, at=now)


async def logs() -> list[tuple[int, str]]:
    """Every community that has a log, with the log's name."""
    found = await BallotLog.all().order_by("id").values_list("community_id", "origin")
    return [(int(community), str(name)) for community, name in found]


async def publish(community: int, vote: int, kind: str, body: bytes) -> None:
    """Publish a file of a vote; what is published stays as it is."""
    await LogFile.get_or_create({"body": body.decode(), "community_id": community}, vote_id=vote, kind=kind)


async def published(community: int, number: int, kind: str) -> bytes | None:
    """A published file of a vote by the vote's number."""
    found = await LogFile.get_or_none(community_id=community, vote__number=number, kind=kind)
    return found.body.encode() if found else None


async def files(community: int) -> dict[tuple[int, str], int]:
    """The published files: how many characters, by the vote's number and the kind. One statement."""
    found = await sql.rows(
        """SELECT v.number, f.kind, LENGTH(f.body) AS size FROM log_file f JOIN vote v ON v.id = f.vote_id
        WHERE f.community_id = ? ORDER BY v.number, f.id""",
        community,
    )
    return {(int(row["number"]), str(row["kind"])): int(row["size"]) for row in found}


async def head_due(community: int, due: datetime, now: datetime) -> None:
    """When the next head of a log is told; a later call moves it."""
    await sql.rows(
        """INSERT INTO due (community_id, kind, subject, due_at, made_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, done_at = NULL""",
        community,
        HEAD,
        community,
        due,
        now,
    )


async def claim_head(community: int, now: datetime) -> bool:
    """Whether a head is due, for this transaction alone."""
    found = await sql.rows(
        """UPDATE due SET done_at = ? WHERE community_id = ? AND kind = ? AND done_at IS NULL AND due_at <= ?
        RETURNING id""",
        now,
        community,
        HEAD,
        now,
    )
    return bool(found)


async def asked_own(resident: int) -> bool:
    """Whether a resident was asked for six digits of their own."""
    return await OwnDigits.filter(resident_id=resident).exists()


async def set_own(community: int, resident: int, digits: str | None, now: datetime) -> None:
    """A resident was asked for six digits of their own; None where they gave none."""
    await OwnDigits.update_or_create({"community_id": community, "digits": digits, "at": now}, resident_id=resident)
