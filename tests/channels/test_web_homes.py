"""/ballot/3/homes: who took part in a counted vote, on the page and as files, to whom the roll names (VOTING.md §3)."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.passes import LASTS, Pass, Passes
from domain.published import Published
from domain.terms import VoteKind
from models import mail
from models.tables.people import Community, Household, Resident
from models.tables.votes import Ballot, RollEntry, Vote
from tests.channels.test_web_residents import enter
from tests.web import town
from tests.web.living import Living, living

HERE = "/ballot/4/homes"
PUBLIC: dict[str, Any] = {"snapshot": {"public_list": True}}


@asynccontextmanager
async def counted(folder: Path, voted: Mapping[str, int], tiny: int = 2, **more: object) -> AsyncIterator[Living]:
    """表决 #4, counted: the households of 5号楼 with these rooms are on its roll and chose so; 3-2-301 did not vote."""
    async with living(folder) as at:
        await Community.filter(id=at.community.id).update(settings={"votes": {"tiny": tiny}})
        vote = await Vote.get(number=4)
        for room, choice in voted.items():
            home = await Household.create(community=at.community, building="5", unit="1", room=room, area=9000)
            await RollEntry.create(community=at.community, vote=vote, household=home)
            await Ballot.create(community=at.community, vote=vote, voter=f"h{home.id}", choice=choice, at=town.NOW)
        facts = town.ended({"赞同": 1, "反对": 1}, town.NOW, cast=len(voted))
        await Vote.filter(id=vote.id).update(**{"options": ["赞同", "反对"], **facts, **more})
        yield at


async def test_list_of_households_is_behind_the_door(tmp_path: Path) -> None:
    """A stranger finds on the vote's page where it is, and there a door; who is on the roll reads flats, no choices."""
    async with counted(tmp_path, {"101": 0, "102": 1}) as at, at.browser() as browser:
        assert "看哪些户投了" in await browser.open("/votes/4")
        assert HERE in browser.page.text
        assert "5号楼" not in await browser.open(HERE)
        assert (await browser.client.get(f"{HERE}.csv")).status_code == 404
        said = await enter(browser, HERE)

        assert "5号楼1单元101室 5号楼1单元102室" in said
        assert "3号楼2单元301室不在下面的名单里，您家没有投" in said
        assert "赞同" not in said
        assert "居民协商表决" in said
        assert browser.page.headers["cache-control"] == "no-store"


async def test_public_list_is_read_by_a_stranger(tmp_path: Path) -> None:
    """实名公示: no door, each household's choice, the files too; kept by no search engine, and nobody's own page."""
    async with counted(tmp_path, {"101": 0, "102": 1}, tiny=9, secret=False, **PUBLIC) as at, at.browser() as browser:
        for page in ("/votes/4", "/votes", "/c/qzy/votes"):
            assert "看各户选了什么（实名公示，谁都可以看）" in await browser.open(page), page
        said = await browser.open(HERE)

        assert "5号楼1单元101室：赞同 5号楼1单元102室：反对" in said
        assert "居民协商表决" in said
        assert "任何人都能看到每户选了什么" in said
        assert "3号楼2单元301室" not in said
        assert "<form" not in browser.page.text.partition("<main")[2]
        assert browser.page.headers["x-robots-tag"] == "noindex"
        assert browser.page.headers["cache-control"] == "no-cache"
        assert "Cookie" in browser.page.headers["vary"]
        for kind in ("csv", "jsonl"):
            file = await browser.client.get(f"{HERE}.{kind}")
            assert (file.status_code, file.headers["x-robots-tag"]) == (200, "noindex")
        assert "赞同" in (await browser.client.get(f"{HERE}.csv")).text
        assert (await browser.client.get(f"{HERE}.xml")).status_code == 404
        assert (await browser.client.get(f"{HERE}?page=2")).status_code == 404
        await enter(browser)
        assert "3号楼2单元301室不在下面的名单里" in await browser.open(HERE)
        assert browser.page.headers["cache-control"] == "no-store"


async def test_public_list_waits_for_the_close(tmp_path: Path) -> None:
    """Open, not yet counted, withdrawn: the page says why in the visitor's language, names no flat, and has no file."""
    async with counted(tmp_path, {"101": 0, "102": 1}, secret=False, **PUBLIC) as at, at.browser() as browser:
        await Vote.filter(number=4).update(state="open", closed_at=None, result=None)
        for page in ("/votes/4", "/votes"):
            assert "谁都可以看" not in await browser.open(page)
        assert "实名公示：结束后任何人都能看到每户选了什么，不用码。" in await browser.open("/votes/4")
        assert "到时才公布" in await browser.open(HERE)
        assert (browser.page.status_code, "101室" in browser.text) == (403, False)
        assert [(await browser.client.get(f"{HERE}.{kind}")).status_code for kind in ("csv", "jsonl")] == [404, 404]
        english = (await browser.client.get(HERE, headers={"accept-language": "en"})).text
        assert "the list is published then" in english
        await Ballot.all().delete()
        await Vote.filter(number=4).update(state="withdrawn", closed_at=town.NOW)

        await Vote.filter(number=4).update(cast=0)

        assert "没有户投" in await browser.open(HERE)
        assert "谁都可以看" not in await browser.open("/votes/4")
        assert at.community.slug == "qzy"


async def test_list_says_that_it_was_kept_for_its_time(tmp_path: Path) -> None:
    """When who cast what is gone (retention.vote_years) nobody is told that nobody voted; and there is no file."""
    async with counted(tmp_path, {"101": 0, "102": 1}, secret=False, **PUBLIC) as at, at.browser() as browser:
        await Ballot.all().delete()

        assert "谁投了什么过了保存期，名单已经删了" in await browser.open(HERE)
        assert (await browser.client.get(f"{HERE}.csv")).status_code == 404
        assert "67户中2户参加" in await browser.open("/votes/4")
        assert at.community.slug == "qzy"


async def test_roll_call_is_closed_to_strangers(tmp_path: Path) -> None:
    """A 记名 without 实名公示 stays behind the door, its files too, whatever else its snapshot has."""
    async with counted(tmp_path, {"101": 0, "102": 1}, secret=False) as at, at.browser() as browser:
        for snapshot in ({}, {"slips": True}, {"public_list": False}):
            await Vote.filter(number=4).update(snapshot=snapshot)
            assert "纸条上的码" in await browser.open(HERE)
            assert "5号楼" not in browser.text
            assert [(await browser.client.get(f"{HERE}.{kind}")).status_code for kind in ("csv", "jsonl")] == [404, 404]
            assert "谁都可以看" not in await browser.open("/votes/4") + await browser.open("/votes")
        await Vote.filter(number=4).update(secret=True, snapshot={"public_list": True})

        assert "纸条上的码" in await browser.open(HERE)
        assert at.community.slug == "qzy"


async def test_ballot_page_and_poster_say_who_will_see(tmp_path: Path) -> None:
    """Before anybody votes: on the ballot's page, the vote's page, to programs."""
    async with living(tmp_path) as at, at.browser() as browser:
        await Vote.filter(number=4).update(secret=False, **PUBLIC)
        page = await enter(browser, "/ballot/4")
        told = (await browser.client.get("/api/v1/votes/4")).json()

        assert "实名公示：结束后任何人都能看到每户选了什么，不用码。" in page
        assert page.index("实名公示：") < page.index("投这一票")
        assert (
            "after the close anybody can see what each household chose"
            in (await browser.client.get("/ballot/4", headers={"accept-language": "en"})).text
        )
        assert (told["secret"], told["public_list"]) == (False, True)
        assert at.community.slug == "qzy"


async def test_list_is_not_shown_below_the_floor_nor_to_others_nor_early(tmp_path: Path) -> None:
    """Few voters, a household that was not on the roll, an open vote: a sentence, and no file."""
    async with counted(tmp_path, {"101": 0, "102": 1}, tiny=3) as at, at.browser() as browser:
        assert "只有2户投，列出来会猜到各户选什么" in await enter(browser, HERE)
        assert (browser.page.status_code, "101室" in browser.text) == (403, False)
        assert [(await browser.client.get(f"{HERE}.{kind}")).status_code for kind in ("csv", "jsonl")] == [404, 404]
        await Community.filter(id=at.community.id).update(settings={"votes": {"tiny": 2}})
        assert "101室" in await browser.open(HERE)
        entry = await RollEntry.get(household=at.household, vote__number=4)
        await entry.delete()
        assert "只有名单上绑定了的住户可以看各户" in await browser.open(HERE)
        await Vote.filter(number=4).update(state="open", closed_at=None)
        await RollEntry.create(community=at.community, vote_id=entry.vote_id, household=at.household)

        assert "到时才公布" in await browser.open(HERE)
        assert "看哪些户投了" not in await browser.open("/votes/4")


async def test_list_is_a_table_and_a_file_for_the_recount(tmp_path: Path) -> None:
    """The table names the kind, runs nothing in a spreadsheet, has choices only in a 记名; `verify` reads the other."""
    async with counted(tmp_path, {"101": 0, "102": 1}) as at, at.browser() as browser:
        await Household.filter(room="102").update(building="=1+1号楼", unit="")
        await enter(browser, HERE)
        table = (await browser.client.get(f"{HERE}.csv")).content.decode("utf-8-sig")
        lines = (await browser.client.get(f"{HERE}.jsonl")).content
        await Vote.filter(number=4).update(secret=False)
        roll_call = (await browser.client.get(f"{HERE}.csv")).content.decode("utf-8-sig")
        read = Published()
        read.add(lines)

        assert list(csv.reader(io.StringIO(table))) == [
            ["户", "表决性质"],
            ["5号楼1单元101室", "居民协商表决"],
            ["'=1+1号楼102室", "居民协商表决"],
        ]
        assert read.took_part == {4: ["5号楼1单元101室".encode(), "=1+1号楼102室".encode()]}
        assert list(csv.reader(io.StringIO(roll_call)))[:2] == [
            ["户", "选择", "表决性质"],
            ["5号楼1单元101室", "赞同", "居民协商表决"],
        ]


async def test_list_opens_by_a_link_for_it_alone(tmp_path: Path) -> None:
    """A signed link for the list opens no ballot, and a ballot's no list; it ends within the hour."""
    async with counted(tmp_path, {"101": 0, "102": 1}) as at, at.browser() as first, at.browser() as second:
        await enter(first)
        me = await Resident.get(household=at.household)
        passes = Passes(await mail.secret("pages"))
        link, ballot = (passes.issue(Pass(me.id, at.household.id), p, town.NOW) for p in ("ballot/4/homes", "ballot/4"))

        assert "101室" in await second.open(f"{HERE}?k={link}")
        assert f"k={link}" in second.page.text
        assert (await second.client.get(f"{HERE}.csv?k={link}")).status_code == 200
        assert "纸条上的码" in await second.open(f"{HERE}?k={ballot}")
        assert "纸条上的码" in await second.open(f"/ballot/4?k={link}")
        at.clock.moment += LASTS

        assert (await second.client.get(f"{HERE}?k={link}")).status_code == 410
        await Vote.filter(number=4).update(secret=False, **PUBLIC)

        assert "5号楼1单元101室：赞同" in await second.open(f"{HERE}?k={link}")
        assert "k=" not in second.page.text.partition("<main")[2].partition("</main")[0]


async def test_long_list_comes_in_pages_and_a_poll_has_none(tmp_path: Path) -> None:
    """Two hundred a page, counted on; what has no roll has no list."""
    async with counted(tmp_path, {f"{at + 101}": 0 for at in range(201)}) as at, at.browser() as browser:
        await enter(browser, HERE)
        assert browser.page.text.count("<li>5号楼") == 200
        assert "?page=2" in browser.page.text
        await browser.open(f"{HERE}?page=2")
        assert browser.page.text.count("<li>5号楼") == 1
        assert 'start="201"' in browser.page.text
        assert "page=3" not in browser.page.text
        await Vote.filter(number=4).update(kind=VoteKind.POLL)

        assert (await browser.client.get(HERE)).status_code == 404
