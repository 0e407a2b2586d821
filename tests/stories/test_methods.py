"""可多选 and 排先后: several options of one ballot, by presses or typed (VOTING.md §1)."""

import pytest

from domain.talk import Outgoing
from domain.terms import Role
from models import people
from models.tables.people import Household
from models.tables.votes import Ballot, Vote
from tests.stories.talk import Talk

LINE = "表决 选保洁公司｜甲公司｜乙公司｜丙公司｜截止 12-03 20:00"


@pytest.fixture
async def homes(talk: Talk) -> Talk:
    """Twelve flats, five of them with somebody bound, 居民甲 with 家人; a moderator."""
    community = (await people.communities())[0]
    for room in range(101, 113):
        await Household.create(community_id=community.id, building="3", unit="1", room=str(room), area=8950)
    await talk.knows("管理员", Role.MODERATOR)
    for room, name in enumerate("甲乙丙丁戊", 101):
        await talk.knows(f"居民{name}", household=f"3-1-{room}")
    await talk.knows("家人", household="3-1-101")
    return talk


def texts(out: list[Outgoing]) -> list[str]:
    return [one.text for one in out]


async def closed(talk: Talk) -> str:
    talk.at("12-03 20:00")
    talk.now = talk.now.replace(second=5)
    return next(text for text in texts(await talk.wakes()) if "参加（" in text and "🗳️" in text)


async def test_approval_press_puts_in_and_takes_out(homes: Talk) -> None:
    """Each press counts at once; the last option is not taken out; the family hears of it once."""
    card = (await homes.says("管理员", LINE + "｜可多选"))[0]
    first = await homes.presses("居民甲", "甲公司")
    both = await homes.presses("居民甲", "丙公司")
    one = await homes.presses("居民甲", "甲公司")
    none = await homes.presses("居民甲", "丙公司")

    assert "一户一票，可以选几个（再点一下去掉），不记名：只公布哪些户投了" in card.text
    assert len(card.text.splitlines()) == 6
    assert first[0].text == "计入了：表决 #1，您家选“甲公司”。截止前可改，只算最后一次。"
    assert both[0].text == "改好了：表决 #1，您家改为“甲公司、丙公司”，只算这一次。"
    assert one[0].text == "改好了：表决 #1，您家改为“丙公司”，只算这一次。"
    assert none[0].text.startswith("没改：表决 #1 至少要选一个")
    assert [len([o for o in out if o.to.id == "p-家人"]) for out in (first, both, one)] == [1, 0, 0]
    assert [(ballot.choice, ballot.more) for ballot in await Ballot.all()] == [(2, "")]


async def test_approval_counts_each_marked_option(homes: Talk) -> None:
    """Typed by places or words; the marks show on the voter's own card alone."""
    await homes.says("管理员", LINE + "｜可多选")
    await homes.tells("居民甲", "投票 1 1 3")
    await homes.tells("居民乙", "投票 1 甲公司、乙公司")
    await homes.tells("居民甲", "投票 1")
    private = homes.private("居民甲")

    assert homes.card("表决 #1", private).labels[0] == ["甲公司✓", "乙公司", "丙公司✓"]
    assert homes.card("表决 #1").labels[0] == ["甲公司", "乙公司", "丙公司"]
    assert "甲公司2户，乙公司1户，丙公司1户\n12户中2户参加" in await closed(homes)


async def test_ranking_goes_by_the_order_of_the_presses(homes: Talk) -> None:
    """The first pressed is the first wanted; taken out and put in again, it is the last."""
    await homes.says("管理员", LINE + "｜排先后")
    for label in ("乙公司", "甲公司", "乙公司"):
        await homes.presses("居民甲", label)
    again = await homes.presses("居民甲", "乙公司")
    await homes.tells("居民甲", "投票 1")

    assert again[0].text == "改好了：表决 #1，您家改为“1 甲公司 2 乙公司”，只算这一次。"
    assert homes.card("表决 #1", homes.private("居民甲")).labels[0] == ["甲公司✓1", "乙公司✓2", "丙公司"]


async def test_ranking_tells_run_off_and_schulze(homes: Talk) -> None:
    """Both ways of counting a ranking are told, also where they elect different options."""
    await homes.says("管理员", LINE + "｜排先后")
    rankings = ("1 3 2", "1 3 2", "2 3 1", "2 3 1", "3 1 2")
    for name, ranking in zip("甲乙丙丁戊", rankings, strict=True):
        await homes.tells(f"居民{name}", f"投票 1 {ranking}")
    result = await closed(homes)
    vote = await Vote.get(number=1)

    assert "第一选择：甲公司2户，乙公司2户，丙公司1户" in result
    assert "逐轮淘汰选出：甲公司；两两相比选出：丙公司" in result
    assert vote.tally is not None
    assert vote.tally["rounds"] == [[2, 2, 1], [3, 2, None]]


async def test_ranking_closed_early_tells_whom_it_elects(homes: Talk) -> None:
    """First choices alone would name another winner: the group and the text to paste hear both ways' winners."""
    await homes.says("管理员", LINE + "｜排先后")
    for name, ranking in zip("甲乙丙丁戊", ("1 3 2", "1 3 2", "2 3 1", "2 3 1", "3 1 2"), strict=True):
        await homes.tells(f"居民{name}", f"投票 1 {ranking}")
    await homes.tells("管理员", "截止 1")
    out = texts(await homes.presses("管理员", "确认截止", homes.private("管理员")))
    early = next(text for text in out if "由管理员提前截止" in text)

    assert "选保洁公司：逐轮淘汰选出：甲公司；两两相比选出：丙公司\n12户中5户参加" in early
    assert len(early.splitlines()) == 6
    assert ["逐轮淘汰选出：甲公司；两两相比选出：丙公司" in text for text in out if "【" in text] == [True]


async def test_method_is_said_once(homes: Talk) -> None:
    """Two methods in one line are one too many."""
    assert (await homes.says("管理员", LINE + "｜可多选｜排先后"))[0].text.startswith("没开：可多选、排先后只能写一个")
