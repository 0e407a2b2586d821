"""The core loop as the real program plays it, over real sockets, with both Telegram libraries, in both modes.

Started with a config file; a group talks; a household is bound by its paper slip; a vote is opened, cast, changed and
closed; the program is killed in the middle. Every request it makes is checked against the Bot API.
"""

import asyncio
import re

import pytest

from tests.simulator.client import buttons, words
from tests.stories.on_telegram import PATIENCE, Stage, bound, stage

__all__ = ["stage"]
CARRIERS = ["ptb-polling", "ptb-webhook-postgres", "aiogram-polling", "aiogram-webhook", "aiogram-polling-postgres"]


@pytest.mark.parametrize("stage", CARRIERS, indirect=True)
async def test_core_loop_on_real_sockets(stage: Stage):
    """A concern is numbered and seconded; a vote opens, is cast, changed, survives a kill, closes with its result."""
    await stage.says("居民甲", "说事 三号楼电梯又停了，老人下不来")
    card = await stage.hears("记为说事 #1")
    assert await stage.presses("居民乙", card, "附议") == "已附议说事 #1，连您1人。"
    await stage.hears("人数：1人附议")
    await stage.says("居民乙", "进度 99")
    await stage.hears("没有说事 #99")
    await stage.says("居民甲", "下次说事")
    await stage.hears("\n再下次：")  # the first line depends on the hour: a session may be on

    await stage.sim.say(stage.people["管理员"], stage.people["管理员"], "帮助")
    await stage.hears("发给我", stage.people["管理员"])
    await stage.says("管理员", "截止 1")
    await stage.hears("只有管理员")
    mine = await stage.sim.say(stage.group, stage.people["管理员"], "我来当管理员")
    await stage.sim.say(stage.group, stage.people["书记"], "授权 管理员", reply_to=mine["message_id"])
    await stage.hears("您现在是枫林小区的管理员", stage.people["管理员"])

    await bound(stage, "居民甲", "301室")
    await bound(stage, "居民乙", "302室")
    await stage.says("管理员", "表决 楼道灯换声控灯｜同意｜不同意｜48小时｜不记名")
    asked = None
    for _ in range(100):  # a roll of three is tiny: the bot asks first
        shown = await stage.sim.messages(stage.people["管理员"]) + await stage.sim.messages(stage.group)
        asked = next((m for m in reversed(shown) if "照样开" in buttons(m)), None)
        if asked or any("🗳️" in words(m) for m in shown):
            break
        await asyncio.sleep(0.1)
    if asked:
        await stage.sim.press(stage.people["管理员"], asked, "照样开")
    vote = await stage.hears("🗳️ 表决 #1")
    assert "居民协商表决" in words(vote)
    assert "您家选“同意”" in await stage.presses("居民甲", vote, "同意")
    assert "没计入" in await stage.presses("居民丙", vote, "同意")

    stage.program.kill()
    query = await stage.sim.press(stage.people["居民乙"], vote, "不同意")
    await stage.says("居民丙", "说事 小区东门路灯不亮")
    await stage.program.gone()
    await stage.program.start()
    assert "计入了" in (await stage.sim.answer(query, PATIENCE))["text"]
    await stage.hears("记为说事 #2")

    assert "改为“不同意”" in await stage.presses("居民甲", vote, "不同意")
    await stage.hears("已投2户，共3户")
    await stage.says("管理员", "截止 1")
    for _ in range(100):
        shown = await stage.sim.messages(stage.group) + await stage.sim.messages(stage.people["管理员"])
        sure = next((m for m in reversed(shown) if any("截止" in b for b in buttons(m))), None)
        if sure:
            break
        await asyncio.sleep(0.1)
    assert sure is not None
    await stage.sim.press(stage.people["管理员"], sure, next(b for b in buttons(sure) if "截止" in b))
    result = words(await stage.hears("户参加"))

    assert re.search(r"同意0户，不同意2户", result)
    assert "3户中2户参加" in result
    assert "居民协商表决" in result
    numbered = [words(m) for m in await stage.sim.messages(stage.group) if "记为说事 #2" in words(m)]
    assert len(numbered) == 1


@pytest.mark.parametrize("stage", ["ptb-webhook", "aiogram-polling"], indirect=True)
async def test_ten_kills_lose_nothing(stage: Stage):
    """SIGKILL at ten moments while four groups talk: each concern is taken once, only a send in flight is repeated."""
    said = 0
    for moment in range(10):
        async with asyncio.TaskGroup() as beside:
            beside.create_task(_talk(stage, said, 4))
            await asyncio.sleep(0.03 * moment)
            stage.program.kill()
        said += 4
        await stage.program.gone()
        await stage.program.start()
    await stage.sim.settled(60)
    counts = await _answers(stage, said)

    assert all(counts), counts
    assert sum(count - 1 for count in counts) <= 10, counts  # one message may be the one in flight at two kills
    assert await _answered(stage, said + 1) == 0


async def _talk(stage: Stage, first: int, count: int) -> None:
    for n in range(first, first + count):
        await stage.sim.say(stage.groups[n % 4], stage.people["居民甲"], f"说事 {n}号楼路灯不亮了")


async def _answers(stage: Stage, said: int) -> list[int]:
    """How often each concern was answered, once all were."""
    for _ in range(600):
        counts = [await _answered(stage, n) for n in range(1, said + 1)]
        if all(counts):
            break
        await asyncio.sleep(0.2)
    return counts


async def _answered(stage: Stage, number: int) -> int:
    shown = [words(message) for group in stage.groups for message in await stage.sim.messages(group)]
    return sum(f"记为说事 #{number}。" in text for text in shown)
