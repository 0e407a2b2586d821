"""Calendar, feed, open data and API: read back by libraries other than those that wrote them."""

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import feedparser  # type: ignore[import-untyped] # ships no types
import httpx
import ics  # type: ignore[import-untyped] # ships no types
import pytest
import schemathesis
import vobject  # type: ignore[import-untyped] # ships no types
from hypothesis import HealthCheck, given, settings

from domain.terms import Visibility
from models import sessions
from models.tables.concerns import Concern
from tests.database import memory
from tests.web import town
from web.app import create_app
from web.render import Renderer

BASE = "https://qzy.example"


@asynccontextmanager
async def visiting() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Renderer(town.site(public_url=BASE)), lambda: town.NOW)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with memory(), httpx.AsyncClient(transport=transport, base_url=BASE) as visitor:
        yield visitor


async def calendar(visitor: httpx.AsyncClient) -> str:
    answer = await visitor.get("/calendar.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return answer.text


async def test_calendar_is_read_by_other_libraries():
    """The same sessions, on the community's clock, for vobject and for ics."""
    async with visiting() as visitor:
        await town.settle()
        text = await calendar(visitor)
        one = {str(e.uid.value): e for e in vobject.readOne(text).vevent_list}
        other = {e.uid: e for e in ics.Calendar(text).events}

        assert one.keys() == other.keys()
        assert len(one) == 5
        for uid, event in one.items():
            assert event.dtstart.value.utcoffset() == timedelta(hours=8)
            assert event.dtstart.value == other[uid].begin.datetime
            assert event.dtend.value - event.dtstart.value == timedelta(hours=2)
        off = one["session-qzy-20261124@qzy.example"]
        assert (off.status.value, off.location.value) == ("CANCELLED", town.PLACE)


async def test_calendar_keeps_the_name_of_a_session_and_counts_its_changes():
    """Moved, moved again, cancelled: one UID, a growing SEQUENCE (RFC 5546)."""
    async with visiting() as visitor:
        of = await town.community()
        await town.session(of, date(2026, 12, 14))
        seen = []
        for change in range(4):
            event = vobject.readOne(await calendar(visitor)).vevent
            seen.append((event.uid.value, int(event.sequence.value), event.status.value))
            standing = await sessions.meetings(of.id, town.NOW)
            if not standing:
                break
            meeting = standing[0]
            if change < 2:
                await sessions.move(meeting, meeting.starts_at + timedelta(days=1), "停电")
            else:
                await sessions.cancel(meeting.id, "下雪")

        assert [uid for uid, _, _ in seen] == ["session-qzy-20261214@qzy.example"] * 4
        assert [rev for _, rev, _ in seen] == [0, 1, 2, 3]
        assert [status for _, _, status in seen] == ["CONFIRMED"] * 3 + ["CANCELLED"]


async def test_feed_is_read_by_another_library():
    """Well formed, each entry with an id, a moment and its page; the newest first; nothing private."""
    async with visiting() as visitor:
        await town.settle()
        answer = await visitor.get("/feed.atom")
        found = feedparser.parse(answer.content)

        assert found.bozo is False
        assert found.version == "atom10"
        assert found.feed.id == f"{BASE}/feed.atom"
        assert len({entry.id for entry in found.entries}) == len(found.entries) == 10
        moments = [entry.updated_parsed for entry in found.entries]
        assert moments == sorted(moments, reverse=True)
        assert all(entry.link.startswith(BASE) for entry in found.entries)
        assert "只给管理员" not in answer.text
        assert "已投" in answer.text


@pytest.mark.parametrize("path", ["/calendar.ics", "/feed.atom", "/api/v1/concerns", "/api/v1/votes/3"])
async def test_answer_is_not_sent_twice(path: str):
    """An ETag, and 304 without a body where nothing changed; another one where something did."""
    async with visiting() as visitor:
        of = await town.settle()
        first = await visitor.get(path)
        tag = first.headers["etag"]
        again = await visitor.get(path, headers={"if-none-match": f'"x", W/{tag}'})

        assert (again.status_code, again.content) == (304, b"")
        await town.concern(of, 40, "新的事", said_at=town.NOW)
        await town.session(of, date(2027, 1, 14))
        changed = await visitor.get(path, headers={"if-none-match": tag})
        assert changed.status_code == (304 if "votes" in path else 200)


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://evil")', "＋1", "－1", "＠x")


async def test_table_holds_everything_public_and_no_formula():
    """More than a batch; every cell that a spreadsheet would run has a ' in front."""
    async with visiting() as visitor:
        of = await town.community()
        for number in range(1, 604):
            await town.concern(of, number, FORMULAS[number % len(FORMULAS)])
        await town.concern(of, 700, "不公开", held=True)
        answer = await visitor.get("/data/concerns.csv")
        head, *lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))

        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert head[:3] == ["号", "时间", "类别"]
        assert [line[0] for line in lines] == [str(n) for n in range(603, 0, -1)]
        cells = [cell for line in lines for cell in line]
        assert [
            cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
        ] == []
        assert [one["number"] for one in (await visitor.get("/data/concerns.json")).json()] == list(range(603, 0, -1))


async def test_votes_table_tells_counts_only_after_the_close():
    """An open vote has none, in any format."""
    async with visiting() as visitor:
        of = await town.community()
        await town.vote(of, 1, "换灯", cast=12, result={"赞同": 11, "反对": 1, "弃权": 0})
        for path in ("/data/votes.csv", "/data/votes.json", "/api/v1/votes", "/api/v1/votes/1"):
            text = (await visitor.get(path)).text
            assert "换灯" in text
            assert "11" not in text.replace("2026-12-11", "").replace("T11", "")


async def test_api_pages_by_cursor():
    """Every concern once, the newest first; a new one in between neither doubles nor hides another."""
    async with visiting() as visitor:
        of = await town.community()
        for number in range(1, 48):
            await town.concern(of, number, f"第{number}件")
        seen, cursor = [], ""
        while True:
            answer = await visitor.get(f"/api/v1/concerns?limit=10{cursor}")
            page = answer.json()
            seen += [one["number"] for one in page["items"]]
            if page["next"] is None:
                break
            assert f"cursor={page['next']}" in answer.headers["link"]
            cursor = f"&cursor={page['next']}"
            await town.concern(of, 100 + len(seen), "后来的")

        assert seen == list(range(47, 0, -1))


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=%C3%A9", "cursor=YQ", "category=x", "no=1"]
)
async def test_api_names_the_parameter_that_is_wrong(query: str):
    """400 with its name, never a guess at what was meant."""
    async with visiting() as visitor:
        await town.community()
        answer = await visitor.get(f"/api/v1/concerns?{query}")

        assert answer.status_code == 400
        assert answer.json()["error"]["parameter"] == query.partition("=")[0]


async def test_description_of_the_api_is_true():
    """Schemathesis, from the document: every answer has the shape that is promised."""
    app = create_app(Renderer(town.site()), lambda: town.NOW)
    async with (
        memory(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board.example") as visitor,
    ):
        await town.settle()
        document = (await visitor.get("/api/v1/openapi.json")).json()
        schema = schemathesis.openapi.from_dict(document)
        for operation in (result.ok() for result in schema.get_all_operations()):  # type: ignore[union-attr] # or it raises
            cases: list[schemathesis.Case] = []

            @settings(max_examples=25, database=None, deadline=None, suppress_health_check=list(HealthCheck))
            @given(operation.as_strategy())
            def collect(case: schemathesis.Case) -> None:
                cases.append(case)  # noqa: B023 - called within this very turn

            collect()
            for case in cases:
                await _holds(visitor, case)


async def _holds(visitor: httpx.AsyncClient, case: schemathesis.Case) -> None:
    """The answer is one that the document promises, its body of the promised shape."""
    path = case.formatted_path
    answer = await visitor.request(case.method, f"/api/v1{path}", params=case.query)
    promised = case.operation.definition.raw["responses"]

    assert str(answer.status_code) in promised, (path, case.query)
    case.operation.validate_response(answer)


async def test_monitor_is_told_what_waits():
    """Prometheus' text format, one line a figure, each with its type."""
    async with visiting() as visitor:
        await town.settle()
        await visitor.get("/")
        lines = (await visitor.get("/metrics")).text.splitlines()

        assert "fengsi_up 1" in lines
        assert "fengsi_outbox_waiting 0" in lines
        assert 'fengsi_answers_total{status="200"} 1' in lines
        named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
        assert {line.split("{")[0].split()[0] for line in lines if not line.startswith("#")} == named


async def test_topics_are_read_by_programs():
    """Where each stands, who does what by when; what is private is not told."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        (water, leak) = (await visitor.get("/api/v1/topics")).json()["items"]
        table = list(csv.reader(io.StringIO((await visitor.get("/data/topics.csv")).text.removeprefix("\ufeff"))))

        assert (water["number"], water["step"], water["doer"], water["due"]) == (5, 4, "物业工程部", "2026-12-09")
        assert (leak["number"], leak["state"]) == (4, "published")
        assert [row[:1] for row in table] == [["号"], ["5"], ["4"]]
        assert (await visitor.get("/api/v1/topics/5")).json() == water
        await Concern.all().update(visibility=Visibility.MODERATORS)
        assert (await visitor.get("/api/v1/topics/5")).status_code == 404
        assert (await visitor.get("/api/v1/topics")).json()["items"] == []


async def test_page_of_the_api_describes_what_the_document_does():
    """Each way and each field of the document is on the page, and every address on it answers."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        page = (await visitor.get("/api")).text
        document = (await visitor.get("/api/v1/openapi.json")).json()
        for path in document["paths"]:
            assert f"GET {path}" in page
        for schema in document["components"]["schemas"].values():
            assert all(f"<b>{field}</b>" in page for field in schema["properties"])
        tried = re.findall(rf'href="({BASE}/api/v1/[^"]+)"', page)

        assert len(tried) == 4
        assert [(await visitor.get(url)).status_code for url in tried] == [200] * 4
        assert "<script" not in page.replace('<script src="/static/board.js', "")


async def test_sessions_page_by_cursor():
    """Each session once, the earliest first, however many there are."""
    async with visiting() as visitor:
        of = await town.community()
        for day in range(1, 29):
            await town.session(of, date(2026, 2, day))
        seen, cursor = [], ""
        while True:
            page = (await visitor.get(f"/api/v1/sessions?limit=10{cursor}")).json()
            seen += [one["day"] for one in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"

        assert seen == [f"2026-02-{day:02d}" for day in range(1, 29)]
        assert (await visitor.get("/api/v1/sessions?cursor=YmVmb3JlIDU")).status_code == 400


async def test_calendar_holds_what_comes_after_years_of_sessions():
    """What is long past leaves the calendar; what comes is always in it."""
    async with visiting() as visitor:
        of = await town.community()
        for week in range(150):
            await town.session(of, date(2024, 1, 4) + timedelta(weeks=week))
        await town.session(of, date(2026, 12, 14))
        days = [str(event.uid.value) for event in vobject.readOne(await calendar(visitor)).vevent_list]

        assert "session-qzy-20261214@qzy.example" in days
        assert len(days) < 40
