"""A witness follows a log: it signs a head only if that keeps every line of the last head it signed.

Two witnesses who compare their heads find a log that shows each of them another history.
"""

from collections.abc import Sequence

from domain.errors import Refused
from domain.merkle import Hash, extends
from domain.notes import Checkpoint, Note, VerifierKey, parse_checkpoint, signed_by


def advance(last: Checkpoint | None, note: Note, key: VerifierKey, proof: Sequence[Hash]) -> Checkpoint:
    """The head to cosign and to remember. `proof` leads from the last head to this one.

    Raises Refused: head_unsigned, other_log, head_shrinks, head_breaks (c2sp.org/tlog-witness).
    """
    if not signed_by(note, key):
        raise Refused("head_unsigned")
    head = parse_checkpoint(note.text)
    if head.origin != (key.name if last is None else last.origin):
        raise Refused("other_log", origin=head.origin)
    if last is None or last.size == 0:
        return head
    if head.size < last.size:
        raise Refused("head_shrinks", size=head.size, last=last.size)
    if not extends(last.size, last.root, head.size, head.root, proof):
        raise Refused("head_breaks", size=head.size, last=last.size)
    return head
