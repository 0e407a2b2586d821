"""Small enough to be read: ARCHITECTURE.md §6."""

from statistics import median, quantiles

from tests.house.source import body_lines, files


def test_functions_are_short() -> None:
    """A function's body: median at most 8 lines, 19 of 20 at most 30, none over 50."""
    sizes = {f"{f.name}:{function.name}": body_lines(function) for f in files() for function in f.functions}

    assert {name: size for name, size in sizes.items() if size > 50} == {}
    assert quantiles(sizes.values(), n=20)[-1] <= 30
    assert median(sizes.values()) <= 8


def test_files_are_short() -> None:
    """A file: median at most 150 lines, none over 400; of tests, which are read a function at a time, none over 700."""
    sizes = {f.name: len(f.text.splitlines()) for f in files()}
    tests = {f.name: len(f.text.splitlines()) for f in files("tests")}

    assert {name: size for name, size in sizes.items() if size > 400} == {}
    assert {name: size for name, size in tests.items() if size > 700} == {}
    assert median(sizes.values()) <= 150
