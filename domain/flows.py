"""闭环管理: the flow of each kind of matter, as a template: three stages, their tasks, what a kind of community adds.

    flow = flow_of(MatterKind.MEDIATION, told, names)     # what a file of data/flows holds
    flow.tasks(Stage.BEFORE, CommunityKind.OLD)           # the task list of a stage there

A template is written by staff, so every mistake in it is a `Misfit` that knows where it stands (DOMAIN.md §3).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from domain.terms import CommunityKind, MatterKind, Proof, Role, Stage, Step

Place = tuple[str | int, ...]
"""Where in a file: `("stage", 0, "task", 2, "days")`, tables counted from 0."""
TEXT, STANDARD, GOAL, DAYS = 24, 40, 40, 250
T = TypeVar("T")
TASK = ("text", "role", "standard", "days", "proof")


class Misfit(Exception):
    """A mistake in a template: where it stands, and which sentence of `flows.` says what is wrong, with its facts."""

    def __init__(self, place: Place, reason: str, facts: Mapping[str, object]) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Names:
    """The official names that a template may use, each with what it means."""

    stages: Mapping[str, Stage]
    roles: Mapping[str, Role]
    proofs: Mapping[str, Proof]
    communities: Mapping[str, CommunityKind]


@dataclass(frozen=True, slots=True)
class Item:
    """One key task: what, who does it, to which standard, in how many working days, with what proof.

    `community`: only that kind of community has it. No days: at once.
    """

    stage: Stage
    text: str
    role: Role
    standard: str
    days: int
    proof: Proof
    community: CommunityKind | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of one kind of matter: a goal for each stage, and all its tasks in the order of the file."""

    kind: MatterKind
    goals: Mapping[Stage, str]
    items: tuple[Item, ...]

    def tasks(self, stage: Stage, community: CommunityKind | None) -> list[Item]:
        """What is to be done in a stage: what all do, then what this kind of community adds."""
        found = [item for item in self.items if item.stage is stage and item.community in {None, community}]
        return sorted(found, key=lambda item: item.community is not None)

    def added(self, community: CommunityKind) -> list[Item]:
        """What one kind of community adds, in the order of the stages."""
        return [item for stage in Stage for item in self.tasks(stage, community) if item.community]


def stage_of(step: Step, *, ended: bool) -> Stage:
    """At which stage of its flow a topic is: before its session, in it, or after it was decided."""
    if ended or step is Step.PUBLISH:
        return Stage.AFTER
    return Stage.DURING if step is Step.DELIBERATE else Stage.BEFORE


def flow_of(kind: MatterKind, told: Mapping[str, Any], names: Names) -> Flow:
    """The flow that a file holds. Raises Misfit for the first mistake in it."""
    _known(told, ("stage", "adds"), ())
    goals: dict[Stage, str] = {}
    items: list[Item] = []
    for at, (place, table) in enumerate(_tables(told, "stage", ())):
        _known(table, ("stage", "goal", "task"), place)
        stage = _named(table, "stage", names.stages, place)
        if stage in goals:
            raise Misfit((*place, "stage"), "twice", {"value": table["stage"]})
        if at != list(Stage).index(stage):
            raise Misfit((*place, "stage"), "order", {"names": list(names.stages)})
        goals[stage] = _words(table, "goal", GOAL, place)
        items += [_item(one, stage, names, where) for where, one in _tables(table, "task", place)]
    if lacking := [name for name, stage in names.stages.items() if stage not in goals]:
        raise Misfit(("stage", len(goals) - 1), "lacks_stage", {"value": lacking[0]})
    items += [_added(one, names, where) for where, one in _tables(told, "adds", (), least=0)]
    return Flow(kind, goals, tuple(_once(items, told)))


def _added(table: Mapping[str, Any], names: Names, place: Place) -> Item:
    community = _named(table, "community", names.communities, place)
    stage = _named(table, "stage", names.stages, place)
    return _item(table, stage, names, place, community)


def _item(
    table: Mapping[str, Any], stage: Stage, names: Names, place: Place, community: CommunityKind | None = None
) -> Item:
    _known(table, ("community", "stage", *TASK) if community else TASK, place)
    text = _words(table, "text", TEXT, place)
    role = _named(table, "role", names.roles, place)
    standard = _words(table, "standard", STANDARD, place)
    days = _days(table, place)
    return Item(stage, text, role, standard, days, _named(table, "proof", names.proofs, place), community)


def _once(items: Sequence[Item], told: Mapping[str, Any]) -> Sequence[Item]:
    """A task is told of by its words, so no two of a stage have the same. Raises Misfit at the second."""
    seen: set[tuple[Stage, str]] = set()
    for item, place in zip(items, _places(told), strict=True):
        if (item.stage, item.text) in seen:
            raise Misfit((*place, "text"), "twice", {"value": item.text})
        seen.add((item.stage, item.text))
    return items


def _places(told: Mapping[str, Any]) -> Iterator[Place]:
    for place, table in _tables(told, "stage", ()):
        yield from (where for where, _ in _tables(table, "task", place))
    yield from (where for where, _ in _tables(told, "adds", (), least=0))


def _tables(
    table: Mapping[str, Any], key: str, place: Place, *, least: int = 1
) -> list[tuple[Place, Mapping[str, Any]]]:
    """The tables under a key, each with its place."""
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Misfit((*place, key), "no_table", {"key": key})
    if len(found) < least:
        raise Misfit(place, "lacks_table", {"key": key})
    return [((*place, key, at), one) for at, one in enumerate(found)]


def _known(table: Mapping[str, Any], keys: Sequence[str], place: Place) -> None:
    if strange := [key for key in table if key not in keys]:
        raise Misfit((*place, strange[0]), "unknown", {"key": strange[0], "names": list(keys)})


def _words(table: Mapping[str, Any], key: str, most: int, place: Place) -> str:
    """A text of at most so many characters."""
    told = _told(table, key, place)
    if not isinstance(told, str) or not told.strip():
        raise Misfit((*place, key), "no_words", {"key": key})
    if len(told) > most or not told.isprintable():
        raise Misfit((*place, key), "too_long", {"key": key, "length": len(told), "most": most})
    return told.strip()


def _named(table: Mapping[str, Any], key: str, names: Mapping[str, T], place: Place) -> T:
    """One of the official names."""
    told = _told(table, key, place)
    if not isinstance(told, str) or told not in names:
        raise Misfit((*place, key), "no_name", {"key": key, "value": str(told), "names": list(names)})
    return names[told]


def _days(table: Mapping[str, Any], place: Place) -> int:
    told = _told(table, "days", place)
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= DAYS:
        raise Misfit((*place, "days"), "no_days", {"value": told, "most": DAYS})
    return told


def _told(table: Mapping[str, Any], key: str, place: Place) -> Any:
    if key not in table:
        raise Misfit(place, "missing", {"key": key})
    return table[key]
