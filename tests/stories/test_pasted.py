"""Every announcement, vote and result as a text for an ordinary WeChat group (VOICE.md §2)."""

from dataclasses import replace

import pytest

from domain.talk import Outgoing
from domain.terms import Role, SessionRule
from models.tables.people import Household
from tests.stories.talk import Talk

LABEL = "居民协商表决"
OWNERS = "按民法典第278条口径统计的意见征询，非业主大会法定表决"
HEAD = "下面这段可以贴到别的微信群：\n"


@pytest.fixture
async def town(talk: Talk) -> Talk:
    """A community with homes whose board the world can reach; a moderator who can be written to."""
    talk.house = talk.run.house = replace(talk.house, public_url="https://feng.example")
    await talk.knows("管理员", Role.MODERATOR)
    await talk.knows("居民甲", household="3-1-101")
    for room in range(102, 113):
        await Household.create(community_id=1, building="3", unit="1", room=str(room), area=8950)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    return talk


def offered(out: list[Outgoing]) -> str:
    """The text that the moderator was offered, alone."""
    (found,) = [one for one in out if one.text.startswith(HEAD)]
    assert found.to.id == "p-管理员"
    text = found.text.removeprefix(HEAD)
    assert len(text) <= 120
    return text


async def test_vote_that_opens_is_offered_with_the_page_where_one_votes(town: Talk) -> None:
    """Kind, what, until when, the label, the link; to the opener alone, wherever it was opened."""
    out = await town.says("管理员", "表决 楼道灯换声控灯｜赞同｜反对｜截止 12-03 20:00")

    assert offered(out) == (
        f"【枫林小区表决】楼道灯换声控灯，12月3日（周四）20:00截止。{LABEL}。"
        "投票：https://feng.example/c/fenglin/ballot/1"
    )


@pytest.mark.parametrize(
    ("line", "label"),
    [("表决 {title}｜赞同｜反对", LABEL), ("业主表决 {title}｜事项5｜通知 11-10｜截止 12-20 20:00", OWNERS)],
)
async def test_long_title_gives_way_and_label_and_link_stay(town: Talk, line: str, label: str) -> None:
    """The legal label is never dropped, and a link that was cut leads nowhere."""
    text = offered(await town.tells("管理员", line.format(title="三号楼电梯更换以后日常维护由谁来做" * 6)))

    assert len(text) == 120
    assert text.startswith("【枫林小区表决】三号楼电梯")
    assert "…，12月" in text
    assert f"截止。{label}。投票：https://feng.example/c/fenglin/ballot/1" in text


async def test_poll_is_offered_where_it_is_no_native_poll(town: Talk) -> None:
    """表态 with its label."""
    text = offered(await town.says("管理员", "表态 跳舞几点结束好｜八点｜九点"))

    assert text.startswith("【枫林小区表态】跳舞几点结束好，")
    assert "群内表态，不作决定依据。看：https://feng.example/c/fenglin/votes/1" in text


async def test_opener_without_a_private_chat_finds_it_on_the_board(town: Talk) -> None:
    """Never moved to the group because private fails (VOICE.md §1.6)."""
    await town._gone("web", "p-管理员", "blocked")
    out = await town.says("管理员", "表决 楼道灯换声控灯｜赞同｜反对")

    assert [one.to.id for one in out] == ["g1"]


async def test_moved_and_cancelled_sessions_are_offered(town: Talk) -> None:
    """Whoever read the first announcement there must read this one there."""
    moved = offered(await town.says("管理员", "改期 12-14｜12-15 19:30｜说事厅停电"))
    cancelled = offered(await town.says("管理员", "停会 12-24｜" + "道路结冰，老人出门不便，" * 20))

    assert moved == (
        "【枫林小区说事会】12月14日（周一）19:30的会改到12月15日（周二）19:30，原因：说事厅停电。"
        "看公开栏：https://feng.example/c/fenglin/sessions"
    )
    assert cancelled.startswith("【枫林小区说事会】12月24日（周四）的会不开了，原因：道路结冰")
    assert cancelled.endswith("…。看公开栏：https://feng.example/c/fenglin/sessions")


async def test_published_resolution_is_offered(town: Talk) -> None:
    """What was decided, and where to read all of it."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.tells("管理员", "合并 1｜三号楼电梯")
    await town.tells("管理员", "确定 1 居民反映集中")
    await town.tells("管理员", "准备 1 时间紧")
    town.at("12-04 19:31")
    await town.tells("管理员", "开会")
    await town.tells("管理员", "决议 1 换电梯钢丝绳｜物业 李工｜12-31")
    out = await town.tells("管理员", "公开 1 会上都同意")

    assert offered(out) == ("【枫林小区】议题 #1 的决议：换电梯钢丝绳。看全文：https://feng.example/c/fenglin/topics/1")


BOARD = "看公开栏：https://feng.example/c/fenglin/"


async def test_what_every_group_is_told_is_offered(town: Talk) -> None:
    """征集, 突发, 活动 and 延期 as well: each with its address, what is long cut before it."""
    asked = offered(await town.says("管理员", "征集 停车"))
    alarm = offered(await town.says("管理员", "突发 " + "三号楼停水，物业在抢修，请先接好水备用。" * 8))
    over = offered(await town.says("管理员", "突发结束 1 水来了"))
    opened = offered(await town.says("管理员", "活动 元旦联欢｜12-31 14:00｜说事厅｜30人"))
    off = offered(await town.says("管理员", "停办 1 道路结冰"))
    await town.says("管理员", "表决 楼道灯换声控灯｜赞同｜反对｜截止 12-03 20:00")
    later = offered(await town.says("管理员", "延期 1｜12-05 20:00｜还有人没投"))

    assert asked == f"【枫林小区征集】停车，到12月8日（周二）20:00，有想法就说。{BOARD}"
    assert alarm.startswith("【枫林小区突发 #1】三号楼停水")
    assert alarm.endswith(f"…。{BOARD}")
    assert over == f"【枫林小区突发 #1】结束了：水来了。{BOARD}"
    assert opened == f"【枫林小区活动】元旦联欢，12月31日（周四）14:00，说事厅。{BOARD}"
    assert off == f"【枫林小区活动】元旦联欢，12月31日（周四）14:00的不办了，原因：道路结冰。{BOARD}"
    assert "楼道灯换声控灯，12月5日（周六）20:00截止。居民协商表决。投票：" in later
