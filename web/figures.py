"""Counts over everything that is public: in a small town counted for each page, in a large one kept a minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.terms import ConcernCategory
from models import board, board_topics
from models.board_topics import Month

MANY = 20_000
KEPT = timedelta(minutes=1)


@dataclass(frozen=True)
class Figures:
    """Counts by community, with when they were counted."""

    _kept: dict[object, tuple[datetime, Any]] = field(default_factory=dict)

    async def counts(self, community: int, now: datetime) -> Mapping[ConcernCategory | None, int]:
        """Public concerns by category; at most a minute old."""
        known: Mapping[ConcernCategory | None, int] | None = self._known(community, now)
        if known is not None:
            return known
        found = await board.concern_counts(community)
        if sum(found.values()) > MANY:
            self._kept[community] = (now, found)
        return found

    async def months(self, community: int, bounds: Sequence[datetime], now: datetime) -> list[Month]:
        """The months between these moments; at most a minute old."""
        key = (community, *bounds)
        known: list[Month] | None = self._known(key, now)
        if known is not None:
            return known
        found = await board_topics.months(community, bounds)
        if community in self._kept:
            self._kept[key] = (now, found)
        return found

    def _known(self, key: object, now: datetime) -> Any:
        at, found = self._kept.get(key, (None, None))
        return found if at is not None and timedelta() <= now - at < KEPT else None
