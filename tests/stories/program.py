"""The real program as a process: a config file, an address, signals."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Program:
    """`python -m bot run` with a config; killed or stopped, and started again on the same database."""

    def __init__(self, folder: Path, config: str, environment: Mapping[str, str] | None = None) -> None:
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self._file = folder / "config.toml"
        self._file.write_text(config, encoding="utf-8")
        self._log = folder / "program.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, within: float = 60) -> None:
        """Start, and wait until all listens."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                "--config",
                str(self._file),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=self._environment,
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(within):
            line = await self._process.stdout.readline()
        assert "http://" in line.decode(), self.log()

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL: no word, no cleaning up."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)

    async def gone(self, within: float = 10) -> int:
        """Wait for the end; returns the exit code."""
        assert self._process is not None
        async with asyncio.timeout(within):
            return await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code, which must come within 10 s."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self.gone()

    def log(self) -> str:
        """What the program told its operator."""
        return self._log.read_text(encoding="utf-8")


async def command(*arguments: str, config: Path | None = None, stdin: bytes = b"") -> tuple[int, str, str]:
    """Another command of the program; returns exit code, stdout, stderr."""
    more = ("--config", str(config)) if config else ()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        *more,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(stdin)
    return process.returncode or 0, out.decode(), err.decode()
