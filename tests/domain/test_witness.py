"""A witness refuses a head that does not extend its last (VOTING.md §3)."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.errors import Refused
from domain.merkle import Tree, leaf_hash
from domain.notes import Checkpoint, parse_checkpoint, sign, verifier_key
from domain.witness import advance
from tests.ballot_box import KEY, ORIGIN, SIGNER, held

BOX = held(8)
TREE = Tree(leaf_hash(entry) for entry in BOX.log)


def seen(size):
    return parse_checkpoint(BOX.head(size).text)


def refusal(last, note, proof, key=KEY):
    with pytest.raises(Refused) as refused:
        advance(last, note, key, proof)
    return refused.value.reason


def test_a_head_that_extends_the_last_is_taken():
    """The proof leads from the last head to the new one; the first head needs none."""
    assert advance(None, BOX.head(4), KEY, []) == seen(4)
    assert advance(seen(4), BOX.head(), KEY, TREE.consistency(4)) == seen(len(TREE))
    assert advance(seen(4), BOX.head(4), KEY, []) == seen(4)


def test_a_head_of_another_history_is_refused():
    """A split view: a second witness signed another log, and neither can follow the other's head."""
    other = held(8)
    other.log[1], other.log[2] = other.log[2], other.log[1]
    forked = other.head()
    proof = Tree(leaf_hash(entry) for entry in other.log).consistency(4)

    assert refusal(seen(4), forked, proof) == "head_breaks"
    assert refusal(seen(4), forked, TREE.consistency(4)) == "head_breaks"
    assert refusal(seen(len(TREE)), forked, []) == "head_breaks"


def test_a_shorter_head_is_refused():
    """A log does not lose lines."""
    assert refusal(seen(6), BOX.head(4), []) == "head_shrinks"


def test_an_unsigned_head_is_refused():
    """Only the log's key, printed with the meeting's notice, is followed."""
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))

    assert refusal(None, BOX.head(4, signer=stranger), []) == "head_unsigned"


def test_the_head_of_another_log_is_refused():
    """A witness follows one origin."""
    note = sign(str(Checkpoint("other.example", 4, bytes(32))), ORIGIN, SIGNER)
    other_key = verifier_key("other.example", SIGNER)

    assert refusal(None, note, []) == "other_log"
    assert refusal(seen(4), sign(note.text, "other.example", SIGNER), [], other_key) == "other_log"
