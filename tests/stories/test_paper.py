"""纸票: entered by one moderator, confirmed by another, over what was pressed (VOTING.md §1)."""

import pytest

from domain.talk import Outgoing
from domain.terms import Role
from models import people
from models.tables.people import Household
from models.tables.votes import Ballot, PaperBallot
from tests.stories.talk import Talk

LINE = "表决 楼道灯换声控灯｜赞同｜反对｜弃权｜截止 12-03 20:00"


@pytest.fixture
async def homes(talk: Talk) -> Talk:
    """Twelve flats; 居民甲 and 家人 in one; two moderators."""
    community = (await people.communities())[0]
    for room in range(101, 113):
        await Household.create(community_id=community.id, building="3", unit="1", room=str(room), area=8950)
    for name in ("管理员", "另一位"):
        await talk.knows(name, Role.MODERATOR)
    for name in ("居民甲", "家人"):
        await talk.knows(name, household="3-1-101")
    await talk.says("管理员", LINE)
    return talk


def texts(out: list[Outgoing]) -> list[str]:
    return [one.text for one in out]


async def test_paper_counts_from_its_confirmation_by_another(homes: Talk) -> None:
    """Entered it counts nothing; confirmed it overrides the chat, and the household is told."""
    await homes.presses("居民甲", "赞同")
    entered = await homes.tells("管理员", "纸票 1 3-1-101 反对")
    before = (await Ballot.get()).choice
    same = await homes.tells("管理员", "确认纸票 1 3-1-101 反对")
    out = await homes.presses("另一位", "确认纸票", homes.private("另一位"))

    assert entered[0].text == "记下了，还没计入：表决 #1，3号楼1单元101室的纸票选“反对”，要另一位管理员确认。"
    assert [one.to.id for one in entered[1:]] == ["p-另一位"]
    assert same[0].text.startswith("没确认：表决 #1 这张是您录的")
    assert before == 0
    assert out[0].text == "计入了：表决 #1，3号楼1单元101室的纸票，选“反对”。"
    told = "您家在表决 #1 交了纸票，以纸票为准，群里投的不算了。"
    assert sorted(one.to.id for one in out if one.text == told) == ["p-家人", "p-居民甲"]
    assert [(ballot.choice, ballot.rev, ballot.paper) for ballot in await Ballot.all()] == [(1, 1, True)]


async def test_press_does_not_change_a_paper_ballot(homes: Talk) -> None:
    """From then the household's presses are refused, with the reason."""
    await homes.tells("管理员", "纸票 1 3-1-101 反对")
    await homes.tells("另一位", "确认纸票 1 3-1-101 反对")

    assert texts(await homes.presses("居民甲", "赞同")) == [
        "没计入：您家在表决 #1 交了纸票，以纸票为准，要改请找管理员。"
    ]
    assert (await homes.tells("家人", "我能投吗 1"))[0].text.startswith("不用投了：您家在表决 #1 交了纸票")
    assert [ballot.choice for ballot in await Ballot.all()] == [1]
    assert "已投1户，共12户" in homes.card("表决 #1").text


async def test_paper_that_was_entered_wrong_is_dropped(homes: Talk) -> None:
    """The second moderator sees another choice: it is dropped, and who entered it is told."""
    await homes.tells("管理员", "纸票 1｜3-1-101｜反对")
    differs = await homes.tells("另一位", "确认纸票 1 3-1-101 赞同")
    listed = await homes.tells("另一位", "纸票 1")
    out = await homes.presses("另一位", "纸票不对", homes.private("另一位"))

    assert differs[0].text.startswith("没确认：和录的不一样")
    assert "3号楼1单元101室：反对" in listed[0].text
    assert [one.to.id for one in out] == ["p-另一位", "p-管理员"]
    assert await PaperBallot.all().count() == await Ballot.all().count() == 0
    assert (await homes.tells("另一位", "确认纸票 1 3-1-101 反对"))[0].text.startswith("没确认：表决 #1 没有这户")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("纸票 1 9-9-909 赞同", "没记下：9-9-909不在表决 #1 开始时的名单里"),
        ("纸票 1 3-1-101 也许", "没计入：表决 #1 有3个选项"),
        ("纸票 7 3-1-101 赞同", "没有表决 #7"),
    ],
)
async def test_paper_is_refused_in_one_sentence(homes: Talk, words: str, said: str) -> None:
    """A flat that isn't on the roll, an option that isn't there, a vote that isn't there."""
    assert (await homes.tells("管理员", words))[0].text.startswith(said)


async def test_paper_is_a_moderators_and_stays_in_private(homes: Talk) -> None:
    """A paper shows a household's choice: not in the group, and not by residents."""
    assert texts(await homes.tells("居民甲", "纸票 1 3-1-101 赞同")) == ["没办：只有管理员可以录纸票。"]
    assert texts(await homes.says("管理员", "纸票 1 3-1-101 赞同")) == ["没记下：纸票上有各户的选择，请到私聊里发。"]


async def test_paper_is_refused_after_the_close(homes: Talk) -> None:
    """What was not confirmed by the close does not count."""
    await homes.tells("管理员", "纸票 1 3-1-101 反对")
    homes.at("12-03 20:00")

    assert (await homes.tells("另一位", "确认纸票 1 3-1-101 反对"))[0].text.startswith("没办：表决 #1 已在12月3日")
    assert await Ballot.all().count() == 0
