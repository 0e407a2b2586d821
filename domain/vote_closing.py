"""When an open vote is counted, so that every ballot sent in time is in (INTERFACE.md §1, Time).

A typed ballot counts by its message's date, so it may come in after the close: for seconds always, for longer
where the program was down. A ballot sent late is refused by the rules of `domain.voting`, whenever it comes.
"""

from datetime import datetime, timedelta

UNDER_WAY = timedelta(seconds=3)
"""How long a word sent in time may be under way."""

OVERDUE = timedelta(seconds=15)
"""A counting found later than this was not watched: the program was down, or just starts."""

BACKLOG = timedelta(seconds=20)
"""How long a platform may need to hand over what waited there."""

TOLD_LATE = timedelta(minutes=2)
"""From this delay on the result says that the program was down."""


def to_the_minute(closes: datetime) -> datetime:
    """A close as it is shown to people: a whole minute, and never earlier than it was asked for."""
    whole = closes.replace(second=0, microsecond=0)
    return whole if whole == closes else whole + timedelta(minutes=1)


def counted_at(closes: datetime) -> datetime:
    """When the ballots of a vote that closes at `closes` are counted."""
    return closes + UNDER_WAY


def put_off(due: datetime, now: datetime) -> datetime | None:
    """The new moment for a counting due at `due` that nobody watched; None: it can be done now."""
    return now + BACKLOG if now - due > OVERDUE else None


def came_late(closes: datetime, now: datetime) -> bool:
    """Whether residents are owed a word on why the result comes only now."""
    return now - closes > TOLD_LATE
