"""Every act is in the audit log, done or refused, without contents (DOMAIN.md §7)."""

import pytest

from bot import audit
from bot.texts import Texts
from domain.talk import Person
from domain.terms import Role
from models import acts
from models.tables.people import Audit, Resident


async def kept(**narrowed) -> list[acts.Act]:
    return await acts.acts(**{"community": None, "who": None, "since": None, "limit": 100, **narrowed})


async def log() -> list[tuple[str, str, str]]:
    return [(act.act, f"{act.kind}:{act.key}".rstrip(":"), act.refused) for act in await kept()]


async def test_each_act_leaves_one_line(talk):
    """Who did what to which number: 说事, 附议, 撤回, by phrase and by button."""
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.says("居民甲", "谁能看 1 公开")
    await talk.says("居民乙", "附议 1")
    await talk.says("居民甲", "撤回 1")

    assert await log() == [
        ("say", "concern:1", ""),
        ("show_to", "concern:1", ""),
        ("second", "concern:1", ""),
        ("withdraw", "concern:1", ""),
    ]
    first, second = [row.short for row in await Resident.all().order_by("id")]
    assert [act.who for act in await kept()] == [first, first, second, first]


async def test_refused_act_leaves_its_reason(talk):
    """Who tried what they may not, or what isn't there."""
    await talk.knows("居民甲")
    await talk.says("居民甲", "授权 管理员")
    await talk.says("居民甲", "进度 99")

    assert await log() == [("grant", "", "refused.only_secretary"), ("status", "concern:99", "refused.no_concern")]


async def test_words_that_mean_nothing_are_no_act(talk):
    """Neither a group's other talk nor the short menu is in the log."""
    await talk.says("居民甲", "今晚谁家炖肉")
    await talk.says("居民甲", "你好", addressed=True)

    assert await log() == []


async def test_log_holds_no_words(talk):
    """What was said stands nowhere in it, the words of a code and of a refused line neither."""
    words = ("说事 三号楼电梯又停了，电话13812345678", "绑定 ABCD2345", "进度 电梯", "授权 管理员 老王", "评价 好")
    for text in words:
        await talk.tells("居民甲", text)

    found = str(await Audit.all().values()) + str(await kept())
    assert [word for word in ("电梯", "138", "ABCD", "老王") if word in found] == []


async def test_every_ballot_is_one_act_and_its_choice_is_none_of_it(talk):
    """A first ballot, its change, the same again, one that was refused, an answer to a 表态: who and when, not what."""
    await talk.knows("管理员", Role.MODERATOR)
    await talk.knows("居民甲", household="3-1-301")
    await talk.knows("居民乙")
    (first,) = [row.short for row in await Resident.all().order_by("-id")][1:2]
    await talk.says("管理员", "表决 换灯｜赞同｜反对｜截止 12-03 20:00｜记名")
    await talk.says("管理员", "表态 几点开会｜八点｜九点")
    for name, button in (("居民甲", "赞同"), ("居民甲", "反对"), ("居民甲", "反对"), ("居民乙", "赞同")):
        await talk.presses(name, button)
    await talk.presses("居民甲", "八点")

    assert (await log())[2:] == [
        ("ballot", "vote:1", ""),
        ("ballot", "vote:1", ""),
        ("ballot", "vote:1", ""),
        ("ballot", "vote:1", "vote.not_bound"),
        ("ballot", "vote:2", ""),
    ]
    assert [act.who for act in (await kept())[2:5]] == [first] * 3


async def test_grant_names_role_and_person(talk):
    """授权 is on record with the role and whose it is now."""
    await talk.knows("书记", Role.SECRETARY)
    await talk.knows("居民甲")
    await talk.says("书记", "授权 管理员", reply_to="u0", reply_to_person=Person("居民甲"))

    assert await log() == [("grant", "moderator:2", "")]


async def test_forgotten_person_leaves_their_acts_without_them(talk):
    """删除我: what was done stays, not by whom."""
    await talk.tells("居民甲", "说事 三号楼电梯又停了")
    chat = talk.private("居民甲")
    await talk.tells("居民甲", "删除我")
    await talk.presses("居民甲", "继续", chat)
    await talk.presses("居民甲", "确认删除", chat)

    assert {act.who for act in await kept()} == {""}
    assert (await log())[-1] == ("forget_me_3", "", "")


async def printed(**narrowed) -> list[str]:
    return [audit._line(act, Texts.load()) for act in await kept(**narrowed)]


async def test_operator_reads_short_names_and_numbers(talk):
    """`python -m bot audit`: a line an act, the newest last."""
    await talk.knows("书记", Role.SECRETARY)
    await talk.knows("居民甲")
    secretary, resident = [row.short for row in await Resident.all().order_by("id")]
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.says("书记", "附议 1")
    await talk.says("书记", f"授权 网格员 {resident}")
    await talk.says("居民甲", "附议 99")

    assert await printed() == [
        f"2026-12-01 18:42:00 枫林小区 {resident} 说事 说事 #1",
        f"2026-12-01 18:42:01 枫林小区 {secretary} 附议 说事 #1",
        f"2026-12-01 18:42:02 枫林小区 {secretary} 授权 网格员 {resident}",
        f"2026-12-01 18:42:03 枫林小区 {resident} 附议 说事 #99 没办（refused.no_concern）",
    ]
    assert len(await printed(who=resident)) == 2
    assert await printed(limit=1) == (await printed())[-1:]
    assert await printed(community="乙小区") == []


@pytest.mark.parametrize("said", ["group", "private"])
async def test_anonymous_concern_has_no_number_beside_its_author(talk, said):
    """匿名: the operator's list does not put a person beside what they said without their name."""
    await (talk.tells if said == "private" else talk.says)("居民甲", "说事 三号楼电梯又停了")
    if said == "group":
        await talk.presses("居民甲", "匿名")
    await talk.says("居民乙", "附议 1")

    *own, seconded = await printed()
    assert own
    assert [line for line in own if "#" in line] == []
    assert seconded.endswith("附议 说事 #1")
