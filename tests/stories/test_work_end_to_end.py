"""Work in the started program, over real sockets: handed out, taken, proved, rated, returned, sent up, muted."""

import io

import pytest
from PIL import Image

from tests.stories.on_telegram import PATIENCE, Stage, stage

__all__ = ["stage"]


def png() -> bytes:
    """A picture."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(content, "PNG")
    return content.getvalue()


async def tells(stage: Stage, name: str, text: str, part: str):
    """Somebody says something in private and reads an answer there that holds `part`."""
    said = await stage.sim.say(stage.people[name], stage.people[name], text)
    return await stage.sim.wait_for(stage.people[name], part, PATIENCE, after=said["message_id"])


async def granted(stage: Stage, name: str, role: str) -> None:
    """The secretary gives somebody a role, answering what they said."""
    await tells(stage, name, "帮助", "说事")
    said = await stage.sim.say(stage.group, stage.people[name], "大家好")
    await stage.sim.say(stage.group, stage.people["书记"], f"授权 {role}", reply_to=said["message_id"])
    await stage.hears("您现在是", stage.people[name])


@pytest.mark.parametrize("stage", ["ptb-polling"], indirect=True)
async def test_work_goes_round_in_the_started_program(stage: Stage):
    """派单, 接单, 进展, 办结 with a picture, 评价, 退回, 转派, 上报, 静音: each by the person who does it."""
    doer, speaker = stage.people["居民丙"], stage.people["居民甲"]
    await tells(stage, "居民甲", "帮助", "说事")
    await granted(stage, "管理员", "管理员")
    await granted(stage, "居民丙", "物业")
    await stage.says("居民甲", "说事 三号楼电梯又停了，老人下不来")
    await stage.hears("记为说事 #1")
    await tells(stage, "管理员", "合并 1｜三号楼电梯", "归好了：议题 #1")
    await tells(stage, "管理员", "派单 1 换钢丝绳｜物业｜7天", "派了任务 #1")

    given = await stage.hears("派给您：任务 #1 换钢丝绳", doer)
    assert await stage.presses("居民丙", given, "接单")
    await tells(stage, "居民丙", "进展 1 零件到了", "记下了：任务 #1 的进展。")
    await tells(stage, "居民丙", "办结 1", "办得怎么样")
    await stage.sim.show(doer, doer, [png()], "换好了")
    await stage.hears("报办结了：任务 #1，正在请大家评价。", doer)
    shown = await stage.hears("✅ 任务 #1 换钢丝绳报办结")
    assert "换好了，照片1张" in shown["text"]
    question = await stage.hears("您看办得怎么样？", speaker)
    assert await stage.presses("居民甲", question, "满意")

    await tells(stage, "管理员", "派单 1 换轿厢灯｜物业｜7天", "派了任务 #2")
    await tells(stage, "居民丙", "退回 任务2 没有人手", "退回了：任务 #2")
    await stage.hears("任务 #2 换轿厢灯退回来了", stage.people["管理员"])
    await tells(stage, "管理员", "转派 2 物业｜请再安排", "转派了：任务 #2")
    await tells(stage, "居民丙", "接单 2", "接下了：任务 #2")
    await tells(stage, "居民丙", "上报 2 要动用维修资金", "上报了：任务 #2，到社区。")
    await stage.hears("任务 #2 换轿厢灯上报到社区")
    await tells(stage, "居民甲", "静音 议题1", "静音了议题 #1")
    await tells(stage, "管理员", "办结 2 换好了", "报办结了：任务 #2")
    await stage.hears("✅ 任务 #2 换轿厢灯报办结")

    asked = [one for one in await stage.sim.messages(speaker) if "您看办得怎么样" in one.get("text", "")]
    assert len(asked) == 1  # of the first; who muted the topic is not asked of the second
