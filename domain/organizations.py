"""五级组织: one tree from the district down to the building; a matter climbs it (DOMAIN.md §1, §3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.terms import OrgLevel


@dataclass(frozen=True, slots=True)
class Organization:
    """One of the tree. `parent` is a name, empty at the top; `community` of a branch: whose it is.

    `answers` is who answers there: unit, surname and title.
    """

    name: str
    level: OrgLevel
    parent: str = ""
    community: str = ""
    answers: str = ""


def tree(entries: Sequence[Mapping[str, Any]]) -> list[Organization]:
    """The organisations of a file, parents before children.

    Raises ValueError naming the entry: a key that is missing or unknown, a name twice, a parent that isn't there or
    stands no higher, a community that is not a branch's or has two.
    """
    found = [_read(entry) for entry in entries]
    named = {one.name: one for one in found}
    if len(named) < len(found):
        raise ValueError(next(one.name for i, one in enumerate(found) if one.name in {two.name for two in found[:i]}))
    for one in found:
        above = named.get(one.parent)
        if one.parent and (above is None or above.level >= one.level):
            raise ValueError(f"{one.name}: parent {one.parent}")
        if one.community and one.level is not OrgLevel.BRANCH:
            raise ValueError(f"{one.name}: community {one.community}")
    _once([one.community for one in found if one.community])
    return sorted(found, key=lambda one: one.level)


def _read(entry: Mapping[str, Any]) -> Organization:
    levels = {level.name.lower(): level for level in OrgLevel}
    name = str(entry.get("name", ""))
    unknown = entry.keys() - {"name", "level", "parent", "community", "answers"}
    if not name or unknown or entry.get("level") not in levels:
        raise ValueError(f"{name}: {', '.join(sorted(unknown)) or ('level' if name else 'name')}")
    texts = {key: str(entry.get(key, "")) for key in ("parent", "community", "answers")}
    return Organization(name, levels[entry["level"]], **texts)


def _once(names: Sequence[str]) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ValueError(f"{name}: community")
