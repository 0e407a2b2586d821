"""A shelf in memory."""

from collections.abc import Collection, Mapping
from typing import Any


class Shelf:
    """As `bot.channels.base.Shelf`; what stands on it survives a channel, as rows do."""

    def __init__(self) -> None:
        self.notes: dict[int, tuple[str, dict[str, Any]]] = {}
        self._count = 0

    async def put(self, name: str, note: Mapping[str, Any], *, stays: bool = False) -> int:
        self._count += 1
        self.notes[self._count] = name, dict(note)
        return self._count

    async def of(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        return [(id, note) for id, (of, note) in self.notes.items() if of == name]

    async def drop(self, ids: Collection[int]) -> None:
        for id in ids:
            self.notes.pop(id, None)
