"""Every kind of vote and of ballot, from the line that opens it to the recount, in the real program.

One start of the program serves them all; on Telegram by buttons, a native poll and files, and on the page in a browser.
"""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.simulator.client import buttons, words
from tests.stories.on_telegram import PATIENCE, Stage, bound, stage

__all__ = ["stage"]
VOTERS = ("居民甲", "居民乙", "居民丙")
HOUSEHOLDS = "居民协商表决"
OWNERS = "按民法典第278条口径统计的意见征询，非业主大会法定表决"
OWN = "135790"


async def told(stage: Stage, name: str, part: str, after: int = 0):
    return await stage.sim.wait_for(stage.people[name], part, PATIENCE, after=after)


async def tells(stage: Stage, name: str, text: str) -> None:
    await stage.sim.say(stage.people[name], stage.people[name], text)


async def opens(stage: Stage, number: int, line: str):
    """The moderator opens a vote in private; of a small secret one the bot asks first."""
    await tells(stage, "管理员", line)
    if "不记名" in line:
        await stage.sim.press(stage.people["管理员"], await told(stage, "管理员", "还没开"), "照样开")
    return await stage.hears(f"#{number}")


async def closes(stage: Stage, number: int) -> None:
    """The moderator closes it early, asked once more."""
    await tells(stage, "管理员", f"截止 {number}")
    until = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < until:
        asked = (await stage.sim.messages(stage.people["管理员"]))[-1]
        if sure := next((label for label in buttons(asked) if "截止" in label), None):
            await stage.sim.press(stage.people["管理员"], asked, sure)
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"#{number} was not asked about: {words(asked)}")


async def receipt(stage: Stage, name: str, part: str, to: Path) -> Path:
    """The file of a receipt as the voter saves it."""
    message = await told(stage, name, part)
    async with httpx.AsyncClient(trust_env=False) as client:
        kept = await client.get(f"{stage.sim.address}/file/bot{stage.sim.token}/files/{message['document']['file_id']}")
    to.write_bytes(kept.content)
    return to


async def cast_by_households(stage: Stage) -> None:
    """#2 one option, secret, with digits of one's own; #3 several; #4 ranked."""
    card = await opens(stage, 2, "表决 换灯｜同意｜不同意｜48小时｜不记名")
    assert HOUSEHOLDS in words(card)
    for name, choice in zip(VOTERS, ("同意", "同意", "不同意"), strict=True):
        assert f"您家选“{choice}”" in await stage.presses(name, card, choice)
    await told(stage, "居民甲", "请您定六位数字")
    await tells(stage, "居民甲", OWN)
    card = await opens(stage, 3, "表决 种什么｜桂花｜樟树｜月季｜48小时｜可多选｜记名")
    assert HOUSEHOLDS in words(card)
    for name, choice in (("居民甲", "桂花"), ("居民甲", "月季"), ("居民乙", "桂花")):
        await stage.presses(name, card, choice)
    card = await opens(stage, 4, "表决 选公司｜甲公司｜乙公司｜丙公司｜48小时｜排先后｜记名")
    assert HOUSEHOLDS in words(card)
    for name, first, second in zip(VOTERS, ("甲公司", "乙公司", "乙公司"), ("乙公司", "丙公司", "甲公司"), strict=True):
        await stage.presses(name, card, first)
        await stage.presses(name, card, second)


async def cast_by_owners(stage: Stage) -> None:
    """#5: each says once as what they vote."""
    today = datetime.now(ZoneInfo("Asia/Shanghai"))  # noqa: TID251 - the program beside runs by the real clock
    told_on, until = (f"{day:%Y-%m-%d}" for day in (today - timedelta(days=30), today + timedelta(days=2)))
    card = await opens(stage, 5, f"业主表决 换电梯｜事项5｜通知 {told_on}｜截止 {until} 20:00")
    assert OWNERS in words(card)
    for name, choice in zip(VOTERS, ("赞同", "赞同", "反对"), strict=True):
        await stage.sim.press(stage.people[name], card, choice)
        asked = await told(stage, name, "请问您是这套房的什么人")
        assert f"表决 #5，您家选“{choice}”" in await stage.presses(name, asked, "我是业主")


RESULTS = {
    2: ("同意2户，不同意1户", HOUSEHOLDS, "同意 2，不同意 1"),
    3: ("桂花2户，樟树0户，月季1户", HOUSEHOLDS, "桂花 2，樟树 0，月季 1"),
    4: ("逐轮淘汰选出：乙公司；两两相比选出：乙公司", HOUSEHOLDS, "逐轮淘汰选出乙公司，两两相比选出乙公司"),
    5: ("统计达到要求，赞同2人179.00㎡", OWNERS, "参加3人268.50㎡，赞同2人179.00㎡，反对1人89.50㎡"),
}
"""What the group hears of each vote, the label that says what it is, what a browser counts."""


@pytest.mark.parametrize("stage", ["ptb-polling", "aiogram-polling"], indirect=True)
async def test_each_kind_from_opening_to_recount(stage: Stage, browser: Browser, tmp_path: Path) -> None:
    """表态, 议事表决, 业主共同决定; one, several, ranked; each tells what it is, and the page counts it again."""
    await tells(stage, "管理员", "帮助")
    await told(stage, "管理员", "发给我")
    mine = await stage.sim.say(stage.group, stage.people["管理员"], "我来当管理员")
    await stage.sim.say(stage.group, stage.people["书记"], "授权 管理员", reply_to=mine["message_id"])
    await told(stage, "管理员", "您现在是枫林小区的管理员")
    for name, flat in zip(VOTERS, ("301室", "302室", "303室"), strict=True):
        await bound(stage, name, flat)

    poll = await opens(stage, 1, "表态 跳舞几点结束好｜20点｜21点｜48小时")
    await stage.sim.vote(stage.people["居民甲"], poll, 1)
    assert "群内表态，不作决定依据" in words(poll)
    await cast_by_households(stage)
    await cast_by_owners(stage)
    for number in range(1, 6):
        await closes(stage, number)
    heard = {number: words(await stage.hears(result)) for number, (result, _, _) in RESULTS.items()}
    kept = await receipt(stage, "居民甲", "表决 #2 收据", tmp_path / "receipt.txt")
    shown = await recounted(browser, stage, kept)
    polls = [one["poll"] for one in await stage.sim.messages(stage.group) if "poll" in one]

    assert [label in heard[number] for number, (_, label, _) in RESULTS.items()] == [True] * 4
    assert [(one["is_closed"], [option["voter_count"] for option in one["options"]]) for one in polls] == [
        (True, [0, 1])
    ]
    assert [counted in shown[number] for number, (_, _, counted) in RESULTS.items()] == [True] * 4
    assert "打开是您选的：同意" in shown[0]
    assert OWN in shown[0]


async def recounted(browser: Browser, stage: Stage, kept: Path) -> dict[int, str]:
    """What each vote's page says when it has counted; under 0 what it says of a receipt for #2."""
    page, said = await browser.new_page(locale="zh-CN"), {}
    status = page.locator("#recount [role=status]")
    for number, (_, label, _) in RESULTS.items():
        await page.goto(f"{stage.page}/votes/{number}")
        await expect(page.locator(".label").first).to_contain_text(label)
        await page.get_by_role("button", name="重新计票").click()
        await expect(status).to_contain_text("数完了，和公布的一致")
        said[number] = await status.inner_text()
    await page.goto(f"{stage.page}/votes/2")
    await page.locator("#recount [data-mine]").set_input_files(kept)
    await expect(status).to_contain_text("您的收据在记录第")
    said[0] = await status.inner_text()
    return said
