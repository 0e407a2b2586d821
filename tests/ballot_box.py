"""A ballot box for tests: it runs a whole vote by the book, and a test then cheats with what it gives out."""

import random
from collections.abc import Iterable
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.rules import load_profiles
from domain.ballots import Opening, Receipt, credential, promise, pseudonym
from domain.canonical import encode, write
from domain.merkle import Tree, leaf_hash
from domain.notes import Checkpoint, Note, Proof, sign, verifier_key
from domain.published import OPENINGS, ROLL, TOOK_PART, header
from domain.recount import count, parse_roll
from domain.vote_log import Cast, Close, Entry, Open, Result, Void, line

ORIGIN = "fenglin.example/log"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = verifier_key(ORIGIN, SIGNER)
MARKS = ["赞同", "反对", "弃权"]
ANSWERS = ["consent", "against", "abstain"]


class Box:
    """One log with one vote in it. Same seed, same bytes."""

    def __init__(self, households=10, *, vote=3, slips=False, areas=None, profile=None, **changes):
        self.random = random.Random(7)
        self.vote, self.slips, self.areas = vote, slips, areas
        self.key = self.random.randbytes(32)
        self.codes = {name: self.random.randbytes(10).hex() for name in map(str, range(households))}
        self.p = {name: self.name_of(name) for name in self.codes}
        owners = areas is not None
        rule = load_profiles()[profile or ("ordinary" if owners else "consultation")].snapshot()
        self.roll = sorted(write(self.voter(name)) for name in self.codes) if not owners else self.owners_roll()
        read = parse_roll(self.roll)
        self.opened = Open(
            vote=vote,
            kind="owners" if owners else "household",
            method="single",
            secret=not owners,
            slips=slips,
            text=encode(bytes(32)),
            options=MARKS,
            answers=ANSWERS if owners else None,
            never_deemed=None,
            rule=rule,
            roll=encode(read.root),
            totals=read.totals(),
            opens="2026-12-14T20:15:00+08:00",
            closes="2026-12-20T20:00:00+08:00",
        )
        self.opened = replace(self.opened, **changes)
        self.log = [line(self.opened)]
        self.openings: dict[str, Opening] = {}
        self.revs: dict[str, int] = {}

    def name_of(self, household):
        code = self.codes[household]
        return credential(self.vote, code) if self.slips else pseudonym(self.key, household)

    def voter(self, household):
        return {"p": self.p[household]}

    def owners_roll(self):
        """`areas`: (owner, area in 0.01 m²) of each unit."""
        units = zip(self.codes, self.areas, strict=True)
        rows = [{"p": self.p[name], "head": pseudonym(self.key, owner), "area": area} for name, (owner, area) in units]
        return [write(row) for row in sorted(rows, key=lambda row: row["p"])]

    def opening(self, household, *choice, own="246810"):
        rev = self.revs.get(household, 0)
        code = self.codes[household] if self.slips else None
        return Opening(self.p[household], rev, choice, own, self.random.randbytes(32), code)

    def cast(self, household, *choice, own="246810") -> Receipt:
        """Take a ballot in as the program does, and promise it."""
        opening = self.opening(household, *choice, own=own)
        return self.take(household, opening)

    def take(self, household, opening) -> Receipt:
        entry = line(Cast(self.vote, opening.p, opening.rev, opening.commitment(self.vote)))
        self.log.append(entry)
        self.openings[household] = opening
        self.revs[household] = opening.rev + 1
        return Receipt(self.vote, opening, sign(promise(entry), ORIGIN, SIGNER))

    def void(self, household):
        self.add(Void(self.vote, self.p[household], "纸票"))
        del self.openings[household]

    def add(self, entry: Entry):
        self.log.append(line(entry))

    def proven(self, receipt: Receipt, size=None) -> Receipt:
        """The receipt with its proof under the head of the first `size` lines."""
        size = len(self.log) if size is None else size
        opening = receipt.opening
        entry = line(Cast(self.vote, opening.p, opening.rev, opening.commitment(self.vote)))
        tree = Tree(leaf_hash(each) for each in self.log[:size])
        at = self.log.index(entry)
        return replace(receipt, evidence=Proof(at, tuple(tree.inclusion(at)), self.head(size)))

    def head(self, size=None, log=None, signer=SIGNER) -> Note:
        log = self.log if log is None else log
        size = len(log) if size is None else size
        root = Tree(leaf_hash(each) for each in log[:size]).root()
        return sign(str(Checkpoint(ORIGIN, size, root)), ORIGIN, signer)

    def choices(self):
        return {opening.p: opening.choice for opening in self.openings.values()}

    def close(self):
        """Close and publish the result."""
        casts = sum(b'"type":"cast"' in entry for entry in self.log)
        self.add(Close(self.vote, casts))
        self.add(Result(self.vote, count(self.opened, parse_roll(self.roll), self.choices())))

    def files(self, **other) -> dict[str, bytes]:
        """What is published: file name to content. `other` replaces lines or leaves a file out (None)."""
        shuffled = self.random.sample(list(self.openings.values()), len(self.openings))
        parts: dict[str, Iterable[bytes] | None] = {
            "log": self.log,
            "roll": [header(ROLL, self.vote), *self.roll],
            "openings": [header(OPENINGS, self.vote), *(opening.line() for opening in shuffled)],
            "took_part": [header(TOOK_PART, self.vote), *(f"3号楼{name}室".encode() for name in sorted(self.openings))],
            "head": str(self.head()).encode().splitlines(),
        }
        parts.update(other)
        return {name: b"\n".join(lines) + b"\n" for name, lines in parts.items() if lines is not None}


def held(households=10, differing=(), **facts) -> Box:
    """A vote that was held: all but the last household cast, two cast again, and it is closed.

    `differing`: what the co-owners of the first unit answer at last, where they don't agree.
    """
    box = Box(households, **facts)
    names = list(box.codes)
    for number, name in enumerate(names[:-1]):
        box.cast(name, number % 3)
    for name in names[:-1][:2]:
        box.cast(name, 1)
    if differing:
        box.cast(names[0], *differing)
    box.close()
    return box
