"""A ballot in the log: who it is from without a name, what it says without showing it, and its receipt.

VOTING.md section 3. A household's pseudonym is made with a key of the vote's own, or its code of a
sealed slip. The log holds a commitment to the choice; the opening that shows it is published after the
close; until then the voter alone has it, in the receipt.
"""

import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from domain.canonical import Malformed, decode, encode, read, write, write_list
from domain.notes import PROOF_HEADER, Note, Proof, parse_note, parse_proof

NAME = "fengsi-shuoshi"
BALLOT = f"{NAME}/ballot-v1".encode() + b"\0"
CREDENTIAL = f"{NAME}/cred-v1".encode() + b"\0"
PROMISE = f"{NAME}/promise-v1\n"
SLIP_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SLIP_LENGTH, SLIP_GROUP = 16, 4
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})
DIGITS = 6
NONCE = 32

Choice = tuple[int, ...]


def pseudonym(key: bytes, household: str) -> str:
    """A household's name in one vote: HMAC-SHA256 with the vote's own key, which is never published."""
    return encode(hmac.digest(key, household.encode(), sha256))


def credential(vote: int, code: str) -> str:
    """A slip's name in one vote, which whoever has the slip can show to be its own."""
    return encode(sha256(CREDENTIAL + str(vote).encode() + b"\0" + code.encode()).digest())


def make_slip(choose: Callable[[str], str]) -> str:
    """A code of 80 bits for a sealed slip. `choose` picks one of a string: `secrets.choice`."""
    return "".join(choose(SLIP_ALPHABET) for _ in range(SLIP_LENGTH))


def write_slip(code: str) -> str:
    """A slip's code as it is printed, in groups of four."""
    return "-".join(code[at : at + SLIP_GROUP] for at in range(0, len(code), SLIP_GROUP))


def read_slip(text: str) -> str | None:
    """A typed code in its own form: case, spaces, hyphens ignored, O read as 0, I and L as 1; None: it is none."""
    code = "".join(unicodedata.normalize("NFKC", text).upper().translate(_ALIKE).split())
    return code if len(code) == SLIP_LENGTH and set(code) <= set(SLIP_ALPHABET) else None


def part_slip(words: str) -> tuple[str, str | None]:
    """What somebody typed, without the code at its end, and the code; None where it ends with none."""
    parts = words.split()
    for at in range(len(parts)):
        if (code := read_slip("".join(parts[at:]))) is not None:
            return " ".join(parts[:at]), code
    return words.strip(), None


@dataclass(frozen=True)
class Opening:
    """What a ballot says. `own`: six digits the voter chose, None where skipped; `code`: the slip's.

    `choice` is written as a number where one position is chosen, else as a list.
    """

    p: str
    rev: int
    choice: Choice
    own: str | None
    nonce: bytes
    code: str | None = None

    def line(self) -> bytes:
        """Its line in the published file of openings."""
        return write(self._fields())

    def _fields(self) -> dict[str, Any]:
        fields = {"p": self.p, "rev": self.rev, "choice": _out(self.choice), "own": self.own}
        return {**fields, "nonce": encode(self.nonce), **({"code": self.code} if self.code else {})}

    def commitment(self, vote: int) -> str:
        """What the log says of this ballot (`c`): it can be opened in this one way only."""
        said = write_list([vote, self.p, self.rev, _out(self.choice), self.own])
        return encode(sha256(BALLOT + said + self.nonce).digest())


def parse_opening(line: bytes) -> Opening:
    """Read a line of the published openings. Raises Malformed."""
    return _opening(read(line))


def _opening(given: dict[str, Any]) -> Opening:
    if given.keys() - {"code"} != {"p", "rev", "choice", "own", "nonce"}:
        raise Malformed("not an opening")
    values: list[Any] = [given.get(name) for name in ("p", "rev", "own", "nonce", "code")]
    p, rev, own, nonce, code = values
    texts = all(isinstance(text, str) for text in (p, nonce, code or ""))
    if not texts or type(rev) is not int or code == "" or not is_own(own):
        raise Malformed("not an opening")
    if len(value := decode(nonce)) != NONCE:
        raise Malformed("not a nonce")
    return Opening(p, rev, _in(given["choice"]), own, value, code)


def is_own(own: object) -> bool:
    """Whether it is six digits of a voter's own, or None for skipped."""
    return own is None or (isinstance(own, str) and len(own) == DIGITS and own.isascii() and own.isdigit())


def _out(choice: Choice) -> int | list[int]:
    return choice[0] if len(choice) == 1 else list(choice)


def _in(choice: object) -> Choice:
    positions = choice if isinstance(choice, list) and len(choice) != 1 else [choice]
    if any(type(position) is not int for position in positions):
        raise Malformed("not a choice")
    return tuple(positions)


@dataclass(frozen=True)
class Receipt:
    """What the voter keeps: the opening, and the signed promise or, after the next head, the proof."""

    vote: int
    opening: Opening
    evidence: Note | Proof

    def __str__(self) -> str:
        first = write({"vote": self.vote, **self.opening._fields()})
        return f"{first.decode()}\n{self.evidence}"


def promise(cast_line: bytes) -> str:
    """The text that is signed at once: this line will stand in the log."""
    return PROMISE + cast_line.decode() + "\n"


def parse_receipt(text: str) -> Receipt:
    """Read a receipt's file. Raises Malformed."""
    first, _, rest = text.partition("\n")
    given = read(first.encode())
    vote = given.pop("vote", None)
    if type(vote) is not int:
        raise Malformed("no receipt")
    evidence = parse_proof(rest) if rest.startswith(PROOF_HEADER) else parse_note(rest)
    return Receipt(vote, _opening(given), evidence)
