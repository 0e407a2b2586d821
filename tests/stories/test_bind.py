"""绑定: one code, one use, in private; guessing is throttled (INTERFACE.md §1, VOICE.md §3)."""

import re

import pytest

from domain.terms import Role
from models import people
from models.households import code_hash, issue
from models.tables.people import Household, Resident
from models.tables.votes import Membership

CODE = "ABCD2345"
THROTTLED = "先停一停：试错次数多了，1小时后再发，要帮忙请打010-1234。"


@pytest.fixture
async def town(talk):
    """3号楼1单元301室 is on the roll, its slip has CODE; 居民甲 talked to the bot before."""
    community = (await people.communities())[0]
    home = await Household.create(community_id=community.id, building="3", unit="1", room="301", area=8950)
    await issue(community.id, home.id, code_hash(talk.house.key, CODE))
    for name in ("居民甲", "居民乙"):
        await talk.knows(name)
    await talk.knows("书记", Role.SECRETARY)
    return talk


async def says(town, name, text):
    return [out.text for out in await town.tells(name, text)]


def code_in(text):
    found = re.search(r"码：(\w{4} \w{4})", text)
    assert found
    return found[1]


async def household_of(town, name):
    user = people.pseudonym(town.house.key, "web", name)
    found = await Resident.get(pseudonym=user).prefetch_related("household")
    return found.household and f"{found.household.building}-{found.household.unit}-{found.household.room}"


@pytest.mark.parametrize(
    "typed", [f"绑定 {CODE}", "绑定 abcd 2345", "绑定：ＡＢＣＤ２３４５", f"/join {CODE}", f"/start {CODE}"]
)
async def test_code_binds_and_names_the_flat(town, typed):
    """The answer names the flat; case, spaces and width are ignored."""
    assert await says(town, "居民甲", typed) == [
        "绑定好了：3号楼1单元301室，可以替您家投票了。\n不是您家，请找管理员。"
    ]
    assert await household_of(town, "居民甲") == "3-1-301"


async def test_code_is_asked_for(town):
    """绑定 alone, by somebody not bound: the next word is the code."""
    assert "纸条上的码" in (await says(town, "居民甲", "绑定"))[0]
    assert (await says(town, "居民甲", "abcd2345"))[0].startswith("绑定好了")


async def test_used_code_is_refused(town):
    """One code, one use."""
    await says(town, "居民甲", f"绑定 {CODE}")

    assert await says(town, "居民乙", f"绑定 {CODE}") == [
        "没绑定：这个码用过了，家里别人也要绑，请打010-1234再要一个。"
    ]
    assert await household_of(town, "居民乙") is None


async def test_family_code_lets_one_more_in_for_a_day(town):
    """绑定 alone, by somebody bound: a code for one more person of the household, 24 hours."""
    await says(town, "居民甲", f"绑定 {CODE}")
    given = (await says(town, "居民甲", "绑定"))[0]
    late = (await says(town, "居民甲", "绑定"))[0]
    code, other = code_in(given), code_in(late)

    assert "12月2日（周三）18:42前有效" in given
    assert (await says(town, "居民乙", f"绑定 {code}"))[0].startswith("绑定好了：3号楼1单元301室")
    town.at("12-02 18:43")
    assert await says(town, "居民丙", f"绑定 {other}") != []
    assert await household_of(town, "居民丙") is None


async def test_fifth_wrong_try_locks_for_an_hour(town):
    """Five wrong tries lock for an hour, for the right code too; another person is not concerned."""
    for _ in range(4):
        assert await says(town, "居民甲", "绑定 WRONGCOD") == ["没绑定：这个码不对，请照纸条再发一次“绑定 码”。"]

    assert await says(town, "居民甲", "绑定 ABCD2346") == [THROTTLED]
    town.at("12-01 19:00")
    assert await says(town, "居民甲", f"绑定 {CODE}") == [THROTTLED.replace("1小时", "43分钟")]
    assert (await says(town, "居民乙", "绑定 ABCD2346"))[0].startswith("没绑定：这个码不对")
    town.at("12-01 19:45")
    assert (await says(town, "居民甲", f"绑定 {CODE}"))[0].startswith("绑定好了")


async def test_code_typed_in_a_group_is_void_at_once(town):
    """Whoever reads it could be faster: the code is gone, and the answer says what to do."""
    answer = [out.text for out in await town.says("居民甲", f"绑定 {CODE}")]

    assert answer == ["没绑定：请删掉刚才那条，群里露过的码已作废，请打010-1234再要一个，到私聊里发。"]
    assert (await says(town, "居民甲", f"绑定 {CODE}"))[0].startswith("没绑定：这个码用过了")
    assert await household_of(town, "居民甲") is None


async def test_wrong_code_in_a_group_is_sent_to_private(town):
    """Nothing about codes is answered in the group but where to go."""
    answers = [await town.says("居民甲", text) for text in ("绑定 ABCD2346", "绑定")]

    assert [a[0].text for a in answers] == [
        "没绑定：请删掉刚才那条，到私聊里发，别人看见码会抢先用。",
        "没绑定：请私聊我发“绑定 纸条上的码”。",
    ]


async def test_new_code_replaces_the_lost_slip(town):
    """补码: a new code for the flat, in private; the old one is void."""
    sent = await town.says("书记", "补码 3-1-301")
    private = next(out.text for out in sent if out.to.private)
    code = code_in(private)

    assert private.startswith("3号楼1单元301室的新码：")
    assert code not in "".join(out.text for out in sent if not out.to.private)
    assert (await says(town, "居民甲", f"绑定 {CODE}"))[0].startswith("没绑定：这个码用过了")
    assert (await says(town, "居民甲", f"绑定 {code}"))[0].startswith("绑定好了")


async def test_unbind_frees_the_household_and_tells_its_people(town):
    """解绑: nobody speaks for the flat until it is bound anew; those concerned hear of it in private."""
    await says(town, "居民甲", f"绑定 {CODE}")
    sent = await town.tells("书记", "解绑 3号楼1单元301室")

    assert [out.text for out in sent] == [
        "解绑了：3号楼1单元301室，1人。要再绑请发“补码”。",
        "您和3号楼1单元301室的绑定解除了，不能再替这一户投票；有疑问请打010-1234。",
    ]
    assert await household_of(town, "居民甲") is None


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("补码 9-9-999", "没办：名册里没有9-9-999，请看清楚号码再发一次。"),
        ("补码 301", "没办：没看懂是哪一户，请这样写：3-1-301。"),
        ("解绑 9-9-999", "没办：名册里没有9-9-999，请看清楚号码再发一次。"),
    ],
)
async def test_unknown_flat_is_refused(town, typed, answer):
    """The unknown number is repeated in the answer."""
    assert await says(town, "书记", typed) == [answer]


async def test_only_a_secretary_gives_codes(town):
    """May I comes before is it there."""
    assert await says(town, "居民甲", "补码 9-9-999") == ["没办：只有书记可以补码。"]
    assert await says(town, "居民甲", "解绑 3-1-301") == ["没办：只有书记可以解绑。"]


async def test_second_code_binds_a_second_flat_besides_the_first(town):
    """An owner of two flats is bound to both; 解绑 of one leaves the other."""
    await says(town, "居民甲", f"绑定 {CODE}")
    community = (await people.communities())[0]
    other = await Household.create(community_id=community.id, building="9", unit="1", room="909", area=9000)
    await issue(community.id, other.id, code_hash(town.house.key, "ABCD2346"))
    answer = await says(town, "居民甲", "绑定 ABCD2346")

    assert answer[0].startswith("绑定好了：9号楼1单元909室")
    assert await household_of(town, "居民甲") == "3-1-301"
    assert [m.household_id for m in await Membership.all()] == [other.id]
    await town.tells("书记", "解绑 3-1-301")
    assert await household_of(town, "居民甲") == "9-1-909"
