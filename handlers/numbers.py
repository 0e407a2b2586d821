"""The number in somebody's words, by the kinds' names in the desk's language."""

from collections.abc import Collection

from domain.errors import Refused
from domain.numbers import Reading, read_number
from domain.terms import Numbered
from handlers.desk import Desk


def reading(desk: Desk, words: str, bare: Numbered) -> Reading:
    """A number with its kind and what follows; the audit log notes it. Raises Refused: refused.number_missing."""
    names = {desk.texts.term(kind): kind for kind in Numbered}
    try:
        found = read_number(words, bare, names)
    except Refused as no:
        raise Refused(no.reason, phrase=_said(desk)) from no
    desk.about(found.kind.value, found.number)
    return found


def reading_of(desk: Desk, words: str, bare: Numbered, *others: Numbered) -> Reading:
    """A number of one of these kinds (a bare one is of the first), and what follows.

    Raises Refused: refused.number_missing; refused.other_kind, refused.concern_for_topic where it is of another kind.
    """
    found, wanted = reading(desk, words, bare), {bare, *others}
    if found.kind not in wanted:
        raise _of_another_kind(desk, found, wanted)
    return found


def _of_another_kind(desk: Desk, found: Reading, wanted: Collection[Numbered]) -> Refused:
    """What was written and what is wanted. Whether there is such a thing isn't asked: it may be a private one."""
    if found.kind is Numbered.CONCERN and Numbered.TOPIC in wanted:
        return Refused("refused.concern_for_topic", number=found.number)
    names = desk.texts("contract.marks.list").join(desk.texts.term(kind) for kind in Numbered if kind in wanted)
    return Refused("refused.other_kind", wanted=names, kind=desk.texts.term(found.kind), number=found.number)


def number_of(desk: Desk, words: str, kind: Numbered) -> int:
    """A number of one kind only. Raises Refused as `reading_of` does."""
    return reading_of(desk, words, kind).number


def _said(desk: Desk) -> str:
    """The phrase that the speaker used, or one that everybody may use."""
    phrases = desk.texts.table("routes.phrases")
    return str(phrases.get(desk.trail.act.removesuffix("_part"), phrases["progress"])[0])
