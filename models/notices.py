"""How much the bot said by itself to a chat on a day, and who wants to hear nothing of a thing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from domain.talk import Chat
from models import sql
from models.tables.mail import NoticeDay, Outbox
from models.tables.matters import MutedThing
from models.tables.people import Community


@dataclass(frozen=True, slots=True)
class Today:
    """What was sent to a chat today, and the settings of its community."""

    sent: int
    settings: dict[str, object]


async def today(community: int | None, chat: Chat, day: date) -> Today:
    """How much a chat got on a day. Two statements."""
    found = await NoticeDay.get_or_none(channel=chat.channel, chat=chat.id, day=day)
    place = await Community.get_or_none(id=community) if community is not None else None
    return Today(found.sent if found else 0, dict(place.settings) if place else {})


async def note(community: int | None, chat: Chat, day: date) -> None:
    """One more message to a chat. One statement."""
    await sql.rows(
        """INSERT INTO notice_day (community_id, channel, chat, day, sent) VALUES (?, ?, ?, ?, 1)
        ON CONFLICT (channel, chat, day) DO UPDATE SET sent = notice_day.sent + 1""",
        *(community, chat.channel, chat.id, day),
    )


async def put_off(ids: Collection[int], until: datetime) -> None:
    """These messages wait. One statement."""
    await Outbox.filter(id__in=list(ids)).update(due_at=until)


async def purge(before: date) -> None:
    """Forget the counts of days that are over. One statement."""
    await NoticeDay.filter(day__lt=before).delete()


async def mute(community: int, who: int, thing: str, now: datetime) -> None:
    """Somebody wants to hear nothing of a thing by itself. One statement."""
    await sql.rows(
        """INSERT INTO muted_thing (community_id, resident_id, thing, at) VALUES (?, ?, ?, ?)
        ON CONFLICT (resident_id, thing) DO NOTHING""",
        *(community, who, thing, now),
    )


async def unmute(who: int, thing: str) -> None:
    """They want to hear of it again. One statement."""
    await MutedThing.filter(resident_id=who, thing=thing).delete()


async def drop(chat: Chat, thing: str = "") -> None:
    """What waits for a chat by itself (about one thing, or all) is not sent any more. Two statements."""
    waiting = await Outbox.filter(channel=chat.channel, chat=chat.id, manner="notice", failed_at=None)
    ids = [row.id for row in waiting if not thing or row.body.get("about") == thing]
    await Outbox.filter(id__in=ids).delete()


async def unheard(chats: Collection[str], things: Collection[str]) -> frozenset[tuple[str, str, str]]:
    """Which private chats want nothing by itself (channel, chat, ""), or nothing of a thing. One statement."""
    if not chats:
        return frozenset()
    places, named = (", ".join("?" for _ in one) for one in (chats, things or ("",)))
    found = await sql.rows(
        f"""SELECT a.channel, a.private_chat, '' AS thing FROM address a JOIN resident r ON r.id = a.resident_id
        WHERE r.muted AND a.private_chat IN ({places})
        UNION ALL SELECT a.channel, a.private_chat, m.thing FROM muted_thing m
        JOIN address a ON a.resident_id = m.resident_id WHERE a.private_chat IN ({places}) AND m.thing IN ({named})""",
        *(*chats, *chats, *(things or ("",))),
    )
    return frozenset((str(row["channel"]), str(row["private_chat"]), str(row["thing"])) for row in found)
