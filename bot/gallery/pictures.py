"""The pages of the played community, in pictures, where there is a Chromium."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import making
from bot.app import App
from bot.server import Server, take_socket

PAGES = {
    "board": "/",
    "concerns": "/concerns",
    "concern": "/concerns/9",
    "sessions": "/sessions",
    "votes": "/votes",
    "vote": "/votes/1",
    "chat": "/chat#end",
}
PHONE = (390, 844)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--virtual-time-budget=2000",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE = 60.0


def chromium() -> str | None:
    """The browser: $CHROMIUM, or the system's."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def _served(app: App) -> AsyncIterator[str]:
    with take_socket("127.0.0.1", 0) as taken:
        server = Server(making.web(app.config, app.clock, app.house, app.channels), taken)
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.run_here())
            await server.listening.wait()
            try:
                yield f"http://127.0.0.1:{taken.getsockname()[1]}"
            finally:
                server.should_exit = True
                await serving


async def take(app: App, folder: Path) -> list[Path]:
    """A picture of each page as a phone shows it; none where there is no browser."""
    browser = chromium()
    if browser is None:
        return []
    async with _served(app) as address:
        return [await _shot(browser, address + path, folder / f"{name}.png") for name, path in PAGES.items()]


async def _shot(browser: str, url: str, file: Path) -> Path:
    width, height = PHONE
    process = await asyncio.create_subprocess_exec(
        browser,
        *FLAGS,
        f"--window-size={width},{height}",
        f"--screenshot={file}",
        url,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(PATIENCE):
        await process.wait()
    return file
