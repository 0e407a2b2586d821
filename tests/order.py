"""Which file goes first where several workers share the tests: the one that takes longest.

A worker takes file after file. Were one of minutes left for the end, the others would stand idle beside it.
"""

from collections import Counter
from collections.abc import Sequence

import pytest

LONGEST = (
    "tests/stories/test_end_to_end.py",
    "tests/web/test_browser.py",
    "tests/stories/test_wechat.py",
    "tests/web/test_browser_residents.py",
    "tests/stories/test_press_load.py",
    "tests/web/test_recount.py",
    "tests/models/test_schema.py",
    "tests/models/test_sqlite_guard.py",
    "tests/bot/test_cli.py",
    "tests/stories/test_vote_kinds.py",
    "tests/handlers/test_matrix.py",
    "tests/web/test_matrix.py",
    "tests/stories/test_quarter.py",
    "tests/web/test_poster.py",
    "tests/stories/test_month.py",
    "tests/web/test_browser_forms.py",
    "tests/stories/test_month_wired.py",
    "tests/stories/test_quarter_wired.py",
    "tests/stories/test_work_end_to_end.py",
)
"""What started programs, browsers and migrations make long, as measured. A stale line costs time and nothing else."""


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The same tests, file by file: the longest, then those of many tests."""
    many = Counter(map(_file, items))
    place = {name: number for number, name in enumerate(LONGEST)}
    return sorted(items, key=lambda item: (place.get(_file(item), len(LONGEST)), -many[_file(item)], _file(item)))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
