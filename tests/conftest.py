"""What every test may ask for, and what none may do."""

import os
from pathlib import Path

import pytest

from tests import network

pytest_plugins = ["tests.browser", "tests.postgres"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
_ABSENT = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the residents' messages their tests are deselected and counted, never skipped."""
    if SHARED.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("shared")]
    config.stash[_ABSENT] = len(absent)
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if item not in set(absent)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if absent := config.stash.get(_ABSENT, 0):
        terminalreporter.write_line(f"{absent} tests marked `shared` left out: no {SHARED}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything can be installed (CI), a skipped test is a failed one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real messages beside the checkout; take it only in tests marked `shared`."""
    return SHARED
