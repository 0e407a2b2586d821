"""The pages of the played community, in pictures, where there is a Chromium."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image as Pillow

from bot import making
from bot.app import App
from bot.gallery.play import Camera
from bot.server import Server, take_socket

PHONE = (390, 844)
COLOURS = 32
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--accept-lang=zh-CN",  # the pages as residents see them, whatever the machine speaks
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
async def camera(app: App, folder: Path) -> AsyncIterator[Camera | None]:
    """Takes pictures of the app's pages into a folder; None where there is no browser."""
    browser = chromium()
    if browser is None:
        yield None
        return
    async with _served(app) as address:

        async def take(name: str, page: str) -> None:
            await _shot(browser, address + page, folder / f"{name}.png")

        yield take


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


async def _shot(browser: str, url: str, file: Path) -> None:
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
    await asyncio.to_thread(_smaller, file)


def _smaller(file: Path) -> None:
    """A third of the bytes, so that some may stand in documents."""
    with Pillow.open(file) as picture:
        small = picture.convert("RGB").quantize(COLOURS)
    small.save(file, optimize=True)
