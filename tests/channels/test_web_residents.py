"""Residents' pages: in by a code or a link, speaking, seconding and voting through `handlers.run` like anybody else."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.passes import LASTS, Pass, Passes
from domain.terms import ConcernCategory, Visibility
from models import mail
from models.tables.concerns import Concern, Photo
from models.tables.mail import Outbox
from models.tables.people import Address, Resident
from models.tables.votes import Ballot
from tests.web.living import CODES, Browser, Living, living

LAMP = "三号楼四层楼道的灯坏了一个星期，电话13800001234"


async def enter(browser: Browser, path: str = "/say", code: str = CODES[0]) -> str:
    await browser.open(path)
    return await browser.post(code=code)


def picture(**more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", **more)
    return out.getvalue()


async def test_stranger_is_asked_for_a_code(tmp_path: Path):
    """Nothing of a household's own is shown before the code; the danger notice is."""
    async with living(tmp_path) as at, at.browser() as browser:
        for path in ("/say", "/say/9", "/ballot/4", "/c/qzy/say"):
            page = await browser.open(path)

            assert "纸条上的码" in page
            assert page.index("119") < page.index("纸条上的码")
            assert browser.page.headers["cache-control"] == "no-store"


async def test_code_is_taken_once_and_remembered(tmp_path: Path):
    """Used up by its household; the browser stays in; a second browser with the same code does not get in."""
    async with living(tmp_path) as at, at.browser() as browser, at.browser("203.0.113.8") as other:
        assert "3号楼2单元301室" in await enter(browser, code="abcd 2345")
        assert "3号楼2单元301室" in await browser.open("/say")
        assert "这个码用过了" in await enter(other)


async def test_code_of_a_scanned_slip_stands_in_its_field(tmp_path: Path):
    """A slip's QR code fills the code in and uses nothing up: who only looks at a link takes no code."""
    async with living(tmp_path) as at, at.browser() as preview, at.browser() as browser:
        for one in (preview, browser):
            await one.open(f"/c/qzy/say?code={CODES[0]}")
            assert f'name="code" value="{CODES[0]}"' in one.page.text
        assert "3号楼2单元301室" in await browser.post(code=CODES[0])
        assert "code=" not in str(browser.page.url)
        page = await preview.open('/c/qzy/say?code="><script>alert(1)</script>')

        assert "<script>alert" not in preview.page.text
        assert "纸条上的码" in page


async def test_code_sent_twice_lets_in_twice(tmp_path: Path):
    """A double click on the form is one entry, not a lost code."""
    async with living(tmp_path) as at, at.browser() as browser, at.browser() as again:
        await browser.open("/say")
        action, fields = browser.form(code=CODES[0])
        for one in (browser, again):
            answer = await one.client.post(action, data=fields)

            assert answer.status_code == 303
        assert await Resident.filter(household_id=at.household.id).count() == 1


@pytest.mark.parametrize("code", ["", "ABCD9999", "<script>", "0" * 39])
async def test_wrong_code_is_told_and_makes_nobody(tmp_path: Path, code: str):
    """What was typed stands in its field again; no row is written."""
    async with living(tmp_path) as at, at.browser() as browser:
        page = await enter(browser, code=code)

        assert "这个码不对" in page
        assert browser.page.status_code == 400
        assert await Resident.all().count() == 0


async def test_codes_can_not_be_tried_for_ever(tmp_path: Path):
    """After twenty wrong ones in an hour the address has to wait, even with a right one; another need not."""
    async with living(tmp_path) as at, at.browser() as browser, at.browser("203.0.113.9") as other:
        for _ in range(20):
            await enter(browser, code="ABCD9999")
        page = await enter(browser)

        assert "一会儿发得太多了" in page
        assert browser.page.status_code == 429
        assert int(browser.page.headers["retry-after"]) > 0
        assert "3号楼2单元301室" in await enter(other)


async def test_forms_can_not_be_posted_for_ever(tmp_path: Path):
    """Thirty a minute from one address, whoever sends them; nothing is entered by the next one."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        for _ in range(30):
            await browser.post(text="", visibility="open")
        assert browser.page.status_code != 429
        await browser.post(text="三号楼楼道灯坏了一个星期", visibility="open")

        assert browser.page.status_code == 429
        assert not await Concern.filter(number__gte=20).exists()


async def test_concern_is_taken_as_chosen(tmp_path: Path):
    """Numbered at once, masked, category and why, who may see it as chosen from the first moment."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        page = await browser.post(text=LAMP, visibility="moderators")

        assert "收到，记为说事 #20" in page
        assert "依据：" in page
        await Concern.filter(number=20).update(learned=True)
        assert "照以前改过的：" in await browser.open("/say/20")
        assert "138****1234" in page
        assert "13800001234" not in page
        found = await Concern.get(number=20)
        assert found.visibility is Visibility.MODERATORS
        assert found.category is ConcernCategory.LIVELIHOOD
        assert "没有这一件" in await browser.open("/concerns/20")


async def test_pictures_come_without_where_they_were_taken(tmp_path: Path):
    """Kept with the concern; EXIF does not leave the phone's owner's hands."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        page = await browser.post([("a.jpg", picture(exif=exif)), ("b.jpg", picture())], text=LAMP, visibility="open")
        await at.settled()

        assert "照片2张" in page
        photos = await Photo.all().prefetch_related("blob")
        assert [photo.settled for photo in photos] == [True, True]
        assert all(b"secret" not in bytes(photo.blob.data) for photo in photos if photo.blob)


@pytest.mark.parametrize(
    ("files", "text", "said"),
    [
        ([("a.jpg", b"no picture")], LAMP, "打不开"),
        ([(f"{n}.jpg", picture()) for n in range(11)], LAMP, "最多10张"),
        ([], " ", "还没写是什么事"),
        ([], "灯" * 4001, "太长了"),
    ],
)
async def test_what_is_not_taken_stays_in_the_form(
    tmp_path: Path, files: list[tuple[str, bytes]], text: str, said: str
):
    """The words are still there, and nothing was numbered."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        page = await browser.post(files, text=text, visibility="open")

        assert said in page
        assert text.strip() in page
        assert not await Concern.filter(number=20).exists()


async def test_form_sent_twice_is_one_concern(tmp_path: Path):
    """A double click, or the back button and once more."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        action, fields = browser.form(text=LAMP, visibility="open")
        answers = [await browser.client.post(action, data=fields) for _ in range(2)]

        assert [answer.headers["location"] for answer in answers] == ["/say/20", "/say/20"]
        assert await Concern.filter(number__gte=20).count() == 1


async def test_what_is_no_matter_can_be_insisted_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """听着不是要办的事: one more press, and it is numbered."""
    async with living(tmp_path) as at, at.browser() as browser:
        understanding = at.app.house.understanding
        aside = replace(understanding.judge(LAMP), aside="greeting")
        monkeypatch.setattr(type(understanding), "judge", lambda self, text, known: aside)
        await enter(browser)
        page = await browser.post(text=LAMP, visibility="open")
        assert "听着不是要办的事" in page
        assert not await Concern.filter(number=20).exists()
        page = await browser.post(insist=LAMP)

        assert "收到，记为说事 #20" in page


async def test_next_page_changes_category_and_audience_and_withdraws(tmp_path: Path):
    """Each button of one's own concern."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        await browser.post(text=LAMP, visibility="open")
        for press in ('["pick_category", "20", "dispute"]', '["show_to", "20", "anonymous"]'):
            await browser.post(press=press)
        found = await Concern.get(number=20)

        assert (found.category, found.visibility) == (ConcernCategory.DISPUTE, Visibility.ANONYMOUS)
        await browser.post(press='["withdraw", "20"]')
        assert browser.page.url.path == "/say"
        assert "没有这一件" in await browser.open("/say/20")


async def test_similar_concerns_are_offered(tmp_path: Path):
    """是不是这件事: those that share words, and seconding is one press, counted once."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        page = await browser.post(text="3号楼晚上停水，水压低", visibility="open")
        assert "说事 #9 3号楼水压低、夜间停水" in page
        for _ in range(2):
            await browser.post(press='["second", "9"]')

        assert (await Concern.get(number=9)).supporters == 8
        assert "您附议了，一共8人" in await browser.open("/say/9")


async def test_others_concern_has_no_button_but_second(tmp_path: Path):
    """What only its author may, its page does not offer, and a forged press does nothing."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser)
        page = await browser.open("/say/9")
        assert "撤回" not in page
        await browser.post(press='["withdraw", "9"]')

        assert (await Concern.get(number=9)).state == "open"
        for number in (17, 18, 19, 99):
            await browser.open(f"/say/{number}")
            assert browser.page.status_code == 404


async def test_second_sent_twice_counts_once(tmp_path: Path):
    """A double click, and the old page once more after that."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser, "/say/9")
        action, fields = browser.form(press='["second", "9"]')
        before = (await Concern.get(number=9)).supporters
        for _ in range(3):
            assert (await browser.client.post(action, data=fields)).status_code == 303
        assert (await Concern.get(number=9)).supporters == before + 1
        assert f"您附议了，一共{before + 1}人" in await browser.open("/say/9")


async def test_ballot_page_speaks_the_visitors_language(tmp_path: Path):
    """Kind, secrecy, state and turnout too; what is Chinese on it says so."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser, "/ballot/4")
        browser.client.cookies.set("lang", "en")
        for path in ("/ballot/4", "/ballot/3/homes"):
            page = await browser.open(path)
            assert "one household, one vote" in page
            assert "一户一票" not in page
            assert '<span lang="zh-CN">' in browser.page.text


async def test_ballot_is_cast_and_changed(tmp_path: Path):
    """One household, one ballot: the last before the close."""
    async with living(tmp_path) as at, at.browser() as browser:
        page = await enter(browser, "/ballot/4")
        assert "选保洁公司" in page
        assert "居民协商表决" in page
        assert "计入了：您家选“乙公司”" in await browser.post(choice="2")
        assert "计入了：您家选“甲公司”" in await browser.post(choice="1")

        assert [(b.choice, b.rev) for b in await Ballot.all()] == [(0, 1)]


async def test_ballot_after_the_close_is_refused(tmp_path: Path):
    """The page was open before the close; the press came after it."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser, "/ballot/4")
        at.clock.moment += timedelta(days=30)
        page = await browser.post(choice="2")

        assert "计入了" not in page
        assert await Ballot.all().count() == 0


async def test_ballot_off_the_roll_is_refused(tmp_path: Path):
    """The household was not on the roll when the vote opened."""
    async with living(tmp_path) as at, at.browser() as browser:
        page = await enter(browser, "/ballot/3")

        assert "投这一票" not in page
        assert browser.page.status_code == 200


# --- links ---


async def bound(at: Living) -> Resident:
    """Somebody of Telegram's who belongs to the household."""
    resident = await Resident.create(
        community=at.community, pseudonym="p" * 64, short="ABCDE", household=at.household, met_at=at.clock.now()
    )
    await Address.create(community=at.community, resident=resident, channel="telegram", user="5", private_chat="5")
    return resident


async def link(at: Living, purpose: str, who: Resident) -> str:
    passes = Passes(await mail.secret("pages"))
    token = passes.issue(Pass(who.id, at.household.id), purpose, at.clock.now())
    return f"/c/qzy/{purpose}?k={token}"


async def test_link_lets_one_act_as_oneself(tmp_path: Path):
    """The ballot is the household's, and the answer goes to the chat that the link was given in."""
    async with living(tmp_path) as at, at.browser() as browser:
        who = await bound(at)
        await Resident.filter(id=who.id).update(pseudonym=_pseudonym(at))
        page = await browser.open(await link(at, "ballot/4", who))
        assert "一小时内有效" in page
        page = await browser.post(choice="2")

        assert "计入了：您家选“乙公司”" in page
        assert [ballot.by_id for ballot in await Ballot.all()] == [who.id]
        assert "telegram" in {letter.channel for letter in await Outbox.all()}


def _pseudonym(at: Living) -> str:
    from models.people import pseudonym

    return pseudonym(at.app.house.key, "telegram", "5")


async def test_link_is_for_one_purpose_one_household_and_an_hour(tmp_path: Path):
    """For another vote, for speaking, for somebody who moved, or after an hour it opens nothing."""
    async with living(tmp_path) as at, at.browser() as browser:
        who = await bound(at)
        ballot = await link(at, "ballot/4", who)
        token = ballot.partition("?k=")[2]
        for path in (f"/ballot/3?k={token}", f"/say?k={token}", f"/ballot/4?k={token}x", "/ballot/4?k=x"):
            assert "纸条上的码" in await browser.open(path)
        at.clock.moment += LASTS
        page = await browser.open(ballot)

        assert "链接过期了" in page
        assert browser.page.status_code == 410
        at.clock.moment -= LASTS
        await Resident.filter(id=who.id).update(household_id=None)
        assert "纸条上的码" in await browser.open(ballot)


async def test_form_of_another_site_is_refused(tmp_path: Path):
    """Another origin, another visitor's key, no key: nothing is written."""
    async with living(tmp_path) as at, at.browser() as browser:
        await enter(browser, "/ballot/4")
        action, fields = browser.form(choice="2")
        foreign = {"origin": "https://evil.example"}
        answers = [
            await browser.client.post(action, data=fields, headers=foreign),
            await browser.client.post(action, data={**fields, "key": "x"}),
            await browser.client.post(action, data={"choice": "2"}),
        ]

        assert [answer.status_code for answer in answers] == [403, 403, 403]
        assert await Ballot.all().count() == 0


async def test_code_of_another_community_leads_there(tmp_path: Path):
    """A code tells its community; the visitor is sent to its pages."""
    async with living(tmp_path, "枫林") as at, at.browser() as browser:
        await browser.open("/c/枫林/say")
        page = await browser.post(code=CODES[0])

        assert browser.page.url.path == "/c/qzy/say"
        assert "3号楼2单元301室" in page
        assert re.search("青竹苑小区", page)
