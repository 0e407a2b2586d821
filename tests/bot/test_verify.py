"""`python -m bot verify F… [--receipt R] [--key K]` (INTERFACE.md §2, VOTING.md §3)."""

import argparse
import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.texts import Texts
from bot.verify import add_commands
from domain import audit, vote_log
from domain.notes import verifier_key
from tests.ballot_box import KEY, ORIGIN, Box, held

FLATS = [("A", 8950), ("A", 8950), ("B", 10000), ("C", 6005)]


@pytest.fixture
def verify(tmp_path, capsys):
    """Write files and options' files, run the command: its code, what it wrote and what it complained of."""

    def call(files, *options):
        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers())
        paths = []
        for name, content in files.items():
            path = tmp_path / name
            path.write_bytes(content)
            paths.append(str(path))
        args = parser.parse_args(["verify", *paths, *options])
        code = args.run(args)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_verify_says_what_was_checked_and_ends_with_0(verify):
    """All holds: every check is told, the count by option, and the head to compare with the group's."""
    code, out, err = verify(held().files(), "--key", str(KEY))

    assert (code, err) == (0, "")
    assert "表决 #3 数出来：赞同 2，反对 4，弃权 3，和公布的结果一样" in out
    assert re.search(r"请看  记录的核对码：14行 [A-Za-z0-9+/]{43}=", out)
    assert out.splitlines()[-2].startswith("查不了：名单对不对")
    assert "不对  " not in out


def test_verify_says_in_its_last_line_how_much_was_not_checked(verify):
    """Who gives the log alone does not read that everything holds."""
    files = held().files()
    code, out, _ = verify({"log": files["log"], "head": files["head"]})
    whole = verify(files, "--key", str(KEY))[1]

    assert (code, out.splitlines()[-1]) == (0, "查了2项，都对得上，还有3项没核")
    assert whole.splitlines()[-1].endswith("都对得上")


def test_verify_shows_owners_by_heads_and_area(verify):
    """Heads and area of both readings stand in the sentence of the count."""
    code, out, _ = verify(held(4, areas=FLATS, never_deemed=[]).files())

    assert code == 0
    assert "全体 3人 339.05㎡，参加 2人 279.00㎡" in out
    assert "算上没交票跟多数的" in out


def test_verify_shows_the_winners_of_a_ranked_vote(verify):
    """First preferences, and who wins by either method."""
    box = Box(5, method="ranked")
    box.cast("0", 1, 0)
    box.cast("1", 0, 1)
    box.cast("2", 1)
    box.close()
    code, out, _ = verify(box.files())

    assert code == 0
    assert "赞同 1，反对 2，弃权 0，逐轮淘汰胜出：反对，舒尔策法胜出：反对" in out


def test_verify_checks_a_receipt(verify, tmp_path):
    """The receipt's line, proof, choice and digits are told."""
    box = Box()
    receipt = box.cast("1", 0, own="013579")
    box.cast("2", 1)
    box.close()
    (tmp_path / "receipt").write_text(str(box.proven(receipt)))
    older = verifier_key(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    (tmp_path / "key").write_text(f"{older}\n{KEY}\n")
    code, out, _ = verify(box.files(), "--receipt", str(tmp_path / "receipt"), "--key", str(tmp_path / "key"))

    assert code == 0
    assert "您家的票在记录第2行" in out
    assert "收据上选的是赞同，您家的六位数字是013579" in out


def test_verify_names_what_fails_and_ends_with_1(verify):
    """A flipped opening is named with its line; the last line says that not all holds."""
    box = held()
    box.openings["3"] = replace(box.openings["3"], choice=(1,))
    code, out, err = verify(box.files())

    assert (code, err) == (1, "")
    assert "选择被改了" in out
    assert out.splitlines()[-1] == "有2项对不上"


def test_verify_tells_many_faults_of_one_sort_by_number(verify):
    """Five are written out, the rest is counted."""
    box = held(20)
    code, out, _ = verify(box.files(openings=box.files()["openings"].split(b"\n")[:1]))

    assert code == 1
    assert out.count("没有开出来") == 5
    assert "同样的还有14处" in out


def test_verify_says_what_was_not_checked(verify):
    """Without key, roll and openings the log alone is looked at, and the rest is told."""
    code, out, _ = verify({"log": held().files()["log"], "head": held().files()["head"]})

    assert code == 0
    assert out.count("没核  ") == 3


@pytest.mark.parametrize(
    ("files", "options", "named"),
    [
        ({"letter.txt": b"hello"}, (), "letter.txt"),
        ({"head": held().files()["head"]}, (), "记录"),
        (held().files(), ("--key", "fenglin+00000000+AAAA"), "fenglin"),
        (held().files(), ("--key", "/dev/null"), "/dev/null"),
        (held().files(), ("--receipt", "/nowhere/receipt"), "/nowhere/receipt"),
        ({**held().files(), "more": held().files()["log"]}, (), "more"),
    ],
)
def test_verify_cannot_begin_with_what_is_none_of_it(verify, files, options, named):
    """A file that is none, no log, no key, no receipt: 2 and one line that names it."""
    code, out, err = verify(files, *options)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert named in err


def test_verify_refuses_a_receipt_that_is_none(verify, tmp_path):
    """Another file given as a receipt is named."""
    (tmp_path / "photo").write_bytes(b"\xff\xd8")
    code, _, err = verify(held().files(), "--receipt", str(tmp_path / "photo"))

    assert code == 2
    assert "photo" in err


def test_every_finding_has_a_sentence():
    """No check ends in a missing text, and no sentence is left over."""
    told = set()
    for module in (audit, vote_log):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text())):
            if isinstance(node, ast.Return):
                told |= _words(node.value)
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("add", "expect")
            ):
                told.update(*map(_words, node.args))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                told |= _words(node.args[0])

    assert told == set(Texts.load().table("verify.found"))


def _words(node):
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
