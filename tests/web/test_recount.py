"""The recount on a vote's page: in a real browser, with files as the program publishes them and with cheated ones."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Browser, Page, expect

from bot.server import Server, take_socket
from bot.texts import Texts
from domain.canonical import encode
from domain.notes import parse_key, verifier_key
from domain.recount import parse_roll
from models.tables.ballot_log import BallotLog, LogFile, LogHead, LogKey, LogLine
from models.tables.people import Community
from tests.ballot_box import KEY, ORIGIN, Box, held
from tests.channels.test_web import HandClock
from tests.database import memory
from tests.web import town
from web.app import create_app
from web.render import Renderer

CLOSED = datetime(2026, 12, 10, 20, 0, tzinfo=town.ZONE)
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))
AGREES, DIFFERS = "数完了，和公布的一致", "数完了，对不上"


async def publish(box: Box, **cheated: Sequence[bytes]) -> None:
    """Put into the database what a held vote publishes, as the program does."""
    of = await town.community()
    vote = await town.vote(of, box.vote, "楼道灯换声控灯", **town.ended({"赞同": 1, "反对": 1, "弃权": 1}, CLOSED))
    files = {**box.files(), **{name: b"\n".join(lines) + b"\n" for name, lines in cheated.items()}}
    lines = files["log"].decode().splitlines()
    await BallotLog.create(community=of, origin=ORIGIN, size=len(lines))
    rows = [LogLine(community_id=of.id, place=place, text=text, hashes=b"") for place, text in enumerate(lines)]
    await LogLine.bulk_create(rows, batch_size=200)
    head = str(box.head(log=[text.encode() for text in lines])) if "log" in cheated else files["head"].decode()
    await LogHead.create(community=of, size=len(lines), note=head, at=CLOSED)
    await LogKey.create(community=of, key=str(KEY), at=CLOSED)
    for kind in ("roll", "openings"):
        await LogFile.create(community=of, vote=vote, kind=kind, body=files[kind].decode())


@asynccontextmanager
async def served(box: Box, **cheated: Any) -> AsyncIterator[str]:
    """The address of the board with the vote on it."""
    async with memory():
        await publish(box, **cheated)
        taken = take_socket("127.0.0.1", 0)
        server = Server(create_app(Renderer(town.site()), HandClock().now), taken)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(server.run_here())
            await server.listening.wait()
            try:
                yield f"http://127.0.0.1:{taken.getsockname()[1]}"
            finally:
                server.should_exit = True
                await running
                taken.close()


async def recounted(page: Page, url: str, number: int = 3) -> str:
    """Press 重新计票; what it says when it is done."""
    await page.goto(f"{url}/votes/{number}")
    await page.get_by_role("button", name="重新计票").click()
    status = page.locator("#recount [role=status]")
    await expect(status.locator("ul")).to_be_visible()
    return await status.inner_text()


SMALL, LARGE = 100, 9000
AREAS = [*[("甲", LARGE)] * 2, ("丁", SMALL), ("戊", SMALL), ("乙", LARGE)]
AREAS += [("丁", SMALL), ("戊", SMALL), ("丙", LARGE), ("丁", SMALL), ("己", LARGE)]
CAST = "参加5人365.00㎡，赞同1人2.00㎡，反对3人360.00㎡，弃权1人3.00㎡"
HELD = {
    "households": (held(10), "赞同 2，反对 4，弃权 3"),
    "ranked": (held(10, method="ranked"), "逐轮淘汰选出反对，两两相比选出反对"),
    "owners": (held(10, areas=AREAS), CAST),
    "differing": (held(10, areas=AREAS, differing=(0, 1)), "参加5人365.00㎡，赞同1人2.00㎡，反对2人180.00㎡，弃权"),
    "deemed": (
        held(10, areas=AREAS, never_deemed=[]),
        f"{CAST}，算上没交票跟多数的：参加6人455.00㎡，赞同1人2.00㎡，反对4人450.00㎡，弃权1人3.00㎡",
    ),
}


async def test_recount_agrees_with_what_was_published(browser: Browser) -> None:
    """Each kind and method: everything holds, and what was counted is told."""
    agreed = {}
    for kind, (box, counted) in HELD.items():
        async with served(box) as url:
            said = await recounted(await browser.new_page(), url)
        agreed[kind] = said.startswith(AGREES) and "不对：" not in said and counted in said

    assert agreed == dict.fromkeys(HELD, True)
    assert str(box.head()).splitlines()[2] in said
    assert ("核对码的签名对" in said) or ("这个浏览器不会查签名" in said)


def _flip(box: Box) -> dict[str, Any]:
    lines = box.files()["openings"].splitlines()
    at = next(n for n, line in enumerate(lines) if b'"choice":1' in line)
    lines[at] = lines[at].replace(b'"choice":1', b'"choice":0')
    return {"openings": lines}


def _another_result(box: Box) -> dict[str, Any]:
    return {"log": [line.replace(b'"taken_part":9', b'"taken_part":8') for line in box.log]}


def _dropped(box: Box) -> dict[str, Any]:
    return {"log": [line for n, line in enumerate(box.log) if n != 4]}


def _outside(box: Box) -> dict[str, Any]:
    return {"roll": box.files()["roll"].splitlines()[:-1]}


def _another_winner(box: Box) -> dict[str, Any]:
    return {"log": [line.replace(b'"run_off":[1]', b'"run_off":[0]') for line in box.log]}


def _deemed_otherwise(box: Box) -> dict[str, Any]:
    return {"log": [line.replace(b'"area":45000,"heads":4', b'"area":45000,"heads":5') for line in box.log]}


def _outside_of_it(box: Box) -> dict[str, Any]:
    """The roll without a household that voted, under an opening that knows no better."""
    voted = next(iter(box.openings.values())).p
    lines = [line for line in box.files()["roll"].splitlines() if voted not in line.decode()]
    listed = f'"roll":"{encode(parse_roll(lines[1:]).root)}"'.encode()
    return {"roll": lines, "log": [re.sub(rb'"roll":"[^"]*"', listed, line) for line in box.log]}


def _opened(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Box], dict[str, Any]]:
    def changed(box: Box) -> dict[str, Any]:
        first, *lines = box.files()["openings"].splitlines()
        return {"openings": [first, *change(lines)]}

    return changed


def _forged(box: Box) -> dict[str, Any]:
    return {"head": str(box.head(signer=STRANGER)).encode().splitlines()}


CHEATS = {
    "a flipped opening": (HELD["households"][0], _flip, "和公布的不一样"),
    "another result": (HELD["households"][0], _another_result, "数出来和公布的不一样"),
    "another winner": (HELD["ranked"][0], _another_winner, "数出来和公布的不一样：逐轮淘汰选出反对"),
    "another reading": (HELD["deemed"][0], _deemed_otherwise, "数出来和公布的不一样：参加5人"),
    "a ballot of two answers": (held(10, differing=(0, 1)), lambda _: {}, "开票文件里有1张对不上"),
    "a dropped cast": (HELD["households"][0], _dropped, "不合规矩"),
    "a ballot outside the roll": (HELD["households"][0], _outside_of_it, "或者有票不在名单里"),
    "a doubled opening": (HELD["households"][0], _opened(lambda lines: [*lines, lines[0]]), "开票文件里有1张对不上"),
    "a dropped opening": (HELD["households"][0], _opened(lambda lines: lines[1:]), "开票文件里有1张对不上"),
    "a forged head": (HELD["households"][0], _forged, "核对码的签名不对"),
    "another roll": (HELD["households"][0], _outside, "名单和开始时公布的不一样"),
}


def _invented(box: Box) -> dict[str, Any]:
    """A ballot under a slip of the roll, by somebody who has not got its code."""
    lines = box.files()["openings"].splitlines()
    changed = re.sub(rb'"code":"[^"]*"', b'"code":"0000000000000000"', lines[1])
    return {"openings": [lines[0], changed, *lines[2:]]}


@pytest.mark.parametrize("cheated", [False, True])
async def test_recount_checks_the_codes_of_sealed_slips(browser: Browser, cheated: bool) -> None:
    """With slips each opening shows the code that makes its entry of the roll; an invented ballot can't."""
    box = held(10, slips=True)
    async with served(box, **(_invented(box) if cheated else {})) as url:
        said = await recounted(await browser.new_page(), url)

    assert said.startswith(DIFFERS if cheated else AGREES)


async def test_recount_shows_a_mismatch(browser: Browser) -> None:
    """A cheating server is told of in red, with what to keep and whom to tell."""
    caught = {}
    for cheat, (box, change, sentence) in CHEATS.items():
        async with served(box, **change(box)) as url:
            page = await browser.new_page()
            said = await recounted(page, url)
            colour = await page.locator("#recount [role=status]").get_attribute("class")
        caught[cheat] = said.startswith(DIFFERS) and sentence in said and colour == "error"

    assert caught == dict.fromkeys(CHEATS, True)


async def test_recount_finds_ones_own_ballot(browser: Browser, tmp_path: Path) -> None:
    """A receipt's file, looked at in the browser: its line, that it counts, what it says, whose digits."""
    box = Box(10)
    first = box.cast("1", 2)
    receipt = box.cast("1", 0, own="135790")
    box.cast("2", 1)
    box.close()
    (tmp_path / "now.txt").write_text(str(box.proven(receipt)), "utf-8")
    (tmp_path / "before.txt").write_text(str(box.proven(first)), "utf-8")
    async with served(box) as url:
        page = await browser.new_page()
        await recounted(page, url)
        await page.locator("#recount [data-mine]").set_input_files(tmp_path / "now.txt")
        status = page.locator("#recount [role=status]")
        await expect(status).to_contain_text("您的收据在记录第3行")
        own = await status.inner_text()
        await page.locator("#recount [data-mine]").set_input_files(tmp_path / "before.txt")
        await expect(status).to_contain_text("算的不是这一次")

    assert "打开是您选的：赞同" in own
    assert "135790" in own


async def test_recount_takes_the_key_that_signed(browser: Browser) -> None:
    """After a change of keys the last head is still the old key's: its signature is checked by that one."""
    async with served(held(10)) as url:
        of = await Community.get()
        await LogKey.create(community=of, key=str(verifier_key(ORIGIN, STRANGER)), at=CLOSED)
        said = await recounted(await browser.new_page(), url)

    assert said.startswith(AGREES)
    assert "对：核对码的签名对" in said


async def test_receipt_of_another_vote_is_no_alarm(browser: Browser, tmp_path: Path) -> None:
    """Somebody looks it up on the wrong page: they hear which vote it is of, and nothing is said to be missing."""
    other = Box(10, vote=4)
    (tmp_path / "other.txt").write_text(str(other.cast("1", 2)), "utf-8")
    async with served(held(10)) as url:
        page = await browser.new_page()
        await recounted(page, url)
        await page.locator("#recount [data-mine]").set_input_files(tmp_path / "other.txt")
        status = page.locator("#recount [role=status]")
        await expect(status).to_contain_text("这份收据是表决 #4的")
        said = await status.inner_text()

    assert said.startswith(AGREES)
    assert "记录里没有" not in said


async def test_page_of_the_log_lists_what_is_needed(browser: Browser) -> None:
    """Head, key, files, the program, and what can't be checked; all of it reads without a script."""
    async with served(held(10)) as url:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{url}/votes/3")
        of_vote = await page.locator("#recount").inner_text()
        await page.goto(f"{url}/log")
        text = await page.locator("main").inner_text()
        key = await (await context.request.get(f"{url}/log/keys")).text()
        program = await context.request.get(f"{url}/log/verify.py")

    promised = [said for part in ("yours", "anyone", "never") for said in Texts.load().list(f"recount.{part}")]
    assert [said for said in promised if not (said in text and said in of_vote)] == []
    assert "查不了" in text
    assert str(held(10).head()).splitlines()[2] in text
    assert parse_key(key.splitlines()[-1]) == KEY
    assert "def main" in await program.text()
