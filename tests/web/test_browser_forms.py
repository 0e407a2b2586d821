"""Forms in a real browser: back button, a link that is over, no scripts; nothing is lost, nothing is sent twice."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.passes import LASTS
from models.tables.ballot_log import SealedBallot
from models.tables.concerns import Concern
from models.tables.votes import Ballot
from tests.channels.test_web_residents import bound, link
from tests.web.living import CODES
from tests.web.test_browser import opened
from tests.web.test_browser_residents import FINE, TEXT, looked_at, served


@pytest.mark.parametrize("scripts", [True, False])
async def test_back_button_sends_nothing_again(browser: Browser, tmp_path: Path, scripts: bool):
    """Back to the form and forth again: one concern; sent once more with other words: a second one."""
    async with served(tmp_path) as (_, at), opened(browser, at, 360, java_script_enabled=scripts) as page:
        await page.goto(f"{at.url}/say")
        await page.fill("#code", CODES[0])
        await page.click("form button")
        await page.fill("#text", TEXT)
        await page.locator("button.main").first.click()
        await page.wait_for_url("**/say/20")
        await page.go_back()
        await page.go_forward()
        await page.wait_for_url("**/say/20")
        await page.reload()
        assert await Concern.filter(number__gte=20).count() == 1

        await page.goto(f"{at.url}/say")
        await page.fill("#text", "二单元门口的路灯也不亮了，晚上看不清台阶")
        await page.locator("button.main").first.click()
        await page.wait_for_url("**/say/21")
        assert await Concern.filter(number__gte=20).count() == 2


@pytest.mark.parametrize(("lang", "said"), [("zh", "没打开：链接过期了"), ("en", "Not opened: the link is over")])
async def test_link_that_is_over_says_what_to_do(browser: Browser, tmp_path: Path, lang: str, said: str):
    """The usual page with a box: what was not opened, one next step; without scripts, in large type, at 320 px."""
    async with served(tmp_path) as (living, at):
        address = await link(living, "ballot/4", await bound(living))
        living.clock.moment += LASTS
        async with opened(browser, at, 320, "large") as page:
            await page.context.add_cookies([{"name": "lang", "value": lang, "url": at.url}])
            await page.goto(at.url + address)
            await expect(page.get_by_role("alert").or_(page.locator(".error")).first).to_contain_text(said)
            assert await looked_at(page, f"expired-{lang}", 320) == FINE
        async with opened(browser, at, 360, java_script_enabled=False) as page:
            await page.goto(at.url + address)
            await expect(page.locator("main")).to_contain_text("链接过期了")


async def test_ballot_is_cast_and_changed_without_scripts_in_english(browser: Browser, tmp_path: Path):
    """Cast, back, changed: one ballot, the last one; the page says which."""
    async with (
        served(tmp_path) as (_, at),
        opened(browser, at, 360, locale="en-GB", java_script_enabled=False) as page,
    ):
        await page.goto(f"{at.url}/ballot/4")
        await page.fill("#code", CODES[0])
        await page.click("form button")
        await page.check('input[value="1"]')
        await page.locator("button.main").first.click()
        await expect(page.locator("#done")).to_contain_text("甲公司")
        await page.go_back()
        await page.goto(f"{at.url}/ballot/4")
        await page.check('input[value="2"]')
        await page.locator("button.main").first.click()
        await expect(page.locator("#done")).to_contain_text("乙公司")

        assert [ballot.choice for ballot in await Ballot.all()] == [1]


DRAWN = [255, 250, 249, 8, 100, 19, 254, 7, 36, *range(40, 46)]
"""Random bytes as they come: above 249 none is used, or 0 to 5 would come oftener than 6 to 9."""


async def test_browser_makes_the_voters_digits_itself(browser: Browser, tmp_path: Path):
    """Six digits that the server did not send, evenly drawn, others on demand; the ballot is sealed with those."""
    fixed = f"var drawn = {DRAWN}; crypto.getRandomValues = one => {{ one[0] = drawn.shift(); return one; }};"
    async with served(tmp_path) as (_, at):
        async with opened(browser, at, 360, java_script_enabled=False) as page:
            await page.goto(f"{at.url}/ballot/4")
            await page.fill("#code", CODES[0])
            await page.click("form button")
            await expect(page.locator("#own")).to_have_value("")
            await expect(page.locator("[data-again]")).to_be_hidden()
            assert "随手定的" not in await page.inner_text("main")
            known = await page.context.storage_state()
        async with opened(browser, at, 360, storage_state=known) as page:
            await page.goto(f"{at.url}/ballot/4")
            own = page.locator("#own")
            made = [await own.input_value()]
            await page.click("[data-again]")
            made.append(await own.input_value())
            await page.add_init_script(fixed)
            await page.reload()
            await expect(own).to_have_value("980976")
            await page.click("[data-again]")
            await expect(own).to_have_value("012345")
            await page.check('input[value="1"]')
            await page.locator("button.main").first.click()
            await expect(page.locator("#done")).to_contain_text("甲公司")

        assert [re.fullmatch("[0-9]{6}", digits) is not None for digits in made] == [True, True]
        assert made[0] != made[1]
        assert [one.own for one in await SealedBallot.all()] == ["012345"]
