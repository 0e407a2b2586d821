"""封口码 in 业主共同决定: each unit's own slip, published with area and head before the start (VOTING.md §3)."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot import slips
from domain.ballots import credential
from domain.recount import parse_roll
from models import people
from models.tables.ballot_log import Slip
from tests.stories.talk import Talk
from tests.stories.test_ballot_log import audit, keys, published, tally, wrong
from tests.stories.test_owners import closed, everyone_known, homes

__all__ = ["homes"]
LINE = "业主表决 用维修资金换电梯｜事项5｜通知 11-10｜开始 12-02 09:00｜截止 12-20 20:00｜封口码"


async def printed(homes: Talk, file: Path) -> dict[str, str]:
    """The codes by room, as somebody who cuts the sheets reads them: the flat outside, the code inside."""
    community = (await people.communities())[0]
    await slips.make(homes.house, community, 1, file, homes.clock())
    text = "\n".join(page.extract_text() for page in PdfReader(file).pages)
    found = re.findall(r"(\d{3})室|([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})", text)
    rooms, codes = [room for room, _ in found if room], [code for _, code in found if code]
    return dict(zip(rooms, codes, strict=True))


@pytest.fixture
async def sealed(homes: Talk, tmp_path: Path) -> tuple[Talk, dict[str, str]]:
    """A decision whose slips were printed in time; the codes by room."""
    await everyone_known()
    await homes.says("管理员", LINE)
    codes = await printed(homes, tmp_path / "slips.pdf")
    await homes.wakes("12-02 09:00")
    return homes, codes


async def test_owners_opening_with_slips_needs_a_start(homes: Talk) -> None:
    """They must be handed out first; the card says what is needed, the opener what the operator does before."""
    refused = await homes.says("管理员", LINE.replace("｜开始 12-02 09:00", ""))
    told = await homes.says("管理员", LINE)

    assert refused[0].text.startswith("没开：封口码要先印好")
    assert "业主投，记名：结束后公布各户选了什么；每套凭一张封口码" in homes.card("🗳️ 表决 #1").text
    assert any("按门牌交给业主签收" in out.text and out.to.private for out in told)


async def test_owners_slips_are_published_with_area_and_head(homes: Talk, tmp_path: Path) -> None:
    """A slip a unit, its flat outside; the roll has what each makes, with the areas and heads of the count."""
    await homes.says("管理员", LINE)
    assert "roll" not in await published_or_nothing()
    codes = await printed(homes, tmp_path / "slips.pdf")
    roll = parse_roll((await published())["roll"].splitlines()[1:])

    assert sorted(codes) == ["101", "102", "201", "202", "301", "302"]
    assert sorted(voter.p for voter in roll.voters) == sorted(credential(1, c.replace("-", "")) for c in codes.values())
    assert roll.totals() == {"area": 60000, "heads": 4, "units": 6}
    assert await Slip.exclude(code=None).count() == 0


async def published_or_nothing() -> dict[str, bytes]:
    try:
        return await published()
    except AssertionError:
        return {}


async def test_owner_shows_the_slip_of_each_unit(sealed: tuple[Talk, dict[str, str]]) -> None:
    """Another unit's code is none; of two units the one whose slip was shown counts, then the other too."""
    homes, codes = sealed
    asked = await homes.presses("居民乙", "赞同")
    other = await homes.tells("居民乙", codes["302"])
    await homes.presses("居民乙", "赞同")
    counted = await homes.tells("居民乙", codes["301"])
    again = await homes.tells("家人", f"投票 1 1 {codes['301']}")
    first = await homes.tells("居民甲", f"投票 1 2 {codes['102']}")
    both = await homes.tells("居民甲", f"投票 1 2 {codes['101']}")

    assert any("要凭您那套的封口码" in out.text for out in asked)
    assert other[0].text.startswith("没计入：这个封口码不对，不是您那套的")
    assert "计入了：表决 #1，您家选“赞同”" in counted[0].text
    assert "没计入" not in again[0].text
    assert "您家选“反对”" in first[0].text
    assert "您的2户都选“反对”" in both[0].text
    assert "已投2人，共4人" in homes.card("🗳️ 表决 #1").text


async def test_owners_decision_with_slips_holds_for_anyone(sealed: tuple[Talk, dict[str, str]]) -> None:
    """Heads, areas, both readings and every code hold; a ballot under a slip that nobody showed is found."""
    homes, codes = sealed
    for name, choice, rooms in (("居民甲", 1, ("101", "102")), ("居民乙", 1, ("301",)), ("居民丙", 2, ("302",))):
        for room in rooms:
            await homes.tells(name, f"投票 1 {choice} {codes[room]}")
    await closed(homes)
    files = await published()
    findings = audit(files, await keys())
    cast = tally(findings)["cast"]

    assert wrong(findings) == []
    assert cast["total"] == {"area": 60000, "heads": 4}
    assert cast["participating"] == {"area": 40000, "heads": 3}
    assert cast["in_favour"] == {"area": 30000, "heads": 2}
    assert cast["passed"] is True
    cheated = {**files, "openings": files["openings"].replace(codes["301"].replace("-", "").encode(), b"0" * 16)}
    assert "invented" in wrong(audit(cheated, await keys()))
