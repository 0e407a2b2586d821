"""The number in somebody's words, by the kinds' names in the desk's language."""

from domain.errors import Refused
from domain.numbers import Reading, read_number
from domain.terms import Numbered
from handlers.desk import Desk


def reading(desk: Desk, words: str, bare: Numbered) -> Reading:
    """A number with its kind and what follows; the audit log notes it. Raises Refused: refused.number_missing."""
    names = {desk.texts.term(kind): kind for kind in Numbered}
    found = read_number(words, bare, names)
    desk.about(found.kind.value, found.number)
    return found


def reading_of(desk: Desk, words: str, kind: Numbered) -> Reading:
    """A number of one kind, and what follows. Raises Refused: number_missing, or no_… where it is of another kind."""
    found = reading(desk, words, kind)
    if found.kind is not kind:
        raise Refused(f"refused.no_{found.kind.value}", number=found.number)
    return found


def number_of(desk: Desk, words: str, kind: Numbered) -> int:
    """A number of one kind only. Raises Refused as `reading_of` does."""
    return reading_of(desk, words, kind).number
