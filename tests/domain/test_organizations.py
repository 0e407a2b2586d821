"""五级组织: one tree (DOMAIN.md §1)."""

import pytest

from domain.organizations import Organization, tree
from domain.terms import OrgLevel

TOP = {"name": "区", "level": "district"}
BRANCH = {"name": "支部", "level": "branch", "parent": "区", "community": "枫林小区", "answers": "支部书记"}


def test_tree_puts_parents_before_children():
    """Whatever the order in the file."""
    assert tree([BRANCH, TOP]) == [
        Organization("区", OrgLevel.DISTRICT),
        Organization("支部", OrgLevel.BRANCH, "区", "枫林小区", "支部书记"),
    ]


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ([TOP, {**BRANCH, "parent": "市"}], "支部: parent 市"),
        ([TOP, {**BRANCH, "level": "district"}], "支部: parent 区"),
        ([TOP, TOP], "区"),
        ([{**TOP, "level": "city"}], "区: level"),
        ([{"level": "district"}], ": name"),
        ([{**TOP, "chief": "某"}], "区: chief"),
        ([{**TOP, "community": "枫林小区"}], "区: community 枫林小区"),
        ([TOP, BRANCH, {**BRANCH, "name": "支部二"}], "枫林小区: community"),
    ],
)
def test_tree_is_refused_when_it_is_none(entries, named):
    """What is wrong is named, so that who edits the file finds it."""
    with pytest.raises(ValueError, match=f"^{named}"):
        tree(entries)
