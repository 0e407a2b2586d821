"""A log changes its key: the old key signs that the new one takes over, so that who knows one knows the next.

A handover is a signed note: `fengsi-shuoshi/handover-v1`, the log's name, the new key as a verifier key.
"""

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import Malformed
from domain.notes import Note, VerifierKey, parse_key, sign, signed_by

HANDOVER = "fengsi-shuoshi/handover-v1"
LINES = 3


def handover(old: Ed25519PrivateKey, new: VerifierKey) -> Note:
    """The note by which the old key of a log hands over to the new one."""
    return sign(f"{HANDOVER}\n{new.name}\n{new}\n", new.name, old)


def follow(key: VerifierKey, notes: Iterable[Note]) -> list[VerifierKey]:
    """The keys that `key` leads to, itself first; a note that none of them signed is passed over.

    `notes` in the order in which they were made.
    """
    known = [key]
    for note in notes:
        if signed_by(note, known[-1]) and (new := _named(note, key.name)) is not None:
            known.append(new)
    return known


def _named(note: Note, name: str) -> VerifierKey | None:
    lines = note.text.splitlines()
    if len(lines) != LINES or lines[:2] != [HANDOVER, name]:
        return None
    try:
        new = parse_key(lines[2])
    except Malformed:
        return None
    return new if new.name == name else None
