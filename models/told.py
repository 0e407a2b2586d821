"""Whom a topic concerns, and where they are reached in private."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.households import Flat
from domain.talk import Chat
from models import sql
from models.people import GroupFacts


@dataclass(frozen=True, slots=True)
class Places:
    """Where a topic is told of: the groups, and each concern's author where they can be reached."""

    groups: tuple[GroupFacts, ...]
    authors: Mapping[int, Chat]


async def places(community: int, concerns: Collection[int] = ()) -> Places:
    """The groups of a community that the bot can write in, and the authors of these concerns. One statement."""
    marks = ", ".join("?" for _ in concerns) or "NULL"
    found = await sql.rows(
        f"""SELECT id AS group_id, 0 AS concern_id, channel, chat, title, topic FROM chat_group
        WHERE community_id = ? AND lost_at IS NULL
        UNION ALL SELECT 0, c.id, a.channel, a.private_chat, '', NULL FROM concern c
        JOIN address a ON a.resident_id = c.author_id WHERE c.id IN ({marks}) AND a.private_chat IS NOT NULL
        ORDER BY 1, 2""",
        community,
        *concerns,
    )
    groups = [GroupFacts(int(row["group_id"]), _group(row)) for row in found if row["group_id"]]
    authors = {
        int(row["concern_id"]): Chat(row["channel"], row["chat"], private=True) for row in found if row["concern_id"]
    }
    return Places(tuple(groups), authors)


def _group(row: Mapping[str, Any]) -> Chat:
    return Chat(row["channel"], row["chat"], topic=row["topic"], title=row["title"])


async def authors(concerns: Collection[int]) -> list[tuple[int, Chat]]:
    """The numbers of these concerns, each with its author's private chat, where there is one. One statement."""
    if not concerns:
        return []
    marks = ", ".join("?" for _ in concerns)
    found = await sql.rows(
        f"""SELECT c.number, a.channel, a.private_chat FROM concern c JOIN address a ON a.resident_id = c.author_id
        WHERE c.id IN ({marks}) AND a.private_chat IS NOT NULL ORDER BY c.number""",
        *concerns,
    )
    return [(int(row["number"]), _chat(row)) for row in found]


OF_TOPIC = """SELECT author_id FROM concern WHERE topic_id = ? AND author_id IS NOT NULL
        UNION SELECT s.resident_id FROM second s JOIN concern c ON c.id = s.concern_id WHERE c.topic_id = ?
        UNION SELECT s.resident_id FROM second s JOIN topic t ON t.id = s.topic_id WHERE t.id = ? OR t.into_id = ?"""
"""Authors and supporters of a topic; the topic is asked for four times."""


async def everyone(topic: int) -> list[Chat]:
    """Authors and supporters of a topic who can be reached, each once. One statement."""
    found = await sql.rows(
        f"""SELECT DISTINCT a.channel, a.private_chat FROM address a
        WHERE a.private_chat IS NOT NULL AND a.resident_id IN ({OF_TOPIC})
        ORDER BY a.channel, a.private_chat""",
        *(topic, topic, topic, topic),
    )
    return [_chat(row) for row in found]


async def speakers(topic: int) -> list[Chat]:
    """Those who said what a topic is about, and the 说事员 who were asked and did not say no. One statement."""
    found = await sql.rows(
        """SELECT DISTINCT a.channel, a.private_chat FROM address a
        WHERE a.private_chat IS NOT NULL AND a.resident_id IN (
        SELECT resident_id FROM invitation WHERE topic_id = ? AND state <> 'no'
        UNION SELECT author_id FROM concern WHERE topic_id = ? AND author_id IS NOT NULL)
        ORDER BY a.channel, a.private_chat""",
        *(topic, topic),
    )
    return [_chat(row) for row in found]


async def people(residents: Sequence[int]) -> dict[int, Chat]:
    """Where these people can be reached. One statement."""
    if not residents:
        return {}
    marks = ", ".join("?" for _ in residents)
    found = await sql.rows(
        f"""SELECT resident_id, channel, private_chat FROM address
        WHERE private_chat IS NOT NULL AND resident_id IN ({marks})""",
        *residents,
    )
    return {int(row["resident_id"]): _chat(row) for row in found}


async def flats(residents: Sequence[int]) -> list[tuple[str, Flat | None]]:
    """The short names of these people, each with the flat they are bound to, in the order given. One statement."""
    if not residents:
        return []
    marks = ", ".join("?" for _ in residents)
    found = await sql.rows(
        f"""SELECT r.id, r.short, h.building, h.unit, h.room FROM resident r
        LEFT JOIN household h ON h.id = r.household_id WHERE r.id IN ({marks})""",
        *residents,
    )
    named = {
        int(row["id"]): (str(row["short"]), Flat(row["building"], row["unit"], row["room"]) if row["room"] else None)
        for row in found
    }
    return [named[one] for one in residents]


def _chat(row: Mapping[str, Any]) -> Chat:
    return Chat(row["channel"], row["private_chat"], private=True)
