"""`python -m bot tally F` (INTERFACE.md §5)."""

import argparse
import json
import subprocess
import sys
from typing import Any

import pytest

from bot.tally import add_commands

FILE: dict[str, Any] = {
    "matter": "ordinary",
    "units": [
        {"unit": "3-1-301", "owner": "A17", "area": "89.50"},
        {"unit": "3-1-302", "owner": "A17", "area": "89.5"},
        {"unit": "3-1-303", "owner": "A18", "area": "100"},
        {"unit": "3-1-304", "owner": "A19", "area": "60.05"},
    ],
    "ballots": [
        {"unit": "3-1-301", "choice": "反对"},
        {"unit": "3-1-303", "choice": "赞同"},
        {"unit": "3-1-301", "choice": "赞同"},
    ],
}


def run(path):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["tally", str(path)])
    return args.run(args)


@pytest.fixture
def tallied(tmp_path, capsys):
    """Run the command on a value (or on raw bytes): its code, what it wrote and what it complained of."""

    def call(value):
        path = tmp_path / "f.json"
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        code = run(path)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_tally_writes_every_figure(tallied):
    """The count has the named keys, areas with two places, and null where nobody may be deemed."""
    code, out, err = tallied(FILE)

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "total": {"area": "339.05", "heads": 3},
        "participating": {"area": "189.50", "heads": 2},
        "in_favour": {"area": "189.50", "heads": 2},
        "against": {"area": "0.00", "heads": 0},
        "abstaining": {"area": "0.00", "heads": 0},
        "quorum": False,
        "passed": False,
        "disputed": [],
        "deemed": None,
    }


def test_tally_gives_the_deemed_reading_beside_the_cast(tallied):
    """With deemed the silent and delivered follow; the same figures are given a second time."""
    code, out, _ = tallied({**FILE, "deemed": True, "undelivered": ["3-1-302"]})
    count = json.loads(out)

    assert code == 0
    assert count["quorum"] is False
    assert set(count["deemed"]) == set(count) - {"deemed"}
    assert count["deemed"]["participating"] == {"area": "249.55", "heads": 3}
    assert (count["deemed"]["quorum"], count["deemed"]["passed"]) == (True, True)


def test_tally_names_disputed_owners(tallied):
    """Units of one owner that differ are listed, taking part and in favour of nothing."""
    ballots = [*FILE["ballots"], {"unit": "3-1-302", "choice": "弃权"}]
    count = json.loads(tallied({**FILE, "ballots": ballots})[1])

    assert count["disputed"] == ["A17"]
    assert count["participating"] == {"area": "279.00", "heads": 2}
    assert count["in_favour"] == {"area": "100.00", "heads": 1}


def test_tally_of_a_unanimous_matter_needs_every_unit(tallied):
    """Passed only if every unit answers 赞同."""
    ballots = [{"unit": unit["unit"], "choice": "赞同"} for unit in FILE["units"]]

    assert json.loads(tallied({**FILE, "matter": "unanimous", "ballots": ballots})[1])["passed"] is True
    assert json.loads(tallied({**FILE, "matter": "unanimous", "ballots": ballots[1:]})[1])["passed"] is False


def changed(**keys):
    return {**FILE, **keys}


def unit(**keys):
    return changed(units=[*FILE["units"], {"unit": "9", "owner": "Z", "area": "1.00", **keys}])


def ballot(**keys):
    return changed(ballots=[*FILE["ballots"], {"unit": "3-1-304", "choice": "赞同", **keys}])


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (changed(units=[]), "units"),
        (changed(units={}), "units"),
        (unit(unit="3-1-301"), "units[4]"),
        (unit(unit="3-1-301"), "3-1-301"),
        (unit(unit=7), "units[4].unit"),
        (unit(unit="\ud800"), "units[4].unit"),
        (unit(owner=""), "units[4].owner"),
        (unit(area="0"), "units[4]"),
        (unit(area="0.00"), "units[4]"),
        (unit(area="-1.00"), "units[4].area"),
        (unit(area="1.001"), "units[4].area"),
        (unit(area="1.000"), "units[4].area"),
        (unit(area="1e3"), "units[4].area"),
        (unit(area="１.00"), "units[4].area"),
        (unit(area=".5"), "units[4].area"),
        (unit(area="9" * 5000), "units[4].area"),
        (unit(area=1.5), "units[4].area"),
        (unit(area=None), "units[4].area"),
        (changed(units=["3-1-301"]), "units[0]"),
        (changed(ballots=None), "ballots"),
        (changed(ballots=[1]), "ballots[0]"),
        (ballot(unit="3-1-999"), "ballots[3]"),
        (ballot(unit="3-1-999"), "3-1-999"),
        (ballot(unit="3-1\n999"), "ballots[3]"),
        (ballot(choice="同意"), "ballots[3].choice"),
        (ballot(choice="同意"), "同意"),
        (ballot(choice=["赞同"]), "ballots[3].choice"),
        (ballot(choice="从众"), "ballots[3]"),
        ({**ballot(choice="从众"), "deemed": False}, "ballots[3]"),
        (changed(matter="major"), "matter"),
        (changed(matter=["ordinary"]), "matter"),
        ({key: FILE[key] for key in ("units", "ballots")}, "matter"),
        (changed(deemed="yes"), "deemed"),
        (changed(undelivered="3-1-301"), "undelivered"),
        (changed(undelivered=["3-1-999"]), "3-1-999"),
        (changed(undeliverd=[]), "undeliverd"),
        ([], "{}"),
        (b"{", "JSON"),
        (b"\xff", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"matter": "ordinary", "units": [], "units": []}', "units"),
    ],
)
def test_tally_refuses_in_one_line_that_names_the_entry(tallied, value, named):
    """Each wrong file ends with 2 and one line on stderr, and writes no count."""
    code, out, err = tallied(value)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert named in err


def test_tally_refuses_a_file_that_is_not_there(tmp_path, capsys):
    """A missing file is named."""
    assert run(tmp_path / "none.json") == 2
    assert "none.json" in capsys.readouterr().err


def test_tally_admits_follow_where_deemed_is_on(tallied):
    """从众 is an answer only where the profile allows it."""
    code, out, _ = tallied({**ballot(choice="从众"), "deemed": True})

    assert code == 0
    assert json.loads(out)["deemed"]["in_favour"] == {"area": "249.55", "heads": 3}


def test_tally_needs_neither_config_nor_database():
    """Importing and building the command brings in no database and no channel library."""
    code = (
        "import argparse, sys; from bot.tally import add_commands;"
        "add_commands(argparse.ArgumentParser().add_subparsers());"
        "sys.exit(bool({'tortoise', 'telegram', 'aiogram', 'jieba'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
