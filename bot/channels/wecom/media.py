"""A picture to WeCom over the long connection, in pieces (https://developer.work.weixin.qq.com/document/path/101463)."""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.channels.base import Unsendable

PIECE = 512 * 1024
PIECES = 100
Ask = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


async def upload(ask: Ask, data: bytes, name: str) -> str:
    """Returns the media id. Raises Unsendable where it is empty or too large, and what `ask` raises."""
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
    if not 1 <= len(pieces) <= PIECES:
        raise Unsendable(f"picture of {len(data)} bytes")
    about = {
        "type": "image",
        "filename": name,
        "total_size": len(data),
        "total_chunks": len(pieces),
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
    }
    begun = await ask("aibot_upload_media_init", about)
    for index, piece in enumerate(pieces):
        sent = {"upload_id": begun["upload_id"], "chunk_index": index, "base64_data": base64.b64encode(piece).decode()}
        await ask("aibot_upload_media_chunk", sent)
    done = await ask("aibot_upload_media_finish", {"upload_id": begun["upload_id"]})
    return str(done["media_id"])
