"""No partial result by any way: two open votes that differ in what was chosen alone look alike to everybody."""

import re

import httpx
import pytest

from bot.texts import Texts
from bot.words import Understanding
from domain.terms import Role
from models import people
from models.tables.people import Community, Household
from tests.database import memory
from tests.stories.talk import GROUP, Talk
from tests.web import town
from web.app import create_app

WAYS = (
    *("/", "/votes", "/votes/1", "/c/qzy/votes/1", "/statistics", "/data/statistics.csv", "/data/votes.csv"),
    *("/data/votes.json", "/api/v1/votes", "/api/v1/votes/1", "/feed.atom", "/calendar.ics", "/district", "/metrics"),
    *("/health", "/log", "/log/log.jsonl", "/log/checkpoint", "/log/votes/1/roll.jsonl", "/log/votes/1/openings.jsonl"),
    *("/card/vote.png", "/card/votes.png", "/print", "/about", "/openapi.json", "/api/v1/statistics"),
)
LINES = {
    "不记名": "表决 楼道灯｜赞同｜反对｜截止 12-03 20:00",
    "记名": "表决 楼道灯｜赞同｜反对｜截止 12-03 20:00｜记名",
    "实名公示": "表决 楼道灯｜赞同｜反对｜截止 12-03 20:00｜实名公示",
    "可多选": "表决 楼道灯｜赞同｜反对｜截止 12-03 20:00｜可多选",
    "排先后": "表决 楼道灯｜赞同｜反对｜截止 12-03 20:00｜排先后",
}
HASH = re.compile(r"[A-Za-z0-9+/_-]{43,}=*")


async def looked_at(line: str, chosen: str, understanding: Understanding) -> list[object]:
    """All that groups, other residents and the board show while the vote is open, without hashes."""
    async with memory():
        of = await Community.create(slug="qzy", name="青竹苑小区", kind="commodity", settings={})
        await people.counters(of.id)
        await people.enter_group(of.id, GROUP.channel, GROUP.id, GROUP.title)
        for room in range(101, 113):
            await Household.create(community_id=of.id, building="3", unit="1", room=str(room), area=8950)
        talk = Talk(Texts.load(), understanding)
        await talk.knows("管理员", Role.MODERATOR)
        await talk.knows("书记", Role.SECRETARY)
        for number in range(1, 13):
            await talk.knows(f"居民{number}", household=f"3-1-{100 + number}")
        await talk.says("管理员", line)
        for number in range(1, 8):
            await talk.presses(f"居民{number}", chosen)
        await talk.wakes("12-02 09:00")
        await talk.presses("居民8", chosen)
        for who in ("居民9", "管理员", "书记"):
            for words in ("结果 1", "投票 1", "核验 1", "看各户 1", "待办", "我的数据", "统计"):
                await talk.tells(who, words)
        others = {f"p-居民{number}" for number in range(1, 9)}
        said: list[object] = [
            (out.to.id, out.manner, HASH.sub("", out.text), out.rows, out.file and out.file.name)
            for out in talk.channel.sent
            if out.to.id not in others and not (out.manner == "toast" and out.to == GROUP)
        ]
        app = create_app(town.renderer(), talk.clock)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board.test") as client:
            for way in WAYS:
                answer = await client.get(way)
                headers = {name: value for name, value in answer.headers.items() if name not in {"etag", "date"}}
                said.append((way, answer.status_code, headers, HASH.sub("", answer.text)))
        return said


@pytest.mark.parametrize("line", LINES)
async def test_open_votes_that_differ_in_choices_look_alike(line: str) -> None:
    """Cards, answers to everybody but the voters, pages, feeds, data, headers and sizes (VOTING.md §1)."""
    understanding = Understanding.load()
    one = await looked_at(LINES[line], "赞同", understanding)
    other = await looked_at(LINES[line], "反对", understanding)

    assert [(this, that) for this, that in zip(one, other, strict=True) if this != that] == []
