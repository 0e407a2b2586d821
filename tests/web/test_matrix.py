"""No private word by any way, whatever its visibility; and nothing from outside that runs, anywhere."""

import csv
import io
import json
import re
from datetime import date
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import httpx
import pytest

from domain.terms import ConcernState, Step, TaskAct, Visibility
from models.tables.concerns import Blob, Concern, Photo, Topic
from models.tables.deliberations import Amendment, Minute, Resolution, Task
from models.tables.people import Community
from models.tables.sessions import Session
from models.tables.tasks import TaskNote
from models.tables.topics import Material, Sorting, TopicStep
from tests.channels.test_web_homes import counted
from tests.web import town
from tests.web.test_pages import visiting
from tests.web.test_topics import index
from web.app import create_app

SECRET = "蓝色雨伞忘在水房"
WAYS = (
    *("/", "/concerns", "/concerns?category=livelihood", "/concerns/70", "/topics", "/topics?q=雨伞", "/topics/9"),
    *(
        "/sessions",
        "/sessions/20261204",
        "/district",
        "/api",
        "/api/v1/topics",
        "/data/topics.csv",
        "/votes",
        "/statistics",
        "/about",
        "/print",
        "/feed.atom",
        "/calendar.ics",
    ),
    *("/data/concerns.csv", "/data/concerns.json", "/api/v1/concerns", "/api/v1/concerns/70", "/api/v1/sessions"),
    *("/open311/v2/requests.json", "/open311/v2/requests.xml", "/open311/v2/requests/70.json"),
    *("/open311/v2/requests.json?service_request_id=70", "/open311/v2/tokens/70.json"),
    *("/print/month-202612-a4.pdf", "/c/qzy/", "/c/qzy/concerns/70", "/metrics", "/health"),
    *("/topics/70", "/api/v1/topics/70", "/c/qzy/topics/70", "/materials/70", "/c/qzy/materials/70"),
    *("/statistics?period=month", "/data/statistics.csv"),
)
HIDDEN = {
    "moderators": {"visibility": Visibility.MODERATORS},
    "held": {"held": True},
    "withdrawn": {"state": ConcernState.WITHDRAWN},
    "returned": {"state": ConcernState.RETURNED},
}
SHOWN = {"open": {"visibility": Visibility.OPEN}, "anonymous": {"visibility": Visibility.ANONYMOUS}}


async def told(visitor: httpx.AsyncClient) -> list[str]:
    """The ways that tell of the concern, by its words or by its number."""
    found = []
    for way in WAYS:
        answer = await visitor.get(way)
        text = answer.text + unquote(answer.headers.get("content-disposition", ""))
        text = text.replace("<wbr>", "").replace("/70", "") if answer.status_code == 200 else ""
        if SECRET in text or re.search(r"#70\b|number\":70|>70<", text):
            found.append(way)
    return found


async def material(topic: Topic, id: int, text: str) -> None:
    """A line to be read for a topic, with a file whose name and bytes say the same."""
    facts: dict[str, Any] = {"community_id": topic.community_id}
    line = await Material.create(**facts, topic=topic, text=text, at=town.NOW)
    data, sha256 = text.encode("utf-8", "replace"), f"{id:064}"
    await Blob.create(sha256=sha256, data=data, mime="text/html", width=0, height=0, kept_at=town.NOW)
    facts |= {"channel": "web", "upload": "f", "blob_id": sha256, "settled": True, "next_at": town.NOW}
    await Photo(id=id, material=line, name=text[:120], **facts).save(force_create=True)


@pytest.mark.parametrize("facts", HIDDEN.values(), ids=HIDDEN)
async def test_private_concern_is_told_by_no_way(facts: dict[str, object]):
    """Even where it was public before, and its words were indexed then."""
    async with visiting() as visitor:
        of = await town.settle()
        topic = await Topic.create(community=of, number=70, title=SECRET, made_at=town.NOW)
        await town.concern(of, 70, SECRET, said_at=town.NOW, topic=topic)
        await material(topic, 70, SECRET)
        await index()
        ways = await told(visitor)
        assert len(ways) >= 15
        assert {"/materials/70", "/c/qzy/materials/70", "/topics/70"} <= set(ways)
        await Concern.filter(number=70).update(**facts)

        assert await told(visitor) == []


@pytest.mark.parametrize("facts", SHOWN.values(), ids=SHOWN)
async def test_public_concern_is_masked_by_every_way(facts: dict[str, object]):
    """The text as it was said never leaves; who said it neither."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.concern(
            of, 70, f"{SECRET}138****1234", text=f"{SECRET}13800001234", evidence=["13800001234"], **facts
        )
        await index()

        assert len(await told(visitor)) >= 12
        for way in WAYS:
            assert "13800001234" not in (await visitor.get(way)).text, way


async def test_what_moderators_wrote_is_masked_by_every_way():
    """Titles, reasons, work, resolutions, minutes: a number in them stays in the house (DOMAIN.md section 7)."""
    phone = "找13800001234"
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        await Topic.all().update(title=phone)
        await Task.all().update(text=phone)
        await TopicStep.all().update(reason=phone)
        await Sorting.all().update(reason=phone)
        await Resolution.all().update(text=phone, published_at=town.NOW)
        await Minute.create(community=of, session=await Session.get(day=date(2026, 12, 4)), text=phone, at=town.NOW)
        await Session.all().update(confirmed_at=town.NOW)
        ways = (
            "/topics/5",
            "/topics/4",
            "/sessions/20261214",
            "/sessions/20261204",
            "/api/v1/topics",
            "/data/topics.csv",
        )
        for way in (*ways, "/", "/topics"):
            text = (await visitor.get(way)).text.replace("<wbr>", "")
            assert "138****1234" in text, way
            assert "13800001234" not in text, way


def payloads() -> list[str]:
    """A few hundred texts that want to run somewhere."""
    scripts = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "javascript:alert(1)",
    ]
    scripts += [
        f"<{tag} onmouseover=alert(1)>" for tag in ("a", "b", "body", "iframe", "video", "details open", "math")
    ]
    breaks = [
        '"',
        "'",
        "`",
        "-->",
        "]]>",
        "</textarea>",
        "</title>",
        "</style>",
        "</script>",
        "\\",
        "\x00",
        "\u2028",
        "&#x3c;",
    ]
    databases = [
        "' OR 1=1 --",
        "'; DROP TABLE concern; --",
        '" UNION SELECT * FROM address --',
        "%27",
        "1); --",
        "$1",
        "?",
        "%s",
    ]
    templates = [
        "{{ 7*7 }}",
        "{% include 'x' %}",
        "{0}",
        "{number}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "*{7*7}",
        "%(x)s",
    ]
    sheets = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", '=HYPERLINK("http://e")', "＝1"]
    files = [
        "../../etc/passwd",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        '#read("/etc/passwd")',
        "//evil.example",
    ]
    documents = [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        "&e;",
        "<![CDATA[x]]>",
        "\r\nSet-Cookie: x=1",
    ]
    kinds = [*scripts, *breaks, *databases, *templates, *sheets, *files, *documents]
    return [start + text for text in kinds for start in ("", '"', "'>", "水\n", "＜")] + [text * 9 for text in kinds]


async def test_nothing_from_outside_runs():
    """Hundreds of payloads as concern, evidence, title, option, place, reason: every way stays what it is."""
    bad = payloads()
    assert len(bad) >= 300
    async with visiting() as visitor:
        of = await town.settle()
        for number, text in enumerate(bad, 100):
            await town.concern(of, number, text, evidence=[text[:20]])
        for number, text in enumerate(bad[::10], 100):
            ends = town.ended({text[:60]: 1, "b": 0}, town.NOW)
            await town.vote(of, number, text[:200], options=[text[:60], "b"], **ends)
        await Session.filter(community=of).update(place=bad[0], reason=bad[1], confirmed_at=town.NOW)
        await _moderators_write(of, bad[::10])
        pages = ["/sessions/20261204", "/topics", "/district", "/about", "/print", "/api", "/statistics"]
        pages += [f"/topics/{number}" for number in range(100, 100 + len(bad[::10]))]
        pages += [f"/concerns/{number}" for number in range(100, 100 + len(bad))]
        pages += [f"/votes/{number}" for number in range(100, 100 + len(bad[::10]))]
        for path in (*pages, "/", "/concerns", "/sessions", "/votes"):
            _no_markup((await visitor.get(path)).text, path)
        await _documents_hold(visitor)
        await _files_are_taken_along(visitor, len(bad[::10]))
        await _english_holds([path for path in pages if path.endswith("7")])


async def _moderators_write(of: Community, bad: list[str]) -> None:
    """Titles, reasons, work, resolutions, minutes and a town's name, each of them a payload."""
    meeting = await Session.get(day=date(2026, 12, 4))
    await Community.filter(id=of.id).update(name=bad[0][:60])
    for number, text in enumerate(bad, 100):
        topic = await Topic.create(community=of, number=number, title=text[:200], made_at=town.NOW)
        await Concern.filter(number=number).update(topic_id=topic.id)
        facts: dict[str, Any] = {"community": of, "topic": topic}
        await TopicStep.create(**facts, step=Step.SORT, reason=text[:200], at=town.NOW)
        await Resolution.create(**facts, text=text[:400], decided_at=town.NOW, published_at=town.NOW)
        task = await town.task(of, topic, number, text=text[:400], doer=text[:60])
        await TaskNote.create(community=of, task=task, act=TaskAct.UP, words=text[:200], level=2, at=town.NOW)
        await Amendment.create(**facts, before=text[:400], reason=text[:200], at=town.NOW)
        await material(topic, number, text[:200])
        await Minute.create(**facts, session=meeting, text=text, at=town.NOW)


async def _files_are_taken_along(visitor: httpx.AsyncClient, count: int) -> None:
    """A file is never shown, whatever it is called and says it is; its name stays within its header."""
    for number in range(100, 100 + count):
        answer = await visitor.get(f"/materials/{number}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert re.fullmatch(r"attachment; filename\*=UTF-8''[\w.~%-]+", answer.headers["content-disposition"])
        assert "set-cookie" not in answer.headers


async def _english_holds(pages: list[str]) -> None:
    """Where Chinese passages are marked, no payload becomes a tag."""
    transport = httpx.ASGITransport(create_app(town.renderer(), lambda: town.NOW))
    headers = {"accept-language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://board.example", headers=headers) as visitor:
        for path in pages:
            _no_markup((await visitor.get(path)).text, path)


def _no_markup(page: str, path: str) -> None:
    """The tags and attributes of a page are the template's own, whatever is said on it."""
    tags = re.findall(r"<([a-z!][^\s>/]*)([^>]*)>", page)
    assert {tag for tag, _ in tags} <= KNOWN, path
    assert [rest for _, rest in tags if re.search(r"\son\w+\s*=|javascript:", re.sub(r'"[^"]*"', '""', rest))] == [], (
        path
    )
    assert [
        href for href in re.findall(r'href="([^"]*)"', page) if not re.match(r"(/|#|https?:|data:,|\?)", href)
    ] == []
    assert "49" not in re.sub(r"v=\w+|https?://\S+|\d{3,}|#\d+", "", page) or "{{ 7*7 }}" in page, path


KNOWN = frozenset(
    re.findall(
        r"\S+",
        """!doctype html head meta title link script body a section header div p nav ul li main h1 h2 h3 footer b dl dt
        dd i span ol wbr button svg rect table thead tbody tr th td blockquote del form label input small text line defs
        pattern desc select option img strong""",
    )
)


async def _documents_hold(visitor: httpx.AsyncClient) -> None:
    """Feed and XML are well formed, JSON is JSON, a table has its columns and no formula."""
    for path in ("/feed.atom", "/open311/v2/requests.xml?page_size=1000"):
        ET.fromstring((await visitor.get(path)).content)
    for path in ("/api/v1/concerns?limit=100", "/data/concerns.json", "/open311/v2/requests.json"):
        json.loads((await visitor.get(path)).text)
    for kind, width in (("concerns", 8), ("topics", 13), ("votes", 14), ("statistics", 6)):
        rows = list(csv.reader(io.StringIO((await visitor.get(f"/data/{kind}.csv")).text.removeprefix("\ufeff"))))
        assert {len(row) for row in rows} == {width}
        assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == []


@pytest.mark.parametrize("text", payloads()[::7])
async def test_query_is_a_question_and_nothing_else(text: str):
    """What is searched for, or stands in any parameter, is shown as text and asks the database nothing of its own."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        for path in ("/topics", "/concerns", "/votes", "/api/v1/concerns", "/open311/v2/requests.json"):
            for name in ("q", "category", "before", "cursor", "service_code", "start_date", "large", "lang"):
                answer = await visitor.get(path, params={name: text})
                assert answer.status_code < 500, (path, name)
                if "html" in answer.headers.get("content-type", ""):
                    _no_markup(answer.text, path)
        assert await Concern.all().count() == 10


LIST = tuple(f"{root}ballot/4/homes{end}" for root in ("/", "/c/qzy/") for end in ("", ".csv", ".jsonl"))
VOTES = (
    "/votes/4",
    "/c/qzy/votes/4",
    "/ballot/4",
    "/api/v1/votes/4",
    "/api/v1/votes",
    "/data/votes.csv",
    "/print/vote-4-a4.pdf",
)


@pytest.mark.parametrize(
    ("facts", "ways"),
    [
        ({"secret": True}, ()),
        ({"secret": True, "snapshot": {"public_list": True}}, ()),
        ({"secret": False}, ()),
        ({"secret": False, "snapshot": {"slips": True}}, ()),
        ({"secret": False, "snapshot": {"public_list": True}, "state": "open", "closed_at": None, "result": None}, ()),
        ({"secret": False, "snapshot": {"public_list": True}}, LIST),
    ],
    ids=["secret", "secret_by_all_means", "roll_call", "slips", "still_open", "public_list"],
)
async def test_choice_of_a_household_is_told_to_strangers_by_its_public_list_alone(tmp_path, facts, ways):
    """实名公示, after the close, and there alone; no other page names a flat (VOTING.md section 1)."""
    async with counted(tmp_path, {"101": 0, "102": 1}, **facts) as at, at.browser() as stranger:
        told = [way for way in (*WAYS, *VOTES, *LIST) if "5号楼1单元101" in (await stranger.client.get(way)).text]

        assert told == list(ways)
