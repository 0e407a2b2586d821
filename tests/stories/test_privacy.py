"""People's rights: the notice once, what is held, deletion asked twice (DOMAIN.md §7)."""

from datetime import timedelta

import pytest

from models.tables.concerns import Concern, Second
from models.tables.people import Address, Resident


async def test_notice_is_shown_once(talk):
    """The short notice comes under the first answer, and not again."""
    first = await talk.says("居民甲", "说事 路灯不亮了")
    second = await talk.says("居民甲", "说事 下水道堵了")

    assert len(first) == 2
    assert "江南街道" in first[1].text
    assert "010-1234" in first[1].text
    assert len(second) == 1


async def test_notice_in_private_can_be_agreed_to(talk):
    """Shown is recorded when shown, agreed only when pressed, with version and time."""
    out = await talk.tells("居民甲", "帮助")
    before = await Resident.get()
    agreed = await talk.presses("居民甲", "同意", talk.private("居民甲"))
    after = await Resident.get()

    assert "运营" in out[-1].text
    assert (before.notice_version, before.agreed_version) == ("1", "")
    assert (after.agreed_version, after.agreed_at is not None) == ("1", True)
    assert agreed[0].text == "记下了：您同意第1版隐私说明，12月1日（周二）18:42。"


async def test_private_word_is_not_moved_to_the_group(talk):
    """Somebody the bot may not write to gets a short answer without contents."""
    out = await talk.says("居民甲", "我的说事")

    assert out[0].text == "我还不能私聊您，请先私聊我发一句“帮助”，再在这里发一次。"


async def test_forget_me_is_asked_twice_and_done(talk):
    """Public matters stay without the person; hidden ones, seconds and the address go."""
    await talk.says("居民甲", "说事 路灯不亮了")
    await talk.tells("居民甲", "说事 楼上总是半夜很吵")
    await talk.says("居民乙", "说事 电梯停了")
    await talk.says("居民甲", "附议 3")
    chat = talk.private("居民甲")
    await talk.tells("居民甲", "删除我")
    await talk.presses("居民甲", "继续", chat)
    done = await talk.presses("居民甲", "确认删除", chat)

    public, hidden, other = await Concern.all().order_by("number")
    assert done[0].text.startswith("删好了。")
    assert (public.author_id, public.text, public.shown) == (None, "", "路灯不亮了")
    assert (hidden.author_id, hidden.text, hidden.shown) == (None, "", "")
    assert other.author_id is not None
    assert await Second.all().count() == 0
    assert await Address.filter(user="居民甲").count() == 0


async def test_forget_me_lapses_after_ten_minutes(talk):
    """The second button counts for ten minutes."""
    chat = talk.private("居民甲")
    await talk.tells("居民甲", "删除我")
    await talk.presses("居民甲", "继续", chat)
    talk.now += timedelta(minutes=11)
    late = await talk.presses("居民甲", "确认删除", chat)

    assert late[0].text == "没删：过了10分钟，要删请再发“删除我”。"
    assert await Resident.all().count() == 1


async def test_forget_me_can_be_left(talk):
    """不删了 changes nothing."""
    await talk.tells("居民甲", "删除我")
    out = await talk.presses("居民甲", "不删了", talk.private("居民甲"))

    assert out[0].text == "好，不删了，什么也没动。"
    assert await Resident.all().count() == 1


async def test_forgotten_person_is_met_anew(talk):
    """After deletion the next word is a first contact."""
    chat = talk.private("居民甲")
    for label in ("", "继续", "确认删除"):
        await (talk.presses("居民甲", label, chat) if label else talk.tells("居民甲", "删除我"))
    out = await talk.tells("居民甲", "帮助")

    assert any("运营" in message.text for message in out)


@pytest.mark.parametrize("word", ["隐私", "/privacy"])
async def test_whole_notice_names_who_why_and_how_long(talk, word):
    """隐私: operator, purpose, retention, rights."""
    out = await talk.tells("居民甲", word)

    for part in ("江南街道", "010-1234", "2年", "删除我", "不给别人"):
        assert part in out[0].text
