"""说事理事会: whether it puts a topic on a session (DOMAIN.md §2). More than half of those who speak decide,
if enough speak.
"""

from enum import StrEnum

WHOLE = 100


class Outcome(StrEnum):
    """What the council's short vote came to. TOO_FEW: the quorum was not met, so the convener may decide."""

    ON = "on"
    OFF = "off"
    TOO_FEW = "too_few"


def quorum(members: int, percent: int) -> int:
    """How many members must speak at least: `percent` of them, a begun one counts, never fewer than one."""
    return max(1, -(-members * percent // WHOLE))


def outcome(yes: int, no: int, members: int, percent: int, *, closed: bool) -> Outcome | None:
    """The outcome of `yes` and `no` voices; None while it is open.

    Before its close it is decided as soon as the voices still missing can't change it. A tie is a no.
    """
    enough = yes + no >= quorum(members, percent)
    missing = 0 if closed else max(0, members - yes - no)
    if closed and not enough:
        return Outcome.TOO_FEW
    if enough and yes > no + missing:
        return Outcome.ON
    if enough and no >= yes + missing:
        return Outcome.OFF
    return None
