"""Residents' pages in a real browser, in both languages: read, pressed, without scripts."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.server import Server, take_socket
from models.tables.concerns import Concern
from models.tables.votes import Ballot
from tests.web.living import CODES, Living, living
from tests.web.serving import Served
from tests.web.test_browser import HEADINGS, PALE, SMALL, against_axe, opened

TEXT = "三号楼四层楼道的灯坏了一个星期，晚上老人上下楼看不见"


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Living, Served]]:
    """The whole program on a socket."""
    taken = take_socket("127.0.0.1", 0)
    async with living(folder) as at, asyncio.TaskGroup() as tasks:
        server = Server(at.asgi, taken)  # type: ignore[arg-type]
        running = tasks.create_task(server.run_here())
        await server.listening.wait()
        try:
            yield at, Served(f"http://127.0.0.1:{taken.getsockname()[1]}", at.app.channels["web"])  # type: ignore[arg-type]
        finally:
            server.should_exit = True
            await running
            taken.close()


async def looked_at(page: Page, name: str, width: int) -> dict[str, object]:
    """What is wrong with a page as it stands."""
    await page.wait_for_load_state()
    if folder := os.environ.get("BOARD_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    return {
        "wide": max(0, await page.evaluate("document.documentElement.scrollWidth") - width),
        "pale": await page.evaluate(PALE),
        "small": await page.evaluate(SMALL),
        "headings": await page.evaluate(HEADINGS),
        "axe": await against_axe(page),
    }


FINE = {"wide": 0, "pale": [], "small": [], "headings": [1, 0], "axe": []}


@pytest.mark.parametrize(
    ("width", "mode", "lang"),
    [(320, "light", "zh"), (360, "large", "zh"), (360, "dark", "en"), (1280, "light", "en"), (320, "large", "en")],
)
async def test_each_step_can_be_read_and_pressed(browser: Browser, tmp_path: Path, width: int, mode: str, lang: str):
    """Door, wrong code, form, empty form, what became of it, ballot, ballot cast: none has a fault."""
    async with served(tmp_path) as (_, at), opened(browser, at, width, mode) as page:
        await page.context.add_cookies([{"name": "lang", "value": lang, "url": at.url}])
        look = lambda name: looked_at(page, f"{name}-{width}-{mode}-{lang}", width)  # noqa: E731
        await page.goto(f"{at.url}/say")
        found = {"door": await look("door")}
        await page.fill("#code", "ABCD9999")
        await page.click("form button")
        await page.wait_for_timeout(500)
        found["wrong"] = await look("wrong")
        await page.fill("#code", CODES[0])
        await page.click("form button")
        await page.wait_for_timeout(500)
        found["say"] = await look("say")
        await page.fill("#text", TEXT)
        await page.click("button.main")
        await page.wait_for_timeout(1500)
        found["matter"] = await look("matter")
        await page.goto(f"{at.url}/say/9")
        found["second"] = await look("second")
        await page.goto(f"{at.url}/ballot/4")
        found["ballot"] = await look("ballot")
        await page.check('input[value="1"]')
        await page.click("button.main")
        await page.wait_for_timeout(1500)
        found["cast"] = await look("cast")

        assert {name: one for name, one in found.items() if one != FINE} == {}


async def test_form_that_breaks_off_is_no_fault_of_ours(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A phone loses its net in the middle of a form: nothing is kept, nothing is logged as our error."""
    async with served(tmp_path) as (_, at):
        host, port = at.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /say HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 900\r\n"
        writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=三".encode())
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.2)
        assert await Concern.filter(number__gte=20).count() == 0

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_double_click_counts_once_without_scripts(browser: Browser, tmp_path: Path):
    """Two clicks on a form are one concern, one ballot."""
    async with served(tmp_path) as (_, at), opened(browser, at, 360, java_script_enabled=False) as page:
        await page.goto(f"{at.url}/say")
        await page.fill("#code", CODES[0])
        await page.click("form button")
        await page.fill("#text", TEXT)
        await page.locator("button.main").dblclick()
        await expect(page).to_have_url(f"{at.url}/say/20")
        assert await Concern.filter(number__gte=20).count() == 1

        await page.goto(f"{at.url}/ballot/4")
        await page.check('input[value="2"]')
        await page.locator("button.main").dblclick()
        await expect(page.get_by_text("计入了：您家选“乙公司”")).to_be_visible()
        assert await Ballot.all().count() == 1
