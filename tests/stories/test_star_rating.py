"""星级评定 (DOMAIN.md §3, §4): branches, members, units, never residents; nothing shows before they could object."""

import pytest

from domain.terms import Role
from models.tables.matters import StarForm, StarScore
from models.tables.people import Resident
from tests.stories.talk import GROUP

RESULT = "星评 #1 支部“小区党支部”：4星\n忠诚于党4.5、服务群众4.0、推动发展4.5、优良作风3.5、廉洁自律4.0\n人数：2人打星"


@pytest.fixture
async def town(talk):
    """A secretary, two of the council, a moderator, a resident."""
    await talk.knows("书记甲", Role.SECRETARY)
    for name in ("理事甲", "理事乙"):
        await talk.knows(name, Role.COUNCIL)
    await talk.knows("管理员甲", Role.MODERATOR)
    talk.resident = await talk.knows("居民甲")
    return talk


def in_groups(town):
    return [o.text for o in town.channel.sent if o.to == GROUP]


async def test_rating_from_form_to_publication(town):
    """Opened, filled in item by item or in one line, handed on, the window kept, then published."""
    begun = await town.tells("书记甲", "星评 支部 小区党支部")
    mine = town.private("理事甲")
    first = await town.presses("理事甲", "打星", mine)
    for label in ("5星", "4星", "5星", "3星"):
        asked = await town.presses("理事甲", label, mine)
    done = await town.presses("理事甲", "4星", mine)
    await town.tells("理事乙", "打星 1 4 4 4 4 4")
    told = await town.tells("书记甲", "告知星评 1")
    early = await town.tells("书记甲", "公布星评 1")
    before = in_groups(town)
    town.at("12-06 20:00")
    await town.tells("书记甲", "公布星评 1")

    assert begun[0].text == "星评 #1 开了，正在请3人打星。"
    assert (
        first[-1].text == "星评 #1 小区党支部：忠诚于党几星？" or first[0].text == "星评 #1 小区党支部：忠诚于党几星？"
    )
    assert any(o.text == "星评 #1 小区党支部：廉洁自律几星？" for o in asked)
    assert any(o.text == "记下了：星评 #1 小区党支部，您的五项都有了，告知前可以重打。" for o in done)
    assert told[0].text == (
        f"{RESULT}\n"
        "请转告被评的人：12月6日（周日）20:00前可以提异议，有异议发“星评异议 1 内容”。过了这天再发“公布星评 1”。"
    )
    assert early[0].text == "没公布：星评 #1 还没过异议期，先发“告知星评 1”。"
    assert before == []
    assert in_groups(town) == [RESULT]


async def test_resident_is_never_rated(town):
    """Not as a resident, not by the short name under another heading."""
    short = (await Resident.get(id=town.resident)).short
    for words in ("星评 居民 三楼住户", f"星评 党员 {short}", f"星评 单位 {short.lower()}", "星评 支部", "星评"):
        assert (await town.tells("书记甲", words))[0].text == (
            "没评：只评支部、党员、单位，不评居民，请这样发“星评 支部 名称”，名称最多20字。"
        )
    assert await StarForm.all().count() == 0


async def test_objection_holds_it_back_until_it_is_answered(town):
    """What those rated object is answered before anything is shown."""
    await town.tells("书记甲", "星评 单位 物业公司")
    early = await town.tells("书记甲", "星评异议 1 不公平")
    nobody = await town.tells("书记甲", "告知星评 1")
    await town.tells("理事甲", "打星 1 3 3 3 3 3")
    await town.tells("书记甲", "告知星评 1")
    late = await town.tells("理事乙", "打星 1 1 1 1 1 1")
    await town.tells("书记甲", "星评异议 1 没算上半夜抢修")
    town.at("12-07 09:00")
    held = await town.tells("书记甲", "公布星评 1")
    await town.tells("书记甲", "答星评 1 补看了抢修记录，分数不变")
    await town.tells("书记甲", "公布星评 1")
    again = await town.tells("书记甲", "公布星评 1")

    assert early[0].text == "没记：星评 #1 现在不收异议，先告知，五天内提。"
    assert nobody[0].text == "没办：还没有人打星。"
    assert late[0].text == "没办：星评 #1 已经告知被评的人，不再打星。"
    assert held[0].text == "没公布：星评 #1 有异议没答复，请发“答星评 1 答复”。"
    assert len(in_groups(town)) == 1
    assert again[0].text == "没公布：星评 #1 公布过了。"
    assert await StarScore.all().count() == 1


async def test_who_rates_and_how(town):
    """The council, the supervisors and the secretary; one to five stars for five items; given again they replace."""
    await town.tells("书记甲", "星评 支部 小区党支部")
    for name in ("居民甲", "管理员甲"):
        assert (await town.tells(name, "打星 1 5 5 5 5 5"))[0].text == "没办：只有书记、监督员、理事可以打星。"
    for words in ("打星 1 6", "打星 1 好", "打星 1 1 2 3 4 5 5"):
        assert (await town.tells("理事甲", words))[0].text == ("没记：一共5项，每项1到5星，比如“打星 1 5 4 5 3 4”。")
    await town.tells("理事甲", "打星 1 5 5 5 5 5")
    await town.tells("理事甲", "打星 1 2 2 2 2 2")

    assert [row.stars for row in await StarScore.all()] == [[2, 2, 2, 2, 2]]
    assert (await town.tells("书记甲", "公布星评 9"))[0].text == "没有星评 #9，请看清号码再发。"
