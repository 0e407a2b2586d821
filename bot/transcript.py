"""Where a channel without a platform keeps its messages: rows, so that a restart keeps the chat."""

import json
from dataclasses import asdict, replace
from datetime import datetime

from bot.channels.base import Line
from domain.talk import Chat, File
from models import mail


class Transcript:
    """Kept messages as `bot.channels.base.Transcript` wants them."""

    async def add(self, chat: Chat, line: Line) -> str:
        """Keep a message; returns its id."""
        return str(await mail.keep_line(chat.channel, chat.id, _body(line), datetime.fromisoformat(line.at)))

    async def edit(self, message: str, line: Line) -> None:
        """Replace a kept message."""
        await mail.change_line(int(message), _body(line))

    async def since(self, chat: Chat, after: int, limit: int) -> list[Line]:
        """The newest messages of a chat above an id, oldest first."""
        return [_line(id, body) for id, body in await mail.lines(chat.channel, chat.id, after, limit)]


def _as_text(value: object) -> str:
    """A file's bytes: one that is shown here is text, and has none."""
    assert isinstance(value, bytes)
    return value.decode()


def _body(line: Line) -> dict[str, object]:
    body: dict[str, object] = json.loads(json.dumps(asdict(replace(line, id="")), ensure_ascii=False, default=_as_text))
    return body


def _line(id: int, body: dict[str, object]) -> Line:
    rows = body["rows"]
    assert isinstance(rows, list)
    kept = {name: value for name, value in body.items() if name not in {"rows", "id", "file"}}
    file = body.get("file")
    handed = File(file["name"], file["content"], file.get("blob", "")) if isinstance(file, dict) else None
    return Line(id=str(id), rows=tuple(tuple(row) for row in rows), file=handed, **kept)  # type: ignore[arg-type] # as written by _body
