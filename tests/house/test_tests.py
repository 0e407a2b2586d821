"""The tests' own laws (ARCHITECTURE.md §6, Names)."""

import ast
import re

from tests import order
from tests.house.source import ROOT, File, Function, files


def every_test() -> list[tuple[File, Function]]:
    named = [f for f in files("tests") if f.path.name.startswith("test_")]
    return [(f, function) for f in named for function in f.functions if function.name.startswith("test_")]


def test_each_test_states_its_law() -> None:
    """A test's docstring is the law in a sentence."""
    silent = [f"{f.name}:{function.name}" for f, function in every_test() if not ast.get_docstring(function)]

    assert silent == []


def test_each_test_is_named_after_what_is_done() -> None:
    """test_<subject>_<does>[_when_<case>]: at least a subject and a verb."""
    short = [
        f"{f.name}:{function.name}"
        for f, function in every_test()
        if not re.fullmatch(r"test(_[a-z0-9]+){2,}", function.name)
    ]

    assert short == []


def test_longest_files_are_there() -> None:
    """A file that goes first where workers share the tests was neither renamed nor removed."""
    assert [name for name in order.LONGEST if not (ROOT / name).is_file()] == []
