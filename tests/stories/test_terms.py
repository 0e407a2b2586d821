"""Terms with an end, the list of who holds what, the pools of 说事员 (issue: People; DOMAIN.md §1, §2)."""

import pytest

from domain.talk import Person
from domain.terms import Pool, Role
from models import access, roles
from models.tables.people import Grant, Resident


@pytest.fixture
async def town(talk):
    for name, *held in (("书记", Role.SECRETARY), ("居民甲",), ("居民乙",)):
        await talk.knows(name, *held)
    return talk


async def _resident(name: str) -> Resident:
    order = ["书记", "居民甲", "居民乙"]
    return (await Resident.all().order_by("id"))[order.index(name)]


async def grant(town, words: str, name: str = "居民甲"):
    return await town.says("书记", words, reply_to="u0", reply_to_person=Person(name))


@pytest.mark.parametrize("words", ["授权 管理员 到 2026-12-31", "授权 管理员 到2026-12-31", "授权 到12月31日 管理员"])
async def test_term_ends_on_the_day_that_was_said(town, words):
    """授权 管理员 到 2026-12-31: that day included."""
    out = await grant(town, words)

    assert out[1].text.startswith("您现在是枫林小区的管理员，由书记授权，到12月31日（周四）。")
    resident = await _resident("居民甲")
    town.at("12-31 23:59")
    assert await access.roles(resident.id, town.clock()) == {Role.MODERATOR}
    town.now = town.now.replace(year=2027, month=1, day=1, hour=0, minute=0)
    assert await access.roles(resident.id, town.clock()) == frozenset()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("授权 管理员 到 12-32", "没看懂日期“12-32”，请这样写：12-14。"),
        (
            "授权 管理员 到 2026-11-30",
            "没办：11月30日（周一）已经过了，请写以后的日子，比如“授权 管理员 到 2027-12-31”。",
        ),
        (
            "授权 管理员 到 2040-01-01",
            "没办：一次最多授权五年，请写到2031年12月1日（周一）为止的日子，到期可以再授权。",
        ),
    ],
)
async def test_term_is_refused_when_its_end_makes_no_sense(town, words, answer):
    """An unreadable day, a day that is over, a term without end in sight; nothing is granted."""
    assert [out.text for out in await grant(town, words)] == [answer]
    assert await Grant.filter(role=Role.MODERATOR).count() == 0


async def test_end_of_a_term_is_told(town):
    """It lapses by itself; the person and the secretary are told in private, in the morning, once."""
    await grant(town, "授权 管理员 到 2026-12-04")
    night = await town.wakes("12-05 00:00")
    morning = await town.wakes("12-05 07:30")
    again = await town.wakes("12-05 07:31")

    code = (await _resident("居民甲")).short
    assert night == again == []
    assert [(out.to.id, out.text) for out in morning] == [
        ("p-居民甲", "您的管理员身份到12月4日（周五）为止，已经满期，要接着做请找书记。"),
        ("p-书记", f"{code} 的管理员身份到12月4日（周五）为止，已经满期。\n要接着做：发“授权 管理员 {code}”。"),
    ]


async def test_end_is_not_told_when_the_term_goes_on_or_was_revoked(town):
    """Granted again: the later end counts. Taken back: it was told then."""
    await grant(town, "授权 管理员 到 2026-12-04")
    await grant(town, "授权 管理员 到 2026-12-20")
    await grant(town, "授权 网格员 到 2026-12-04", "居民乙")
    await grant(town, "撤权 网格员", "居民乙")

    assert await town.wakes("12-05 08:00") == []
    assert len(await town.wakes("12-21 08:00")) == 2


async def test_secretary_sees_who_holds_what(town):
    """授权 alone: every role that is held, with its end, in private; roles are no matter for the group."""
    await grant(town, "授权 管理员 到 2026-12-31")
    await grant(town, "授权 说事员 物业", "居民乙")
    out = await town.says("书记", "授权")

    shorts = [row.short for row in await Resident.all().order_by("id")]
    assert (out[0].to.private, out[1].text) == (True, "发到您私聊了。")
    assert out[0].text == "\n".join(
        [
            "现在的身份：",
            f"书记：{shorts[0]}（没有期限）",
            f"管理员：{shorts[1]}（到12月31日（周四））",
            f"说事员：{shorts[2]}（物业公司，到2027年12月31日（周五））",
            "给人身份：“授权 管理员 短名 到 2027-12-31”；收回：“撤权 管理员 短名”。",
        ]
    )


async def test_list_is_for_secretaries_alone(town):
    """Who may: 书记."""
    assert (await town.tells("居民甲", "授权"))[0].text == "没办：只有书记可以授权。"


@pytest.mark.parametrize(
    ("word", "pool"),
    [
        ("挂点单位", Pool.ATTACHED_UNIT),
        ("街道", Pool.CADRES),
        ("社区", Pool.CADRES),
        ("业主代表", Pool.OWNERS),
        ("业委会", Pool.OWNERS),
        ("物业", Pool.PROPERTY_COMPANY),
    ],
)
async def test_deliberator_comes_from_a_pool(town, word, pool):
    """DOMAIN.md §2: 说事员 are picked from attached units, cadres, owners' committee or delegates, property company."""
    await grant(town, f"授权 说事员 {word}")

    community = (await _resident("居民甲")).community_id
    assert [(d.who.short, d.pool) for d in await roles.deliberators(community, town.clock())] == [
        ((await _resident("居民甲")).short, pool)
    ]


async def test_deliberator_without_a_pool_is_asked_for_one(town):
    """The role holds at once; the answer says what is still missing."""
    out = await grant(town, "授权 说事员")

    assert out[0].text == (
        "记下了，正在私聊告诉本人。\n还没写他代表哪一方，请再发一次，比如“授权 说事员 挂点单位”，"
        "可写挂点单位、街道社区干部、业委会或业主代表、物业公司。"
    )
    community = (await _resident("居民甲")).community_id
    assert [d.pool for d in await roles.deliberators(community, town.clock())] == [None]


async def test_pool_can_be_changed(town):
    """Said again with another pool, the newer one counts; one row a role."""
    await grant(town, "授权 说事员 物业")
    await grant(town, "授权 说事员 挂点单位")

    assert [g.pool for g in await Grant.filter(role=Role.DELIBERATOR)] == [Pool.ATTACHED_UNIT]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECRETARY])
async def test_every_role_can_be_granted_and_taken_back(town, texts, role):
    """管理员, the 五大员, 理事, 物业, 业委会: by their official names."""
    resident = await _resident("居民甲")
    await grant(town, f"授权 {texts.term(role)}")
    assert await access.roles(resident.id, town.clock()) == {role}

    await grant(town, f"撤权 {texts.term(role)}")
    assert await access.roles(resident.id, town.clock()) == frozenset()
