"""What is published for a recount, told apart by what is in it, whatever the files are called.

The log is JSON Lines. The roll, the openings and the list of those who took part each begin with a line
`{"file":…,"vote":…}`. A signed note is a checkpoint. Any other text may name heads that somebody saw,
one a line: a number of lines and a root of 44 characters, as the group was told.
"""

import re
from dataclasses import dataclass, field

from domain.canonical import Malformed, read, write
from domain.notes import Checkpoint, Note, parse_checkpoint, parse_note

ROLL, OPENINGS, TOOK_PART = "roll", "openings", "took_part"

_SEEN = re.compile(r"(?<!\d)(\d{1,12})\D{0,3}?\s+([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True)
class Head:
    """A head that somebody was shown: the `root` in base64 over `size` lines; `note` where it is signed."""

    size: int
    root: str
    note: Note | None = None
    origin: str = ""


@dataclass
class Published:
    """The files by kind; `rolls`, `openings` and `took_part` hold each vote's lines."""

    log: list[bytes] | None = None
    rolls: dict[int, list[bytes]] = field(default_factory=dict)
    openings: dict[int, list[bytes]] = field(default_factory=dict)
    took_part: dict[int, list[bytes]] = field(default_factory=dict)
    heads: list[Head] = field(default_factory=list)

    def add(self, content: bytes) -> None:
        """Take one file in. Raises Malformed for a file of no known kind, or a second of one kind."""
        if not content.startswith(b"{"):
            self.heads.extend(_heads(content))
            return
        lines = content.removesuffix(b"\n").split(b"\n")
        if not content.startswith(b'{"file":'):
            if self.log is not None:
                raise Malformed("log")
            self.log = lines
            return
        header = read(lines[0])
        places = {ROLL: self.rolls, OPENINGS: self.openings, TOOK_PART: self.took_part}
        place, vote = places.get(str(header["file"])), header.get("vote")
        if place is None or type(vote) is not int or vote in place:
            raise Malformed(str(header["file"]))
        place[vote] = lines[1:]


def header(file: str, vote: int) -> bytes:
    """The first line of a roll, of openings, of a list of those who took part."""
    return write({"file": file, "vote": vote})


def _heads(content: bytes) -> list[Head]:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Malformed("text") from error
    if "\n\n— " in text:
        return [signed_head(parse_note(text))]
    seen = [Head(int(size), root) for size, root in _SEEN.findall(text)]
    if not seen:
        raise Malformed("text")
    return seen


def signed_head(note: Note) -> Head:
    """The head that a checkpoint states. Raises Malformed."""
    checkpoint: Checkpoint = parse_checkpoint(note.text)
    _, size, root = str(checkpoint).splitlines()
    return Head(int(size), root, note, checkpoint.origin)
