"""/health and /metrics: for the operator's monitor. Counts only; nothing here is anybody's."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from models import board, schema

log = logging.getLogger(__name__)
PATIENCE = 5
NO_ANSWER = "The database does not answer. The log says why."
NO_DATABASE = "The database file is none."
CONTENT = "text/plain; version=0.0.4; charset=utf-8"
HELP = {
    "fengsi_up": "Whether the database answers.",
    "fengsi_clock_seconds": "The moment on the program's clock, in seconds since 1970.",
    "fengsi_channel": "The channels that the config names.",
    "fengsi_outbox_waiting": "Messages that are due and not sent yet.",
    "fengsi_outbox_failed": "Messages that never will be sent.",
    "fengsi_due_waiting": "Reminders and closings that are due and not done yet.",
    "fengsi_pictures_waiting": "Pictures that wait to be fetched.",
    "fengsi_answers_total": "Answers of the web server, by status.",
}


class Metrics:
    """Endpoints. `channels` tells which there are; `answered` is counted by who sends answers."""

    def __init__(self, clock: Callable[[], datetime], channels: Callable[[], list[str]]) -> None:
        self._clock = clock
        self._channels = channels
        self.answered: Counter[int] = Counter()

    def routes(self) -> list[Route]:
        """Both at the root."""
        return [Route("/health", self.health), Route("/metrics", self.metrics)]

    async def health(self, _: Request) -> Response:
        """200 while the database answers, else 503 and why."""
        away = await _away()
        now: dict[str, Any] = {"ok": not away, "clock": self._clock().isoformat(), "channels": self._channels()}
        told = now | {"reason": away} if away else now
        return JSONResponse(told, 503 if away else 200, {"Cache-Control": "no-store"})

    async def metrics(self, _: Request) -> Response:
        """Prometheus' text format."""
        now = self._clock()
        away = await _away()
        waiting = {} if away else await board.waiting(now)
        lines = [
            *_told("fengsi_up", [("", 0 if away else 1)]),
            *_told("fengsi_clock_seconds", [("", int(now.timestamp()))]),
            *_told("fengsi_channel", [(f'{{name="{name}"}}', 1) for name in self._channels()]),
            *[line for name, count in waiting.items() for line in _told(f"fengsi_{name}", [("", count)])],
            *_told("fengsi_answers_total", [(f'{{status="{s}"}}', n) for s, n in sorted(self.answered.items())]),
        ]
        return PlainTextResponse("\n".join([*lines, ""]), headers={"Content-Type": CONTENT})


async def _away() -> str:
    """Why the database is away; empty while it answers."""
    try:
        async with asyncio.timeout(PATIENCE):
            return "" if await board.answers() else NO_DATABASE
    except schema.errors() as error:  # TimeoutError is an OSError
        log.warning("health: the database does not answer: %r", error)
        return NO_ANSWER


def _told(name: str, values: list[tuple[str, int]]) -> list[str]:
    if not values:
        return []
    kind = "counter" if name.endswith("_total") else "gauge"
    return [f"# HELP {name} {HELP[name]}", f"# TYPE {name} {kind}", *[f"{name}{labels} {n}" for labels, n in values]]
