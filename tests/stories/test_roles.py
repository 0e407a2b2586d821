"""授权, 撤权, 绑群 (INTERFACE.md §1, VOICE.md §3)."""

from datetime import timedelta

import pytest

from domain.households import GROUP_LINK
from domain.talk import Chat, Person
from domain.terms import Role
from models import access, people
from models.households import code_hash, issue_group_code
from models.tables.people import Community, Group, Resident

NEW = Chat("web", "g9", title="枫林五号楼群")
CODE = "GRPC2345"


@pytest.fixture
async def town(talk):
    for name, *roles in (("书记", Role.SECRETARY), ("管理员甲", Role.MODERATOR), ("居民甲",)):
        await talk.knows(name, *roles)
    community = (await people.communities())[0]
    await issue_group_code(community.id, code_hash(talk.house.key, CODE), talk.clock() + timedelta(days=1))
    return talk


async def who(town, name):
    return await Resident.get(pseudonym=people.pseudonym(town.house.key, "web", name))


async def roles_of(town, name):
    return await access.roles((await who(town, name)).id, town.clock())


async def test_grant_by_reply_tells_the_person_in_private(town):
    """授权 as a reply to the person's message; the group does not read which role."""
    sent = await town.says("书记", "授权 管理员", reply_to="u0", reply_to_person=Person("居民甲"))

    assert [(out.to.private, out.text) for out in sent] == [
        (False, "记下了，正在私聊告诉本人。"),
        (True, "您现在是枫林小区的管理员，由书记授权，到2027年12月31日（周五）。\n下一步：发“帮助”。"),
    ]
    assert await roles_of(town, "居民甲") == {Role.MODERATOR}


async def test_grant_by_short_name_works_in_private(town):
    """授权 with a short name, which everybody finds in 我的数据; the order of the words does not matter."""
    short = (await who(town, "居民甲")).short
    sent = await town.tells("书记", f"授权 {short.lower()} 网格员")

    assert sent[0].text == f"记下了：{short}，网格员；正在私聊告诉本人。"
    assert await roles_of(town, "居民甲") == {Role.GRID_WORKER}


async def test_grant_to_somebody_never_met_is_kept(town):
    """Who never spoke to the bot can be granted a role; the bot can't tell them and says so."""
    sent = await town.says("书记", "授权 物业", reply_to="u0", reply_to_person=Person("物业公司"))
    await town.tells("物业公司", "帮助")

    assert [out.text for out in sent] == ["记下了；本人还没私聊过我，请转告。"]
    assert await roles_of(town, "物业公司") == {Role.PROPERTY_COMPANY}


async def test_revoke_ends_the_role_and_the_dialogue(town):
    """撤权 midway: what the person was filling in is not saved."""
    await town.tells("管理员甲", "改期")
    sent = await town.says("书记", "撤权 管理员", reply_to="u0", reply_to_person=Person("管理员甲"))

    assert sent[1].text == "您的管理员身份已在12月1日（周二）停了，刚填的没有保存，有疑问请找书记。"
    assert await roles_of(town, "管理员甲") == frozenset()
    assert (await town.tells("管理员甲", "改期"))[0].text == "没办：只有管理员可以改期。"


async def test_role_ends_by_itself(town):
    """A role holds until its day, that day included."""
    await town.says("书记", "授权 管理员", reply_to="u0", reply_to_person=Person("居民甲"))
    town.now = town.now.replace(year=2027, month=12, day=31, hour=23)
    assert await roles_of(town, "居民甲") == {Role.MODERATOR}

    town.now = town.now.replace(year=2028, month=1, day=1, hour=0, minute=0)
    assert await roles_of(town, "居民甲") == frozenset()


async def test_role_granted_again_lasts_longer(town):
    """A second 授权 a year later goes on from the first."""
    for year in (2026, 2027):
        town.now = town.now.replace(year=year)
        await town.says("书记", "授权 管理员", reply_to="u0", reply_to_person=Person("居民甲"))
    town.now = town.now.replace(year=2028, month=12, day=31)

    assert await roles_of(town, "居民甲") == {Role.MODERATOR}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (
            "授权 书记",
            "没办：请写上身份，比如“授权 管理员”，可写"
            + "管理员、网格员、说事员、巡逻员、调解员、监督员、理事、物业、业委会、社区干部、街道干部、区联席会议。",
        ),
        ("授权 管理员", "没办：请回复那人的话发“授权 管理员”，或在后面写那人的短名。"),
        ("撤权 管理员 ZZZZZ", "没办：没有短名是 ZZZZZ 的人，请本人发“我的数据”看短名。"),
    ],
)
async def test_grant_is_refused_in_one_sentence(town, typed, answer):
    """What was not done, and what to do instead; 书记 comes from the config alone."""
    assert [out.text for out in await town.tells("书记", typed)] == [answer]


async def test_revoke_is_refused_when_the_role_is_not_held(town):
    """Nothing is taken that was not given."""
    sent = await town.says("书记", "撤权 理事", reply_to="u0", reply_to_person=Person("管理员甲"))

    assert sent[0].text.endswith("现在不是理事。")


@pytest.mark.parametrize("act", ["授权", "撤权", "补码", "解绑", "绑群"])
async def test_only_a_secretary_arranges(town, act):
    """A moderator may not what a secretary may."""
    assert (await town.says("管理员甲", f"{act} 管理员"))[0].text == f"没办：只有书记可以{act}。"


async def test_group_is_bound_by_its_code(town):
    """绑群 码, said in the new group by a secretary: one use, and the group belongs to the community."""
    assert (await town.says("居民甲", "说事 路灯不亮", NEW))[0].text.startswith("没记下：这个群还没绑到小区")

    bound = await town.says("书记", f"绑群 {CODE}", NEW)
    again = await town.says("书记", f"绑群 {CODE}")

    assert bound[0].text == "绑好了：这里是枫林小区的群。\n有事发“说事 内容”，我记下、编号、跟到底。"
    assert again[0].text == "没绑定：这个码不对或用过了，请运营方再发一个。"
    assert (await Group.get(chat=NEW.id)).title == NEW.title
    assert "记为说事 #1" in (await town.says("居民甲", "说事 路灯不亮", NEW))[0].text


async def test_group_is_bound_by_the_link_that_puts_the_bot_into_it(town):
    """Telegram says /start with what the link carried in the group that was picked: as if 绑群 had been typed there."""
    link = f"/start@fengsi_bot {GROUP_LINK}{CODE}"
    stranger = await town.says("居民甲", link, NEW)
    private = await town.tells("书记", link)
    assert not await Group.filter(chat=NEW.id).exists()
    bound = await town.says("书记", link, NEW)

    assert "书记" in stranger[0].text
    assert private[0].text == "没绑定：请在要绑的群里发“绑群 码”。"
    assert bound[0].text.startswith("绑好了：这里是枫林小区的群。")
    assert (await town.says("书记", link, NEW))[0].text.startswith("没绑定：这个码不对或用过了")


async def test_group_is_not_bound_by_another_communitys_secretary(town):
    """A code counts only for a secretary of its own community, and stays unused."""
    other = await Community.create(slug="b", name="乙小区", kind="commodity", settings={})
    await issue_group_code(other.id, code_hash(town.house.key, "THRC2345"), town.clock() + timedelta(days=1))

    assert (await town.says("书记", "绑群 THRC2345", NEW))[0].text.startswith("没绑定：这个码不对")
    assert not await Group.filter(chat=NEW.id).exists()


async def test_group_code_is_good_for_a_day(town):
    """An old code binds no group."""
    town.at("12-02 18:43")

    assert (await town.says("书记", f"绑群 {CODE}", NEW))[0].text.startswith("没绑定：这个码不对")


async def test_group_is_bound_in_the_group_only(town):
    """In private there is no group to bind."""
    assert (await town.tells("书记", f"绑群 {CODE}"))[0].text == "没绑定：请在要绑的群里发“绑群 码”。"
