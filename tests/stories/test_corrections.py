"""改类: what people put right is learned by their community alone, shown where it decided, and taken back."""

from dataclasses import replace

import pytest

from domain.terms import ConcernCategory, Role, Visibility
from handlers.run import Run
from models import people
from models.tables.concerns import Concern
from models.tables.corrections import Correction
from models.tables.people import Community, Resident
from tests.handlers.faults import faults
from tests.stories.talk import GROUP

SHOES = "说事 楼道里的鞋柜什么时候搬走"
LAMP = "说事 三号楼路灯不亮了"


@pytest.fixture
async def moderator(talk):
    await talk.knows("管理员", Role.MODERATOR)
    return "管理员"


async def categories() -> list[ConcernCategory | None]:
    """The categories of all concerns, in their order."""
    return [concern.category or concern.guess for concern in await Concern.all().order_by("id")]


async def put_right(talk, who: str, times: int, to: str, said: str = SHOES) -> None:
    """So many concerns, each put into another category."""
    for _ in range(times):
        await talk.says(who, said)
        number = await Concern.all().count()
        await talk.says(who, f"改类 {number} {to}")


async def test_thirty_corrections_change_the_thirty_first(talk, moderator):
    """What was put right thirty times is right the next time; another matter stays where it was."""
    await talk.says("居民甲", LAMP)
    lamp = (await categories())[0]
    await put_right(talk, moderator, 30, "经济发展")
    out = await talk.says("居民乙", SHOES)
    await talk.says("居民乙", LAMP)

    assert "类别：经济发展（照以前改过的：" in out[0].text
    assert "鞋柜" in out[0].text
    assert (await categories())[-2:] == [ConcernCategory.ECONOMY, lamp]
    assert (await Concern.all().order_by("-id"))[1].learned


async def test_residents_own_choices_are_learned_too(talk):
    """改类别 by the author is a correction like a moderator's, also where the bot asked."""
    await talk.knows("居民甲")
    for _ in range(12):
        await talk.says("居民甲", SHOES)
        await talk.says("居民甲", f"改类 {await Concern.all().count()}")
        await talk.presses("居民甲", "经济发展")

    assert await Correction.filter(right=ConcernCategory.ECONOMY).count() >= 1
    assert (await categories())[-1] is ConcernCategory.ECONOMY


async def test_agreeing_with_the_bot_teaches_nothing(talk):
    """Who picks what the bot was sure of put nothing right."""
    await talk.says("居民甲", LAMP)
    await talk.says("居民甲", "改类 1 服务民生")

    assert await Correction.all().count() == 0


async def test_a_vandals_corrections_are_taken_back_in_one_go(talk, moderator):
    """A moderator takes one back, then all by the same person: everything is as if they had never been."""
    await talk.knows("居民甲")
    await put_right(talk, "居民甲", 20, "基层党建")
    spoiled = await talk.says("居民乙", SHOES)
    shown = await talk.tells(moderator, "改类记录")
    one = await talk.presses(moderator, shown[0].rows[0][0].label, talk.private(moderator))
    every = await talk.presses(moderator, "都不算", talk.private(moderator))
    healed = await talk.says("居民乙", SHOES)

    assert "基层党建" in spoiled[0].text
    assert one[0].text.endswith("都不算就点下面。")
    assert "次改类都不算了" in every[0].text
    assert await Correction.filter(undone_at=None).count() == 0
    assert "基层党建" not in healed[0].text.split("\n")[1]


async def test_two_communities_do_not_learn_from_one_another(talk, moderator):
    """Corrections count in their own community."""
    await put_right(talk, moderator, 20, "经济发展")
    other = await Community.create(slug="other", name="梧桐苑", kind="commodity", settings={})
    await people.counters(other.id)
    chat = type(GROUP)("web", "g2", title="梧桐苑群")
    await people.enter_group(other.id, chat.channel, chat.id, chat.title)
    here, there = await talk.says("居民乙", SHOES), await talk.says("居民丙", SHOES, chat)

    assert "经济发展（照以前改过的" in here[0].text
    assert "经济发展（照以前改过的" not in there[0].text


async def test_a_second_process_learns_from_the_commit_on(talk, moderator):
    """What one process learns or takes back, another on the same database knows at its next event."""
    second = Run(replace(talk.house, lessons={}), talk.clock)
    await put_right(talk, moderator, 20, "经济发展")
    first, talk.run = talk.run, second
    learned = await talk.says("居民乙", SHOES)
    talk.run = first
    for row in await Correction.all().order_by("-id"):
        await talk.tells(moderator, f"不算 {(await row.concern).number}")
    talk.run = second
    taken_back = await talk.says("居民乙", SHOES)

    assert "经济发展（照以前改过的" in learned[0].text
    assert "照以前改过的" not in taken_back[0].text


async def test_only_moderators_see_and_take_back(talk):
    """改类记录 and 不算 are the moderators'."""
    await talk.says("居民甲", LAMP)
    await talk.says("居民甲", "改类 1 文明和谐")

    assert (await talk.says("居民甲", "改类记录"))[0].text.startswith("没办：只有管理员")
    assert (await talk.says("居民甲", "不算 1"))[0].text.startswith("没办：只有管理员")
    assert (await talk.says("居民甲", "都不算 1"))[0].text.startswith("没办：只有管理员")


async def test_an_anonymous_authors_name_is_not_told(talk, moderator):
    """匿名 holds here too: who corrected their own anonymous concern stands nowhere beside it."""
    short = await talk.knows("居民甲")
    await talk.tells("居民甲", LAMP)
    await talk.tells("居民甲", "改类 1 文明和谐")
    await talk.says("居民甲", LAMP)
    await talk.says("居民甲", "改类 2 文明和谐")
    shown = await talk.tells(moderator, "改类记录")
    back = await talk.tells(moderator, "不算 1")
    name = (await Resident.get(id=short)).short

    assert (await Concern.get(number=1)).visibility is Visibility.ANONYMOUS
    assert "说事 #1：是文明和谐，不是服务民生，不写名，" in shown[0].text
    assert f"说事 #2：是文明和谐，不是服务民生，{name}，" in shown[0].text
    assert back[0].text == "说事 #1 那次改类不算了，以后不照着分；它的类别没动。"
    assert (await talk.tells(moderator, "不算 2"))[0].text == "说事 #2 那次改类不算了，以后不照着分；它的类别没动。"


async def test_nothing_to_take_back_is_said(talk, moderator):
    """A concern that taught nothing, and a community that put nothing right."""
    assert (await talk.tells(moderator, "改类记录"))[0].text == "还没有改过类别的说事，我照原来学的分。"
    assert (await talk.tells(moderator, "不算 7"))[0].text == "没办：没有记着说事 #7 的改类。"


async def test_what_was_learned_is_asked_of_the_database_once(talk, moderator):
    """A concern costs not one statement more after corrections, but for the first after a change."""
    await talk.says("居民乙", LAMP)
    with faults() as before:
        await talk.says("居民乙", LAMP)
    await put_right(talk, moderator, 3, "经济发展")
    await talk.says("居民乙", LAMP)
    with faults() as after:
        await talk.says("居民乙", LAMP)

    assert after.count == before.count


async def test_forgetting_a_private_concern_forgets_what_it_taught(talk, moderator):
    """删除我: the words of what was never public go from what was learned as well."""
    await talk.tells("居民甲", LAMP)
    await talk.tells("居民甲", "谁能看 1 仅管理员")
    await talk.tells("居民甲", "改类 1 文明和谐")
    before = await Correction.all().count()
    await talk.tells("居民甲", "删除我")
    await talk.presses("居民甲", "继续", talk.private("居民甲"))
    await talk.presses("居民甲", "确认删除", talk.private("居民甲"))

    assert (before, await Correction.all().count()) == (1, 0)
