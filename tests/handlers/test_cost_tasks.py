"""What an act on a task costs: at most ten statements, BEGIN and COMMIT and what every event asks left out."""

import pytest

from domain.talk import Said, Upload
from domain.terms import Role
from tests.handlers.faults import faults

MOST = 10
EVERY = 4
"""What every event asks beside its handler: seen, scene, audit, outbox; a route for moderators asks for roles too."""

MUTED = 1
"""Where somebody is written to by the bot itself, the run asks once more: who wants none of it."""


@pytest.fixture
async def town(talk):
    """A topic with supporters and several tasks in each state; people for every part."""
    for n in range(8):
        await talk.knows(f"居民{n}")
    roles = {
        "管理员": Role.MODERATOR,
        "书记": Role.SECRETARY,
        "李工": Role.PROPERTY_COMPANY,
        "周主任": Role.NEIGHBOURHOOD_CADRE,
    }
    for name, role in roles.items():
        await talk.knows(name, role)
    await talk.plans()
    for n in range(2):
        await talk.says("居民0", f"说事 {n + 3}号楼路灯不亮了")
        for other in range(1, 8):
            await talk.says(f"居民{other}", f"附议 {n + 1}")
        await talk.tells("管理员", f"合并 {n + 1}｜路灯{n}")
    for n in range(4):
        await talk.tells("管理员", f"派单 1 办第{n}件｜物业 李工｜12-08")
    await talk.tells("管理员", "派单 2 换灯｜物业 李工｜12-08")
    await talk.says("居民0", "说事 9号楼水管漏水")
    await talk.tells("管理员", "合并 3｜水管")
    await talk.tells("管理员", "清单 1 民主议事")
    await talk.presses("管理员", "派1", talk.private("管理员"))
    await talk.tells("李工", "上报 4 要钱")
    await talk.tells("李工", "办结 5 换好了")
    return talk


@pytest.mark.parametrize(
    ("name", "words", "pictures"),
    [
        ("管理员", "派单 1 再办一件｜物业 李工｜12-08", 0),
        ("管理员", "派单 3 先办一件｜物业 李工｜12-08", 0),
        ("李工", "接单 1", 0),
        ("李工", "进展 1 在等零件", 2),
        ("李工", "办结 1 办好了", 2),
        ("管理员", "办结 1 重复｜前面办过", 0),
        ("管理员", "办结 6 看过了", 0),
        ("李工", "退回 1 没有人手", 0),
        ("管理员", "转派 1 网格员 赵姐｜请她协调", 0),
        ("管理员", "延期 任务1｜12-20｜等零件", 0),
        ("李工", "上报 1 要动用维修资金", 0),
        ("周主任", "上报 4 超过权限", 0),
        ("周主任", "退回 4 同意｜补助三万元｜12-20", 0),
        ("居民0", "评价 2 满意", 0),
        ("居民1", "评价 2 不满意 又坏了", 0),
        ("居民0", "评价 2", 0),
        ("管理员", "重办 5 再看看", 0),
        ("居民3", "任务", 0),
        ("居民3", "任务 1", 0),
        ("居民3", "月报", 0),
        ("居民3", "月报 12 分类", 0),
        ("居民3", "进度 1", 0),
    ],
)
async def test_act_on_a_task_costs_at_most_ten_statements(town, name, words, pictures):
    """Whatever hangs on it: supporters to ask, groups to tell, cards to edit."""
    uploads = tuple(Upload(f"p{n}") for n in range(pictures))
    with faults() as seen:
        said = Said("cost", town.clock(), town.private(name), town.person(name), words, "u", pictures=uploads)
        await town.run(said)
    await town.delivery.drain()

    assert seen.count - 2 - EVERY - words.startswith(("派单", "重办", "延期")) <= MOST
    assert not town.channel.sent[-1].text.startswith("我这边出错了")


@pytest.mark.parametrize("words", ["办结 7 重复｜前面办过", "办结 8 看过了"])
async def test_unrated_work_done_while_other_work_waits_for_its_rating_costs_no_more(town, words):
    """What nobody rates ends, with its pictures; those who asked are asked about what was reported before it."""
    await town.tells("管理员", "派单 2 挂告示｜物业 李工｜12-08")
    await town.tells("管理员", "清单 2 民主议事")
    await town.presses("管理员", "派1", town.private("管理员"))
    if words.startswith("办结 8"):
        await town.tells("管理员", "办结 7 重复｜前面办过")
    uploads = (Upload("p1"), Upload("p2"))
    chat, who = town.private("管理员"), town.person("管理员")
    with faults() as seen:
        await town.run(Said("cost", town.clock(), chat, who, words, "u", pictures=uploads))
    asks = words.startswith("办结 8")

    assert seen.count - 2 - EVERY - asks * MUTED <= MOST
    heard = await town.wakes("12-02 09:00")
    assert any(out.to == town.private("居民0") and "报办结：换灯" in out.text for out in heard) == asks


async def test_undecided_and_left_cost_no_more(town):
    """不满意 for the second time, and 不重办."""
    await town.tells("居民1", "评价 2 不满意 又坏了")
    await town.tells("李工", "办结 5 换好了")
    for name, words in (("居民2", "评价 2 不满意 还是暗"), ("管理员", "不重办 5 亮度合格")):
        with faults() as seen:
            await town.run(Said(words, town.clock(), town.private(name), town.person(name), words, "u"))

        assert seen.count - 2 - EVERY <= MOST
