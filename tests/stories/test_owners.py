"""业主共同决定: opened by the law, answered for units, counted in heads and area (VOTING.md §2)."""

import pytest

from domain.owners_roll import Relation
from domain.talk import Outgoing, Pressed
from domain.terms import Role, VoteState
from models import acts, people
from models.tables.people import Household, Resident
from models.tables.votes import Ballot, Membership, RollEntry, Vote
from tests.handlers.faults import faults
from tests.stories.talk import GROUP, Talk

LINE = "业主表决 用维修资金换电梯｜事项5｜通知 11-10｜截止 12-20 20:00"
BEGIN_AND_COMMIT = 2
LABEL = "按民法典第278条口径统计的意见征询，非业主大会法定表决"


@pytest.fixture
async def homes(talk: Talk) -> Talk:
    """Six flats of 100.00 m²: A has 101 and 102, two are the developer's (201, 202), 301 and 302 have an owner each."""
    community = (await people.communities())[0]
    owners = {"101": "A", "102": "A", "201": "", "202": "", "301": "B", "302": "C"}
    for room, owner in owners.items():
        await Household.create(
            community_id=community.id,
            building="3",
            unit="1",
            room=room,
            area=10000,
            owner=owner,
            developer=room.startswith("2"),
        )
    for name in ("管理员", "另一位管理员"):
        await talk.knows(name, Role.MODERATOR)
    for name, room in {"居民甲": "101", "居民乙": "301", "家人": "301", "居民丙": "302", "开发商": "201"}.items():
        await talk.knows(name, household=f"3-1-{room}")
    await talk.knows("路人")
    return talk


async def speaks_for(name: str, room: str, relation: Relation = Relation.OWNER) -> None:
    """Somebody said before as what they speak for a flat."""
    home = await Household.get(room=room)
    who = await Resident.get(addresss__user=name)
    values = {"relation": relation, "community_id": home.community_id}
    await Membership.update_or_create(values, resident_id=who.id, household_id=home.id)


async def everyone_known() -> None:
    for name, room in {"居民甲": "101", "居民乙": "301", "家人": "301", "居民丙": "302", "开发商": "201"}.items():
        await speaks_for(name, room)
    await speaks_for("居民甲", "102")
    await speaks_for("开发商", "202")


def texts(out: list[Outgoing]) -> list[str]:
    return [one.text for one in out]


async def closed(talk: Talk, moment: str = "12-20 20:00") -> list[Outgoing]:
    talk.at(moment)
    talk.now = talk.now.replace(second=5)
    return await talk.wakes()


async def test_owners_card_says_rule_turnout_and_label(homes: Talk) -> None:
    """The card has the thresholds in words, heads and not flats, and its kind word for word."""
    out = await homes.says("管理员", LINE)

    assert out[0].text == (
        "🗳️ 表决 #1 用维修资金换电梯\n"
        "业主投，记名：结束后公布各户选了什么\n"
        "人数和面积都要：三分之二参加，参加的过半数赞同\n"
        "截止：12月20日（周日）20:00，之前可以改\n"
        "已投0人，共4人\n"
        f"{LABEL}"
    )
    assert homes.card("表决 #1").labels == [["赞同", "反对", "弃权"], ["我能投吗", "怎样核对"]]
    totals = next(one.text for one in out if one.to.private and "名单" in one.text)
    assert totals.startswith("表决 #1：名单4人、6套、600.00㎡")


async def test_owners_roll_is_a_snapshot_with_its_heads(homes: Talk) -> None:
    """Units of one owner are one head, the developer's are one, and the rule is kept with its source."""
    await homes.says("管理员", LINE)
    await Household.all().update(area=1, owner="")
    vote = await Vote.get(number=1)

    assert sorted({entry.head for entry in await RollEntry.all()}) == ["developer", "owner:A", "owner:B", "owner:C"]
    assert {entry.area for entry in await RollEntry.all()} == {10000}
    assert "'in_force': '2021-01-01'" in str(vote.snapshot["rule"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("业主表决 换电梯｜截止 12-20 20:00", "没开：没说是哪一项"),
        ("业主表决 换电梯｜事项10｜截止 12-20 20:00", "没开：没有事项“10”，民法典第278条"),
        ("业主表决 换电梯｜事项6｜通知 11-10", "没开：没写投到什么时候"),
        ("业主表决 换电梯｜事项6｜截止 12-20 20:00", "没开：要提前15天通知业主和居委会"),
        ("业主表决 换电梯｜事项6｜通知 11-16｜截止 12-20 20:00", "没开：要提前15天通知业主和居委会"),
        ("业主表决 换电梯｜事项6｜通知 12-20｜截止 12-30 20:00", "没开：通知的日子12月20日（周日）还没到"),
        ("业主表决 换电梯｜事项6｜什么｜截止 12-20 20:00", "没开：看不懂“什么”"),
        ("业主表决 换电梯｜事项6｜事项5｜截止 12-20 20:00", "没开：“事项5”这样的只能写一个"),
        ("业主表决 换电梯｜事项6｜通知 11-10｜不记名｜截止 12-20 20:00", "没开：业主表决只能记名，看面积就认得出"),
        ("业主表决 换电梯｜事项6｜记名｜实名公示｜截止 12-20 20:00", "没开：“实名公示”这样的只能写一个"),
        ("业主表决 换电梯｜事项6｜通知 11-10｜从众｜截止 12-20 20:00", "没开：从众要写依据"),
        ("业主表决 换店｜一致同意｜从众 第12条｜截止 12-20 20:00", "没开：一致同意的事不能算跟多数（民法典第279条）"),
        (
            "业主表决 换电梯｜事项6｜通知 11-10｜开始 12-21 9:00｜截止 12-20 20:00",
            "没开：12月20日（周日）20:00截止时还没",
        ),
    ],
)
async def test_owners_opening_is_refused_with_its_article(homes: Talk, line: str, said: str) -> None:
    """What the rule forbids opens nothing, and the answer names the rule."""
    assert (await homes.says("管理员", line))[0].text.startswith(said)
    assert await Vote.all().count() == 0


async def test_owners_opening_refuses_a_roll_with_errors(homes: Talk) -> None:
    """A unit without an area, and parking spaces of which the rules say nothing."""
    await Household.filter(room="302").update(area=0)
    assert "3-1-302没有面积，民法典第278条" in (await homes.says("管理员", LINE))[0].text
    await Household.filter(room="302").update(area=10000, parking=True)

    assert "议事规则没说车位面积算不算" in (await homes.says("管理员", LINE))[0].text
    await homes.says("管理员", LINE + "｜车位不计")
    assert (await Vote.get(number=1)).roll_size == 3


async def test_owners_opening_is_a_moderators(homes: Talk) -> None:
    """May I comes first."""
    assert texts(await homes.says("居民甲", LINE)) == ["没办：只有管理员可以开业主表决。"]


async def test_owners_dialogue_asks_part_by_part(homes: Talk) -> None:
    """Title, matter, notice, close, then the totals, and only then it opens; a mistake is asked again where it was."""
    asked = [await homes.tells("管理员", words) for words in ("业主表决", "用维修资金换电梯", "12", "6")]
    private = homes.private("管理员")
    from_today = await homes.presses("管理员", "今天公示", private)
    wrong = await homes.tells("管理员", "哪天都行")
    secrecy = await homes.tells("管理员", "12-30 20:00")
    unclear = await homes.tells("管理员", "不记名")
    sure = await homes.presses("管理员", "记名", private)

    assert [out[0].text[:6] for out in asked] == ["开业主共同决", "是第278条", "没开：没有事", "哪天通知的业"]
    assert from_today[0].text.startswith("投到什么时候")
    assert wrong[0].text.startswith("没看懂截止“哪天都行”")
    assert "任何人都看得到，上公开栏，不用码" in secrecy[0].text
    assert unclear[0].text.startswith("没开：业主表决只能记名")
    assert "4人，6套，600.00㎡；记名\n人数和面积都要：三分之二参加，参加的四分之三赞同" in sure[0].text
    assert "12月17日（周四）9:00开始投，12月30日（周三）20:00截止" in sure[0].text.replace("09:00", "9:00")
    assert await Vote.all().count() == 0

    await homes.presses("管理员", "开表决", private)
    assert await Vote.all().count() == 1
    early = await homes.presses("居民甲", "赞同")
    assert "才开始投，到时再点" in early[0].text


async def test_owners_press_asks_once_as_what(homes: Talk) -> None:
    """The first time the voter says what they are to the unit, in private, and the ballot counts with the answer."""
    await homes.says("管理员", LINE)
    asked = await homes.presses("居民乙", "赞同")
    private = homes.private("居民乙")
    counted = await homes.presses("居民乙", "我是业主", private)
    again = await homes.presses("居民乙", "反对")

    assert asked[0].to.private
    assert asked[0].text.startswith("还没计入：表决 #1 由业主投，请问您是这套房的什么人？")
    assert counted[0].text == "计入了：表决 #1，您家选“赞同”。截止前可改，只算最后一次。"
    assert again[0].text == "改好了：表决 #1，您家改为“反对”，只算这一次。"
    assert "已投1人，共4人" in homes.card("表决 #1").text


async def test_tenant_has_no_ballot_and_a_proxy_needs_a_document(homes: Talk) -> None:
    """Tenants are not owners; a proxy and a guardian give a document's number, which is kept (row 10)."""
    await homes.says("管理员", LINE)
    await homes.presses("居民乙", "赞同")
    tenant = await homes.tells("居民乙", "我是租户")
    later = await homes.presses("居民乙", "赞同")
    await homes.presses("居民丙", "赞同")
    await homes.presses("居民丙", "替业主投", homes.private("居民丙"))
    proxy = await homes.tells("居民丙", "委托书2026-7号")

    assert tenant[0].text == later[0].text == "没计入：表决 #1 只由业主投，您的意见可以发“说事 内容”。"
    assert proxy[0].text.startswith("计入了：表决 #1")
    assert (await Membership.get(relation=Relation.PROXY)).document == "委托书2026-7号"
    assert (await homes.tells("居民乙", "我能投吗 1"))[0].text.startswith("不能投：表决 #1 只由业主投")


async def test_owner_of_several_units_votes_for_all_with_one_press(homes: Talk) -> None:
    """Two flats of one owner are one head and both areas."""
    await everyone_known()
    await homes.says("管理员", LINE)
    out = await homes.presses("居民甲", "赞同")

    assert out[0].text == "计入了：表决 #1，您的2户都选“赞同”。截止前可改，只算最后一次。"
    assert "已投1人，共4人" in homes.card("表决 #1").text
    assert await Ballot.all().count() == 2
    assert [(act.act, act.key) for act in await acts.acts(None, None, None, 1)] == [("ballot", "1")]
    assert len([act for act in await acts.acts(None, None, None, 100) if act.act == "ballot"]) == 1


async def test_co_owners_who_differ_are_told_in_private_and_count_as_taking_part(homes: Talk) -> None:
    """A second co-owner's differing ballot makes the unit disputed until they agree (row 9)."""
    await everyone_known()
    await homes.says("管理员", LINE)
    await homes.presses("居民乙", "赞同")
    out = await homes.presses("家人", "反对")

    assert out[0].text.startswith("记下了，但这个业主名下的票选得不一样。")
    assert [one.to.id for one in out[1:] if one.to.private] == ["p-居民乙"]
    for name in ("居民甲", "居民丙"):
        await homes.presses(name, "赞同")
    await homes.presses("居民乙", "反对")
    await homes.presses("居民乙", "赞同")
    result = next(text for text in texts(await closed(homes)) if "统计" in text and "🗳️" in text)
    assert "反对0人0.00㎡，弃权0人0.00㎡，1人名下选得不一样，只算参加" in result


async def test_who_was_unbound_does_not_dispute_what_the_owner_answers(homes: Talk) -> None:
    """解绑 during a decision: the answer of whoever speaks for the unit since counts alone (table 2, row 9)."""
    await everyone_known()
    await homes.knows("书记", Role.SECRETARY)
    await homes.says("管理员", LINE)
    await homes.presses("居民丙", "反对")
    await homes.says("书记", "解绑 3-1-302")
    await homes.knows("新业主", household="3-1-302")
    await speaks_for("新业主", "302")
    told = await homes.presses("新业主", "赞同")
    kept = await Ballot.get()

    assert (kept.choice, kept.more) == (0, "")
    assert told[0].text.startswith("计入了") or told[0].text.startswith("改好了")


async def test_owners_result_has_thresholds_in_words(homes: Talk) -> None:
    """Heads and area each with its threshold, the least that would do, and what came; never a percentage."""
    await everyone_known()
    await homes.says("管理员", LINE)
    for name, answer in {"居民甲": "赞同", "居民乙": "赞同", "居民丙": "反对"}.items():
        await homes.presses(name, answer)
    out = await closed(homes)

    result = next(one.text for one in out if "统计达到要求\n" in one.text)
    assert result == (
        "🗳️ 表决 #1 用维修资金换电梯：统计达到要求\n"
        "4人中3人、600.00㎡中400.00㎡参加，都达三分之二\n"
        "赞同人数：需过半数（至少2人），实得2人\n"
        "赞同面积：需多于200.00㎡，实得300.00㎡\n"
        "反对1人100.00㎡，弃权0人0.00㎡\n"
        f"{LABEL}。要正式决定，请到市业主电子投票平台"
    )
    shown = await homes.says("居民甲", "全部数字 1")
    assert "依据：《中华人民共和国民法典》第二百七十八条" in shown[0].text
    assert LABEL in shown[0].text


async def test_owners_result_says_what_the_quorum_lacks(homes: Talk) -> None:
    """Without two thirds of both the count says so first."""
    await everyone_known()
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")
    out = await closed(homes)

    result = next(one.text for one in out if "统计未达到要求\n" in one.text)
    assert "参加人数：需三分之二（至少3人），实得1人\n参加面积：需三分之二（至少400.00㎡），实得200.00㎡" in result


async def test_silent_are_deemed_only_with_clause_and_delivery(homes: Talk) -> None:
    """Both readings are told; a unit without proof of delivery never follows (row 13)."""
    await everyone_known()
    line = LINE + "｜从众 议事规则第12条"
    assert (await homes.says("管理员", line))[0].text.startswith("没开：从众要先有送达记录")
    delivered = await homes.says("管理员", "送达 签收表1号｜3-1-101、3-1-102、3-1-302")
    await homes.says("管理员", line)
    for name in ("居民甲", "居民乙"):
        await homes.presses(name, "赞同")
    await closed(homes)
    shown = (await homes.says("居民甲", "全部数字 1"))[0].text

    assert delivered[0].text.startswith("记下了：3套送到了")
    assert "只算交了的票：统计未达到要求\n4人中2人、600.00㎡中300.00㎡参加" in shown
    assert "没交的票按“议事规则第12条”算跟多数：统计达到要求\n4人中3人、600.00㎡中400.00㎡参加" in shown


async def test_vote_is_withdrawn_before_any_ballot_only(homes: Talk) -> None:
    """撤销表决 with its reason, to every group; with a ballot in it, it is refused."""
    await everyone_known()
    await homes.says("管理员", LINE)
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")
    refused = await homes.says("管理员", "撤销表决 2｜写错了")
    incomplete = await homes.says("管理员", "撤销表决 1")
    out = await homes.says("管理员", "撤销表决 1｜写错了")

    assert refused[0].text.startswith("没撤销：表决 #2 已经有人投了")
    assert incomplete[0].text.startswith("没撤销：请连原因一起发")
    assert out[0].text.startswith("🗳️ 表决 #1 用维修资金换电梯撤销了\n原因：写错了")
    assert (await Vote.get(number=1)).state is VoteState.WITHDRAWN
    assert texts(await homes.tells("居民乙", "投票 1 1")) == ["没办：表决 #1 撤销了，没有结果。"]
    assert texts(await homes.says("居民乙", "结果 1")) == ["没办：表决 #1 撤销了，没有结果。"]


async def test_owners_press_costs_the_same_however_many_voted(homes: Talk) -> None:
    """An owners' press takes no more statements with ballots in the vote than without, and for two units as for one."""
    await everyone_known()
    await homes.says("管理员", LINE)
    button = homes.card("表决 #1").out.rows[0][0]
    costs = []
    for name in ("居民乙", "居民丙", "居民甲"):
        press = Pressed(f"s{name}", homes.clock(), GROUP, homes.person(name), button.verb, button.args, "m", "t")
        with faults() as seen:
            await homes.run(press)
        costs.append(seen.count - BEGIN_AND_COMMIT)

    assert len(set(costs)) == 1
    assert costs[0] <= 8
