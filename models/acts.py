"""The audit log as an operator reads it: who did what to which thing, when, and what was refused; never contents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.terms import Visibility
from models import sql
from models.tables.concerns import Concern
from models.tables.people import Audit, Resident

Row = Mapping[str, Any]


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


_LOG = """SELECT l.at, l.act, l.subject, l.refused, l.resident_id, l.community_id, o.name AS community, r.short FROM (
    SELECT at, act, subject, refused, resident_id, community_id, 1 AS part, id FROM audit
    UNION ALL
    SELECT said_at, 'say', 'concern:' || number, '', author_id, community_id, 0, id FROM concern WHERE on_behalf = ?
    UNION ALL
    SELECT s.at, 'ballot', 'vote:' || v.number, '', s.by_id, s.community_id, 0, s.id
    FROM sealed_ballot s JOIN vote v ON v.id = s.vote_id WHERE s.at IS NOT NULL
) l JOIN community o ON o.id = l.community_id LEFT JOIN resident r ON r.id = l.resident_id"""
"""Every act: the log's own rows, and those that are the record of their own act (`Trail.on_row`): concerns, ballots."""


async def acts(community: str | None, who: str | None, since: datetime | None, limit: int) -> list[Act]:
    """The newest acts (of a community, of a person, since a moment), the oldest of them first. Three statements.

    Which concern it was is left out where its author chose not to stand beside it: 匿名 holds here too.
    """
    wanted = (("o.name = ?", community), ("r.short = ?", who), ("l.at >= ?", since))
    told = [(clause, value) for clause, value in wanted if value is not None]
    where = " AND ".join(["1 = 1", *[clause for clause, _ in told]])
    newest = f"{_LOG} WHERE {where} ORDER BY l.at DESC, l.part DESC, l.id DESC LIMIT ?"
    rows = list(reversed(await sql.rows(newest, False, *[value for _, value in told], limit)))
    hidden, shorts = await _own_hidden(rows), await _shorts(rows)
    return [_act(row, hidden, shorts) for row in rows]


def _act(row: Row, hidden: Collection[tuple[int, str, int | None]], shorts: Mapping[str, str]) -> Act:
    kind, _, key = row["subject"].partition(":")
    if (row["community_id"], key, row["resident_id"]) in hidden and kind == "concern":
        key = ""
    at = Audit._meta.fields_map["at"].to_python_value(row["at"])
    who = row["short"] or ""
    return Act(at, row["community"], who, row["act"], kind, key, shorts.get(key, ""), row["refused"])


async def _own_hidden(rows: Collection[Row]) -> set[tuple[int, str, int | None]]:
    """The concerns among these lines that are not open, with their authors."""
    numbers = {int(row["subject"].split(":")[1]) for row in rows if row["subject"].startswith("concern:")}
    found = Concern.filter(number__in=numbers).exclude(visibility=Visibility.OPEN)
    listed = await found.values_list("community_id", "number", "author_id")
    return {(community, str(number), author) for community, number, author in listed}


async def _shorts(rows: Collection[Row]) -> dict[str, str]:
    """The short names of those whom these lines name by their row."""
    ids = {row["subject"].split(":")[1] for row in rows if ":" in row["subject"]}
    found = await Resident.filter(id__in=[int(id) for id in ids if id.isdigit()]).values_list("id", "short")
    return {str(id): short for id, short in found}
