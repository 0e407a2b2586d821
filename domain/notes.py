"""C2SP signed notes, checkpoints, cosignatures and inclusion proofs as text, signed with Ed25519.

Sources: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature (v1), tlog-proof. What was written by
others is read strictly; what does not keep the format raises `Malformed`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.canonical import Malformed
from domain.merkle import LENGTH, Hash

ED25519 = 0x01
COSIGNATURE = 0x04
ID_LENGTH, TIME_LENGTH = 4, 8
PROOF_HEADER = "c2sp.org/tlog-proof@v1"

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name; `kind` says what it signs: heads (ED25519) or heads of others."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes that its signatures begin with."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_LENGTH]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_text(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True)
class Signature:
    """One signature line of a note: `bytes` are what follows the four bytes of the key's id."""

    name: str
    id: bytes
    bytes: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_text(self.id + self.bytes)}\n"


@dataclass(frozen=True)
class Note:
    """A text (ending in a newline) and the signatures under it, of which none is checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: the root over its first `size` lines."""

    origin: str
    size: int
    root: Hash

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{_text(self.root)}\n"


@dataclass(frozen=True)
class Proof:
    """Where a line stands (`index` from 0) and the path from it to the head in `checkpoint`."""

    index: int
    path: tuple[Hash, ...]
    checkpoint: Note

    def __str__(self) -> str:
        path = "".join(_text(part) + "\n" for part in self.path)
        return f"{PROOF_HEADER}\nindex {self.index}\n{path}\n{self.checkpoint}"


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(text) from error


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise Malformed(text)
    return int(text)


def _hash(text: str) -> Hash:
    value = _bytes(text)
    if len(value) != LENGTH or _text(value) != text:
        raise Malformed(text)
    return value


def parse_key(text: str) -> VerifierKey:
    """Read `<name>+<id in hex>+<base64 of kind and key>`."""
    name, _, rest = text.strip().partition("+")
    key_id, _, material = rest.partition("+")
    decoded = _bytes(material)
    if len(decoded) != 1 + LENGTH or decoded[0] not in (ED25519, COSIGNATURE) or not _NAME.fullmatch(name):
        raise Malformed(text)
    key = VerifierKey(name, decoded[1:], decoded[0])
    if key.id.hex() != key_id:
        raise Malformed(text)
    return key


def parse_note(text: str) -> Note:
    """Read a signed note; its last empty line parts the text from the signatures."""
    body, gap, tail = text.rpartition("\n\n")
    lines = tail.splitlines(keepends=True)
    if not body or not gap or not lines or any(char < " " and char != "\n" for char in text):
        raise Malformed(text[:80])
    return Note(body + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> Signature:
    dash, name, value = (*line.removesuffix("\n").split(" "), "", "")[:3]
    decoded = _bytes(value)
    signature = Signature(name, decoded[:ID_LENGTH], decoded[ID_LENGTH:])
    if dash != "—" or not _NAME.fullmatch(name) or not signature.bytes or str(signature) != line:
        raise Malformed(line)
    return signature


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a head from a note's text; extension lines are passed over."""
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:  # noqa: PLR2004 three lines, each ended
        raise Malformed(text[:80])
    return Checkpoint(lines[0], _number(lines[1]), _hash(lines[2]))


def parse_proof(text: str) -> Proof:
    """Read a tlog-proof with a head in it; its extra data is not authenticated and passed over."""
    head, gap, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if header != PROOF_HEADER or not gap or not lines or not lines[0].startswith("index "):
        raise Malformed(text[:80])
    proof = Proof(_number(lines[0].removeprefix("index ")), tuple(map(_hash, lines[1:])), parse_note(note))
    parse_checkpoint(proof.checkpoint.text)
    return proof


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Note:
    """A note of `text` with the signature of the key called `name`."""
    key = verifier_key(name, private)
    return Note(text, (Signature(name, key.id, private.sign(text.encode())),))


def verifier_key(name: str, private: Ed25519PrivateKey, kind: int = ED25519) -> VerifierKey:
    """The public half, to be printed with the meeting's notice."""
    return VerifierKey(name, private.public_key().public_bytes_raw(), kind)


def cosign(note: Note, name: str, private: Ed25519PrivateKey, seconds: int) -> Note:
    """`note` with a witness's signature added, given at `seconds` since 1970."""
    key = verifier_key(name, private, COSIGNATURE)
    signed = private.sign(_cosigned(note.text, seconds))
    value = seconds.to_bytes(TIME_LENGTH, "big") + signed
    return Note(note.text, (*note.signatures, Signature(name, key.id, value)))


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def signed_by(note: Note, key: VerifierKey) -> bool:
    """Whether `key` signed the note: it did at least once, and nothing under its name and id is false."""
    own = [given.bytes for given in note.signatures if (given.name, given.id) == (key.name, key.id)]
    return bool(own) and all(_is_right(value, note.text, key) for value in own)


def _is_right(value: bytes, text: str, key: VerifierKey) -> bool:
    message = text.encode()
    if key.kind == COSIGNATURE:
        message = _cosigned(text, int.from_bytes(value[:TIME_LENGTH], "big"))
        value = value[TIME_LENGTH:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except InvalidSignature:
        return False
    return True
