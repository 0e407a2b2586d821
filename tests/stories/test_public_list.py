"""实名公示: the card says it before the press; after the close everybody reads what each chose (VOTING.md §1)."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.talk import Manner, Outgoing
from domain.terms import Role
from models.tables.people import Community
from models.tables.votes import Ballot, Vote
from tests.stories import test_owners, test_owners_slips, test_slips
from tests.stories.talk import Talk
from tests.stories.test_vote import LINE, homes, texts, ticks

__all__ = ["homes"]
SAYS = "实名公示：结束后任何人都能看到每户选了什么"
URL = "https://feng.example"
owners = test_owners.homes


@pytest.fixture
def with_pages(homes: Talk) -> Talk:
    """The world reaches the board."""
    homes.house = homes.run.house = replace(homes.house, public_url=URL)
    return homes


def told_to_groups(out: list[Outgoing]) -> list[Outgoing]:
    return [one for one in out if one.manner is Manner.NOTICE and not one.to.private and "结果\n" in one.text]


@pytest.mark.parametrize(
    ("method", "before"),
    [("", ""), ("｜可多选", "可以选几个（再点一下去掉），"), ("｜排先后", "从最想要的点起（再点一下去掉），")],
)
async def test_card_says_before_the_press_that_everybody_will_see(homes: Talk, method: str, before: str) -> None:
    """In six lines, whatever the method; the group's card counts households and names none."""
    card = (await homes.says("管理员", f"{LINE}｜实名公示{method}"))[0].text
    await homes.presses("居民甲", "赞同")

    assert card.splitlines()[1] == f"一户一票，{before}{SAYS}"
    assert len(card.splitlines()) <= 6
    assert "101" not in homes.card("表决 #1").text


async def test_everybody_reads_the_list_after_the_close(with_pages: Talk) -> None:
    """Also who is bound to nothing, in private; before the close nobody; the group hears no flat."""
    homes = with_pages
    await homes.says("管理员", f"{LINE}｜实名公示")
    await homes.presses("居民甲", "赞同")
    await homes.presses("居民乙", "反对")
    early = [await homes.tells(name, "看各户 1") for name in ("路人", "居民甲", "管理员")]
    out = await ticks(homes, "12-03 20:00")
    listed = await homes.tells("路人", "看各户 1")
    in_group = await homes.says("路人", "看各户 1")

    assert {texts(each)[0] for each in early} == {"没列出：表决 #1 12月3日（周四）20:00截止，到时才公布。"}
    told = told_to_groups(out)
    assert "下一步：谁都可以发“看各户 1”，看各户选了什么" in told[0].text
    assert {one.rows[0][0].url for one in told} == {f"{URL}/c/fenglin/ballot/1/homes"}
    assert not any("室" in one.text for one in out)
    assert listed[0].text.splitlines()[1:] == ["3号楼1单元101室：赞同", "3号楼1单元102室：反对"]
    assert [button.url for row in listed[0].rows for button in row] == [f"{URL}/c/fenglin/ballot/1/homes"]
    assert [button.label for row in listed[0].rows for button in row] == ["在网页上看"]
    assert (in_group[0].to.private, in_group[0].text) == (True, listed[0].text)


async def test_roll_call_alone_stays_with_the_roll(with_pages: Talk) -> None:
    """A 记名 is no 实名公示: strangers read nothing, the group gets no way to the list."""
    homes = with_pages
    await homes.says("管理员", f"{LINE}｜记名")
    await homes.presses("居民甲", "赞同")
    out = await ticks(homes, "12-03 20:00")

    assert [one.rows for one in told_to_groups(out)] == [()]
    assert texts(await homes.tells("路人", "看各户 1"))[0].startswith("没列出：只有名单上绑定了的住户")
    assert "3号楼1单元101室：赞同" in texts(await homes.tells("居民乙", "看各户 1"))[0]


async def test_list_is_as_the_vote_was_opened(homes: Talk) -> None:
    """What was chosen at the opening stands in the snapshot: extended, closed early, it is the same."""
    await homes.says("管理员", f"{LINE}｜实名公示")
    await homes.presses("居民甲", "赞同")
    await homes.says("管理员", "延期 1｜12-04 20:00｜多等一天")
    assert SAYS in homes.card("表决 #1 楼道灯换声控灯\n").text
    await homes.says("管理员", "截止 1")
    await homes.presses("管理员", "确认截止")

    assert "3号楼1单元101室：赞同" in texts(await homes.tells("路人", "看各户 1"))[0]


async def test_list_says_that_it_was_kept_for_its_time(homes: Talk) -> None:
    """After the years of retention nobody is told that nobody voted; a page that is not there leads to the first."""
    await homes.says("管理员", f"{LINE}｜实名公示")
    await homes.presses("居民甲", "赞同")
    await ticks(homes, "12-03 20:00")
    beyond = [await homes.tells("路人", f"看各户 1 {page}") for page in ("2", "99999999999999999999999")]
    await Ballot.all().delete()

    assert {texts(out)[0].splitlines()[1] for out in beyond} == {"3号楼1单元101室：赞同"}
    assert texts(await homes.tells("路人", "看各户 1")) == ["表决 #1 谁投了什么过了保存期，名单已经删了，结果还在。"]


async def test_withdrawn_vote_lists_nobody(homes: Talk) -> None:
    """Nobody voted, so there is nothing to read."""
    await homes.says("管理员", f"{LINE}｜实名公示")
    await homes.says("管理员", "撤销表决 1｜写错了")

    assert texts(await homes.tells("路人", "看各户 1")) == ["表决 #1 没有户投。"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{LINE}｜实名公示｜记名", "没开：记名、不记名、实名公示只能写一个，请去掉一个再发。"),
        (f"{LINE}｜不记名｜实名公示", "没开：记名、不记名、实名公示只能写一个，请去掉一个再发。"),
        ("表态 几点结束｜八点｜九点｜实名公示", "没开：表态不公布谁选了什么，请去掉“实名公示”，要公布就开表决。"),
    ],
)
async def test_opening_refuses_what_makes_no_sense(homes: Talk, line: str, said: str) -> None:
    """Two kinds of secrecy; a 表态, which has no households."""
    assert texts(await homes.says("管理员", line)) == [said]
    assert await Vote.all().count() == 0


async def test_small_vote_is_not_asked_about_and_has_no_floor(homes: Talk) -> None:
    """It hides nothing, so the warning of tiny secret votes and their floor are not for it, as in a 记名."""
    await Community.all().update(settings={"votes": {"tiny": 50}})
    out = await homes.says("管理员", f"{LINE}｜实名公示")
    assert SAYS in out[0].text
    await homes.presses("居民甲", "赞同")
    await ticks(homes, "12-03 20:00")

    assert "3号楼1单元101室：赞同" in texts(await homes.tells("路人", "看各户 1"))[0]


async def test_drawn_slips_go_with_it(homes: Talk, tmp_path: Path) -> None:
    """A drawn slip is a household's from when it is shown, so its choice can be listed, as in a 记名."""
    await homes.says("管理员", f"{test_slips.LINE}｜实名公示")
    codes = await test_slips.printed(homes, tmp_path / "slips.pdf")
    await homes.wakes("12-02 09:00")
    assert f"{SAYS}；每户凭一张封口码" in homes.card("表决 #1").text
    await homes.tells("居民甲", f"投票 1 1 {codes[0]}")
    await ticks(homes, "12-04 20:00")

    assert texts(await homes.tells("路人", "看各户 1"))[0].splitlines()[1:] == ["3号楼1单元101室：赞同"]


# --- owners' decisions


async def test_owners_decision_may_be_public(owners: Talk) -> None:
    """By its line: the card says so, strangers read each unit after the close; a plain one is closed to them."""
    await test_owners.everyone_known()
    card = (await owners.says("管理员", f"{test_owners.LINE}｜实名公示"))[0].text
    await owners.says("管理员", test_owners.LINE)
    assert card.splitlines()[1] == f"业主投，{SAYS}"
    for number in (1, 2):
        await owners.tells("居民甲", f"投票 {number} 1")
        await owners.tells("居民乙", f"投票 {number} 2")
    assert "到时才公布" in texts(await owners.tells("路人", "看各户 1"))[0]
    out = await test_owners.closed(owners)

    assert not any("室" in one.text for one in out)
    assert texts(await owners.tells("路人", "看各户 1"))[0].splitlines()[1:] == [
        "3号楼1单元101室：赞同",
        "3号楼1单元102室：赞同",
        "3号楼1单元301室：反对",
    ]
    assert texts(await owners.tells("路人", "看各户 2"))[0].startswith("没列出：只有名单上绑定了的住户")


async def test_owners_decision_that_may_follow_says_both(owners: Talk) -> None:
    """Where silence may count, the card says that too, in its one line."""
    await owners.says("管理员", "送达 签收表1号｜全部")
    card = (await owners.says("管理员", f"{test_owners.LINE}｜从众 议事规则第12条｜实名公示"))[0].text

    assert card.splitlines()[1] == ("业主投，实名公示：结束后任何人都看得到；没交的票可能算跟多数，见“全部数字”")
    assert len(card.splitlines()) == 6


async def test_owners_dialogue_offers_it(owners: Talk) -> None:
    """The last question before the numbers; they say what was chosen, and the vote keeps it."""
    await owners.knows("书记", Role.SECRETARY)
    for words in ("业主表决", "用维修资金换电梯", "5"):
        await owners.tells("管理员", words)
    private = owners.private("管理员")
    await owners.presses("管理员", "今天公示", private)
    asked = await owners.tells("管理员", "12-30 20:00")
    sure = await owners.presses("管理员", "实名公示", private)
    await owners.presses("管理员", "开表决", private)

    assert [button.label for row in asked[0].rows for button in row] == ["记名", "实名公示"]
    assert "4人，6套，600.00㎡；实名公示：结束后任何人都能看到每户选了什么" in sure[0].text
    assert (await Vote.get(number=1)).snapshot["public_list"] is True


async def test_owners_slips_go_with_it(owners: Talk, tmp_path: Path) -> None:
    """Each unit's own slip, and each unit's choice in the list."""
    await test_owners.everyone_known()
    await owners.says("管理员", f"{test_owners_slips.LINE}｜实名公示")
    codes = await test_owners_slips.printed(owners, tmp_path / "slips.pdf")
    await owners.wakes("12-02 09:00")
    await owners.tells("居民乙", f"投票 1 2 {codes['301']}")
    await test_owners.closed(owners)

    assert texts(await owners.tells("路人", "看各户 1"))[0].splitlines()[1:] == ["3号楼1单元301室：反对"]
