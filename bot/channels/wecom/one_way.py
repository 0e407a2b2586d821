"""The ways on which the bot speaks and hears nothing."""

from collections.abc import Sequence

import httpx
from starlette.routing import BaseRoute

from bot.channels.base import Command, Unsendable
from domain.talk import Upload


class OneWay:
    """The parts of `bot.channels.base.Channel` that such a way leaves empty."""

    _http: httpx.AsyncClient

    async def fetch(self, upload: Upload) -> bytes:
        """No picture ever comes. Raises Unsendable."""
        raise Unsendable(upload.id)

    def routes(self) -> Sequence[BaseRoute]:
        """None."""
        return ()

    async def ready(self, commands: Sequence[Command]) -> None:
        """There is no menu to set."""

    def link(self, start: str) -> str | None:  # noqa: ARG002 - the protocol's shape
        """There is no private chat."""
        return None

    async def close(self) -> None:
        """Give back sockets."""
        await self._http.aclose()
