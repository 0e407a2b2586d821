"""People's rights: the notice once, what is held, deletion asked twice (DOMAIN.md §7)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.talk import Outgoing
from models.tables.concerns import Blob, Concern, Photo, Second
from models.tables.mail import Card, Outbox
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


async def forgotten(talk, name="居民甲"):
    """删除我, both questions answered. Returns what came last."""
    chat = talk.private(name)
    await talk.tells(name, "删除我")
    await talk.presses(name, "继续", chat)
    return await talk.presses(name, "确认删除", chat)


async def test_forget_me_is_asked_twice_and_done(talk):
    """Public matters stay without the person, also anonymous ones; hidden ones, seconds and the address go."""
    await talk.says("居民甲", "说事 路灯不亮了")
    await talk.tells("居民甲", "说事 下水道堵了")
    await talk.tells("居民甲", "说事 楼上总是半夜很吵")
    await talk.presses("居民甲", "仅管理员", talk.private("居民甲"))
    await talk.says("居民乙", "说事 电梯停了")
    await talk.says("居民甲", "附议 4")
    done = await forgotten(talk)

    public, anonymous, hidden, other = await Concern.all().order_by("number")
    assert done[0].text.startswith("删好了。")
    assert (public.author_id, public.text, public.shown) == (None, "", "路灯不亮了")
    assert (anonymous.author_id, anonymous.text, anonymous.shown) == (None, "", "下水道堵了")
    assert (hidden.author_id, hidden.text, hidden.shown) == (None, "", "")
    assert other.author_id is not None
    assert (other.supporters, await Second.all().count()) == (1, 0)
    assert await Address.filter(user="居民甲").count() == 0


async def test_forgotten_person_leaves_nothing_waiting(talk):
    """What waited for their private chat, and the cards that stood there, go too; others' stay."""
    await talk.tells("居民甲", "说事 楼上总是半夜很吵")
    await talk.tells("居民乙", "说事 下水道堵了")
    waiting = [Outgoing(talk.private(n), "有进展", due=talk.clock() + timedelta(days=1)) for n in ("居民甲", "居民乙")]
    await talk.store.mail.put(waiting, None, talk.clock())
    await forgotten(talk)

    assert {row.chat for row in await Outbox.all()} == {"p-居民乙"}
    assert {row.chat for row in await Card.all()} == {"p-居民乙"}


async def test_forgotten_picture_goes_with_its_bytes(talk):
    """A picture of a hidden concern is deleted; the same picture elsewhere stays."""
    facts = {"data": b"x", "mime": "image/jpeg", "width": 1, "height": 1, "kept_at": talk.clock()}
    blobs = [await Blob.create(sha256=n * 64, **facts) for n in "ab"]
    await talk.tells("居民甲", "说事 楼上总是半夜很吵")
    await talk.presses("居民甲", "仅管理员", talk.private("居民甲"))
    await talk.says("居民乙", "说事 电梯停了")
    hidden, other = await Concern.all().order_by("number")
    for concern, blob in ((hidden, blobs[0]), (hidden, blobs[1]), (other, blobs[1])):
        await Photo.create(
            community_id=concern.community_id,
            concern=concern,
            channel="web",
            upload="u",
            blob=blob,
            next_at=talk.clock(),
        )
    await forgotten(talk)

    assert [(photo.concern_id, photo.blob_id) for photo in await Photo.all()] == [(other.id, "b" * 64)]
    assert [blob.sha256 for blob in await Blob.all()] == ["b" * 64]


async def test_new_version_of_the_notice_is_shown_again(talk):
    """Agreed to the first, told of the second: recorded with version and time."""
    await talk.tells("居民甲", "同意")
    talk.house = talk.run.house = replace(talk.house, notice_version="2")
    again = await talk.tells("居民甲", "帮助")
    quiet = await talk.tells("居民甲", "帮助")

    row = await Resident.get()
    assert again[-1].text.startswith("隐私说明改过了，现在是第2版。\n我是枫林小区的说事机器人")
    assert len(quiet) == 1
    assert (row.notice_version, row.agreed_version) == ("2", "1")


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
