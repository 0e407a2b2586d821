"""C2SP signed notes, checkpoints, cosignatures, proofs: the published example, round trips, strictness."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import Malformed
from domain.notes import (
    COSIGNATURE,
    Checkpoint,
    Note,
    Proof,
    Signature,
    cosign,
    parse_checkpoint,
    parse_key,
    parse_note,
    parse_proof,
    sign,
    signed_by,
    verifier_key,
)

# The example of golang.org/x/mod/sumdb/note, from which the format comes.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

LOG = Ed25519PrivateKey.from_private_bytes(bytes(32))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
ROOT = bytes(range(32))
HEAD = Checkpoint("fenglin.example/log", 1024, ROOT)
NOTE = sign(str(HEAD), HEAD.origin, LOG)
KEY = verifier_key(HEAD.origin, LOG)


def test_the_published_example_is_signed_by_its_key():
    """The note that the format's first implementation documents is accepted, and its text altered is not."""
    note = parse_note(GO_NOTE)

    assert signed_by(note, parse_key(GO_KEY))
    assert str(note) == GO_NOTE
    assert not signed_by(Note(note.text.replace("answer", "problem"), note.signatures), parse_key(GO_KEY))


def test_a_checkpoint_comes_back_from_its_note():
    """Origin, size and root stand one a line; the signature is the log key's."""
    note = parse_note(str(NOTE))

    assert parse_checkpoint(note.text) == HEAD
    assert signed_by(note, KEY)
    assert parse_key(str(KEY)) == KEY


def test_a_forged_head_is_not_signed():
    """Another key of the same name has another id, and a stolen id does not verify."""
    forged = sign(str(HEAD), HEAD.origin, WITNESS)
    stolen = Note(NOTE.text, (Signature(HEAD.origin, KEY.id, forged.signatures[0].bytes),))

    assert not signed_by(forged, KEY)
    assert not signed_by(stolen, KEY)
    assert not signed_by(Note(NOTE.text, ()), KEY)


def test_one_false_signature_of_a_known_key_spoils_the_note():
    """A note that carries a right and a false signature of the same key is rejected."""
    false = Signature(HEAD.origin, KEY.id, bytes(64))

    assert not signed_by(Note(NOTE.text, (*NOTE.signatures, false)), KEY)
    assert not signed_by(Note(NOTE.text, (Signature(HEAD.origin, KEY.id, b"short"),)), KEY)


def test_a_witness_signs_the_head_with_its_time():
    """A cosignature is another kind of key; it holds for its own second only."""
    cosigned = parse_note(str(cosign(NOTE, "witness.example", WITNESS, 1_797_000_000)))
    key = verifier_key("witness.example", WITNESS, COSIGNATURE)
    message = b"cosignature/v1\ntime 1797000000\n" + NOTE.text.encode()
    moved = Signature(key.name, key.id, (5).to_bytes(8, "big") + cosigned.signatures[1].bytes[8:])

    assert cosigned.signatures[1].bytes == (1_797_000_000).to_bytes(8, "big") + WITNESS.sign(message)
    assert signed_by(cosigned, key)
    assert signed_by(cosigned, KEY)
    assert not signed_by(cosigned, verifier_key("witness.example", WITNESS))
    assert not signed_by(Note(NOTE.text, (moved,)), key)
    assert parse_key(str(key)) == key


def test_a_proof_comes_back_from_its_text():
    """A tlog-proof holds the index, the path and the whole checkpoint; extra data is passed over."""
    proof = Proof(3, (ROOT, ROOT[::-1]), NOTE)
    text = str(proof)

    assert parse_proof(text) == proof
    assert parse_proof(text.replace("index 3", "extra AAAA\nindex 3")) == proof
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 3\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n— a AAAAAAAA\n",
        "text\n\n— a AAAAAAAA",
        "text\n\n- a AAAAAAAA\n",
        "text\n\n— a  AAAAAAAA\n",
        "text\n\n— a AAAAAAAA more\n",
        "text\n\n— a+b AAAAAAAA\n",
        "text\n\n— a AAAA\n",
        "text\n\n— a AAAAAAA\n",
        "text\n\n— a AAAAAAB=\n",
        "te\txt\n\n— a AAAAAAAA\n",
        "text\r\n\r\n— a AAAAAAAA\r\n",
        "text\n\n— a 赞成\n",
    ],
)
def test_what_is_no_note_is_refused(text):
    """Text, empty line, signature lines of exactly one form; no control characters."""
    with pytest.raises(Malformed):
        parse_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nROOT\n",
        "a\n-1\nROOT\n",
        "a\n1\nAAAA\n",
        "\n1\nROOT\n",
        "a\n1\nROOT",
        "a\n1\nROOT\n\n",
        "a\n１\nROOT\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    """Origin, a size without leading noughts, a root of 32 bytes, each line ended."""
    with pytest.raises(Malformed):
        parse_checkpoint(text.replace("ROOT", base64.b64encode(ROOT).decode()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a+b",
        "a+00000000+" + "A" * 44,
        str(KEY).replace("+", "+0", 1),
        "a b" + str(KEY)[19:],
        GO_KEY[:-4],
        "a++",
    ],
)
def test_what_is_no_key_is_refused(text):
    """A key whose id does not fit its name and bytes is mistyped."""
    with pytest.raises(Malformed):
        parse_key(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 3", "index 03"),
        ("index 3", "3"),
        ("\n\nfen", "\nfen"),
    ],
)
def test_what_is_no_proof_is_refused(old, new):
    """The header, the index, the empty line and a head after it must be there."""
    with pytest.raises(Malformed):
        parse_proof(str(Proof(3, (ROOT,), NOTE)).replace(old, new, 1))
