"""What one bot's platform remembers: chats, messages, cards as each member sees them, faults that a test asked for."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """An answer with an errcode."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(words)
        self.code = code


@dataclass
class World:
    """One bot (its id is the world's name). `silent` chats take no push until a member has spoken there."""

    name: str
    secret: str = "secret"
    spoken: set[str] = field(default_factory=set)
    heard_only: bool = False
    messages: list[Json] = field(default_factory=list)
    cards: dict[str, Json] = field(default_factory=dict)
    seen: dict[tuple[str, str], Json] = field(default_factory=dict)
    requests: list[Json] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: list[Json] = field(default_factory=list)
    uploads: dict[str, Json] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    pending: dict[str, Json] = field(default_factory=dict)
    tokens: int = 0
    numbers: int = 0

    def id(self, prefix: str) -> str:
        """A new id, each once."""
        self.numbers += 1
        return f"{prefix}{self.numbers}_{secrets.token_hex(4)}"

    def fault(self, what: str) -> Json:
        """The fault that a test asked for at the next `what`, used up; empty where there is none."""
        for fault in self.faults:
            if fault["at"] == what:
                fault["times"] -= 1
                self.faults = [one for one in self.faults if one["times"] > 0]
                return fault
        return {}

    def post(self, chat: str, body: Json, way: str) -> None:
        """A message of the bot's stands in a chat now."""
        self.messages.append({"chat": chat, "way": way, **body})
        card = body.get("template_card")
        if card:
            self.card(card)

    def card(self, card: Json) -> None:
        """A card's id must be new; everybody sees the same card until it is updated for somebody."""
        task = card.get("task_id", "")
        if task and task in self.cards:
            self.violations.append(f"task_id {task} used twice")
        self.cards[task] = card

    def update(self, card: Json, members: list[str] | None) -> None:
        """Show another card in its place to `members`; without them to everybody."""
        task = card["task_id"]
        if members:
            for member in members:
                self.seen[member, task] = card
        else:
            self.cards[task] = card
            self.seen = {key: kept for key, kept in self.seen.items() if key[1] != task}

    def shown(self, member: str, task: str) -> Json:
        """A card as one member sees it."""
        return self.seen.get((member, task)) or self.cards[task]

    def upload(self, command: str, body: Json) -> Json:
        """The three steps of an upload: begin, pieces, end."""
        if command.endswith("init"):
            id = self.id("upload")
            self.uploads[id] = {**body, "pieces": {}}
            return {"upload_id": id}
        begun = self.uploads[body["upload_id"]]
        if command.endswith("chunk"):
            begun["pieces"][body["chunk_index"]] = base64.b64decode(body["base64_data"])
            return {}
        data = b"".join(piece for _, piece in sorted(begun["pieces"].items()))
        if len(begun["pieces"]) != begun["total_chunks"] or len(data) != begun["total_size"]:
            raise Refused(40009, "incomplete")
        media = self.id("media")
        self.files[media] = data
        return {"type": begun["type"], "media_id": media, "created_at": "1380000000"}
