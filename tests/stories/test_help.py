"""Help by role, the short menu, and the ways in."""

from datetime import UTC, datetime

from domain.talk import Button, Chat, Joined, Manner, Membership, Migrated, Person, Said
from domain.terms import Role
from models.tables.concerns import Concern
from models.tables.mail import Seen
from models.tables.people import Community, Group, Resident
from tests.stories.talk import GROUP


async def test_bare_mention_gets_the_short_menu(talk):
    """Never silence after @bot alone."""
    out = await talk.says("居民甲", "", addressed=True)

    assert out[0].text == "在。您想："
    assert talk.channel.chats["g1"][0].labels == [["我要说事", "我的说事", "帮助"]]


async def test_unknown_words_are_repeated_and_nothing_is_kept(talk):
    """Unknown words after @bot, and an unknown command, get the menu."""
    out = await talk.says("居民甲", "说市电梯", addressed=True)
    command = await talk.says("居民甲", "/nonsense", addressed=True)

    assert out[0].text == "没听懂“说市电梯”，什么也没记。您是想："
    assert "没听懂“/nonsense”" in command[0].text
    assert await Concern.all().count() == 0


async def test_silent_talk_leaves_no_trace(talk):
    """A group's other talk is never kept: no row of any kind."""
    await talk.says("居民甲", "今晚谁家炖肉")

    assert await Seen.all().count() == await Resident.all().count() == 0


async def test_button_i_want_to_say_asks_and_takes(talk):
    """我要说事 asks; the next word to the bot is the concern."""
    await talk.knows("居民甲")
    await talk.says("居民甲", "", addressed=True)
    asked = await talk.presses("居民甲", "我要说事")
    answer = await talk.says("居民甲", "三号楼路灯不亮了", addressed=True)

    assert "请说是什么事" in asked[0].text
    assert "记为说事 #1" in answer[0].text


async def test_question_in_a_group_says_how_to_answer(talk):
    """A group's other talk is not heard, so a question there says that the answer is to hang on it; in private not."""
    await talk.knows("居民甲")
    group = await talk.says("居民甲", "说事")
    private = await talk.tells("居民甲", "说事")

    assert group[0].text.endswith("\n在群里请回复这条来答，别的话我不听。")
    assert "回复这条" not in private[0].text


async def test_dialogue_lapses_after_half_an_hour(talk):
    """An answer after 30 minutes is no answer."""
    await talk.knows("居民甲")
    await talk.tells("居民甲", "说事")
    talk.at("12-01 19:20")
    out = await talk.tells("居民甲", "三号楼路灯不亮了")

    assert "没听懂" in out[0].text


async def test_cancel_leaves_a_dialogue(talk):
    """取消 leaves one at any time, and says so where there was none."""
    await talk.tells("居民甲", "说事")
    left = await talk.tells("居民甲", "取消")
    none = await talk.tells("居民甲", "取消")

    assert left[0].text == "好，不填了，刚填的没有保存。"
    assert none[0].text == "没有正在填的，不用取消。"


async def test_help_is_by_role(talk):
    """A moderator gets the moderator's commands in private."""
    await talk.knows("管理员", Role.MODERATOR)
    await talk.knows("居民甲")
    plain = await talk.says("居民甲", "帮助")
    more = await talk.says("管理员", "帮助")

    assert len(plain) == 1
    assert "先发“待办”" in talk.channel.chats["p-管理员"][-1].text
    assert len(more) == 2


async def test_anonymous_administrator_is_asked_to_speak_as_themselves(talk):
    """Nobody can be held to what a group says."""
    out = await talk.takes(Said("x", talk.clock(), GROUP, Person("group", hidden=True), "说事 电梯停了", "u"))

    assert "请换成自己的账号" in out[0].text
    assert await Concern.all().count() == 0


async def test_unbound_group_is_told_what_to_do(talk):
    """A group that belongs to no community keeps nothing."""
    out = await talk.says("居民甲", "说事 电梯停了", Chat("web", "stranger"))

    assert "还没绑到小区" in out[0].text
    assert await Concern.all().count() == 0


async def test_joining_says_what_it_hears(talk):
    """On joining, the bot says who it is and what it can hear there."""
    now = datetime(2026, 12, 1, tzinfo=UTC)
    await talk.run(Joined("j1", now, GROUP, Person("书记"), Membership.MEMBER))
    await talk.run(Joined("j2", now, GROUP, Person("书记"), Membership.ADMINISTRATOR))
    await talk.delivery.drain()

    deaf, hearing = (shown.text for shown in talk.channel.chats["g1"])
    assert "@我" in deaf
    assert "添加管理员" in deaf
    assert "都听得到" in hearing


async def test_removed_bot_tells_the_secretary(talk):
    """Kicked out by the service message: the secretaries hear of it; back in, the group is there again."""
    await talk.knows("书记", Role.SECRETARY)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    await talk.run(Joined("j1", now, GROUP, Person("群主"), Membership.GONE))
    await talk.delivery.drain()
    lost = (await Group.get()).lost_at
    await talk.run(Joined("j2", now, GROUP, Person("群主"), Membership.MEMBER))

    assert "我发不进去了（被移出群" in talk.channel.chats["p-书记"][-1].text
    assert lost is not None
    assert (await Group.get()).lost_at is None


async def test_migrated_group_goes_on(talk):
    """The service message of a migration: the same group under its new id."""
    await talk.run(Migrated("m1", talk.clock(), GROUP, "g1-super"))
    out = await talk.says("居民甲", "说事 电梯停了", Chat("web", "g1-super"))

    assert "记为说事 #1" in out[0].text


async def test_old_button_is_answered(talk):
    """A button of another release gets a sentence, not silence."""
    out = await talk.press("居民甲", Button("旧", "gone_verb", ("1",)))

    assert "这个按钮过时了" in out[0].text


async def test_every_press_ends_the_platforms_waiting(talk):
    """A press that brings a message and no toast is answered all the same, or its button would seem to hang."""
    await talk.says("居民甲", "", addressed=True)
    await talk.presses("居民甲", "帮助")

    assert [(out.text, out.manner) for out in talk.channel.sent if out.token] == [("", Manner.TOAST)]


async def test_first_private_word_chooses_among_several_communities(talk):
    """Where the bot serves several communities, somebody new is asked once; the button is taken and answered."""
    await Community.create(slug="qingzhu", name="青竹苑", kind="commodity", settings={})
    asked = await talk.tells("居民甲", "说事 楼道灯不亮")
    answer = await talk.presses("居民甲", "青竹苑", talk.private("居民甲"))

    assert asked[0].text == "您在哪个小区，请点一个，再发一次刚才那句。"
    assert "好，以后您私聊我说的，算青竹苑的事。" in [out.text for out in answer]
    assert not any("过时" in out.text for out in answer)
