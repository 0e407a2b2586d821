"""What has been kept for its time goes by itself, by kind (DOMAIN.md §7; PIPL art. 19; VOTING.md row 15)."""

from datetime import timedelta

import pytest

from bot.shelf import Shelf
from domain.talk import Chat, Outgoing
from domain.terms import Numbered, Role
from models import acts, concerns, mail, people, retention
from models.tables.ballot_log import SealedBallot
from models.tables.concerns import Blob, Concern, Photo, Second
from models.tables.mail import Outbox, Seen, TranscriptLine
from models.tables.people import Audit, Dialogue, Resident
from models.tables.votes import Ballot, Vote

LINE = "表决 楼道灯换声控灯｜赞同｜反对｜48小时｜记名"


def later(talk, **length):
    """The clock goes on."""
    talk.now += timedelta(**length)


async def said(talk):
    """One public concern, seconded; one for moderators alone."""
    await talk.knows("居民甲", household="3-1-301")
    await talk.says("居民甲", "说事 路灯不亮了，电话13812345678")
    await talk.tells("居民甲", "说事 楼上总是半夜很吵")
    await talk.presses("居民甲", "仅管理员", talk.private("居民甲"))
    await talk.says("居民乙", "附议 1")


async def test_words_go_after_two_years(talk):
    """Of what was public who said it; what was not goes whole. A day before, everything is there."""
    await said(talk)
    later(talk, days=729)
    await talk.plans()
    before = [(c.author_id is None, c.text != "", c.shown != "") for c in await Concern.all().order_by("number")]
    later(talk, days=3)
    await talk.plans()

    public, hidden = await Concern.all().order_by("number")
    assert before == [(False, True, True)] * 2
    assert (public.author_id, public.text, public.shown) == (None, "", "路灯不亮了，电话138****5678")
    assert (hidden.author_id, hidden.text, hidden.shown) == (None, "", "")
    assert (public.supporters, await Second.all().count()) == (1, 0)


async def test_words_go_when_the_community_says(talk):
    """Each kind has its own term in the config."""
    await said(talk)
    later(talk, days=800)
    await talk.plans(retention={"years": 5})
    assert (await Concern.get(number=1)).text

    await talk.plans(retention={"years": 1})
    assert not (await Concern.get(number=1)).text


async def test_disputed_concern_stays_whole(talk):
    """Held by the operator; released, it goes."""
    await said(talk)
    await retention.hold("枫林小区", Numbered.CONCERN, 1, talk.clock())
    later(talk, days=800)
    await talk.plans()
    assert (await Concern.get(number=1)).text

    await retention.release("枫林小区", Numbered.CONCERN, 1)
    await talk.plans()
    assert not (await Concern.get(number=1)).text


async def voted(talk):
    await talk.knows("管理员", Role.MODERATOR)
    await talk.knows("居民甲", household="3-1-301")
    await talk.says("管理员", LINE)
    await talk.says("居民甲", "投票 1 1")
    talk.at("12-03 18:42")
    later(talk, seconds=5)
    await talk.wakes()
    assert (await Vote.get(number=1)).result == {"赞同": 1, "反对": 0}


@pytest.mark.parametrize(("days", "kept"), [(360, True), (725, True), (740, False)])
async def test_ballots_of_a_closed_vote_go_after_their_years(talk, days, kept):
    """Longer than the year in which it can be sued against; the count stays."""
    await voted(talk)
    later(talk, days=days)
    await talk.plans()

    assert bool(await Ballot.all().count()) is bool(await SealedBallot.all().count()) is kept
    assert (await Vote.get(number=1)).result


async def test_disputed_vote_keeps_its_ballots(talk):
    """Hold on dispute."""
    await voted(talk)
    await retention.hold("枫林小区", Numbered.VOTE, 1, talk.clock())
    later(talk, days=2000)
    await talk.plans()

    assert await Ballot.all().count() == 1


async def test_technical_notes_go_after_thirty_days(talk):
    """Events that were seen, messages that never went out, questions nobody answered, kept lines."""
    await talk.tells("居民甲", "说事")
    await talk.store.mail.put([Outgoing(talk.private("居民甲"), "没发出去")], None, talk.clock())
    await Outbox.all().update(failed_at=talk.clock())
    await mail.keep_line("web", "g1", {"text": "你好"}, talk.clock())
    await mail.keep_line("wecom", "heard:wr1", {}, None)
    later(talk, days=29)
    await talk.plans()
    assert (await Seen.all().count(), await Outbox.all().count(), await TranscriptLine.all().count()) == (1, 1, 2)
    assert await Dialogue.all().count() == 0

    later(talk, days=2)
    await talk.plans()
    assert (await Seen.all().count(), await Outbox.all().count(), await TranscriptLine.all().count()) == (0, 0, 1)


async def test_answers_that_nobody_fetched_go_after_thirty_days(talk):
    """What lies on a channel's shelf goes by its age; a consent to a notice, and where somebody spoke, stay."""
    shelf = Shelf("official_account", talk.clock)
    await shelf.put("waits:openid1", {"text": "您的说事 #1 归到议题 #1 了"})
    later(talk, days=20)
    await shelf.put("waits:openid1", {"text": "议题 #1 的决议"})
    await shelf.put("consent:openid1", {"at": "1798761600"}, stays=True)
    later(talk, days=11)
    await talk.plans()

    assert [note["text"] for _, note in await shelf.of("waits:openid1")] == ["议题 #1 的决议"]
    assert len(await shelf.of("consent:openid1")) == 1
    later(talk, days=400)
    await talk.plans()
    assert [line.chat for line in await TranscriptLine.all()] == ["consent:openid1"]


async def test_push_that_waited_for_a_first_word_is_given_up_and_told(talk):
    """Nobody @s the bot in a WeCom group for thirty days: what waited goes, and the secretaries hear how much."""
    community = (await people.communities())[0]
    await people.enter_group(community.id, "wecom", "wr1", "网格工作群")
    await talk.knows("书记", Role.SECRETARY)
    wecom = [Outgoing(Chat("wecom", "wr1"), "📅 说事会"), Outgoing(Chat("wecom", "wr1"), "🗳️ 表决 #1")]
    await talk.store.mail.put(wecom, community.id, talk.clock())
    await Outbox.all().update(tries=200)
    untried = [Outgoing(Chat("wecom", "wr1"), "还没轮到")]
    await talk.store.mail.put(untried, community.id, talk.clock())
    later(talk, days=29)
    await talk.plans()
    assert await Outbox.all().count() == 3

    later(talk, days=2)
    await talk.plans()
    assert [row.body["text"] for row in await Outbox.filter(channel="wecom")] == ["还没轮到"]
    await talk.wakes()
    assert [shown.text for shown in talk.channel.chats["p-书记"]] == [
        "“网格工作群”30天里没人 @我，存着的2条不再发了；有人 @我 一次，以后的就发得进去。"
    ]


async def test_audit_log_goes_after_two_years(talk):
    """Who did what is no record for ever."""
    await said(talk)
    later(talk, days=740)
    await talk.says("居民乙", "附议 1")
    await talk.plans()

    assert [row.act for row in await Audit.all()] == ["second"]


async def test_act_of_a_ballot_goes_with_the_audit_log_though_the_ballot_is_kept(talk):
    """A dispute keeps the ballots; who cast them when is no record for ever."""
    await talk.knows("管理员", Role.MODERATOR)
    await talk.knows("居民甲", household="3-1-301")
    await talk.says("管理员", "表决 换灯｜赞同｜反对｜截止 12-03 20:00｜记名")
    await talk.presses("居民甲", "赞同")
    await talk.wakes()
    await retention.hold("枫林小区", Numbered.VOTE, 1, talk.now)
    later(talk, days=740)
    await talk.plans()

    assert await SealedBallot.filter(by_id=None, at=None).count() == await SealedBallot.all().count() == 1
    assert await acts.acts(None, None, None, 100) == []


async def test_strangers_go_when_they_have_done_nothing_for_the_term(talk):
    """Who is bound to a household, holds a role or came back lately stays."""
    for name, *held in (("书记", Role.SECRETARY), ("路人",), ("常客",)):
        await talk.knows(name, *held)
    await talk.knows("居民甲", household="3-1-301")
    later(talk, days=740)
    await talk.says("常客", "下次说事")
    await talk.plans()

    assert [row.id for row in await Resident.all().order_by("id")] == [1, 3, 4]


async def test_notice_promises_the_longest_of_the_terms(talk):
    """各类最长存: what is told holds for every kind."""
    await talk.plans(retention={"years": 1, "vote_years": 3, "audit_years": 2})

    assert "各类最长存3年" in (await talk.tells("居民甲", "隐私"))[0].text


async def test_picture_that_nothing_holds_goes_after_a_day(talk):
    """Of a form that was left; one that belongs to something stays, also while it waits to be fetched."""
    await said(talk)
    concern = await Concern.get(number=1)
    for letter in "abc":
        await concerns.keep_blob(concerns.Image(letter * 64, b"x", "image/jpeg", 1, 1), talk.now)
    facts = {"community_id": concern.community_id, "concern": concern, "channel": "web", "next_at": talk.now}
    await Photo.create(upload="1", blob_id="a" * 64, settled=True, **facts)
    await Photo.create(upload="b" * 64, **facts)
    later(talk, hours=23)
    await talk.plans()
    before = await Blob.all().count()
    later(talk, hours=2)
    await talk.plans()

    assert before == 3
    assert [blob.sha256[0] for blob in await Blob.all().order_by("sha256")] == ["a", "b"]
