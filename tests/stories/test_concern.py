"""What its author may do with a concern, what others may, and what the public sees of it."""

import pytest

from domain.talk import Upload
from domain.terms import ConcernCategory, ConcernState, Role, Visibility
from models.tables.concerns import Concern, Photo
from tests.stories.talk import GROUP

LAMP = "说事 三号楼路灯不亮了"


async def test_author_makes_it_anonymous_or_for_moderators_only(talk):
    """The resident chooses for each concern; the card shows the choice."""
    await talk.says("居民甲", LAMP)
    anonymous = await talk.presses("居民甲", "匿名")
    hidden = await talk.presses("居民甲", "仅管理员")

    assert anonymous[0].text.startswith("说事 #1 改为匿名：公开处不写是谁，管理员也查不到")
    assert hidden[0].text == "说事 #1 只给管理员看。群里的原话，群友已经看见。"
    assert ["公开", "匿名", "仅管理员✓"] in talk.card("收到").labels
    assert (await Concern.get()).visibility is Visibility.MODERATORS


async def test_private_concern_is_anonymous_from_the_start(talk):
    """Default: 公开 in a group, 匿名 in private; and in private there is nobody to second it."""
    out = await talk.tells("居民甲", LAMP)

    labels = [[button.label for button in row] for row in out[0].rows]
    assert ["公开", "匿名✓", "仅管理员"] in labels
    assert "附议" not in str(labels)


@pytest.mark.parametrize("label", ["匿名", "仅管理员", "撤回"])
async def test_stranger_presses_in_vain(talk, label):
    """A press by somebody whom the button isn't for gets a toast and changes nothing."""
    await talk.says("居民甲", LAMP)
    out = await talk.presses("居民乙", label)

    assert out[0].text.startswith("没办：只有说这件事的人可以")
    assert out[0].person == "居民乙"
    concern = await Concern.get()
    assert (concern.visibility, concern.state) == (Visibility.OPEN, ConcernState.OPEN)


async def test_withdrawn_concern_is_gone_for_everybody(talk):
    """撤回 takes it out of everything public; its number stays used."""
    await talk.says("居民甲", LAMP)
    out = await talk.says("居民甲", "撤回 1")
    status = await talk.says("居民乙", "进度 1")
    next = await talk.says("居民甲", "说事 下水道堵了")

    assert out[0].text == "说事 #1 已撤回，不再公开。"
    assert talk.card("已撤回").labels == []
    assert status[0].text == "没有说事 #1，发“我的说事”可以查号。"
    assert "说事 #2" in next[0].text


async def test_hidden_concern_is_unknown_to_others(talk):
    """仅管理员: others read the same as for a number that isn't there; moderators see it."""
    await talk.knows("管理员", Role.MODERATOR)
    await talk.says("居民甲", LAMP)
    await talk.presses("居民甲", "仅管理员")

    assert (await talk.says("居民乙", "进度 1"))[0].text == "没有说事 #1，发“我的说事”可以查号。"
    assert (await talk.says("居民乙", "附议 1"))[0].text == "没有说事 #1，发“我的说事”可以查号。"
    assert "说事 #1" in (await talk.says("管理员", "进度 1"))[0].text


@pytest.mark.parametrize("words", ["附议 999", "进度 999", "撤回 999"])
async def test_unknown_number_is_repeated(talk, words):
    """An unknown number is repeated in the answer."""
    out = await talk.says("居民甲", words)

    assert out[0].text == "没有说事 #999，发“我的说事”可以查号。"


@pytest.mark.parametrize("words", ["附议", "进度 电梯", "附议 第一件"])
async def test_missing_number_is_asked_for(talk, words):
    """Without a number: one sentence that says how, in the word that was used."""
    out = await talk.says("居民甲", words)

    assert out[0].text == f"没看到号码，请连号一起发，比如“{words[:2]} 12”。"


async def test_too_long_is_refused_with_its_length(talk):
    """Over 4,000 characters: a clear refusal; exactly 4,000 is taken."""
    refused = await talk.says("居民甲", "说事 " + "灯" * 4001)
    taken = await talk.says("居民甲", "说事 " + "灯坏了，" * 1000)

    assert refused[0].text == "没记下：这条有4001字，最多收4000字，请拣要紧的分几条发，您的原话还在聊天里。"
    assert await Concern.all().count() == 1
    assert "说事 #1" in taken[0].text


async def test_private_numbers_are_masked_and_said(talk):
    """What can't stand in public is masked; the group's own words can't be, and that is said."""
    out = await talk.says("居民甲", "说事 三号楼路灯不亮了，找我13812341234，车牌京A12345")

    concern = await Concern.get()
    assert "138****1234" in concern.shown
    assert "13812341234" not in concern.shown
    assert "公开时会遮住电话、车牌；群里的原话我遮不了，请您自己删。" in out[0].text


async def test_health_waits_for_a_moderator(talk):
    """A text with health matters waits for a moderator before it is public."""
    out = await talk.says("居民甲", "说事 楼上邻居得了精神病，半夜敲墙，电梯也坏了")

    assert "提到健康，先请管理员看过再公开。" in out[0].text
    assert (await talk.says("居民乙", "进度 1"))[0].text == "没有说事 #1，发“我的说事”可以查号。"


async def test_author_corrects_the_category(talk):
    """改类别: six to choose from; the choice shows on the card."""
    await talk.says("居民甲", LAMP)
    offered = await talk.says("居民甲", "改类 1")
    chosen = await talk.presses("居民甲", "文明和谐")

    assert [label for row in offered[0].rows for label in [b.label for b in row]] == [
        "基层党建",
        "中心任务",
        "经济发展",
        "服务民生",
        "文明和谐",
        "矛盾纠纷",
    ]
    assert chosen[0].text == "说事 #1 改为文明和谐。"
    assert (await Concern.get()).category is ConcernCategory.CIVILITY
    assert "类别：文明和谐" in talk.card("收到").text


async def test_category_is_refused_when_unknown_or_not_theirs(talk):
    """An unknown category names the six; somebody else's concern is not theirs to sort."""
    await talk.says("居民甲", LAMP)

    assert "六类是基层党建、" in (await talk.says("居民甲", "改类 1 水电费"))[0].text
    assert (await talk.says("居民乙", "改类 1 文明和谐"))[0].text == (
        "没办：只有说这件事的人和管理员可以改这件说事的类别。"
    )
    assert (await talk.says("居民乙", "改类 99 文明和谐"))[0].text == (
        "没办：只有说这件事的人和管理员可以改这件说事的类别。"
    )


async def test_moderator_corrects_the_category(talk):
    """A moderator may sort any concern; the card in the group follows."""
    await talk.knows("管理员", Role.MODERATOR)
    await talk.says("居民甲", LAMP)
    await talk.tells("管理员", "改类 1 中心任务")

    assert "类别：中心任务" in talk.card("收到").text


async def test_mine_lists_in_private(talk):
    """我的说事 in a group goes to the private chat, newest first, with a button each."""
    await talk.knows("居民甲")
    for n in range(7):
        await talk.says("居民甲", f"说事 {n}号楼路灯不亮了")
    out = await talk.says("居民甲", "我的说事")

    private = talk.channel.chats["p-居民甲"][-1]
    assert private.text.startswith("您有7件说事：\n说事 #7 ")
    assert private.text.endswith("还有2件早些的，发“进度 号码”可以查。")
    assert private.labels == [["进度#7", "进度#6", "进度#5"]]
    assert out[-1].text == "发到您私聊了。"


async def test_mine_says_when_there_is_none(talk):
    """Nothing said yet: what to do."""
    await talk.knows("居民甲")

    assert (await talk.tells("居民甲", "我的说事"))[0].text == "您还没说过事，发“说事 内容”就行。"


async def test_doubled_event_is_taken_once(talk):
    """The platform sends an event again: nothing happens twice."""
    from domain.talk import Person, Said

    said = Said("same", talk.clock(), GROUP, Person("居民甲"), LAMP, "u")
    first = await talk.takes(said)
    again = await talk.takes(said)

    assert len(first) == 2
    assert again == []
    assert await Concern.all().count() == 1


async def test_pictures_without_words_wait_for_them(talk):
    """Where a picture is a message of its own (WeChat), it is kept until its words come; several wait together."""
    first = await talk.tells("居民甲", "", pictures=(Upload("one.jpg"),))
    await talk.tells("居民甲", "", pictures=(Upload("two.jpg"),))
    taken = await talk.tells("居民甲", "一号楼外墙裂了一条缝")

    assert first[0].text == "图片收到了，还没记成说事：请写上在哪里、什么事（30分钟内没补，图就不留）。"
    assert taken[0].text.startswith("收到，记为说事 #1。")
    assert [photo.upload for photo in await Photo.all().order_by("id")] == ["one.jpg", "two.jpg"]
