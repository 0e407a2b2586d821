"""调处: the room of two parties and a mediator, what is said in it, and the outcome that alone may become public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.talk import Chat
from domain.terms import Numbered
from models import people, sql
from models.tables.matters import Mediation, Party, RoomWord

MEDIATOR = 0
"""The mediator's side; the parties are 1 and 2."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room: `side` 0 is the mediator. `willing`, `consents`: None until they answer."""

    who: int
    side: int
    chat: Chat | None
    willing: bool | None = True
    consents: bool | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A mediation as those in it see it."""

    id: int
    number: int
    subject: str
    outcome: str
    closed: bool
    people: tuple[Person, ...]

    def side_of(self, who: int) -> int | None:
        """On which side somebody sits; None for whoever isn't in the room."""
        return next((one.side for one in self.people if one.who == who), None)

    @property
    def parties(self) -> list[Person]:
        """The two parties."""
        return [one for one in self.people if one.side != MEDIATOR]

    @property
    def willing(self) -> bool:
        """Whether both parties want to talk."""
        return all(one.willing for one in self.parties)

    @property
    def mediator(self) -> Person | None:
        """Who mediates, unless they were forgotten."""
        return next((one for one in self.people if one.side == MEDIATOR), None)


async def open_room(community: int, subject: str, mediator: int, parties: Sequence[int], now: datetime) -> int:
    """Number a mediation and seat its parties. Three statements."""
    number = await people.next_number(community, Numbered.MEDIATION)
    row = await Mediation.create(
        community_id=community, number=number, subject=subject, mediator_id=mediator, made_at=now
    )
    values = [value for side, who in enumerate(parties, 1) for value in (community, row.id, who, side)]
    marks = ", ".join("(?, ?, ?, ?)" for _ in parties)
    await sql.rows(f"INSERT INTO party (community_id, mediation_id, resident_id, side) VALUES {marks}", *values)
    return number


async def numbered(community: int, number: int) -> Room | None:
    """A mediation by its number, with who is in it. Two statements."""
    row = await Mediation.get_or_none(community_id=community, number=number)
    if row is None:
        return None
    found = await sql.rows(
        """SELECT x.who, x.side, x.willing, x.consents, a.channel, a.private_chat FROM (
        SELECT p.resident_id AS who, p.side, p.willing, p.consents FROM party p WHERE p.mediation_id = ?
        UNION ALL SELECT m.mediator_id, 0, NULL, NULL FROM mediation m WHERE m.id = ? AND m.mediator_id IS NOT NULL) x
        LEFT JOIN address a ON a.resident_id = x.who ORDER BY x.side""",
        *(row.id, row.id),
    )
    seated = tuple(
        Person(
            *(int(one["who"]), int(one["side"])),
            Chat(one["channel"], one["private_chat"], private=True) if one["private_chat"] else None,
            *(_answer(one["willing"]), _answer(one["consents"])),
        )
        for one in found
    )
    return Room(row.id, row.number, row.subject, row.outcome, row.closed_at is not None, seated)


def _answer(value: object) -> bool | None:
    return None if value is None else bool(value)


async def answer_asked(room: int, who: int, willing: bool) -> None:
    """A party wants to talk, or not. One statement."""
    await Party.filter(mediation_id=room, resident_id=who).update(willing=willing)


async def consent(room: int, who: int, consents: bool) -> None:
    """A party lets the outcome become public, or not. One statement."""
    await Party.filter(mediation_id=room, resident_id=who).update(consents=consents)


async def say(community: int, room: int, who: int, text: str, now: datetime) -> None:
    """Keep what was said in the room. One statement."""
    await RoomWord.create(community_id=community, mediation_id=room, resident_id=who, text=text, at=now)


async def said(room: int, limit: int) -> list[tuple[int, datetime, str]]:
    """The newest words of the room, the oldest of them first: who, when, what. One statement."""
    found = await RoomWord.filter(mediation_id=room).order_by("-id").limit(limit)
    return [(row.resident_id, row.at, row.text) for row in reversed(found)]


async def propose(room: int, outcome: str) -> None:
    """What they agreed on, to be let public by both; earlier answers count no more. Two statements."""
    await Mediation.filter(id=room).update(outcome=outcome)
    await Party.filter(mediation_id=room).update(consents=None)


async def close(room: int, now: datetime, *, public: bool) -> bool:
    """It is over, with a public outcome or without one; False where it was. One statement."""
    values = {"closed_at": now, **({"published_at": now} if public else {})}
    return bool(await Mediation.filter(id=room, closed_at=None).update(**values))
