"""评价: those who asked say whether it is done; what they say ends a task, or opens it again (DOMAIN.md §2, §3).

rated(Grade.DISSATISFIED, reopened)                 # confirm, reopen, or leave it to a moderator
ends(7, TaskEnd.CANNOT, words, moderator=True)      # which honest end may be said, and by whom
"""

from enum import StrEnum

from domain.errors import Refused
from domain.terms import Grade, TaskEnd

BY_ITSELF = 1
"""How many times 不满意 reopens a matter without a moderator."""
UNRATED = frozenset({TaskEnd.REFERRED, TaskEnd.DUPLICATE, TaskEnd.WITHDRAWN})
"""Ends that are none of a doer's work: nobody is asked to rate them."""
MODERATED = frozenset({TaskEnd.DUPLICATE, TaskEnd.WITHDRAWN})


class Rated(StrEnum):
    """What a rating does."""

    CONFIRM = "confirm"
    REOPEN = "reopen"
    ASK = "ask"


def needs_reason(grade: Grade, reason: str) -> bool:
    """不满意 says what was not done well; without it, it is asked for."""
    return grade is Grade.DISSATISFIED and not reason.strip()


def rated(grade: Grade, reopened: int) -> Rated:
    """What a rating does to what was reported done; `reopened`: how often it was opened again so far."""
    if grade is not Grade.DISSATISFIED:
        return Rated.CONFIRM
    return Rated.REOPEN if reopened < BY_ITSELF else Rated.ASK


def ends(number: int, end: TaskEnd, words: str, *, moderator: bool) -> None:
    """Whether a task may be said to end so. Raises Refused: tasks.end_needs_words, tasks.end_by_moderator."""
    if end in MODERATED and not moderator:
        raise Refused("tasks.end_by_moderator", number=number)
    if not words.strip():
        raise Refused("tasks.end_needs_words", number=number)
