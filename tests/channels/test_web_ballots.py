"""/ballot for every kind of ballot: several choices, a ranking, an owner's, with a slip, digits of one's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.rules import load_profiles
from domain.owners_roll import Relation
from domain.terms import VoteKind
from models import slips, votes
from models.tables.ballot_log import OwnDigits, SealedBallot, Slip
from models.tables.people import Household, Resident
from models.tables.votes import Ballot, Membership, RollEntry, Vote
from tests.channels.test_web_residents import enter
from tests.web.living import Browser, living

OWNERS = {"answers": ["consent", "against", "abstain"], "rule": load_profiles()["ordinary"].snapshot()}


@asynccontextmanager
async def page(folder: Path, kind: str = "household", **snapshot: Any) -> AsyncIterator[Browser]:
    """The ballot page of 表决 #4, as a vote of three options that was opened with this snapshot."""
    async with living(folder) as at, at.browser() as browser:
        vote = await Vote.get(number=4)
        vote.options = ["甲公司", "乙公司", "丙公司"]
        vote.kind = VoteKind(kind)
        vote.snapshot = {**vote.snapshot, **snapshot}
        await vote.save()
        await enter(browser, "/ballot/4")
        yield browser


async def test_several_are_marked_on_the_page(tmp_path: Path):
    """Boxes to tick; what was ticked counts, and is ticked when one comes again; none at all is no ballot."""
    async with page(tmp_path, method="approval") as browser:
        assert browser.page.text.count('type="checkbox" name="choice"') == 3
        assert "请先选一个" in await browser.post(own="")
        assert "您家选“甲公司、丙公司”" in await browser.post(choice=["1", "3"])  # type: ignore[arg-type]
        assert browser.page.text.count(" checked") == 2
        assert "您家选“甲公司”" in await browser.post(choice=["1"])  # type: ignore[arg-type]
        assert "您家选“甲公司”" in await browser.post(choice=["1"])  # type: ignore[arg-type]

        assert [(b.choice, b.more, b.rev) for b in await Ballot.all()] == [(0, "", 1)]


async def test_ranking_is_given_on_the_page(tmp_path: Path):
    """A place for each option that is ranked; two in one place are sent back; another order is another ballot."""
    async with page(tmp_path, method="ranked") as browser:
        assert "有两个排在同一位" in await browser.post(rank1="1", rank2="1")
        assert "您家选“1 丙公司 2 甲公司”" in await browser.post(rank1="2", rank3="1")
        assert "您家选“1 甲公司 2 丙公司”" in await browser.post(rank1="1", rank3="3")

        assert [(b.choice, b.more, b.rev) for b in await Ballot.all()] == [(0, "2", 1)]


@pytest.mark.parametrize("relation", ["owner", "proxy", "guardian"])
async def test_owner_says_on_the_page_as_what(tmp_path: Path, relation: str):
    """Asked once, before the ballot; who votes for the owner gives the document's number."""
    async with page(tmp_path, "owners", **OWNERS) as browser:
        assert "您是这套房的什么人" in browser.text
        document = "" if relation == "owner" else "公证2026-7"
        if document:
            assert "请补上再点" in await browser.post(choice="1", relation=relation, document="")
            assert await Ballot.all().count() == 0
        assert "您家选“甲公司”" in await browser.post(choice="1", relation=relation, document=document)
        assert "您是这套房的什么人" not in browser.text

        assert [(row.relation, row.document) for row in await Membership.all()] == [(relation, document)]
        assert "您家选“乙公司”" in await browser.post(choice="2")


async def test_owner_is_warned_on_the_page_that_silence_may_count(tmp_path: Path):
    """Where the adopted rules' clause lets the silent follow, both pages say so before anybody votes (row 13)."""
    async with page(tmp_path, "owners", clause="议事规则第12条", never_deemed=[], **OWNERS) as browser:
        await Vote.filter(number=4).update(secret=False)
        warning = "送到了没交的票，按“议事规则第12条”可能算跟多数"
        for path in ("/ballot/4", "/votes/4"):
            assert warning in await browser.open(path)
        await Vote.filter(number=4).update(snapshot=OWNERS)

        assert "跟多数" not in await browser.open("/votes/4")


async def test_tenant_hears_on_the_page_why_not(tmp_path: Path):
    """A tenant is no owner: no ballot, and the reason in a sentence."""
    async with page(tmp_path, "owners", **OWNERS) as browser:
        said = await browser.post(choice="1", relation="tenant", document="")

        assert "只由业主投，您登记的是租户" in said
        assert await Ballot.all().count() == 0


async def test_page_says_when_a_vote_opens(tmp_path: Path):
    """Before it starts: when that is, and no form."""
    async with living(tmp_path) as at, at.browser() as browser:
        await Vote.filter(number=4).update(opened_at=at.clock.moment + timedelta(days=1))
        await enter(browser, "/ballot/4")

        assert "才开始" in browser.text
        assert "投这一票" not in browser.text


async def test_slip_is_shown_on_the_page_once(tmp_path: Path):
    """Without its code, or with a wrong one, nothing counts; with it the ballot does; a change needs none."""
    async with page(tmp_path, slips=True) as browser:
        vote = await Vote.get(number=4)
        await Vote.filter(id=vote.id).update(roll_size=await RollEntry.filter(vote=vote).count())
        record = await votes.numbered(vote.community_id, 4)
        assert record is not None
        code = (await slips.make(record))[0].code
        assert "请先填纸条里的封口码" in await browser.post(choice="1", slip="")
        assert "不对" in await browser.post(choice="1", slip="0" * 16)
        assert await Ballot.all().count() == 0
        assert "您家选“甲公司”" in await browser.post(choice="1", slip=code.lower())
        assert 'name="slip"' not in browser.page.text
        assert "您家选“乙公司”" in await browser.post(choice="2")

        assert await Slip.exclude(voter=None).count() == 1


async def test_owner_shows_a_slip_on_the_page_and_says_as_what(tmp_path: Path):
    """Both are asked at once, and one form casts: with another unit's code nothing counts."""
    async with page(tmp_path, "owners", slips=True, **OWNERS) as browser:
        record = await votes.numbered((await Vote.get(number=4)).community_id, 4)
        assert record is not None
        made = await slips.make(record)
        mine = next(one.code for one in made if one.flat and one.flat.room == "301")
        facts: dict[str, Any] = {"choice": "1", "relation": "proxy", "document": "公证2026-7"}
        assert "不对" in await browser.post(slip="0" * 16, **facts)
        assert await Ballot.all().count() == 0
        await Membership.all().delete()
        await browser.open("/ballot/4")
        assert "您家选“甲公司”" in await browser.post(slip=mine, **facts)

        assert await Slip.exclude(code=None).count() == 1


async def test_owner_of_several_units_shows_a_slip_of_each_on_the_page(tmp_path: Path):
    """A field a unit, by its flat; what has no code yet is named after the ballot; one wrong code of two says so."""
    async with page(tmp_path, "owners", slips=True, **OWNERS) as browser:
        codes = await second_unit(browser)
        assert [flat in browser.text for flat in ("3号楼2单元301室", "3号楼2单元302室")] == [True, True]
        assert browser.page.text.count('name="slip"') == 2
        assert "请先填纸条里的封口码" in await browser.post(choice="1", slip=["", " "])  # type: ignore[arg-type]
        said = await browser.post(choice="1", slip=["", codes["302"]])  # type: ignore[arg-type]
        assert "您家选“甲公司”" in said
        assert "还没投：3号楼2单元301室。" in said
        assert [ballot.choice for ballot in await Ballot.all()] == [0]
        assert "没计入：这个封口码不对" in await browser.post(choice="2", slip="0" * 16)
        assert [ballot.choice for ballot in await Ballot.all()] == [0]
        assert "没计入" not in await browser.post(choice="2", slip="")
        assert [ballot.choice for ballot in await Ballot.all()] == [1]
        said = await browser.post(choice="3", slip=codes["301"])

        assert "您家选“丙公司”" in said
        assert 'name="slip"' not in browser.page.text
        assert "还没投" not in said
        assert [ballot.choice for ballot in await Ballot.all()] == [2, 2]


async def test_owner_casts_for_several_units_by_one_form(tmp_path: Path):
    """All codes at once, and as what one speaks: a ballot each; of a wrong one beside a right one the right counts."""
    async with page(tmp_path, "owners", slips=True, **OWNERS) as browser:
        codes = await second_unit(browser, relation=False)
        facts: dict[str, Any] = {"choice": "1", "relation": "proxy", "document": "公证2026-7"}
        wrong = await browser.post(slip=[codes["301"], "0" * 16], **facts)  # type: ignore[arg-type]
        assert "有一个封口码没计入" in wrong
        assert browser.page.status_code == 409
        assert await Ballot.all().count() == 1
        await browser.open("/ballot/4")
        await browser.post(choice="1", slip=codes["302"])

        assert {ballot.voter for ballot in await Ballot.filter(choice=0)} == {
            f"h{home.id}" for home in await Household.filter(room__in=["301", "302"], unit="2")
        }
        assert {row.document for row in await Membership.all()} == {"公证2026-7"}


async def second_unit(browser: Browser, *, relation: bool = True) -> dict[str, str]:
    """The visitor speaks for 3-2-302 too; the codes of both by room."""
    vote = await Vote.get(number=4)
    me = await Resident.exclude(household=None).get()
    home = await Household.create(community_id=vote.community_id, building="3", unit="2", room="302", area=9000)
    await RollEntry.create(community_id=vote.community_id, vote=vote, household=home, head="owner:B")
    said = Relation.OWNER if relation else None
    for household in (me.household_id, home.id):
        facts = {"community_id": vote.community_id, "relation": said}
        await Membership.update_or_create(facts, resident=me, household_id=household)
    record = await votes.numbered(vote.community_id, 4)
    assert record is not None
    made = await slips.make(record)
    await browser.open("/ballot/4")
    return {one.flat.room: one.code for one in made if one.flat}


async def test_own_digits_are_given_on_the_page(tmp_path: Path):
    """With the first secret ballot: it is sealed with them, and they are asked for no more."""
    async with page(tmp_path) as browser:
        assert "两家的票要是被合成一张，您就查不出来" in browser.text
        assert "正好六位数字" in await browser.post(choice="1", own="12345")
        assert "您家选“甲公司”" in await browser.post(choice="1", own="246810")
        assert 'name="own"' not in browser.page.text

        assert [one.own for one in await SealedBallot.all()] == ["246810"]


async def test_own_digits_may_be_left_out_on_the_page(tmp_path: Path):
    """Cleared: the ballot counts without, and the page does not ask again."""
    async with page(tmp_path) as browser:
        assert "您家选“甲公司”" in await browser.post(choice="1", own="")
        assert 'name="own"' not in browser.page.text

        assert [(one.digits) for one in await OwnDigits.all()] == [None]
