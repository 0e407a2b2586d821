"""What every test may ask for, and what none may do."""

import os
from pathlib import Path

import hypothesis
import pytest

from tests import network, order
from tests.belenios import TOOL

# As plugins their servers are started once a process; imported by each file that asks, once a file.
pytest_plugins = ["tests.browser", "tests.postgres", "tests.simulator.fixtures", "tests.wecom_fake.fixtures"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
_ABSENT = pytest.StashKey[dict[str, int]]()
NEEDS = {
    "shared": (SHARED.is_dir, f"no {SHARED}"),
    "belenios": (lambda: TOOL is not None, "no belenios-tool: apt-get install belenios-tool"),
}
"""By marker: whether what such tests need is there, and what is said where it isn't."""


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()
    hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no failure
    hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs something that not everybody has is deselected and counted where it is absent, never skipped."""
    config.stash[_ABSENT] = {}
    for name, (is_there, _) in NEEDS.items():
        absent = [] if is_there() else [item for item in items if item.get_closest_marker(name)]
        config.stash[_ABSENT][name] = len(absent)
        config.hook.pytest_deselected(items=absent)
        items[:] = [item for item in items if item not in set(absent)]
    if hasattr(config, "workerinput"):  # one of several workers; alone, tests keep the order of their folders
        items[:] = order.longest_first(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name, absent in config.stash.get(_ABSENT, {}).items():
        if absent:
            terminalreporter.write_line(f"{absent} tests marked `{name}` left out: {NEEDS[name][1]}")


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
