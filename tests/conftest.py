"""What every test may ask for, and what none may do."""

from pathlib import Path

import pytest

from tests import network

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
_UNSHARED = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the residents' messages their tests do not exist: deselected and counted, not skipped."""
    if SHARED.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("shared")]
    config.stash[_UNSHARED] = len(absent)
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if item not in set(absent)]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if absent := config.stash.get(_UNSHARED, 0):
        terminalreporter.write_line(f"{absent} tests marked `shared` left out: no {SHARED}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real messages beside the checkout; take it only in tests marked `shared`."""
    return SHARED
