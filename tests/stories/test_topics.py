"""梳理议题: concerns about the same thing become one topic, can be taken apart again, and everyone is told."""

import pytest

from domain.terms import ConcernCategory, ConcernState, MatterKind, Role, TopicState
from models import search
from models.tables.concerns import Concern, Second, Topic
from models.tables.people import Audit
from models.tables.topics import Sorting, TopicStep
from tests.stories.talk import GROUP

LIFT = "说事 三号楼电梯又停了，老人下不来"
AGAIN = "说事 三号楼电梯天天坏，能不能换一部"
DOGS = "说事 小区里遛狗不牵绳，孩子害怕"
FOR_A_TOPIC = "没办：这里要写议题的编号，您写的是说事 #1；发“进度 1”看它归在哪个议题，还没归的请管理员先发“合并 1”。"


@pytest.fixture
async def town(talk):
    """Two concerns about the lift, seconded, and one about dogs; a moderator who can be reached."""
    for name in ("居民甲", "居民乙", "居民丙", "居民丁"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.knows("管理员乙", Role.MODERATOR)
    await talk.says("居民甲", LIFT)
    await talk.says("居民乙", AGAIN)
    await talk.says("居民丙", DOGS)
    await talk.says("居民丙", "附议 1")
    await talk.says("居民丁", "附议 1")
    await talk.says("居民丁", "附议 2")
    return talk


def private(talk, name):
    return [shown.text for shown in talk.channel.chats.get(f"p-{name}", [])]


async def test_sort_brings_like_concerns_together(town):
    """梳理 proposes; a press makes the topic; authors hear of it in private; no supporter is lost or doubled."""
    drafts = await town.tells("管理员甲", "梳理")
    made = await town.presses("管理员甲", "1立题", town.private("管理员甲"))

    assert drafts[0].text.startswith(
        "有3件说事等梳理，看着像2件事，先看这些：\n1 都说到三号楼、电梯、下不来：说事 #1、#2\n2 "
    )
    assert made[0].text == (
        "议题 #1 三号楼电梯又停了，老人下不来\n"
        "现在：第2步 梳理议题（共6步），2件说事归在一起\n"
        "人数：2人附议，来自说事 #1、#2\n"
        "下一步：说事理事会定上哪次会"
    )
    assert private(town, "居民甲") == [
        "您的说事 #1 归到议题 #1（三号楼电梯又停了，老人下不来），附议的人都还在。\n觉得不是一回事，请告诉管理员。"
    ]
    assert len(private(town, "居民乙")) == 1
    assert await Second.all().count() == 3


async def test_merge_takes_one_line(town):
    """合并 12 说事15｜题目 makes a topic, 合并 12 5 puts a concern into one: bare numbers, then prefixes."""
    first = await town.tells("管理员甲", "合并 1｜三号楼电梯")
    more = await town.tells("管理员甲", "合并 2 1")

    assert first[0].text.startswith("议题 #1 三号楼电梯\n")
    assert "人数：2人附议，来自说事 #1、#2" in more[0].text
    assert "归好了：议题 #1，2件说事在一起，附议一个没少。" in [out.text for out in more]


async def test_status_answers_through_the_topic(town):
    """进度 12: a concern in a topic is answered with the topic's step."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    out = await town.says("居民甲", "进度 1")

    assert out[0].text == (
        "说事 #1 三号楼电梯又停了，老人…\n"
        "并在议题 #1\n"
        "现在：第2步 梳理议题（共6步），2件说事归在一起\n"
        "人数：2人附议，来自说事 #1、#2\n"
        "下一步：说事理事会定上哪次会"
    )


async def test_topic_is_seconded_once_a_person(town):
    """附议 议题5: a supporter of one of its concerns counts once; an author needs no second."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")

    assert (await town.says("居民丁", "附议 议题1"))[0].text == "已附议议题 #1，连您2人。"
    assert (await town.says("居民丁", "附议 议题1"))[0].text == "您附议过议题 #1，仍算一次。"
    assert (await town.says("居民甲", "附议 议题1"))[0].text == "议题 #1 里有您自己说的，不用再附议。"
    assert (await town.says("居民丁", "附议 议题9"))[0].text == "没有议题 #9，发“议题”可以看有哪些。"


async def test_split_and_undo_put_back(town):
    """拆分 and 撤销: the concern stands alone again, its author is told, an empty topic is dissolved; it is logged."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    split = await town.tells("管理员甲", "拆分 2")
    undone = await town.tells("管理员甲", "撤销")
    together = await town.says("居民甲", "进度 2")
    await town.tells("管理员甲", "撤销")

    assert split[0].text == "说事 #2 从议题 #1 里拆出来了。"
    assert private(town, "居民乙")[1] == "说事 #2 又单独列出来了，不在议题 #1 里了。"
    assert undone[0].text == "撤销了拆分：说事 #2 回到原来的样子。"
    assert "并在议题 #1" in together[0].text
    assert (await Topic.get()).state is TopicState.DISSOLVED
    assert [(row.act, row.undone_at is not None) for row in await Sorting.all().order_by("id")] == [
        ("merge", True),
        ("split", True),
    ]
    assert (await town.tells("管理员甲", "撤销"))[0].text == "没有可以撤销的，只能撤销您自己的合并、拆分、退回。"


async def test_topics_merge_and_come_apart(town):
    """合并 议题2 1: one topic goes into another with its supporters, and comes back whole."""
    await town.tells("管理员甲", "合并 1｜电梯")
    await town.tells("管理员甲", "合并 2｜换电梯")
    await town.says("居民丙", "附议 议题2")
    merged = await town.tells("管理员甲", "合并 议题2 1")
    gone = await town.says("居民甲", "附议 议题2")
    await town.tells("管理员甲", "撤销")

    assert "人数：2人附议，来自说事 #1、#2" in merged[0].text
    assert gone[0].text == "没办：议题 #2 已经并到别的议题了。"
    assert [topic.state for topic in await Topic.all().order_by("number")] == [TopicState.OPEN, TopicState.OPEN]
    assert "人数：2人附议，来自说事 #2" in (await town.says("居民甲", "进度 2"))[0].text


async def test_one_s_own_concerns_are_listed_with_their_topic(town):
    """我的说事 says where a concern went: what was sorted doesn't wait for it any more."""
    await town.tells("管理员甲", "合并 1｜电梯")
    mine = await town.tells("居民甲", "我的说事")

    assert "：并在议题 #1" in mine[0].text
    assert "等管理员梳理" not in mine[0].text.split("\n")[-1]


async def test_concern_is_sent_back_with_a_reason(town):
    """退回 说事12: the reason is asked for, its author gets it; 撤销 takes it back."""
    asked = await town.tells("管理员甲", "退回 说事3")
    done = await town.tells("管理员甲", "派出所已经在管")
    status = await town.says("居民丙", "进度 3")
    await town.tells("管理员甲", "撤销")

    assert asked[0].text == "为什么不列为议题，请发一句原因，说的人会看到。"
    assert done[0].text == "说事 #3 退回了，正在告诉说的人。"
    assert private(town, "居民丙")[-1] == "说事 #3 没有列为议题，原因：派出所已经在管。\n有新情况请再说一次。"
    assert "现在：没有列为议题\n原因：派出所已经在管" in status[0].text
    assert (await Concern.get(number=3)).state is ConcernState.OPEN


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("合并 99", "没有说事 #99，发“我的说事”可以查号。"),
        ("合并 1 99", "没有议题 #99，发“议题”可以看有哪些。"),
        ("合并 电梯", "没看到号码，请连号一起发，比如“合并 12”。"),
        ("合并 表决1", "没办：这里要写说事、议题的编号，您写的是表决 #1。"),
        ("拆分 3", "没拆：说事 #3 本来就没归到议题里。"),
        ("退回 7 原因", "没有任务 #7，发“任务”可以看在办的。"),
        ("合并 议题1 1", "没有议题 #1，发“议题”可以看有哪些。"),
    ],
)
async def test_wrong_number_is_answered(town, words, answer):
    """A wrong number, a wrong kind: one sentence, and nothing changes."""
    assert (await town.tells("管理员甲", words))[0].text == answer
    assert await Topic.all().count() == 0


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("派单 说事1 修灯｜物业｜12-08", FOR_A_TOPIC),
        ("确定 说事1", FOR_A_TOPIC),
        ("提异议 说事1 不同意", FOR_A_TOPIC),
        ("办结 议题1", "没办：这里要写任务的编号，您写的是议题 #1。"),
        ("退回 表决1 原因", "没办：这里要写说事、任务的编号，您写的是表决 #1。"),
        ("评价 活动1 满意", "没办：这里要写说事、议题、任务的编号，您写的是活动 #1。"),
        ("附议 任务1", "没办：这里要写说事、议题的编号，您写的是任务 #1。"),
    ],
)
async def test_number_of_another_kind_is_not_said_not_to_exist(town, words, answer):
    """说事 #1 is there: a command for another kind says what was written and what it wants, in one sentence."""
    assert (await town.tells("管理员甲", words))[0].text == answer


async def test_status_takes_other_kinds_too(town):
    """进度 议题1 is the topic's card, 进度 任务1 the task's; a bare number is a concern as ever."""
    await town.tells("管理员甲", "合并 1｜电梯")
    await town.plans()
    await town.tells("管理员甲", "派单 1 修灯｜物业｜12-08")

    assert (await town.says("居民甲", "进度 议题1"))[0].text.startswith("议题 #1 电梯\n现在：")
    assert (await town.says("居民甲", "进度 任务1"))[0].text.startswith("任务 #1 修灯\n现在：")
    assert (await town.says("居民甲", "进度 1"))[0].text.startswith("说事 #1 ")
    assert (await town.says("居民甲", "进度 表决1"))[0].text == (
        "没办：这里要写说事、议题、任务的编号，您写的是表决 #1。"
    )


async def test_second_of_two_moderators_is_told(town):
    """A concern that another has sorted is not sorted again."""
    await town.tells("管理员甲", "合并 1｜电梯")

    assert (await town.tells("管理员乙", "合并 1｜电梯"))[0].text == (
        "没办：说事 #1 已经梳理过了，要改请先发“撤销”或“拆分”。"
    )
    assert (await town.tells("管理员乙", "撤销"))[0].text == "没有可以撤销的，只能撤销您自己的合并、拆分、退回。"
    assert await Topic.all().count() == 1


async def test_hidden_words_name_no_topic(talk):
    """A topic is public: what only moderators may see lends it neither title nor number."""
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.says("居民甲", LIFT)
    await talk.presses("居民甲", "仅管理员")
    out = await talk.tells("管理员甲", "合并 1")

    assert out[0].text.startswith("议题 #1 服务民生一件事\n")
    assert "来自说事" not in out[0].text


async def test_topics_are_listed_with_their_step(town):
    """议题: those under way; 详情: who took each step, and when."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    listed = await town.says("居民甲", "议题")
    detail = await town.tells("居民甲", "详情 1")

    assert listed[0].text == "在走流程的议题：\n议题 #1 三号楼电梯：第2步 梳理议题，2人附议"
    assert detail[0].text.split("\n")[1] == "性质：民主议事，类别：服务民生"
    assert detail[0].text.split("\n")[3:] == [
        "第1步 收集民意：12月1日（周二）18:42，管理员",
        "第2步 梳理议题：12月1日（周二）18:42，管理员",
    ]
    assert await TopicStep.all().count() == 2


async def test_like_topics_are_offered(town):
    """A new concern like an open topic: the topic is offered for seconding; the concern is kept all the same."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    await search.bring_up_to_date(
        town.house.understanding.words, 100, town.clock(), town.now - town.now.replace(day=1, hour=0)
    )
    out = await town.says("居民戊", "说事 三号楼电梯停运，老人出不了门")
    pressed = await town.presses("居民戊", "附议第1件")

    assert "是同一件事就点它附议，不点也行，您这件都留着：\n1 议题 #1 三号楼电梯，2人附议" in out[0].text
    assert pressed[0].text == "已附议议题 #1，连您3人。"
    assert GROUP.id == "g1"


async def test_title_and_kind_are_set_by_phrase_and_button(town):
    """改题, 性质, 改类 议题1: by words or from 详情; the cards follow, the log tells who did it to which topic."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    mine = town.private("管理员甲")
    await town.tells("管理员甲", "详情 1")
    asked = await town.presses("管理员甲", "改题", mine)
    named = await town.tells("管理员甲", "三号楼换电梯")
    which = await town.presses("管理员甲", "性质", mine)
    await town.presses("管理员甲", "规章制定", mine)
    again = await town.tells("管理员甲", "性质 1 活动开展")
    moved = await town.tells("管理员甲", "改类 议题1 矛盾纠纷")

    assert asked[0].text == "议题 #1 改叫什么，请发一句，最多40字；不改了发“取消”。"
    assert named[0].text == "改好了：议题 #1 现在叫“三号楼换电梯”。"
    assert which[0].text == "议题 #1 现在是民主议事，改成哪一种，请点一个。"
    assert [again[0].text, moved[0].text] == ["改好了：议题 #1 是活动开展。", "议题 #1 改为矛盾纠纷。"]
    topic = await Topic.get()
    assert (topic.title, topic.kind, topic.category) == (
        "三号楼换电梯",
        MatterKind.ACTIVITY,
        ConcernCategory.DISPUTE,
    )
    done = (
        await Audit.filter(act__in=["retitle", "matter_kind", "category"]).order_by("id").values_list("act", "subject")
    )
    assert list(done) == [
        ("retitle", "topic:1"),
        ("retitle", "topic:1"),
        ("matter_kind", "topic:1"),
        ("matter_kind", "topic:1"),
        ("matter_kind", "topic:1"),
        ("category", "topic:1"),
    ]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("改题 1 " + "长" * 41, "没改：题目有41字，最多40字。"),
        ("改题 9 电梯", "没有议题 #9，发“议题”可以看有哪些。"),
        ("改题 说事1 电梯", FOR_A_TOPIC),
        ("性质 9", "没有议题 #9，发“议题”可以看有哪些。"),
        ("改类 议题1 别的", "没改：没有这一类，六类是基层党建、中心任务、经济发展、服务民生、文明和谐、矛盾纠纷。"),
        ("可以公开 1", "没办：说事 #1 不用再看，没有在等公开。"),
    ],
)
async def test_wrong_title_kind_or_category_changes_nothing(town, words, answer):
    """A title too long, a number that isn't there, a category that is none: one sentence."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")

    assert (await town.tells("管理员甲", words))[0].text == answer
    assert (await Topic.get()).title == "三号楼电梯"


async def test_moderator_lets_a_concern_be_public(talk):
    """A concern that speaks of health waits; a moderator looks at it, and it is public like any other."""
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.says("居民甲", "说事 楼上老人得了糖尿病，上下楼没人扶")
    before = await talk.says("居民乙", "进度 1")
    waits = await talk.tells("管理员甲", "待办 全部")
    await talk.presses("管理员甲", "看#1", talk.private("管理员甲"))
    freed = await talk.presses("管理员甲", "可以公开", talk.private("管理员甲"))

    assert before[0].text == "没有说事 #1，发“我的说事”可以查号。"
    assert "说事 #1：等您看过再公开" in waits[0].text
    assert freed[0].text == "说事 #1 可以公开了。"
    assert (await talk.says("居民乙", "进度 1"))[0].text.startswith("说事 #1 ")


async def test_an_ended_topic_is_a_precedent_apart(town):
    """Who looks at a concern sees what was done about the like of it before, apart from what is open."""
    await town.tells("管理员甲", "合并 1 说事2｜三号楼电梯")
    await search.bring_up_to_date(
        town.house.understanding.words, 100, town.clock(), town.now - town.now.replace(day=1, hour=0)
    )
    await Topic.filter(number=1).update(state=TopicState.PUBLISHED)
    said = await town.says("居民戊", "说事 三号楼电梯又停了，老人出不了门")
    looked = await town.tells("管理员甲", "看说事 4")

    assert "是同一件事就点它附议" not in said[0].text
    assert "以前办过：议题 #1 三号楼电梯" in looked[0].text
    assert "像议题" not in looked[0].text
