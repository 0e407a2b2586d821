"""A witness follows a log from outside and cosigns it, or refuses (VOTING.md §3, c2sp.org/tlog-witness)."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.cli import main
from domain.handover import handover
from domain.notes import COSIGNATURE, VerifierKey, parse_key, parse_note, sign, signed_by, verifier_key
from tests.ballot_box import KEY, ORIGIN, SIGNER, Box

NEW = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def put(folder: Path, box: Box, size: int | None = None, log: list[bytes] | None = None, signer=SIGNER) -> None:
    """What the log shows at its address."""
    lines = (box.log if log is None else log)[:size]
    folder.mkdir(exist_ok=True)
    (folder / "log.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (folder / "checkpoint").write_text(str(box.head(log=lines, signer=signer)), "utf-8")
    (folder / "handovers").write_text("", "utf-8")


def witness(folder: Path, state: Path) -> int:
    return main(["witness", str(folder), "--key", str(KEY), "--name", "枫林居委会", "--state", str(state)])


@pytest.fixture
def box() -> Box:
    box = Box(6)
    for name in "01234":
        box.cast(name, 0)
    return box


def test_witness_cosigns_what_extends(tmp_path: Path, box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    """The first head, then a longer one: both get its signature, by a key that only its owner may read."""
    for size in (3, None):
        put(tmp_path / "log", box, size)
        assert witness(tmp_path / "log", tmp_path / "state") == 0
    out, err = capsys.readouterr()
    key = parse_key(err.splitlines()[-1])
    note = parse_note((tmp_path / "state" / "cosigned-head").read_text("utf-8"))

    assert (key.kind, key.name) == (COSIGNATURE, "枫林居委会")
    assert signed_by(note, key)
    assert signed_by(note, KEY)
    assert str(note) in out
    assert (tmp_path / "state" / "witness.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (lambda log: log[:2], "后面的被删了"),
        (lambda log: [log[0], log[2], log[1], *log[3:]], "有人删过或改过"),
        (lambda log: [log[0], *log[2:], b"{}", b"{}"], "有人删过或改过"),
    ],
)
def test_witness_refuses_what_does_not_extend(tmp_path: Path, box: Box, capsys, shown, why: str) -> None:
    """Shorter, in another order, with a line taken out: no signature, and the last head stays."""
    put(tmp_path / "log", box, 4)
    witness(tmp_path / "log", tmp_path / "state")
    last = (tmp_path / "state" / "last-head").read_text("utf-8")
    put(tmp_path / "log", box, log=shown(box.log))

    assert witness(tmp_path / "log", tmp_path / "state") == 1
    assert why in capsys.readouterr().err
    assert (tmp_path / "state" / "last-head").read_text("utf-8") == last


def test_witness_refuses_a_head_of_other_lines(tmp_path: Path, box: Box, capsys) -> None:
    """A head that is not of the lines shown."""
    put(tmp_path / "log", box)
    (tmp_path / "log" / "log.jsonl").write_bytes(b"\n".join(box.log[:-1]) + b"\n")

    assert witness(tmp_path / "log", tmp_path / "state") == 1
    assert "不一致" in capsys.readouterr().err


@pytest.mark.parametrize(("told", "code"), [(True, 0), (False, 1)])
def test_witness_follows_a_handover(tmp_path: Path, box: Box, told: bool, code: int) -> None:
    """A new key counts where the old one signed that it takes over, and nowhere else."""
    put(tmp_path / "log", box, signer=NEW)
    if told:
        note = handover(SIGNER, verifier_key(ORIGIN, NEW))
        (tmp_path / "log" / "handovers").write_text(str(note), "utf-8")

    assert witness(tmp_path / "log", tmp_path / "state") == code


def test_two_witnesses_of_two_views_hold_two_roots(tmp_path: Path, box: Box) -> None:
    """Each is shown another log of the same length; the two cosigned heads prove it to whoever has both."""
    other = [*box.log[:-1], box.log[-1].replace(b'"rev":0', b'"rev":1')]
    for name, log in (("one", box.log), ("two", other)):
        put(tmp_path / f"log-{name}", box, log=log)
        assert witness(tmp_path / f"log-{name}", tmp_path / name) == 0
    heads = [parse_note((tmp_path / name / "cosigned-head").read_text("utf-8")) for name in ("one", "two")]

    assert heads[0].text.splitlines()[:2] == heads[1].text.splitlines()[:2]
    assert heads[0].text != heads[1].text
    assert all(signed_by(head, KEY) for head in heads)


def test_unreadable_log_is_told_in_one_line(tmp_path: Path, capsys) -> None:
    """No log there: one line, and 2."""
    assert witness(tmp_path / "nothing", tmp_path / "state") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_witness_key_is_not_the_logs(box: Box) -> None:
    """A cosignature is of another kind than a head's own signature."""
    key = VerifierKey("枫林居委会", NEW.public_key().public_bytes_raw(), COSIGNATURE)

    assert not signed_by(sign(box.head().text, "枫林居委会", NEW), key)
