"""Owners' decisions on the board: heads and area each with its mark, in words and as a table (VOICE.md section 4)."""

import re

import pytest

from domain.owners import Answer
from models.tables.votes import Vote
from tests.web import owners_town, town
from tests.web.test_pages import read, visiting, words


async def test_carried_decision_shows_verdict_marks_and_numbers():
    """Verdict, label word for word, four bars with what is needed and what came, every number as a table."""
    async with visiting() as visitor:
        await owners_town.settle(await town.settle())
        page = await read(visitor, "/votes/6")
        shown = words(page)

        for said in (
            "统计达到要求",
            "按民法典第278条口径统计的意见征询，非业主大会法定表决。要正式决定，请到",
            "参加人数 实得356人",
            "需三分之二（至少302人）",
            "赞同人数 实得291人",
            "需四分之三（至少267人）",
            "改变共有部分的用途",
            "两项都达到",
            "反对 47人",
        ):
            assert said in shown, said
        assert re.findall(r'<line class="tick" x1="([\d.]+)%"', page) == ["66.67", "66.67", "75.00", "75.00"]
        assert "%）" not in shown[shown.index("参加够不够") :]


async def test_near_thing_is_said_in_words():
    """Half of the area is not more than half: 0.01 m² short, never 50 %."""
    async with visiting() as visitor:
        await owners_town.settle(await town.settle())
        shown = words(await read(visitor, "/votes/7"))

        assert "统计未达到要求" in shown
        assert "需多于150.01㎡" in shown
        assert "有一项没达到" in shown or "两项都没达到" in shown
        assert "还差" in shown


@pytest.mark.parametrize(("consenting", "said"), [(3, "刚好达到"), (2, "还差1人")])
async def test_exactly_at_the_mark_is_reached(consenting: int, said: str):
    """Three of four is three quarters; two are one short."""
    async with visiting() as visitor:
        of = await town.settle()
        answers = [*[Answer.CONSENT] * consenting, *[Answer.AGAINST] * (4 - consenting)]
        count = owners_town.counted([100] * 4, answers, owners_town.SPECIAL)
        await owners_town.decision(of, 9, "题", count, owners_town.SPECIAL)

        assert said in words(await read(visitor, "/votes/9"))


async def test_open_decision_tells_no_side():
    """Before the close nothing but the turnout, wherever the vote is told."""
    async with visiting() as visitor:
        of = await town.settle()
        count = owners_town.counted([100] * 4, [Answer.CONSENT] * 3, owners_town.SPECIAL)
        await owners_town.decision(of, 9, "换电梯", count, owners_town.SPECIAL)
        await Vote.filter(number=9).update(state="open", closed_at=None, closes_at=town.NOW.replace(day=20))
        for path in ("/votes/9", "/", "/votes", "/api/v1/votes/9", "/feed.atom", "/data/votes.csv"):
            text = await read(visitor, path)
            assert "换电梯" in text
            assert "达到要求" not in text
            assert "实得" not in text


async def test_decision_that_opens_later_says_when():
    """Not open yet: when it begins, and no button to vote."""
    async with visiting() as visitor:
        await owners_town.settle(await town.settle())
        page = await read(visitor, "/votes/8")

        assert "12月18日（周五）19:02开始投" in page
        assert "还没开始" in page
        assert 'href="/ballot/8"' not in page


async def test_withdrawn_vote_is_neither_open_nor_counted():
    """It says so, and takes no ballot."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.vote(of, 9, "误开的", state="withdrawn", closed_at=town.NOW)
        page = await read(visitor, "/votes/9")

        assert "撤回" in page
        assert 'href="/ballot/9"' not in page


async def test_ranking_says_whom_both_counts_elect():
    """First choices are not the result; the winners by either way are."""
    async with visiting() as visitor:
        of = await town.settle()
        tally = {"rounds": [[2, 1]], "run_off": [0], "schulze": [0, 1]}
        ends = town.ended({"甲": 2, "乙": 1}, town.NOW, tally=tally, snapshot={"method": "ranked"})
        await town.vote(of, 9, "选谁", options=["甲", "乙"], **ends)
        shown = words(await read(visitor, "/votes/9"))

        assert "第一选择：甲2户，乙1户" in shown
        assert "逐轮淘汰选出：甲；两两相比选出：甲、乙" in shown


async def test_owners_result_pastes_in_120_characters():
    """Label and link included, whatever the title."""
    async with visiting(public_url="https://qingzhuyuan.jiangnan.example") as visitor:
        await owners_town.settle(await town.settle())
        await Vote.filter(number=6).update(title="题" * 200)
        pasted = re.search(r'id="paste">([^<]+)<', await read(visitor, "/votes/6"))

        assert pasted is not None
        assert len(pasted[1]) <= 120
        assert "非业主大会法定表决" in pasted[1]
        assert "统计达到要求" in pasted[1]
