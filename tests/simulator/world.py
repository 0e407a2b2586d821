"""What a bot lives in: people, chats, messages, polls, files. Values are Bot API objects as dicts."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.queue import Updates

Json = dict[str, Any]
ANONYMOUS_ADMIN: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class ApiError(Exception):
    """An answer with `ok: false`: status, Telegram's words, and the parameters a client may act on."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Person:
    """Somebody with a Telegram account; `started`: has pressed start with this bot."""

    id: int
    first_name: str
    username: str | None = None
    started: bool = True
    blocked: bool = False

    def user(self) -> Json:
        """The person as a Bot API User."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name, "language_code": "zh-hans"}
        return user | ({"username": self.username} if self.username else {})


@dataclass
class Room:
    """A group or supergroup; `members` maps a user id to its status, the bot's included."""

    id: int
    type: str
    title: str
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    migrated_to: int | None = None

    def chat(self) -> Json:
        """The room as a Bot API Chat."""
        chat: Json = {"id": self.id, "type": self.type, "title": self.title}
        return chat | ({"is_forum": True} if self.is_forum else {})


class World:
    """One bot and all that is around it."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.bot_id = int(token.split(":", 1)[0])
        self.username = "fengsi_bot"
        self.privacy = True
        self.updates = Updates()
        self.people: dict[int, Person] = {}
        self.rooms: dict[int, Room] = {}
        self.messages: dict[int, dict[int, Json]] = {}
        self.polls: dict[str, Json] = {}
        self.queries: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self.commands: dict[str, list[Json]] = {}
        self.requests: list[Json] = []
        self.violations: list[str] = []
        self.scenarios: list[Json] = []
        self.log: list[Json] = []
        self.set_to: int | None = None
        self._ids: dict[str, int] = {}

    def now(self) -> int:
        """Seconds since 1970: the real time, or what a test has set it to."""
        return int(time.time()) if self.set_to is None else self.set_to

    def number(self, kind: str, start: int = 1) -> int:
        """The next number of `kind`."""
        self._ids[kind] = self._ids.get(kind, start - 1) + 1
        return self._ids[kind]

    @property
    def me(self) -> Json:
        """The bot as a Bot API User."""
        return {"id": self.bot_id, "is_bot": True, "first_name": "逢四说事", "username": self.username}

    def user(self, user_id: int) -> Json:
        """The Bot API User of a person or of the bot."""
        return self.me if user_id == self.bot_id else self.people[user_id].user()

    def chat(self, chat_id: int) -> Json:
        """The Bot API Chat of a room, or of the private chat with a person."""
        if chat_id in self.rooms:
            return self.rooms[chat_id].chat()
        person = self.people[chat_id]
        chat: Json = {"id": person.id, "type": "private", "first_name": person.first_name}
        return chat | ({"username": person.username} if person.username else {})

    def writable(self, chat_id: Any) -> int:
        """The chat the bot may write to, or the error that Telegram gives."""
        if chat_id in self.rooms:
            self._check_room(self.rooms[chat_id])
        elif chat_id in self.people:
            if not self.people[chat_id].started:
                raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
            if self.people[chat_id].blocked:
                raise ApiError(403, "Forbidden: bot was blocked by the user")
        else:
            raise ApiError(400, "Bad Request: chat not found")
        return int(chat_id)

    def _check_room(self, room: Room) -> None:
        if room.migrated_to is not None:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, text, migrate_to_chat_id=room.migrated_to)
        kind = "group" if room.type == "group" else "supergroup"
        status = room.members.get(self.bot_id)
        if status == "kicked":
            raise ApiError(403, f"Forbidden: bot was kicked from the {kind} chat")
        if status is None or status == "left":
            raise ApiError(403, f"Forbidden: bot is not a member of the {kind} chat")

    def post(self, chat_id: int, sender: Json, **fields: Any) -> Json:
        """Put a message into a chat (`topic` is its thread, `silent` rings nowhere); returns the Bot API Message."""
        topic, silent = fields.pop("topic", None), fields.pop("silent", False)
        message: Json = {
            "message_id": self.number(f"message {chat_id}", 11),
            "from": sender,
            "chat": self.chat(chat_id),
            "date": self.now(),
        } | {name: value for name, value in fields.items() if value is not None}
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        self.messages.setdefault(chat_id, {})[message["message_id"]] = message
        place = {"chat_id": chat_id, "message_id": message["message_id"]}
        self.log.append({"event": "posted", "silent": silent} | place)
        return message

    def message(self, chat_id: int, message_id: Any) -> Json:
        """One message; KeyError where there is none."""
        return self.messages.get(chat_id, {})[message_id]

    def store(self, content: bytes) -> tuple[str, str]:
        """Keep a file; returns file_id and file_unique_id."""
        number = self.number("file")
        file_id = f"file-{self.bot_id}-{number}"
        self.files[file_id] = content
        return file_id, f"unique-{number}"

    def hears(self, message: Json) -> bool:
        """Whether privacy mode lets the bot see a person's message in a group."""
        room = self.rooms.get(message["chat"]["id"])
        status = room.members.get(self.bot_id) if room else "member"
        if status in (None, "left", "kicked"):
            return False
        if room is None or not self.privacy or status == "administrator" or not _talk(message):
            return True
        reply = message.get("reply_to_message", {})
        return reply.get("from", {}).get("id") == self.bot_id or self._addressed(message)

    def _addressed(self, message: Json) -> bool:
        text = (message.get("text") or message.get("caption") or "").encode("utf-16-le")
        for entity in message.get("entities") or message.get("caption_entities") or ():
            start = entity["offset"] * 2
            word = text[start : start + entity["length"] * 2].decode("utf-16-le")
            if entity["type"] == "bot_command" and ("@" not in word or word.endswith(f"@{self.username}")):
                return True
            if entity["type"] == "mention" and word == f"@{self.username}":
                return True
        return False


def _talk(message: Json) -> bool:
    """Privacy mode hides what people say; service messages always arrive."""
    return any(kind in message for kind in ("text", "photo", "document"))
