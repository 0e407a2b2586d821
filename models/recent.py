"""What just happened and what happens next: for the rehearsal's panels."""

from dataclasses import dataclass
from datetime import datetime

from domain.terms import ConcernCategory
from models.tables.concerns import Concern, Second
from models.tables.mail import Outbox
from models.tables.sessions import Due
from models.tables.votes import Ballot, Vote


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was recorded: `kind` is concern, second, vote, ballot or closed. Never who, never which choice."""

    at: datetime
    kind: str
    number: int
    category: ConcernCategory | None = None
    count: int = 0


async def happenings(limit: int) -> list[Happening]:
    """The newest things recorded, newest first. Bounded queries."""
    concerns = await Concern.all().order_by("-id").limit(limit)
    seconds = await Second.exclude(concern_id=None).select_related("concern").order_by("-id").limit(limit)
    ballots = await Ballot.all().select_related("vote").order_by("-at").limit(limit)
    found = [Happening(c.said_at, "concern", c.number, c.category) for c in concerns]
    for second in seconds:
        if second.concern is not None:
            found.append(Happening(second.at, "second", second.concern.number, count=second.concern.supporters))
    found += [Happening(b.at, "ballot", b.vote.number, count=b.vote.cast) for b in ballots]
    for vote in await Vote.all().order_by("-id").limit(limit):
        found.append(Happening(vote.opened_at, "vote", vote.number))
        if vote.closed_at:
            found.append(Happening(vote.closed_at, "closed", vote.number))
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


async def next_due(kind: str | None, after: datetime) -> datetime | None:
    """When the next thing (of a kind) falls due after a moment."""
    query = Due.filter(done_at=None, due_at__gt=after)
    found = await (query.filter(kind=kind) if kind else query).order_by("due_at").first()
    return found.due_at if found else None


async def next_stop(after: datetime) -> datetime | None:
    """When after a moment the next thing falls due, or a message that waits for its time."""
    letter = await Outbox.filter(failed_at=None, due_at__gt=after).order_by("due_at").first().only("due_at")
    due = await next_due(None, after)
    return min(filter(None, (due, letter.due_at if letter else None)), default=None)
