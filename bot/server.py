"""The web server in this process: uvicorn without its own signals (it would end the program with 143)."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


class AddressTaken(Exception):
    """The address can't be listened on: in use, not of this machine, not allowed."""


class Server(uvicorn.Server):
    """Serves until `should_exit`; `listening` is set once it answers."""

    def __init__(self, app: ASGIApp, taken: socket.socket) -> None:
        # The address is in the log of whoever runs it; what residents open is nobody's business.
        super().__init__(
            uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=3, server_header=False
            )
        )
        self._socket = taken
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals belong to the program."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.listening.set()

    async def run_here(self) -> None:
        """Serve on the socket that was taken."""
        await self.serve([self._socket])


def take_socket(host: str, port: int) -> socket.socket:
    """The address, taken at once, so that a port in use stops the start. Raises AddressTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as wrong:
        taken.close()
        raise AddressTaken(wrong.strerror) from wrong
    return taken
