"""封口码: printed and published before the vote starts, drawn blind, shown once by a household (VOTING.md §3)."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot import slips
from bot.stop import Stop
from domain.ballots import credential
from domain.terms import Role
from domain.vote_log import Open, parse_line
from models import people
from models.tables.ballot_log import Slip
from tests.stories.talk import Talk
from tests.stories.test_ballot_log import audit, homes, keys, published, tally, wrong
from tests.stories.test_check import kept, receipts
from tests.stories.test_vote import ticks

__all__ = ["homes"]
LINE = "表决 换物业｜赞同｜反对｜开始 12-02 09:00｜截止 12-04 20:00｜封口码"


async def printed(homes: Talk, file: Path, number: int = 1) -> list[str]:
    """What the sheets' PDF says: the codes, as somebody who cuts it reads them."""
    community = (await people.communities())[0]
    await slips.make(homes.house, community, number, file, homes.clock())
    text = "\n".join(page.extract_text() for page in PdfReader(file).pages)
    return re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text)


@pytest.fixture
async def sealed(homes: Talk, tmp_path: Path) -> tuple[Talk, list[str]]:
    """A vote with slips that were printed in time; the codes as they were drawn."""
    await homes.says("管理员", LINE)
    codes = await printed(homes, tmp_path / "slips.pdf")
    await homes.wakes("12-02 09:00")
    return homes, codes


async def test_opening_asks_for_the_slips_to_be_printed_first(homes: Talk) -> None:
    """It says when it starts, that a code is needed, and what the operator does before; without a start: no."""
    refused = await homes.says("管理员", "表决 换物业｜赞同｜反对｜封口码")
    assert refused[0].text == "没开：封口码要先印好、抽完再投，请加上开始的时间，比如“开始 12-10 09:00”。"
    told = await homes.says("管理员", LINE)
    card = homes.card("🗳️ 表决 #1").text

    assert "每户凭一张封口码" in card
    assert "12月2日（周三）09:00开始投，12月4日（周五）20:00截止" in card
    assert any("python -m bot slips 1" in out.text and out.to.private for out in told)
    assert "没计入：表决 #1 12月2日（周三）09:00才开始投" in (await homes.presses("居民1", "赞同"))[0].text


async def test_slips_are_printed_once_and_their_hashes_published_before_the_start(homes: Talk, tmp_path: Path) -> None:
    """A code of 80 bits for each household; the roll that is published is their hashes; the codes are kept nowhere."""
    await homes.says("管理员", LINE)
    codes = [code.replace("-", "") for code in await printed(homes, tmp_path / "slips.pdf")]
    files = await published()
    opened = parse_line(files["log"].splitlines()[0])
    roll = re.findall(r'"p":"([^"]+)"', files["roll"].decode())

    assert len(set(codes)) == 12
    assert roll == sorted(credential(1, code) for code in codes)
    assert isinstance(opened, Open)
    assert (opened.slips, opened.totals) == (True, {"households": 12})
    assert await Slip.exclude(code=None).count() == await Slip.exclude(voter=None).count() == 0
    assert (tmp_path / "slips.pdf").stat().st_mode & 0o777 == 0o600
    for number, name, reason in ((1, "again", "印过了"), (1, "slips", "印过了"), (9, "none", "没有表决 #9")):
        with pytest.raises(Stop, match=reason):
            await printed(homes, tmp_path / f"{name}.pdf", number)
    assert wrong(audit({**files}, await keys())) == []


async def test_ballot_comes_with_the_code_once(sealed: tuple[Talk, list[str]]) -> None:
    """A press asks for the code in private; with it the ballot counts; changes need none; the receipt has it."""
    homes, codes = sealed
    asked = await homes.presses("居民1", "赞同")
    assert [out.text.partition("\n")[0] for out in asked if out.to.private] == [
        "还没计入：表决 #1 要凭抽到的封口码，请发纸条里的16位码，空格、横线不用管。"
    ]
    assert "不对" in (await homes.tells("居民1", "0000-0000-0000-0000"))[0].text
    assert "不对" in (await homes.tells("居民1", "是这个吗"))[0].text
    assert "计入了：表决 #1，您家选“赞同”" in (await homes.tells("居民1", codes[3].lower().replace("-", " ")))[0].text
    assert "改好了" in (await homes.presses("居民1", "反对"))[0].text
    code = codes[3].replace("-", "")
    receipt = kept(receipts(homes)[-1])

    assert (receipt.opening.code, receipt.opening.p) == (code, credential(1, code))
    assert "已投1户，共12户" in homes.card("🗳️ 表决 #1").text
    assert "不对，或者别家填过了" in (await homes.tells("居民2", f"投票 1 1 {codes[3]}"))[0].text
    assert "请删掉刚才那条" in (await homes.says("居民2", f"投票 1 1 {codes[4]}"))[0].text


async def test_vote_with_slips_holds_for_anyone(sealed: tuple[Talk, list[str]]) -> None:
    """Cast in chat, by one line, and on paper with its code; the result and every opening hold, code by code."""
    homes, codes = sealed
    for number in range(1, 4):
        await homes.tells(f"居民{number}", f"投票 1 1 {codes[number]}")
    assert "凭封口码，请连码一起发" in (await homes.tells("管理员", "纸票 1 3-1-105 反对"))[0].text
    await homes.knows("另一位管理员", Role.MODERATOR)
    await homes.tells("管理员", f"纸票 1 3-1-105 反对 {codes[5]}")
    await homes.tells("另一位管理员", "确认纸票 1 3-1-105 反对")
    await ticks(homes, "12-04 20:00")
    files = await published()
    findings = audit(files, await keys())

    assert wrong(findings) == []
    assert tally(findings)["counts"] == [3, 1]
    cheated = {**files, "openings": files["openings"].replace(codes[1].replace("-", "").encode(), b"0" * 16)}
    assert "invented" in wrong(audit(cheated, await keys()))


async def test_vote_whose_slips_were_not_printed_takes_no_ballot(homes: Talk) -> None:
    """At its start the opener is told; a household hears who can help."""
    await homes.says("管理员", LINE)
    told = await homes.wakes("12-02 09:00")
    await homes.presses("居民1", "赞同")
    answer = (await homes.tells("居民1", "0000-0000-0000-0000"))[0].text

    assert [out.text for out in told if out.to.private] == [
        "表决 #1 该开始投了，封口码还没印，谁都投不了；请运营方马上印，或者撤销再开。"
    ]
    assert answer == "没计入：表决 #1 的封口码还没印，请管理员找运营方印。"
