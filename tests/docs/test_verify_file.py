"""The residents' single file, docs/verify/verify.py: it stands alone and counts as the program counts.

That it comes to the program's verdict under every attack is asserted in tests/domain/test_audit.py.
"""

import ast
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from domain.recount import count, parse_roll
from tests.ballot_box import KEY, Box, held

PATH = Path(__file__).parents[2] / "docs" / "verify" / "verify.py"
FILE = SimpleNamespace(**runpy.run_path(str(PATH)))
OWNERS = Box(5, areas=[("A", 8950), ("A", 8950), ("B", 10000), ("C", 6005), ("D", 1)])
HOUSEHOLDS = Box(5)


def test_the_file_runs_alone(tmp_path):
    """Python's own library is enough, also where nothing of the program can be imported."""
    for name, content in held().files().items():
        (tmp_path / name).write_bytes(content)
    alone = [sys.executable, "-I", "-S", "-W", "error", str(PATH)]
    done = subprocess.run([*alone, *map(str, tmp_path.iterdir()), "--key", str(KEY)], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines()[-1] == "all holds / 都对得上"


@pytest.mark.parametrize(
    ("kept", "rest"),
    [({"log"}, 2), ({"log", "head"}, 3), ({"log", "roll", "openings"}, 1), ({"log", "head", "roll"}, 2)],
)
def test_its_last_line_says_how_much_was_not_looked_at(kept, rest, tmp_path, capsys):
    """Who left out a file, or the key, is not told that all holds."""
    files = {name: content for name, content in held().files().items() if name in kept}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    assert FILE.main([str(path) for path in tmp_path.iterdir()]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"what was looked at holds, {rest} not looked at / 查了的都对得上，还有{rest}项没查"


def test_an_opening_says_nothing_that_was_not_sealed(tmp_path, capsys):
    """A field more than an opening has: the program refuses such a line, so does the file."""
    files = held().files()
    for name, content in {
        **files,
        "openings": files["openings"].replace(b'{"choice"', b'{"aside":1,"choice"', 1),
    }.items():
        (tmp_path / name).write_bytes(content)

    assert FILE.main([str(path) for path in tmp_path.iterdir()]) == 1
    assert "opening line 2: unreadable" in capsys.readouterr().out


def test_lines_after_every_head_are_not_said_to_hold(tmp_path, capsys):
    """A head of the first line alone says nothing of the others."""
    box = held()
    for name, content in box.files(head=str(box.head(size=1)).encode().splitlines()).items():
        (tmp_path / name).write_bytes(content)

    assert FILE.main([*(str(path) for path in tmp_path.iterdir()), "--key", str(KEY)]) == 0
    said = capsys.readouterr().out
    assert "the last 13 lines: under no head given" in said
    assert said.splitlines()[-1].startswith("what was looked at holds, 1 not looked at")


@pytest.mark.parametrize("receipt", ["", "\n", "{}\n"])
def test_a_receipt_that_is_none_is_not_passed_over(receipt, tmp_path, capsys):
    """Also an empty file, as a failed download leaves it: 2, nothing is said to hold."""
    (tmp_path / "log").write_bytes(held().files()["log"])
    (tmp_path / "receipt").write_text(receipt, "utf-8")

    assert FILE.main([str(tmp_path / "log"), "--receipt", str(tmp_path / "receipt")]) == 2
    assert "holds" not in capsys.readouterr().out.splitlines()[-1]


def test_the_file_can_be_read_by_older_pythons():
    """A resident's computer may have Python 3.9."""
    ast.parse(PATH.read_text("utf-8"), feature_version=(3, 9))


@pytest.mark.parametrize("files", [{"letter": b"hello"}, {"head": held().files()["head"]}, {"log": b"\xff"}])
def test_the_file_cannot_begin_with_what_is_none_of_it(files, tmp_path, capsys):
    """No log, or a file of no known kind: 2 and one line."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    assert FILE.main([str(path) for path in tmp_path.iterdir()]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=50), st.integers(0, 63), st.integers(0, 255))
def test_its_ed25519_agrees_with_a_library(seed, message, place, flip):
    """The same signatures hold, and the same altered ones do not."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    signature[place] ^= flip
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes(signature), message)
        holds = True
    except InvalidSignature:
        holds = False

    assert FILE.is_signed(public, message, bytes(signature)) is holds


def both(box, choices, **changes):
    """The program's count and the file's, of the same choices by household."""
    opened = replace(box.opened, **changes)
    by_p = {box.p[name]: choice for name, choice in choices.items()}
    roll = {voter["p"]: voter for voter in map(FILE.read, box.roll)}
    counter = FILE.count_owners if opened.kind == "owners" else FILE.count_households
    return count(opened, parse_roll(box.roll), by_p), counter(vars(opened), roll, by_p)


names = st.sampled_from("01234")
rankings = st.permutations(range(3)).flatmap(lambda o: st.integers(1, 3).map(lambda n: tuple(o[:n])))


@given(st.dictionaries(names, rankings), st.sampled_from(["approval", "ranked"]))
def test_it_counts_households_as_the_program_does(choices, method):
    """Approval, instant run-off and Schulze come out alike."""
    ours, theirs = both(HOUSEHOLDS, choices, method=method)

    assert ours == theirs


@given(
    st.dictionaries(names, st.lists(st.integers(0, 3), min_size=1, max_size=2, unique=True).map(tuple)),
    st.lists(names, unique=True, max_size=3),
    st.sampled_from(["ordinary", "special", "unanimous"]),
)
def test_it_counts_owners_as_the_program_does(choices, undelivered, profile):
    """Heads, areas, disputes and both readings come out alike."""
    four = {"options": ["赞同", "反对", "弃权", "从众"], "answers": ["consent", "against", "abstain", "follow"]}
    rule = Box(5, areas=[("A", 1)] * 5, profile=profile).opened.rule
    never = [OWNERS.p[name] for name in undelivered]
    ours, theirs = both(OWNERS, choices, rule=rule, never_deemed=never, **four)

    assert ours == theirs
