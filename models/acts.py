"""The audit log as an operator reads it: who did what to which thing, when, and what was refused; never contents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.terms import Visibility
from models.tables.concerns import Concern
from models.tables.people import Audit, Resident


@dataclass(frozen=True, slots=True)
class Act:
    """One line. `who` is a short name, empty for the bot itself and for somebody who was forgotten.

    `kind` and `key` name the thing (concern, 12), `holder` the short name of the person whose role it was.
    """

    at: datetime
    community: str
    who: str
    act: str
    kind: str
    key: str
    holder: str
    refused: str


async def acts(community: str | None, who: str | None, since: datetime | None, limit: int) -> list[Act]:
    """The newest acts (of a community, of a person, since a moment), the oldest of them first. Three statements.

    Which concern it was is left out where its author chose not to stand beside it: 匿名 holds here too.
    """
    found = Audit.all().select_related("community", "resident").order_by("-id").limit(limit)
    if community is not None:
        found = found.filter(community__name=community)
    if who is not None:
        found = found.filter(resident__short=who)
    if since is not None:
        found = found.filter(at__gte=since)
    rows = list(reversed(await found))
    hidden, shorts = await _own_hidden(rows), await _shorts(rows)
    return [_act(row, hidden, shorts) for row in rows]


def _act(row: Audit, hidden: Collection[tuple[int, str, int | None]], shorts: Mapping[str, str]) -> Act:
    kind, _, key = row.subject.partition(":")
    if (row.community_id, key, row.resident_id) in hidden and kind == "concern":
        key = ""
    who = row.resident.short if row.resident else ""
    return Act(row.at, row.community.name, who, row.act, kind, key, shorts.get(key, ""), row.refused)


async def _own_hidden(rows: Collection[Audit]) -> set[tuple[int, str, int | None]]:
    """The concerns among these lines that are not open, with their authors."""
    numbers = {int(row.subject.split(":")[1]) for row in rows if row.subject.startswith("concern:")}
    found = Concern.filter(number__in=numbers).exclude(visibility=Visibility.OPEN)
    listed = await found.values_list("community_id", "number", "author_id")
    return {(community, str(number), author) for community, number, author in listed}


async def _shorts(rows: Collection[Audit]) -> dict[str, str]:
    """The short names of those whom these lines name by their row."""
    ids = {row.subject.split(":")[1] for row in rows if ":" in row.subject}
    found = await Resident.filter(id__in=[int(id) for id in ids if id.isdigit()]).values_list("id", "short")
    return {str(id): short for id, short in found}
