"""Bot API updates as `domain.talk` events. Pure: dicts in, values out (https://core.telegram.org/bots/api#update).

`telegram_html.py` is the way back. Both Telegram channels use both.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.talk import Chat, Event, Joined, Membership, Migrated, Person, Pressed, Said, Upload

CHANNEL = "telegram"
Wire = Mapping[str, Any]

# What a person sends besides words and pictures: answered in private, where silence would puzzle, and not in groups.
_OTHER = frozenset(
    {"animation", "audio", "contact", "dice", "document", "location", "sticker", "video", "video_note", "voice"}
)
_INSIDE = {
    "creator": Membership.ADMINISTRATOR,
    "administrator": Membership.ADMINISTRATOR,
    "member": Membership.MEMBER,
    "left": Membership.GONE,
    "kicked": Membership.GONE,
}


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account, from `getMe`. `hears_all`: privacy mode is off."""

    id: int
    username: str
    hears_all: bool = False

    @classmethod
    def read(cls, user: Wire) -> "Me":
        """From a Bot API User. Raises KeyError where it is none."""
        return cls(user["id"], user["username"], bool(user.get("can_read_all_group_messages")))


def parse(update: Wire, me: Me, now: datetime) -> Event | None:
    """The event in an update; None where it says nothing to the bot. `now` is when it came (a press has no time).

    Raises LookupError, TypeError, ValueError or AttributeError where the update is not as the Bot API has it.
    """
    event = str(update["update_id"])
    for kind, read in _KINDS.items():
        if kind in update:
            return read(event, update[kind], me, now)
    return None


def chat_of(update: Wire) -> str:
    """What an update's order belongs to: its chat's id, or nothing where it has none that can be read."""
    try:
        content = next(update[kind] for kind in _KINDS if kind in update)
        chat = content["chat"] if "chat" in content else content["message"]["chat"]
        return str(chat["id"])
    except (LookupError, StopIteration, TypeError):
        return ""


def _message(event: str, message: Wire, me: Me, _now: datetime) -> Event | None:
    return _migrated(event, message) or _said(event, message, me)


def _edited(event: str, message: Wire, me: Me, _now: datetime) -> Event | None:
    return _said(event, message, me, edited=True)


def _migrated(event: str, message: Wire) -> Migrated | None:
    """The old group is told where it goes, the new one where it came from; either is enough."""
    at, chat = _moment(message["date"]), _chat(message)
    if "migrate_to_chat_id" in message:
        return Migrated(event, at, chat, str(message["migrate_to_chat_id"]))
    if "migrate_from_chat_id" in message:
        return Migrated(event, at, Chat(CHANNEL, str(message["migrate_from_chat_id"]), title=chat.title), chat.id)
    return None


def _said(event: str, message: Wire, me: Me, *, edited: bool = False) -> Said | None:
    chat, answered = _chat(message), _answered(message)
    heard = _heard(message.get("text") or message.get("caption") or "", me)
    pictures, files = _pictures(message), _files(message)
    to_me = answered is not None and answered.get("from", {}).get("id") == me.id
    if heard is None or not _is_talk(message, heard[0], pictures, alone=chat.private or (to_me and bool(files))):
        return None
    text, named = heard
    return Said(
        event=event,
        at=_moment(message["edit_date"] if edited else message["date"]),
        chat=chat,
        who=_who(message),
        text=text,
        message=str(message["message_id"]),
        reply_to=str(answered["message_id"]) if answered else None,
        reply_to_person=_who(answered) if answered and not to_me else None,
        addressed=named or to_me,
        pictures=pictures,
        files=files,
        album=message.get("media_group_id"),
        edited=edited,
    )


def _is_talk(message: Wire, text: str, pictures: tuple[Upload, ...], *, alone: bool) -> bool:
    """Whether a person said something: no bot, no post of a linked channel, no service message.

    `alone`: it is meant for the bot, whatever it holds.
    """
    if message.get("is_automatic_forward") or not ({"from", "sender_chat"} & message.keys()):
        return False
    if message.get("from", {}).get("is_bot") and "sender_chat" not in message:
        return False
    wordless = "text" in message or (alone and bool(_OTHER & message.keys()))
    return bool(text or pictures) or wordless


def _heard(text: str, me: Me) -> tuple[str, bool] | None:
    """The words without the bot's own @name, and whether it stood there; None for another bot's command."""
    command = re.match(r"\s*(/\w+)@(\w+)", text, re.ASCII)
    if command and command[2].lower() != me.username.lower():
        return None
    name = rf"(?<![A-Za-z0-9_.])@{re.escape(me.username)}(?![A-Za-z0-9_])[ \t\u3000]*"
    if command:
        return (command[1] + text[command.end() :]).strip(), True
    bare, times = re.subn(name, "", text, flags=re.IGNORECASE)
    return bare.strip(), times > 0


def _answered(message: Wire) -> Wire | None:
    """The message that this one answers. In a forum topic each plain message hangs on the topic's first."""
    answered: Wire | None = message.get("reply_to_message")
    return None if answered is None or "forum_topic_created" in answered else answered


def _who(message: Wire) -> Person:
    """Who speaks. An anonymous administrator, or a person under their channel's name, is `hidden`."""
    if "sender_chat" in message:
        sender = message["sender_chat"]
        return Person(str(sender["id"]), sender.get("title", ""), hidden=True)
    return _person(message["from"])


def _person(user: Wire) -> Person:
    names = (user.get("first_name", ""), user.get("last_name", ""))
    return Person(str(user["id"]), " ".join(name for name in names if name))


def _chat(message: Wire) -> Chat:
    chat = message["chat"]
    topic = str(message["message_thread_id"]) if message.get("is_topic_message") else None
    return Chat(CHANNEL, str(chat["id"]), chat["type"] == "private", topic, chat.get("title", ""))


def _pictures(message: Wire) -> tuple[Upload, ...]:
    """The largest size of a photo, or a picture sent as a file."""
    if sizes := message.get("photo"):
        best = max(sizes, key=lambda size: size["width"] * size["height"])
    elif str(message.get("document", {}).get("mime_type", "")).startswith("image/"):
        best = message["document"]
    else:
        return ()
    return (Upload(best["file_id"], best.get("file_size")),)


def _files(message: Wire) -> tuple[Upload, ...]:
    """What was sent as a file and is no picture."""
    document = message.get("document")
    if document is None or str(document.get("mime_type", "")).startswith("image/"):
        return ()
    return (Upload(document["file_id"], document.get("file_size"), document.get("file_name", "file")),)


def _pressed(event: str, query: Wire, _me: Me, now: datetime) -> Pressed | None:
    if "data" not in query or "message" not in query:
        return None
    verb, args = unpack(query["data"])
    message = query["message"]
    return Pressed(
        event=event,
        at=now,
        chat=_chat(message),
        who=_person(query["from"]),
        verb=verb,
        args=args,
        message=str(message["message_id"]),
        token=query["id"],
    )


def _joined(event: str, change: Wire, me: Me, _now: datetime) -> Joined | None:
    """The bot's own place in a chat has changed; None where only its rights did, and for channels."""
    before, after = _membership(change["old_chat_member"]), _membership(change["new_chat_member"])
    if before is after or change["chat"]["type"] == "channel":
        return None
    at, who = _moment(change["date"]), _person(change["from"])
    return Joined(event, at, _chat(change), who, after, hears_all=me.hears_all)


def _membership(member: Wire) -> Membership:
    if member["status"] == "restricted":
        return Membership.MEMBER if member.get("is_member") else Membership.GONE
    return _INSIDE[member["status"]]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def pack(verb: str, args: tuple[str, ...]) -> str:
    """A button's verb and arguments as callback data; `unpack` gives them back."""
    return ":".join(part.replace("%", "%25").replace(":", "%3A") for part in (verb, *args))


def unpack(data: str) -> tuple[str, tuple[str, ...]]:
    """The verb and arguments of callback data."""
    verb, *args = (part.replace("%3A", ":").replace("%25", "%") for part in data.split(":"))
    return verb, tuple(args)


_KINDS: dict[str, Callable[[str, Wire, Me, datetime], Event | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _joined,
}
ALLOWED_UPDATES = list(_KINDS)
