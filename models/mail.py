"""Mail: events taken once, messages that wait to be sent, cards to be edited, keys of the installation."""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from domain.talk import Bar, Button, Chat, File, Manner, Outgoing, Picture, Poll
from models import sql
from models.tables.mail import Card, Outbox, Secret, Seen, TranscriptLine

GIVEN_UP = 5000
"""How many waiting messages one purge looks at."""


async def first_time(channel: str, event: str, now: datetime) -> bool:
    """Note an event; False where it was taken before. The first write of its transaction. One statement."""
    found = await sql.rows(
        "INSERT INTO seen (channel, event, at) VALUES (?, ?, ?) ON CONFLICT (channel, event) DO NOTHING RETURNING id",
        channel,
        event,
        now,
    )
    return bool(found)


async def writing() -> None:
    """Take the writer's place before reading: SQLite refuses who reads first and finds another's writes when writing.

    At most one statement, which touches no row.
    """
    if not sql.on_postgres():
        await sql.rows("DELETE FROM seen WHERE id = 0")


async def put(messages: Sequence[Outgoing], community: int | None, now: datetime) -> None:
    """Put messages into the outbox. One statement."""
    if not messages:
        return
    marks = ", ".join("(?, ?, ?, ?, ?, ?, ?, 0, ?)" for _ in messages)
    values = [value for out in messages for value in _row(out, community, now)]
    await sql.rows(
        f"INSERT INTO outbox (community_id, channel, chat, manner, card, body, due_at, tries, made_at) VALUES {marks}",
        *values,
    )


def _row(out: Outgoing, community: int | None, now: datetime) -> tuple[object, ...]:
    due = max(out.due, now) if out.due else now
    return community, out.to.channel, out.to.id, out.manner.value, out.card, pack(out), due, now


def pack(out: Outgoing) -> str:
    """A message as JSON; what has its default is left out."""
    return json.dumps(out, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    """What JSON has no word for. `asdict` copies deep and takes five times as long."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: found for name, usual in _USUAL[type(value)] if (found := getattr(value, name)) != usual}


_USUAL: dict[type, tuple[tuple[str, object], ...]] = {
    kind: tuple((f.name, f.default) for f in fields(kind))
    for kind in (Outgoing, Chat, Button, Poll, File, Picture, Bar)
}


def unpack(body: dict[str, Any]) -> Outgoing:
    """The message again."""
    told = dict(body, to=Chat(**body["to"]))
    for name, read in _READ.items():
        if name in told:
            told[name] = read(told[name])
    return Outgoing(**told)


def _rows(rows: list[list[dict[str, Any]]]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button(**{**b, "args": tuple(b.get("args", ()))}) for b in row) for row in rows)


def _poll(poll: dict[str, Any]) -> Poll:
    return Poll(poll["question"], tuple(poll["options"]), datetime.fromisoformat(poll["closes"]))


def _picture(picture: dict[str, Any]) -> Picture:
    return Picture(**{**picture, "bars": tuple(Bar(**bar) for bar in picture["bars"])})


_READ: dict[str, Callable[[Any], object]] = {
    "manner": Manner,
    "rows": _rows,
    "poll": _poll,
    "file": lambda file: File(**file),
    "picture": _picture,
    "due": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the outbox, with how often it was tried."""

    id: int
    community: int | None
    out: Outgoing
    tries: int
    others: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Its row, and those of the messages that go out with it as one."""
        return (self.id, *self.others)


async def waiting(channels: Collection[str], closed: Collection[str], now: datetime, limit: int) -> list[Letter]:
    """The oldest messages that are due on these channels; of closed chats only toasts. One bounded query."""
    query = Outbox.filter(failed_at=None, due_at__lte=now, channel__in=list(channels))
    if closed:
        query = query.filter(Q(manner=Manner.TOAST) | ~Q(chat__in=list(closed)))
    found = await query.order_by("id").limit(limit)
    return [Letter(row.id, row.community_id, unpack(dict(row.body)), row.tries) for row in found]


async def next_due(channels: Collection[str]) -> datetime | None:
    """When the next message falls due, if any waits."""
    found = await Outbox.filter(failed_at=None, channel__in=list(channels)).order_by("due_at").first().only("due_at")
    return found.due_at if found else None


async def sent(letter: Letter, message: str | None) -> None:
    """A message went out: take it from the outbox and remember which message shows its card."""
    out = letter.out
    if out.card and message and out.manner is not Manner.REDRAW:
        await sql.rows(
            """INSERT INTO card (community_id, channel, chat, name, message) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (channel, chat, name) DO UPDATE SET message = excluded.message""",
            letter.community,
            out.to.channel,
            out.to.id,
            out.card,
            message,
        )
    marks = ", ".join("?" for _ in letter.ids)
    await sql.rows(f"DELETE FROM outbox WHERE id IN ({marks})", *letter.ids)


async def drop(ids: Collection[int]) -> None:
    """Take messages from the outbox that a newer one has replaced."""
    await Outbox.filter(id__in=list(ids)).delete()


async def later(letter: Letter, due: datetime) -> None:
    """Try a message again at `due`; the rest of its chat waits at least as long."""
    await sql.rows("UPDATE outbox SET tries = tries + 1, due_at = ? WHERE id = ?", due, letter.id)
    if letter.out.manner is not Manner.TOAST:
        place = Outbox.filter(channel=letter.out.to.channel, chat=letter.out.to.id, failed_at=None, due_at__lt=due)
        await place.exclude(manner=Manner.TOAST).update(due_at=due)


async def release(channel: str, chat: str, held_until: datetime, now: datetime) -> None:
    """What waited for a chat until then may go out now; what is due at another time keeps its own."""
    await Outbox.filter(channel=channel, chat=chat, failed_at=None, due_at=held_until).update(due_at=now)


async def failed(id: int, now: datetime) -> None:
    """A message that will never be sent."""
    await Outbox.filter(id=id).update(failed_at=now)


async def chat_failed(channel: str, chat: str, now: datetime) -> list[str]:
    """All that waits for a chat that is gone; returns the first lines of what its people did not get."""
    found = await Outbox.filter(channel=channel, chat=chat, failed_at=None).order_by("id").limit(50)
    await Outbox.filter(channel=channel, chat=chat, failed_at=None).update(failed_at=now)
    return [unpack(dict(row.body)).text.split("\n")[0] for row in found if row.manner in {Manner.NOTICE, Manner.ANSWER}]


async def chat_moved(channel: str, chat: str, to: str) -> None:
    """What waits for a chat, and its cards, belong to its new id."""
    for row in await Outbox.filter(channel=channel, chat=chat, failed_at=None):
        out = unpack(dict(row.body))
        row.chat = to
        row.body = json.loads(pack(replace(out, to=replace(out.to, id=to))))
        await row.save(update_fields=["chat", "body"])
    await Card.filter(channel=channel, chat=chat).delete()


async def card(out: Outgoing) -> str | None:
    """The message that shows a card in a chat."""
    found = await Card.get_or_none(channel=out.to.channel, chat=out.to.id, name=out.card)
    return found.message if found else None


async def card_at(chat: Chat, message: str) -> str | None:
    """The name of the card that a message shows."""
    found = await Card.filter(channel=chat.channel, chat=chat.id, message=message).first()
    return found.name if found else None


async def forget_events(before: datetime) -> int:
    """Forget events that no platform will send again. Returns how many."""
    return await Seen.filter(at__lt=before).delete()


async def secret(name: str) -> bytes:
    """A random key of this installation, made when it is first asked for. 32 bytes."""
    found, _ = await Secret.get_or_create({"value": secrets.token_bytes(32)}, name=name)
    return bytes(found.value)


async def keep_line(channel: str, chat: str, body: dict[str, Any], now: datetime | None) -> int:
    """Keep a message of a channel without a platform, or a channel's note; without `now` no purge takes it."""
    return int((await TranscriptLine.create(channel=channel, chat=chat, body=body, kept_at=now)).id)


async def change_line(id: int, body: dict[str, Any]) -> None:
    """Replace a kept message."""
    await TranscriptLine.filter(id=id).update(body=body)


async def drop_lines(ids: Collection[int]) -> None:
    """Forget kept messages."""
    await TranscriptLine.filter(id__in=list(ids)).delete()


async def drop_lines_of(channel: str, person: str) -> None:
    """Forget what a channel keeps about one person: its notes' names end with the person's id."""
    await TranscriptLine.filter(channel=channel, chat__endswith=f":{person}").delete()


async def forget_chat(channel: str, person: str, private: str | None) -> None:
    """Forget what waits for a person's private chat, what stood there, and what a channel keeps about them."""
    kept = Q(chat__endswith=f":{person}")
    await TranscriptLine.filter(kept if private is None else kept | Q(chat=private), channel=channel).delete()
    if private is not None:
        await Outbox.filter(channel=channel, chat=private).delete()
        await Card.filter(channel=channel, chat=private).delete()


async def purge(before: datetime) -> None:
    """Forget events that no platform will send again, messages that never went out, and kept lines of before then."""
    await forget_events(before)
    await Outbox.filter(failed_at__lt=before).delete()
    await TranscriptLine.filter(kept_at__lt=before).delete()


async def give_up(community: int, before: datetime) -> dict[tuple[str, str], int]:
    """Forget what has waited since then for a chat that can't be written to; how many, by channel and chat."""
    waiting = Outbox.filter(community_id=community, failed_at=None, tries__gt=0, made_at__lt=before)
    found = await waiting.order_by("id").limit(GIVEN_UP).values_list("id", "channel", "chat")
    await Outbox.filter(id__in=[id for id, _, _ in found]).delete()
    return dict(Counter((channel, chat) for _, channel, chat in found))


async def lines(channel: str, chat: str, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """The newest kept messages of a chat above an id, oldest first."""
    found = await TranscriptLine.filter(channel=channel, chat=chat, id__gt=after).order_by("-id").limit(limit)
    return [(row.id, dict(row.body)) for row in reversed(found)]
