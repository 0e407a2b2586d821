"""Where those who do the work are reached, and those who stand behind it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.talk import Chat
from domain.terms import Role
from models import sql, told
from models.tasks import Doer

_BEHIND = f"""UNION SELECT a.resident_id, 'behind', a.channel, a.private_chat FROM address a
        WHERE a.private_chat IS NOT NULL AND a.resident_id IN ({told.OF_TOPIC})"""


UNITS = (
    *(Role.PROPERTY_COMPANY, Role.OWNERS_COMMITTEE, Role.GRID_WORKER, Role.PATROLLER, Role.MEDIATOR),
    Role.NEIGHBOURHOOD_CADRE,
)
"""The roles that are given work."""
NEWEST = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """Where people can be reached in private: by person, by role; authors and supporters of a topic."""

    persons: Mapping[int, Chat]
    roles: Mapping[Role, tuple[Chat, ...]]
    everyone: tuple[Chat, ...] = ()

    def of(self, doer: Doer) -> tuple[Chat, ...]:
        """A doer's chats: the person's own while they are of the unit, else those of everybody in it."""
        own, unit = self.persons.get(doer.who or 0), self.roles.get(doer.role, ()) if doer.role else ()
        return (own,) if own is not None and (own in unit or doer.role is None) else unit


async def known(community: int, now: datetime) -> tuple[list[str], list[Role]]:
    """Who had the newest tasks, the newest first, and the units in which somebody works. One statement."""
    found = await sql.rows(
        f"""SELECT doer AS name, '' AS role, MAX(number) AS newest FROM (SELECT * FROM task
        WHERE community_id = ? ORDER BY number DESC LIMIT ?) last WHERE doer_who_id IS NULL OR doer_role IS NOT NULL
        GROUP BY doer UNION ALL SELECT DISTINCT '', role, 0 FROM role_grant
        WHERE community_id = ? AND revoked_at IS NULL AND (until IS NULL OR until > ?)
        AND role IN ({", ".join("?" for _ in UNITS)}) ORDER BY 3 DESC, 2""",
        *(community, NEWEST, community, now, *[role.value for role in UNITS]),
    )
    held = {row["role"] for row in found}
    return [str(row["name"]) for row in found if row["name"]], [role for role in UNITS if role.value in held]


async def reach(
    community: int, doers: Collection[Doer], roles: Collection[Role], now: datetime, topic: int | None = None
) -> Reach:
    """Where these doers, everybody in these roles, and those behind a topic are reached. One statement, none where
    nobody is known.
    """
    persons = sorted({doer.who for doer in doers if doer.who is not None})
    asked = sorted({*roles, *(doer.role for doer in doers if doer.role)})
    if not persons and not asked and topic is None:
        return Reach({}, {})
    behind = _BEHIND if topic is not None else ""
    found = await sql.rows(
        f"""SELECT a.resident_id, '' AS role, a.channel, a.private_chat FROM address a
        WHERE a.private_chat IS NOT NULL AND a.resident_id IN ({", ".join("?" for _ in persons) or "NULL"})
        UNION SELECT a.resident_id, g.role, a.channel, a.private_chat FROM role_grant g
        JOIN address a ON a.resident_id = g.resident_id
        WHERE g.community_id = ? AND g.role IN ({", ".join("?" for _ in asked) or "NULL"}) AND g.revoked_at IS NULL
        AND (g.until IS NULL OR g.until > ?) AND a.private_chat IS NOT NULL {behind} ORDER BY 1, 2""",
        *(*persons, community, *[role.value for role in asked], now, *([topic] * 4 if behind else [])),
    )
    chats = [(row, Chat(row["channel"], row["private_chat"], private=True)) for row in found]
    by_role = {role: tuple(chat for row, chat in chats if row["role"] == role.value) for role in asked}
    everyone = tuple(chat for row, chat in chats if row["role"] == "behind")
    return Reach({int(row["resident_id"]): chat for row, chat in chats if not row["role"]}, by_role, everyone)
