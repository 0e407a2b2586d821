"""docs/how-to/check-a-vote.md, done as it says: files saved from the page, its command run in their folder."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from playwright.async_api import Browser

from bot.config import ROOT
from tests.ballot_box import Box
from tests.web.test_recount import served

GUIDE = (ROOT / "docs" / "how-to" / "check-a-vote.md").read_text("utf-8")
COMMAND = re.compile(r"^ +python3 (verify\.py .*)$", re.M)


def ran(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in a folder, by Python without any package."""
    alone = [sys.executable, "-I", "-S", *words]
    return subprocess.run(alone, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False)


async def test_command_of_the_guide_runs_on_what_the_page_gives(browser: Browser, tmp_path: Path) -> None:
    """Six files under the names that the command takes; Python alone says that they hold, with the receipt.

    What it could not look at is the list of those who took part, which is for those on the roll.
    """
    chinese, english = COMMAND.findall(GUIDE)
    words = shlex.split(chinese)
    box = Box(10)
    receipt = box.cast("1", 0, own="135790")
    box.cast("2", 1)
    box.close()
    (tmp_path / words[-1]).write_text(str(receipt), "utf-8")
    async with served(box) as url:
        page = await browser.new_page(locale="zh-CN")
        await page.goto(f"{url}/log")
        links = page.locator("main a[download], main a[href$='verify.py']")
        for at in range(await links.count()):
            async with page.expect_download() as begun:
                await links.nth(at).click()
            saved = await begun.value
            await saved.save_as(tmp_path / saved.suggested_filename)
    done = ran(words, tmp_path)

    assert chinese == english
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "what was looked at holds, 1 not looked at / 查了的都对得上，还有1项没查"
    assert "no list of those who took part" in done.stdout
    assert "is signed by the key" in done.stdout
    assert "digits 135790" in done.stdout
    assert len(list(tmp_path.iterdir())) == 7
