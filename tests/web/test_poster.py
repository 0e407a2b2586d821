"""Posters: one page whatever the length, text that can be searched, nothing that is read as a command."""

import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from models import ballot_log
from tests.web import owners_town, town
from tests.web.test_matrix import payloads
from tests.web.test_pages import visiting
from web import slips
from web.poster import MOST, Item, Poster, pdf

LEAF = {"month": "2026年12月", "day": [{"text": "1", "accent": False}, {"text": "4", "accent": True}], "week": "星期一"}
FRAME = {
    "title": "说事会",
    "operator": "江南街道",
    "community": "青竹苑小区",
    "right": "公开栏，说事会",
    "plate": "逢四说事",
    "url": "https://qzy.example/say",
    "call": "来不了，扫码先说，也能附议。",
    "hotline": "不用手机的，打热线0771-000 0004",
    "small": "https://qzy.example/say",
    "more": "还有{count}项，扫码看",
}
KEY = "qzy.example/log+4d5e6f70+AQ8hK2bX0w7mVqEtZrY1uJc9sLfNp3RiDgToAkWeHxU="
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)


def text_of(data: bytes) -> tuple[int, str, tuple[float, float]]:
    read = PdfReader(io.BytesIO(data))
    box = read.pages[0].mediabox
    return len(read.pages), read.pages[0].extract_text(), (float(box.width), float(box.height))


@pytest.mark.parametrize(("size", "points"), [("a3", (842, 1191)), ("a4", (595, 842))])
async def test_session_is_one_page_of_text(size: str, points: tuple[int, int]):
    """Date, time, place, agenda, hotline and address, as text."""
    async with visiting(public_url="https://qzy.example") as visitor:
        await town.topics(await town.settle())
        answer = await visitor.get(f"/print/session-20261214-{size}.pdf")
        pages, text, box = text_of(answer.content)

        assert answer.headers["content-type"] == "application/pdf"
        assert pages == 1
        assert tuple(round(side) for side in box) == points
        for said in (
            "青竹苑小区",
            "19:30",
            town.PLACE,
            "3号楼水压低、夜间停水怎么解决",
            "0771-000 0004",
            "qzy.example",
        ):
            assert said in text


async def test_vote_and_month_are_printed():
    """A result with its counts and its label, an open vote without any count, the month's topics."""
    async with visiting(public_url="https://qzy.example") as visitor:
        await town.topics(await town.settle())
        result = text_of((await visitor.get("/print/vote-3-a4.pdf")).content)[1]
        opened = text_of((await visitor.get("/print/vote-4-a3.pdf")).content)[1]
        month = text_of((await visitor.get("/print/month-202612-a4.pdf")).content)[1]

        assert all(said in result for said in ("楼道灯换声控灯", "30户", "12户", "居民协商表决"))
        assert all(said in opened for said in ("甲公司", "已投12户，共67户", "居民协商表决", "/ballot/4"))
        assert "收到5件说事" in month
        assert "过期2天" in month


@pytest.mark.parametrize(("number", "size"), [(4, "a3"), (4, "a4"), (3, "a4"), (6, "a3")])
async def test_vote_is_printed_with_its_public_key(number: int, size: str):
    """The newest key, as the log publishes it: on paper nobody can change it afterwards; a 表态 has none."""
    async with visiting(public_url="https://qzy.example") as visitor:
        of = await town.settle()
        await owners_town.settle(of)
        for key in ("qzy.example/log+0a1b2c3d+AeOld", KEY):
            await ballot_log.keep_key(of.id, key, "", town.NOW)
        pages, text, _ = text_of((await visitor.get(f"/print/vote-{number}-{size}.pdf")).content)
        poll = text_of((await visitor.get(f"/print/vote-2-{size}.pdf")).content)[1]

        assert pages == 1
        assert KEY in re.sub(r"\s", "", text)
        assert "AeOld" not in text
        assert KEY not in re.sub(r"\s", "", poll)


@pytest.mark.parametrize("size", ["a3", "a4"])
def test_fullest_poster_is_one_page(size: str):
    """Eight long options with their bars, the longest label, a key, a long headline, four long lines."""
    items = [Item(str(i), "很长的选项" * 12, "票" * 60, 1000 - i, 667) for i in range(1, 12)]
    label = "按民法典第278条口径统计的意见征询，非业主大会法定表决。要正式决定，请到市业主电子投票平台"
    full = {"headline": "题" * 200, "lines": ["行" * 90] * 4, "label": label, "key": f"公钥，重新计票时核对：{KEY}"}
    pages, text, _ = text_of(pdf(Poster(**FRAME, **full, items=items), size))  # type: ignore[arg-type] # one of the two

    assert pages == 1
    assert KEY in re.sub(r"\s", "", text)
    assert "还有3项，扫码看" in text


@pytest.mark.parametrize("end", ["session-20990101-a3", "vote-99-a3", "vote-3-a5", "x-1-a3", "month-209913-a3"])
async def test_unknown_poster_is_unknown(end: str):
    """No such session, vote, size, kind, month."""
    async with visiting() as visitor:
        await town.settle()
        assert (await visitor.get(f"/print/{end}.pdf")).status_code == 404


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(texts, min_size=0, max_size=30), texts, st.booleans(), st.sampled_from(["a3", "a4"]))
def test_poster_is_one_page_whatever_its_length(titles: list[str], place: str, leaf: bool, size: str):
    """Titles are cut, items beyond eight are counted, and no text is a command to the typesetter."""
    items = [Item(str(i), title, title) for i, title in enumerate(titles)]
    poster = Poster(**FRAME, leaf=LEAF if leaf else None, headline=place, left="19:30", place=place, items=items)
    pages, text, _ = text_of(pdf(poster, size))  # type: ignore[arg-type]

    assert pages == 1
    assert (f"还有{len(items) - 8}项，扫码看" in text) == (len(items) > 8)


@pytest.mark.parametrize(
    "text", ['#panic("x")', "$1/0$", "]", '"; #read("/etc/passwd")', "*b* _i_ `c`", "<label> @ref"]
)
def test_text_is_never_a_command(text: str):
    """What a resident wrote stands on the paper as it was written."""
    made = pdf(Poster(**{**FRAME, "community": "小区"}, leaf=LEAF, left="19:30", place="厅", items=[Item("一", text)]))

    assert text.replace(" ", "") in text_of(made)[1].replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("size", ["a3", "a4"])
def test_hundreds_of_payloads_are_only_printed(size: str):
    """All that is tried against the pages, eight a poster: one page each, and no payload became a command."""
    bad = payloads()
    assert len(bad) >= 300
    for at in range(0, len(bad), MOST):
        items = [Item(str(i), text, text) for i, text in enumerate(bad[at : at + MOST])]
        words = dict.fromkeys(("community", "right", "call", "hotline", "small"), bad[at])
        made = pdf(Poster(**{**FRAME, **words}, headline=bad[at], lines=bad[at : at + 4], items=items), size)  # type: ignore[arg-type] # one of the two
        pages, text, _ = text_of(made)

        assert pages == 1
        assert "root:" not in text
        assert b"/JavaScript" not in made
        assert b"/Launch" not in made


def test_payloads_on_slips_are_only_printed():
    """Titles and what stands on each slip are text: eight a sheet, and no payload became a command."""
    bad = [text[: slips.LONGEST] for text in payloads()[::9]]
    rows = [slips.Slip("ABCD2345", text, "https://qzy.example/say") for text in bad]
    for text in bad[::10]:
        made = slips.pdf(rows, slips.Words(text, text, text, text, "{page}/{pages}"))
        pages, shown, _ = text_of(made)

        assert pages == -(-len(bad) // slips.A_SHEET)
        assert "root:" not in shown
        assert b"/JavaScript" not in made
        assert b"/Launch" not in made
