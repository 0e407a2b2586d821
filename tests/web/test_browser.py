"""The pages in a real browser: nothing scrolls sideways, everything can be read and pressed, with and without scripts.

Pictures are kept where `BOARD_PICTURES` names a folder, to be looked at.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # ships no types
from playwright.async_api import Browser, Page, expect

from domain.talk import Outgoing
from tests.web.serving import GROUP, Served, served

PAGES = {
    "home": "/",
    "concerns": "/concerns?category=livelihood",
    "concern": "/concerns/9",
    "sessions": "/sessions",
    "session": "/sessions/20261214",
    "votes": "/votes",
    "vote-open": "/votes/4",
    "vote-closed": "/votes/3",
    "vote-owners": "/votes/6",
    "vote-near": "/votes/7",
    "vote-later": "/votes/8",
    "topics": "/topics",
    "topic-late": "/topics/5",
    "topic-done": "/topics/4",
    "statistics": "/statistics",
    "month": "/statistics?period=month",
    "past-month": "/statistics?period=2026-11",
    "found": "/topics?q=停水",
    "log": "/log",
    "empty": "/c/empty/",
    "empty-statistics": "/c/empty/statistics",
    "about": "/about",
    "flows": "/flows",
    "flow": "/flows/mediation",
    "api": "/api",
    "print": "/print",
    "district": "/district",
    "missing": "/votes/99",
    "chat": "/chat?as=居民甲",
}
WIDTHS = (320, 360, 768, 1280)
AXE_WIDTHS = (320, 1280)  # a second a page
MODES = ("light", "dark", "large")

# Text whose contrast with its ground is below 7, and where.
PALE = """() => {
  const channel = (v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
  const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
  const light = (c) => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > .99) return c;
    }
    return [255, 255, 255];
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, .hidden, .skip") || !element.getClientRects().length) continue;
    const one = light(rgb(getComputedStyle(element).color)), other = light(ground(element));
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (ratio < 7) pale.push(ratio.toFixed(2) + " " + node.data.trim().slice(0, 20));
  }
  return pale;
}"""

# What can be pressed and is smaller than a finger.
SMALL = """() => Array.from(document.querySelectorAll(
    "a[href], button, select, .choice, input:not([type=hidden]):not([type=radio])"))
  .filter((e) => e.getClientRects().length && !e.matches(".skip"))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width < 43.5 || box.height < 43.5)
  .map(([e, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${e.outerHTML.slice(0, 80)}`)"""

# One word of the navigation or of a course on two lines.
BROKEN = """() => Array.from(document.querySelectorAll(".nav a, .course li"))
  .filter((e) => !/\\s/.test(e.textContent.trim()) && parseFloat(getComputedStyle(e).fontSize) > 0)
  .filter((e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    return new Set(Array.from(range.getClientRects()).map((box) => Math.round(box.top))).size > 1;
  })
  .map((e) => e.textContent)"""

# Headings that leave out a rank, or a page without exactly one first.
HEADINGS = """() => {
  const ranks = Array.from(document.querySelectorAll("h1, h2, h3")).map((h) => Number(h.tagName[1]));
  const skipped = ranks.filter((rank, i) => rank > (i ? ranks[i - 1] : 1) + 1);
  return [ranks.filter((rank) => rank === 1).length, skipped.length];
}"""


@asynccontextmanager
async def opened(browser: Browser, at: Served, width: int, mode: str = "light", **more: Any) -> AsyncIterator[Page]:
    """A page of this width and look, in Chinese unless `locale` says else; messages of its console are errors."""
    scheme = "dark" if mode == "dark" else "light"
    more = {"locale": "zh-CN", "viewport": {"width": width, "height": 900}, "color_scheme": scheme, **more}
    context = await browser.new_context(**more)
    if mode == "large":
        await context.add_cookies([{"name": "large", "value": "1", "url": at.url}])
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    await context.close()
    assert [text for text in said if "responded with a status of 4" not in text] == []


async def against_axe(page: Page) -> list[str]:
    """What axe finds against a page: the rule, and where first."""
    found = (await Axe().run(page)).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:80]}" for one in found]


async def talk(browser: Browser, at: Served) -> None:
    """Some words in the group, typed without scripts."""
    async with opened(browser, at, 1280, java_script_enabled=False) as page:
        for who, text in (
            ("网格员", "14号19:30说事会，来不了的先在群里说。"),
            ("居民甲", "说事 三号楼四层楼道的灯坏了一个星期"),
        ):
            await page.goto(f"{at.url}/chat?as={who}")
            await page.fill("#text", text)
            await page.press("#text", "Enter")
            await page.wait_for_url("**#end")
        await page.get_by_role("button", name="匿名").click()
        await page.wait_for_url("**#end")


@pytest.mark.parametrize("width", WIDTHS)
async def test_page_can_be_read_and_pressed(browser: Browser, tmp_path: Path, width: int):
    """No sideways scrolling; text at 7:1; fingers find everything; one first heading (BOARD.md section 6)."""
    pictures = Path(os.environ.get("BOARD_PICTURES") or tmp_path)
    async with served() as at:
        await talk(browser, at)
        for mode in MODES:
            async with opened(browser, at, width, mode) as page:
                for name, path in PAGES.items():
                    await page.goto(at.url + path)
                    await page.screenshot(path=pictures / f"{name}-{width}-{mode}.png", full_page=True)
                    found = {
                        "wide": max(0, await page.evaluate("document.documentElement.scrollWidth") - width),
                        "pale": await page.evaluate(PALE),
                        "small": await page.evaluate(SMALL),
                        "headings": await page.evaluate(HEADINGS),
                        "axe": await against_axe(page) if width in AXE_WIDTHS else [],
                    }

                    assert found == {"wide": 0, "pale": [], "small": [], "headings": [1, 0], "axe": []}, (name, mode)


@pytest.mark.parametrize(("width", "mode"), [(320, "large"), (360, "dark"), (1280, "light")])
async def test_english_page_can_be_read_and_pressed(browser: Browser, tmp_path: Path, width: int, mode: str):
    """English runs longer: nothing is cut, no word of the navigation is broken (BOARD.md section 6)."""
    pictures = Path(os.environ.get("BOARD_PICTURES") or tmp_path)
    async with served() as at, opened(browser, at, width, mode, locale="en-GB") as page:
        for name, path in PAGES.items():
            await page.goto(at.url + path)
            await page.screenshot(path=pictures / f"{name}-{width}-{mode}-en.png", full_page=True)
            found = {
                "wide": max(0, await page.evaluate("document.documentElement.scrollWidth") - width),
                "pale": await page.evaluate(PALE),
                "small": await page.evaluate(SMALL),
                "broken": await page.evaluate(BROKEN),
                "axe": await against_axe(page),
            }

            assert found == {"wide": 0, "pale": [], "small": [], "broken": [], "axe": []}, name


async def test_group_can_be_played_without_scripts(browser: Browser):
    """Type, press, change the player, move the clock: plain forms."""
    async with served() as at, opened(browser, at, 360, java_script_enabled=False) as page:
        await page.goto(f"{at.url}/chat?as=居民甲")
        await page.fill("#text", "说事 路灯不亮")
        await page.get_by_role("button", name="发出").click()
        await expect(page.get_by_text("收到，记为说事 #31")).to_be_in_viewport()
        await page.get_by_role("button", name="撤回").click()
        await expect(page.get_by_text("按了withdraw")).to_be_in_viewport()

        await page.get_by_role("link", name="换人").click()
        await page.get_by_role("link", name="居民乙").click()
        await expect(page.get_by_text("您扮演：居民乙")).to_be_attached()
        await expect(page.get_by_text("按了withdraw")).not_to_be_attached()
        await page.get_by_role("button", name="到明天8:00").click()
        await expect(page.locator("#now")).to_contain_text("12月12日（周六）08:02")


async def test_news_come_by_themselves_and_leave_the_focus_alone(browser: Browser):
    """With the script, what the bot says appears while one is typing; a card is redrawn in its place."""
    async with served() as at, opened(browser, at, 1280) as page:
        await page.goto(f"{at.url}/chat?as=居民甲")
        await page.fill("#text", "我正在写")
        message = await at.channel.send(Outgoing(GROUP, "已投0户，共67户"), None)
        await expect(page.get_by_text("已投0户，共67户")).to_be_visible()
        await at.channel.send(Outgoing(GROUP, "已投1户，共67户"), message)
        await expect(page.get_by_text("已投1户，共67户")).to_be_visible()

        await expect(page.get_by_text("已投0户，共67户")).to_have_count(0)
        await expect(page.locator("#text")).to_have_value("我正在写")
        await expect(page.locator("#text")).to_be_focused()


async def test_double_click_says_it_once(browser: Browser):
    """Two clicks on 发出 are one message."""
    async with served() as at, opened(browser, at, 1280, java_script_enabled=False) as page:
        await page.goto(f"{at.url}/chat?as=居民甲")
        await page.fill("#text", "说事 路灯不亮")
        await page.get_by_role("button", name="发出").dblclick()
        await expect(page.get_by_text("收到，记为说事 #31").first).to_be_visible()
        await page.goto(f"{at.url}/chat?as=居民甲")

        await expect(page.get_by_text("说事 路灯不亮")).to_have_count(1)


async def test_keyboard_reaches_the_text_first(browser: Browser):
    """The first key leads past the head, and focus is seen."""
    async with served() as at, opened(browser, at, 1280) as page:
        await page.goto(at.url)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")

        inside = await page.evaluate("document.activeElement.closest('main') !== null")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert inside
        assert outline == "3px"


async def test_large_type_is_chosen_without_scripts(browser: Browser):
    """大字: 22 px and up, kept on the next page."""
    async with served() as at, opened(browser, at, 360, java_script_enabled=False) as page:
        await page.goto(at.url)
        await page.get_by_role("link", name="大字", exact=True).click()
        await page.get_by_role("link", name="说事日", exact=True).click()
        size = await page.locator("main p").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")

        assert size >= 22
        await expect(page.get_by_role("link", name="标准字")).to_be_visible()


async def test_text_for_wechat_is_copied_by_a_press(browser: Browser):
    """The button answers in its place."""
    async with served() as at, opened(browser, at, 360) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.goto(f"{at.url}/votes/3")
        await page.get_by_role("button", name="复制文字和链接").click()
        await expect(page.get_by_role("button", name="复制好了")).to_be_visible()

        assert "居民协商表决。" in await page.evaluate("navigator.clipboard.readText()")


async def test_page_is_readable_without_its_style_sheet(browser: Browser):
    """The order of the words is the order of reading (BOARD.md section 6)."""
    async with served() as at, opened(browser, at, 360) as page:
        await page.route("**/*.css*", lambda route: route.fulfill(body="", content_type="text/css"))
        await page.goto(at.url)
        text = await page.locator("main").inner_text()

        order = ("下次说事会", "12月14日（周一）19:30", "有事就说", "正在投的表决", "等得最久", "本周")
        assert sorted(order, key=text.index) == list(order)


async def test_paper_has_no_buttons(browser: Browser):
    """Printed: no links to press, black on white."""
    async with served() as at, opened(browser, at, 768) as page:
        await page.goto(f"{at.url}/votes/3")
        await page.emulate_media(media="print")

        await expect(page.locator(".nav")).to_be_hidden()
        await expect(page.get_by_role("button")).to_have_count(0)
        await expect(page.get_by_text("居民协商表决", exact=True)).to_be_visible()
