"""Ballots: how a person stands to a vote, what is written when one is cast, who took part."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import voting
from domain.errors import Refused
from domain.households import Flat
from domain.owners_roll import Relation, together
from domain.talk import Chat
from domain.terms import VoteKind, VoteState
from domain.voting import Choice
from models import ballot_log, sql, votes
from models.ballot_log import Sealed
from models.counting import choice_of, more_of
from models.people import Who
from models.tables.votes import Ballot, Membership, RollEntry
from models.votes import VoteRecord

MINE = """mine AS (SELECT household_id FROM resident WHERE id = ? AND household_id IS NOT NULL
        UNION SELECT household_id FROM membership WHERE resident_id = ?)"""
"""A person's units: the household they are bound to, and those they speak for besides. Twice the resident's id."""


class Raced(Exception):
    """Somebody changed the same ballot in between: to be taken again."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One of a person's units on the roll: as what they speak for it, and the ballot that counts for it.

    `said`: what each co-owner answered, by the resident's id as text; `by`: who cast it last.
    """

    household: int
    relation: Relation | None
    previous: voting.Ballot | None
    said: Mapping[str, int]
    paper: bool
    by: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to a vote: their units on its roll, the ballot that counts, who sees it change."""

    vote: VoteRecord
    units: tuple[Unit, ...]
    previous: voting.Ballot | None
    groups: tuple[Chat, ...]
    at_home: tuple[Chat, ...]

    @property
    def on_roll(self) -> bool:
        """Whether a unit of theirs is on the roll."""
        return bool(self.units)

    def said_by(self, who: int) -> Choice:
        """What one person chose: of co-owners who differ, their own answer; empty where there is no ballot."""
        said = next((unit.said[str(who)] for unit in self.units if str(who) in unit.said), None)
        if said is not None:
            return (said,)
        return self.previous.choice if self.previous else ()

    @property
    def owner(self) -> bool:
        """Whether they may speak for an owner, as far as they said: a tenant may not."""
        return any(unit.relation is not Relation.TENANT for unit in self.units)


async def standing(community: int, number: int, who: Who) -> Standing | None:
    """A vote and how a person stands to it. One statement, whatever the number of ballots."""
    found = await sql.rows(
        f"""WITH {MINE}
        SELECT v.*, e.household_id, m.relation, b.voter, b.choice, b.more, b.rev, b.said, b.paper, b.by_id AS cast_by,
            p.at_home, p.channel, p.chat, p.topic, p.place
        FROM vote v
        LEFT JOIN roll_entry e ON e.vote_id = v.id AND e.household_id IN (SELECT household_id FROM mine)
        LEFT JOIN membership m ON m.household_id = e.household_id AND m.resident_id = ?
        LEFT JOIN ballot b ON b.vote_id = v.id
            AND b.voter = CASE v.kind WHEN 'poll' THEN ? ELSE 'h' || e.household_id END
        LEFT JOIN (
            SELECT 0 AS at_home, channel, chat, topic, title AS place FROM chat_group
            WHERE community_id = ? AND lost_at IS NULL
            UNION ALL
            SELECT 1, channel, private_chat, NULL, '' FROM address
            WHERE resident_id IN (
                SELECT id FROM resident WHERE household_id IN (SELECT household_id FROM mine)
                UNION SELECT resident_id FROM membership WHERE household_id IN (SELECT household_id FROM mine)
            ) AND resident_id <> ? AND private_chat IS NOT NULL
        ) p ON 1 = 1
        WHERE v.community_id = ? AND v.number = ?
        ORDER BY e.household_id""",
        who.id,
        who.id,
        who.id,
        f"r{who.id}",
        community,
        who.id,
        community,
        number,
    )
    return _standing(found) if found else None


def _standing(found: Sequence[Mapping[str, Any]]) -> Standing:
    places = dict.fromkeys(
        (row["at_home"], row["channel"], row["chat"], row["topic"], row["place"]) for row in found if row["channel"]
    )
    groups = [Chat(channel, chat, topic=topic, title=title) for home, channel, chat, topic, title in places if not home]
    at_home = [Chat(channel, chat, private=True) for home, channel, chat, _, _ in places if home]
    units = {row["household_id"]: _unit(row) for row in found if row["household_id"] is not None}
    first = found[0]
    return Standing(
        votes.record(votes.row_of(first)), tuple(units.values()), _previous(first), tuple(groups), tuple(at_home)
    )


def _unit(row: Mapping[str, Any]) -> Unit:
    relation = Relation(row["relation"]) if row["relation"] else None
    said = json.loads(row["said"]) if isinstance(row["said"], str) else row["said"]
    return Unit(row["household_id"], relation, _previous(row), said or {}, bool(row["paper"]), row["cast_by"])


def _previous(row: Mapping[str, Any]) -> voting.Ballot | None:
    return None if row["choice"] is None else voting.Ballot(choice_of(row["choice"], row["more"]), row["rev"])


@dataclass(frozen=True, slots=True)
class Marked:
    """A ballot to be written. `said` in owners' decisions alone: what the unit's co-owners answered.

    `rev`: of one made out of the ballot before it, what it will have if nobody was faster; None: whoever was.
    """

    voter: str
    choice: Choice
    said: Mapping[str, int] | None = None
    rev: int | None = None


def next_rev(previous: voting.Ballot | None) -> int:
    """What a ballot made out of the one before it will have."""
    return previous.rev + 1 if previous else 0


@dataclass(frozen=True, slots=True)
class Cast:
    """Ballots as they were written: `rev` 0 for a first one; `cast` is how many took part now; `revs` by voter.

    `sealed` is what the log will say of them; nothing in a 表态, which is not logged.
    """

    rev: int
    cast: int
    revs: Mapping[str, int]
    sealed: Sequence[Sealed] = ()


async def put(
    vote: VoteRecord,
    who: int | None,
    marked: Sequence[Marked],
    now: datetime,
    *,
    paper: bool = False,
    on_row: bool = False,
) -> Cast:
    """Write the ballots that count from now on. Three statements, whatever the number of ballots.

    `on_row`: what is sealed is the audit log's line as well.
    Two of a voter's at once: the unique row decides which is first. One beside a counting: the vote's row does.
    Raises Refused: vote.closed, vote.withdrawn_already, where it was over in between; Raced: a paper was faster, or
    somebody else was where a `rev` was given.
    """
    on_top = " AND ballot.rev = excluded.rev - 1" if any(one.rev is not None for one in marked) else ""
    written = await sql.rows(
        f"""INSERT INTO ballot (community_id, vote_id, voter, choice, more, said, paper, rev, by_id, at)
        VALUES {", ".join("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" for _ in marked)}
        ON CONFLICT (vote_id, voter) DO UPDATE SET choice = excluded.choice, more = excluded.more,
        said = excluded.said, paper = excluded.paper, rev = ballot.rev + 1, by_id = excluded.by_id, at = excluded.at
        WHERE excluded.paper OR (NOT ballot.paper{on_top})
        RETURNING voter, rev""",
        *(value for one in marked for value in _values(vote, who, one, now, paper=paper)),
    )
    revs = {str(row["voter"]): int(row["rev"]) for row in written}
    if len(revs) < len(marked):
        raise Raced
    new = [voter for voter, rev in revs.items() if rev == 0]
    cast, choices = await _count_in(vote, new), {one.voter: one.choice for one in marked}
    by = None if paper else who
    if vote.kind is VoteKind.POLL:
        return Cast(min(revs.values()), cast, revs)
    acted = now if on_row else None
    sealed = await ballot_log.seal(vote.community, vote.id, by, choices, acted, slips=vote.slips)
    return Cast(min(revs.values()), cast, revs, sealed)


def _values(vote: VoteRecord, who: int | None, one: Marked, now: datetime, *, paper: bool) -> tuple[object, ...]:
    said = None if one.said is None else json.dumps(one.said, separators=(",", ":"))
    first, more = one.choice[0], more_of(one.choice)
    return (vote.community, vote.id, one.voter, first, more, said, paper, one.rev or 0, who, now)


async def _count_in(vote: VoteRecord, new: Sequence[str]) -> int:
    """How many take part, with the `new` voters; of an owner with several units only the first makes a difference."""
    added, values = "?", [len(new)]
    if vote.kind is VoteKind.OWNERS and new:
        ids = ", ".join(str(int(voter[1:])) for voter in new)
        added, values = (
            f"""(SELECT COUNT(DISTINCT e.head) FROM roll_entry e
            WHERE e.vote_id = vote.id AND e.household_id IN ({ids}) AND NOT EXISTS (
                SELECT 1 FROM roll_entry o JOIN ballot b ON b.vote_id = o.vote_id AND b.voter = 'h' || o.household_id
                WHERE o.vote_id = e.vote_id AND o.head = e.head AND o.household_id NOT IN ({ids})))""",
            [],
        )
    found = await sql.rows(
        f'UPDATE vote SET "cast" = "cast" + {added} WHERE id = ? AND state = ? RETURNING "cast" AS n',
        *values,
        vote.id,
        VoteState.OPEN.value,
    )
    if not found:
        gone = (await votes.by_id(vote.id)).state is VoteState.WITHDRAWN
        raise Refused("vote.withdrawn_already" if gone else "vote.closed", number=vote.number, closes=vote.closes_at)
    return int(found[0]["n"])


@dataclass(frozen=True, slots=True)
class TookPart:
    """A household that took part in a vote. `choice` has the options' words, empty where the vote was 不记名."""

    flat: Flat
    choice: tuple[str, ...]


async def took_part(vote: VoteRecord, limit: int, offset: int) -> list[TookPart]:
    """The households that took part in a counted vote, by building, unit and room; what they chose only in a 记名."""
    found = await sql.rows(
        """SELECT h.building, h.unit, h.room, b.choice, b.more FROM roll_entry e
        JOIN household h ON h.id = e.household_id
        JOIN ballot b ON b.vote_id = e.vote_id AND b.voter = 'h' || e.household_id
        WHERE e.vote_id = ?
        ORDER BY LENGTH(h.building), h.building, LENGTH(h.unit), h.unit, LENGTH(h.room), h.room LIMIT ? OFFSET ?""",
        vote.id,
        limit,
        offset,
    )
    return [
        TookPart(
            Flat(r["building"], r["unit"], r["room"]),
            () if vote.secret else tuple(vote.options[at] for at in choice_of(r["choice"], r["more"])),
        )
        for r in found
    ]


async def has_taken_part(vote: VoteRecord, household: int) -> bool:
    """Whether a household took part in a vote."""
    return await Ballot.filter(vote_id=vote.id, voter=f"h{household}").exists()


async def units_of(who: int) -> list[int]:
    """The units that a person speaks for."""
    found = await sql.rows(f"WITH {MINE} SELECT household_id FROM mine ORDER BY household_id", who, who)
    return [int(row["household_id"]) for row in found]


async def rolls_of(who: int, asked: Sequence[VoteRecord]) -> set[int]:
    """Of these votes, the ids of those that have a unit of this person's on their roll."""
    units = await units_of(who)
    found = await RollEntry.filter(household_id__in=units, vote_id__in=[vote.id for vote in asked]) if units else []
    return {entry.vote_id for entry in found}


async def on_roll(vote: VoteRecord, who: Who) -> bool:
    """Whether a unit of a person's was on the roll of a vote."""
    return vote.id in await rolls_of(who.id, [vote])


async def relate(community: int, who: int, units: Sequence[int], relation: Relation | None, document: str = "") -> None:
    """Note as what a person speaks for units; units that are not their own household become theirs as well."""
    for unit in units:
        await Membership.update_or_create(
            {"relation": relation, "document": document[:64], "community_id": community},
            resident_id=who,
            household_id=unit,
        )


async def unspoken(household: int) -> None:
    """Nobody speaks for a unit any more: its ballots in open votes stand, but as nobody's answer. One statement.

    Who speaks for it next says anew, and is in no dispute with those who were there before.
    """
    await sql.rows(
        """UPDATE ballot SET said = NULL, rev = rev + 1 WHERE voter = ? AND said IS NOT NULL
        AND vote_id IN (SELECT id FROM vote WHERE state = ?)""",
        f"h{household}",
        VoteState.OPEN.value,
    )


async def own_in_open_votes(resident: int) -> list[tuple[int, int, str]]:
    """The ballots that a resident cast in open votes: the vote's number, its row, and whose they are. Two statements.

    Both rows are this transaction's from then on, in the order in which a press takes them: nobody else at home
    changes the ballot, and the vote is not counted, before what is done about them.
    """
    held = await sql.rows(
        """UPDATE ballot SET by_id = by_id WHERE by_id = ? AND vote_id IN (
            SELECT id FROM vote WHERE state = ? AND kind <> ?) RETURNING vote_id, voter""",
        resident,
        VoteState.OPEN.value,
        VoteKind.POLL.value,
    )
    asked = sorted({int(row["vote_id"]) for row in held})
    if not asked:
        return []
    still_open = await sql.rows(
        f"""UPDATE vote SET state = state WHERE id IN ({", ".join("?" for _ in asked)}) AND state = ?
        RETURNING id, number""",
        *asked,
        VoteState.OPEN.value,
    )
    numbers = {int(row["id"]): int(row["number"]) for row in still_open}
    found = ((int(row["vote_id"]), str(row["voter"])) for row in held)
    return [(numbers[vote], vote, voter) for vote, voter in found if vote in numbers]


async def forget_said(who: int, now: datetime) -> None:
    """Take what a person answered as a co-owner out of open votes; what the others of the unit answered counts on."""
    voters = [f"h{unit}" for unit in await units_of(who)]
    found = Ballot.filter(voter__in=voters, vote__state=VoteState.OPEN, paper=False)
    for ballot in await found.exclude(said=None).select_related("vote"):
        rest = {voice: at for voice, at in (ballot.said or {}).items() if voice != str(who)}
        if rest and rest != ballot.said:
            marked = Marked(ballot.voter, together(rest), rest, ballot.rev + 1)
            await put(votes.record(ballot.vote), int(min(rest)), [marked], now)
