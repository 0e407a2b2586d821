"""核对 from the voter's side: receipt, 核验, six digits of one's own, 怎样核对 (VOTING.md §3, VOICE.md §3)."""

import pytest

from bot.texts import Texts
from domain.ballots import Receipt, parse_receipt
from domain.notes import Note, Proof
from domain.talk import Manner, Outgoing
from models.tables.ballot_log import LogLine, OwnDigits
from models.tables.people import Household, Resident
from models.tables.votes import Ballot, Membership
from tests.stories.talk import Talk
from tests.stories.test_ballot_log import audit, homes, keys, published, wrong
from tests.stories.test_vote import LINE, ticks

__all__ = ["homes"]


def receipts(homes: Talk, name: str = "居民1") -> list[Outgoing]:
    """The receipts that somebody got, the oldest first."""
    return [out for out in homes.channel.sent if out.to == homes.private(name) and "收据（第" in out.text]


def kept(out: Outgoing) -> Receipt:
    """The receipt of a message's file."""
    assert out.file is not None
    return parse_receipt(out.file.content)


async def forget_asking(name: str, homes: Talk) -> None:
    """Somebody who was never asked for digits."""
    resident = await Resident.get(addresss__private_chat=homes.private(name).id)
    await OwnDigits.filter(resident_id=resident.id).delete()


async def test_receipt_comes_at_once_silently_and_in_private(homes: Talk) -> None:
    """Each ballot gives its voter a signed file; the group sees nothing of it."""
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    await homes.presses("居民1", "反对")
    first, second = receipts(homes)

    assert second.text.startswith("表决 #1 收据（第2次投，算这次）\n您家选：反对\n")
    assert second.file is not None
    assert (first.silent, first.manner, second.file.name) == (True, Manner.ANSWER, "收据-表决1-第2次.txt")
    assert isinstance(kept(second).evidence, Note)
    assert (kept(second).opening.choice, kept(second).opening.rev) == ((1,), 1)


async def test_receipt_holds_against_what_is_published(homes: Talk) -> None:
    """The promise was signed by the log's key, its line is in the log, it counts and opens to the choice."""
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    await homes.presses("居民2", "反对")
    await ticks(homes, "12-03 20:00")
    findings = audit(await published(), await keys(), kept(receipts(homes)[0]))

    assert wrong(findings) == []
    good = {finding.key for finding in findings if finding.ok}
    assert {"receipt_in_log", "promise_signed", "receipt_counts", "receipt_opened"} <= good


async def test_check_gives_the_proof_after_the_next_head(homes: Talk) -> None:
    """核验 3 before the head: the promise again. After it: the line, and a proof that anyone can check.

    A 不记名 ballot may wait for company (`test_ballot_log`), at the latest until the close.
    """
    await homes.says("管理员", LINE + "｜记名")
    await homes.presses("居民1", "赞同")
    early = await homes.tells("居民1", "核验 1")
    await homes.wakes("12-02 09:00")
    checked = await homes.tells("居民1", "核验 1")
    files = await published()
    findings = audit(files, await keys(), kept(checked[0]))

    assert "还没进公布的文件" in early[0].text
    assert isinstance(kept(early[0]).evidence, Note)
    assert checked[0].text == "表决 #1：您家的票在公布的文件第2行，和收据一致。"
    assert isinstance(kept(checked[0]).evidence, Proof)
    assert wrong(findings) == []
    assert "proof_holds" in {finding.key for finding in findings if finding.ok}


async def test_check_tells_of_a_changed_log(homes: Talk) -> None:
    """Where the line is not the ballot's, it is said, with whom to tell."""
    await homes.says("管理员", LINE + "｜记名")
    await homes.presses("居民1", "赞同")
    await homes.wakes("12-02 09:00")
    await LogLine.filter(place=1).update(text='{"c":"x"}')

    assert (await homes.tells("居民1", "核验 1"))[0].text.startswith("表决 #1：和收据对不上，请留好收据")


async def test_check_says_nothing_of_a_choice_in_a_group(homes: Talk) -> None:
    """Asked in a group, the answer goes into private."""
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    out = await homes.says("居民1", "核验 1")

    assert [(one.to.private, one.file is not None) for one in out] == [(True, True), (False, False)]
    assert out[1].text == "发到您私聊了。"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("核验 1", "没核验：表决 #1 里没有您家的票。"),
        ("核验 9", "没有表决 #9"),
    ],
)
async def test_check_is_refused_in_one_sentence(homes: Talk, words: str, said: str) -> None:
    """Who has no ballot there, or asks for no vote."""
    await homes.says("管理员", LINE)

    assert (await homes.tells("居民1", words))[0].text.startswith(said)


async def test_digits_are_asked_once_and_sealed_into_the_ballot(homes: Talk) -> None:
    """At the first secret ballot; given, they are in a new seal of the same choice, and in every later vote."""
    await forget_asking("居民1", homes)
    await homes.says("管理员", LINE)
    asked = await homes.presses("居民1", "赞同")
    given = await homes.tells("居民1", "135790")
    await homes.presses("居民2", "赞同")
    await ticks(homes, "12-03 20:00")
    await homes.says("管理员", LINE.replace("12-03", "12-05").replace("楼道灯", "大门灯"))
    again = await homes.presses("居民1", "反对")
    findings = audit(await published(), await keys(), kept(receipts(homes)[1]))

    assert any(out.text.startswith("请您定六位数字") and out.to.private for out in asked)
    assert given[0].text.startswith("六位数记下了")
    assert [kept(out).opening.own for out in receipts(homes)] == [None, "135790", "135790"]
    assert [kept(out).opening.rev for out in receipts(homes)] == [0, 1, 0]
    assert not any("六位数字" in out.text for out in again)
    assert wrong(findings) == []


async def test_digits_leave_each_flat_its_own_choice(homes: Talk) -> None:
    """Who speaks for two flats gives digits: what the other flat chose since stays as it is (VOTING.md §1)."""
    await forget_asking("居民1", homes)
    other, who = await Household.get(room="102"), await Resident.get(addresss__user="居民1")
    await Membership.create(community_id=other.community_id, resident_id=who.id, household_id=other.id)
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    await homes.presses("居民2", "反对")
    await homes.tells("居民1", "135790")

    assert [ballot.choice for ballot in await Ballot.all().order_by("voter")] == [0, 1]


async def test_digits_may_be_left_out(homes: Talk) -> None:
    """跳过: the ballot counts as it is, and nobody asks again."""
    await forget_asking("居民1", homes)
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    skipped = await homes.presses("居民1", "跳过", homes.private("居民1"))
    changed = await homes.presses("居民1", "反对")

    assert skipped[0].text.startswith("好，不定，票照样算")
    assert not any("六位数字" in out.text for out in changed)


async def test_digits_that_are_none_are_asked_for_again(homes: Talk) -> None:
    """Anything but six digits: one sentence, and the question stands."""
    await forget_asking("居民1", homes)
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    refused = await homes.tells("居民1", "12345")
    given = await homes.tells("居民1", "１２３４５６")

    assert refused[0].text == "没记下：要正好六位数字，请再发一次，或点“跳过”。"
    assert given[0].text.startswith("六位数记下了")


async def test_digits_in_a_group_are_not_taken(homes: Talk) -> None:
    """What everybody has read distinguishes nobody."""
    assert (await homes.says("居民1", "六位数 135790"))[0].text.startswith("没记下：请删掉刚才那条")


async def test_digits_are_not_asked_for_in_a_roll_call(homes: Talk) -> None:
    """记名 publishes the choices: a merged ballot would be seen."""
    await forget_asking("居民1", homes)
    await homes.says("管理员", LINE + "｜记名")
    out = await homes.presses("居民1", "赞同")

    assert not any("六位数字" in one.text for one in out)


async def test_how_to_check_says_what_can_and_cannot_be_checked(homes: Talk) -> None:
    """No larger promise than VOTING.md §3, from the card's own button."""
    await homes.says("管理员", LINE)
    out = await homes.presses("居民1", "怎样核对")

    text = next(one.text for one in out if one.to.private)
    assert "您家最后一票在公布的文件里，没和别家合用，内容是您选的" in text
    assert "查不了：名单对不对，有没有人买票、逼票" in text
    assert "替没投的户造票，要靠那户看参加名单才能发现" in text


async def test_help_leads_to_what_cannot_be_checked(homes: Talk) -> None:
    """帮助, 更多, 怎样核对: the whole of what is promised and of what is not, word for word as on the page."""
    await homes.tells("居民1", "帮助")
    more = await homes.presses("居民1", "更多", homes.private("居民1"))
    out = await homes.tells("居民1", "怎样核对")
    promised = [said for part in ("yours", "anyone", "never") for said in Texts.load().list(f"recount.{part}")]

    assert "怎样核对" in more[0].text
    assert [said for said in promised if said not in out[0].text] == []
    assert len(promised) == 6
