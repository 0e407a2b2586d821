"""The public board: what is public stands there in words, what is private does not, and reading costs a fixed number
of statements."""

import io
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

import httpx
import pytest
from PIL import Image
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from domain.terms import ConcernCategory, ConcernState, SessionState, Visibility, VoteState
from tests.database import memory
from tests.postgres import Cluster
from tests.web import owners_town, town
from web.app import create_app
from web.render import STATIC, Renderer

PAGES = ("/", "/concerns", "/concerns/9", "/sessions", "/votes", "/votes/3", "/votes/4")


MORE = (
    *("/concerns?category=dispute&before=99", "/topics", "/topics?category=livelihood&state=open", "/topics/5"),
    *("/topics?q=停水+楼道", "/sessions/20261214", "/statistics", "/district", "/about", "/votes/6"),
    *("/api/v1/topics", "/api/v1/sessions?limit=2", "/data/topics.csv", "/open311/v2/requests.json"),
)


@asynccontextmanager
async def visiting(*routes: Route, **site: object) -> AsyncIterator[httpx.AsyncClient]:
    """An empty database and a visitor's browser without scripts."""
    app = create_app(Renderer(town.site(**site)), lambda: town.NOW, routes)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with memory(), httpx.AsyncClient(transport=transport, base_url="http://board.example") as visitor:
        yield visitor


async def read(visitor: httpx.AsyncClient, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("<wbr>", "")


def words(html: str) -> str:
    """What is left of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# --- sessions ---


async def test_home_shows_the_next_date_first():
    """The next session before everything else (BOARD.md section 1)."""
    async with visiting() as visitor:
        await town.settle()
        page = words(await read(visitor, "/"))

        assert (
            page.index("下次说事会")
            < page.index("12月14日（周一）19:30")
            < page.index("还有3天")
            < page.index("有事就说")
        )


@pytest.mark.parametrize(
    ("rule", "day", "marked"),
    [
        ("dates", date(2026, 12, 14), ["4"]),
        ("dates", date(2026, 12, 24), ["4"]),
        ("thursdays", date(2026, 12, 24), ["四"]),
        ("both", date(2026, 12, 24), ["4", "四"]),
        ("both", date(2026, 12, 17), ["四"]),
        ("dates", date(2026, 12, 17), []),
    ],
)
async def test_leaf_marks_the_four_that_is_the_reason(rule: str, day: date, marked: list[str]):
    """The 4 of the date, the 四 of Thursday, both on 24 December 2026."""
    async with visiting() as visitor:
        await town.session(await town.community(rule=rule), day)

        assert re.findall(r"<i>(.)</i>", await read(visitor, "/")) == marked


async def test_session_tells_what_changed():
    """Moved: badge, old date struck through, reason. Cancelled: badge, reason."""
    async with visiting() as visitor:
        of = await town.community()
        moved = datetime(2026, 12, 15, 19, 30, tzinfo=town.ZONE)
        old = datetime(2026, 12, 14, 19, 30, tzinfo=town.ZONE)
        await town.session(
            of, date(2026, 12, 14), starts_at=moved, moved_from=old, state=SessionState.MOVED, reason="停电"
        )
        await town.session(of, date(2026, 12, 24), state=SessionState.CANCELLED, reason="下雪")
        page = await read(visitor, "/sessions")

        assert '<del class="now">12月14日（周一）19:30</del>' in page
        shown = words(page)
        for said in ("改期", "原因：停电", "停会", "原因：下雪"):
            assert said in shown


async def test_session_that_has_begun_is_running():
    """For two hours it stands first as 进行中 (INTERFACE.md section 1)."""
    async with visiting() as visitor:
        starts = town.NOW - timedelta(minutes=90)
        await town.session(await town.community(), starts.date(), starts_at=starts)

        assert "进行中" in await read(visitor, "/")


async def test_session_that_is_over_is_not_next():
    """After its two hours it is past."""
    async with visiting() as visitor:
        starts = town.NOW - timedelta(minutes=121)
        await town.session(await town.community(), starts.date(), starts_at=starts)

        assert "还没排说事会" in await read(visitor, "/")
        assert "过去的" in await read(visitor, "/sessions")


# --- concerns ---


@pytest.mark.parametrize(
    "private",
    [{"visibility": Visibility.MODERATORS}, {"state": ConcernState.WITHDRAWN}, {"held": True}],
    ids=["moderators", "withdrawn", "held"],
)
async def test_private_concern_is_as_unknown_as_none(private: dict[str, object]):
    """没有这一件: guessing a number tells nothing."""
    async with visiting() as visitor:
        await town.concern(await town.community(), 7, "只给管理员看", **private)
        guessed, unknown = await visitor.get("/concerns/7"), await visitor.get("/concerns/8")

        assert guessed.status_code == unknown.status_code == 404
        assert guessed.text == unknown.text.replace("/concerns/8", "/concerns/7")
        assert "没有这一件" in guessed.text
        for path in ("/", "/concerns", "/concerns?category=livelihood"):
            page = await read(visitor, path)
            assert "只给管理员看" not in page
            assert "1件" not in page


async def test_concern_is_shown_masked():
    """Only the masked text leaves the house (DOMAIN.md section 7)."""
    async with visiting() as visitor:
        of = await town.community()
        await town.concern(of, 7, "找我138****1234", text="找我13800001234")

        for path in ("/", "/concerns", "/concerns/7"):
            page = await read(visitor, path)
            assert "138****1234" in page
            assert "13800001234" not in page


async def test_concern_shows_what_it_is_and_who_owes_the_next_word():
    """Kind and number, category and why, seconders, 一位居民, who is next."""
    async with visiting() as visitor:
        await town.settle()
        page = words(await read(visitor, "/concerns/9"))

        for said in (
            "说事 #9",
            "服务民生",
            "7人附议",
            "一位居民",
            "依据：停水、水压",
            "等管理员梳理，自12月1日（周二）",
        ):
            assert said in page


async def test_category_without_a_choice_is_pending():
    """Where the category is unsure it is 待定 until chosen."""
    async with visiting() as visitor:
        await town.concern(await town.community(), 7, "门口那个事", category=None)

        assert "待定" in await read(visitor, "/concerns/7")
        assert "待定 1件" in words(await read(visitor, "/statistics"))


async def test_concerns_are_counted_and_listed_by_category():
    """Six categories, also the empty ones, each leading to its own."""
    async with visiting() as visitor:
        await town.settle()
        whole = words(await read(visitor, "/concerns"))
        dispute = words(await read(visitor, "/concerns?category=dispute"))

        for said in ("服务民生 3件", "矛盾纠纷 1件", "经济发展 0件"):
            assert said in whole
        assert "说事 #15" in dispute
        assert "说事 #9 " not in dispute


async def test_long_list_goes_on_on_the_next_page():
    """Twenty a page; every concern is reached, once."""
    async with visiting() as visitor:
        of = await town.community()
        for number in range(1, 46):
            await town.concern(of, number, f"第{number}件")
        path, seen = "/concerns", []
        while path:
            page = await read(visitor, path)
            seen += [int(n) for n in re.findall(r'href="/concerns/(\d+)"', page)]
            older = re.search(r'href="([^"]+)" rel="next"', page)
            path = older[1].replace("&amp;", "&") if older else ""

        assert seen == list(range(45, 0, -1))


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=" + "9" * 40, "category=x", "before=²"])
async def test_list_is_shown_when_its_address_is_broken(query: str):
    """What can't be read in an address is left aside."""
    async with visiting() as visitor:
        await town.settle()
        assert (await visitor.get(f"/concerns?{query}")).status_code == 200


@pytest.mark.parametrize("text", ["<script>alert(1)</script>\"'&", "{{ 7*7 }}"])
async def test_text_of_a_resident_is_data(text: str):
    """What was said is shown as it was said, never run."""
    async with visiting() as visitor:
        of = await town.community()
        await town.concern(of, 7, text, evidence=[text])
        await town.vote(of, 1, text, options=[text, "b"], **town.ended({text: 1, "b": 0}, town.NOW))
        await town.session(of, date(2026, 12, 14), reason=text, place=text)

        for path in ("/", "/concerns", "/concerns/7", "/votes", "/votes/1", "/sessions"):
            page = await read(visitor, path)
            assert "<script>alert" not in page
            assert "49" not in page.replace("/static", "")


async def test_concern_shows_what_decided_its_category():
    """Category and evidence; where earlier corrections decided, the page says so."""
    async with visiting() as visitor:
        of = await town.community()
        await town.concern(of, 7, "电梯停运三天", evidence=["电梯", "停运"])
        await town.concern(of, 8, "楼道里有鞋柜", evidence=["鞋柜"], learned=True)

        assert "依据：电梯、停运" in words(await read(visitor, "/concerns/7"))
        assert "照以前改过的：鞋柜" in words(await read(visitor, "/concerns/8"))


# --- votes ---


async def test_open_vote_shows_its_turnout_and_nothing_else():
    """No result, not even a partial one, is visible before the close (VOTING.md section 1)."""
    async with visiting() as visitor:
        of = await town.community()
        await town.vote(of, 3, "换声控灯", cast=12, result={"赞同": 11, "反对": 1, "弃权": 0})

        for path in ("/", "/votes", "/votes/3"):
            page = words(await read(visitor, path))
            assert "已投12户，共67户" in page
            assert "截止12月20日（周日）20:00" in page
            assert "11户" not in page
            assert "1户" not in page.replace("11户", "")


async def test_closed_vote_shows_counts_turnout_and_label():
    """The counts first, the percent after them, and what kind of vote it was, word for word."""
    async with visiting() as visitor:
        await town.settle()
        page = words(await read(visitor, "/votes/3"))

        assert page.index("赞同30户，反对12户，弃权3户") < page.index("67户中45户参加（67.2%）")
        for said in ("12月10日（周四）20:00截止", "居民协商表决", "全体 67户", "参加 45户"):
            assert said in page


async def test_closed_vote_draws_one_bar_an_option():
    """Bars in parts of those who took part."""
    async with visiting() as visitor:
        await town.settle()
        page = await read(visitor, "/votes/3")

        assert re.findall(r'<rect class="full" width="(\d+)"', page) == ["666", "266", "66"]


async def test_poll_says_that_nothing_follows_from_it():
    """群内表态，不作决定依据; heads instead of households."""
    async with visiting() as visitor:
        await town.settle()
        page = words(await read(visitor, "/votes/2"))

        assert "表态 #2" in page
        assert "群内表态，不作决定依据" in page
        assert "20:30：9人，21:00：4人" in page
        assert "户" not in page


async def test_vote_nobody_took_part_in_is_shown():
    """Zero of sixty-seven."""
    async with visiting() as visitor:
        of = await town.community()
        await town.vote(of, 3, "换声控灯", **town.ended({"赞同": 0, "反对": 0, "弃权": 0}, town.NOW))

        assert "67户中0户参加（0.0%）" in await read(visitor, "/votes/3")
        assert "没有人投" in await read(visitor, "/votes/3")


async def test_vote_that_is_being_counted_says_so():
    """Closed, result not written yet."""
    async with visiting() as visitor:
        await town.vote(await town.community(), 3, "换声控灯", state=VoteState.CLOSED)

        assert "正在数票" in await read(visitor, "/votes/3")


# --- communities, errors, frame ---


async def test_each_community_has_its_own_pages():
    """The first is at the root, each at its slug; numbers are a community's own."""
    async with visiting() as visitor:
        await town.concern(await town.community(), 1, "青竹苑的事")
        await town.concern(await town.community("枫林小区", "fenglin"), 1, "枫林的事")

        assert "青竹苑的事" in await read(visitor, "/concerns/1")
        assert "青竹苑的事" in await read(visitor, "/c/qzy/concerns/1")
        other = await read(visitor, "/c/fenglin/")
        assert "枫林的事" in other
        assert "青竹苑" not in other
        assert 'href="/c/fenglin/concerns/1"' in other
        assert "服务民生 1件" in words(await read(visitor, "/c/fenglin/concerns"))
        assert (await visitor.get("/c/nowhere/")).status_code == 404


@pytest.mark.parametrize("path", ["/nothing", "/votes/99", "/concerns/" + "9" * 30, "/concerns/-1", "/votes/x"])
async def test_unknown_page_leads_home(path: str):
    """The same box inside the usual page."""
    async with visiting() as visitor:
        await town.community()
        answer = await visitor.get(path)

        assert answer.status_code == 404
        assert "没打开：没有这一件" in answer.text
        assert "青竹苑小区" in answer.text


async def test_too_many_requests_are_told_to_wait():
    """429 says how long."""

    async def hasty(request: Request) -> Response:
        raise HTTPException(429, headers={"Retry-After": "60" if request.method == "GET" else "3500"})

    async with visiting(Route("/hasty", hasty), Route("/long", hasty, methods=["POST"])) as visitor:
        answer = await visitor.get("/hasty")

        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "60"
        assert "刚才这一下没收，请等1分钟再发一次；急事请打0771-000 0004" in answer.text
        assert 'href="/hasty">再试一次<' in answer.text
        assert "请等59分钟再发一次" in (await visitor.post("/long")).text
        assert "再试一次" not in (await visitor.post("/long")).text


async def test_own_error_gives_a_code_and_no_detail(caplog: pytest.LogCaptureFixture):
    """The code stands on the page and in the log; what went wrong only there."""

    async def broken(request: Request) -> Response:
        raise RuntimeError("password=hunter2")

    async with visiting(Route("/broken", broken)) as visitor:
        answer = await visitor.get("/broken")
        code = re.search(r"W[0-9A-F]{6}", answer.text)

        assert answer.status_code == 500
        assert code is not None
        assert code[0] in caplog.text
        assert "hunter2" not in answer.text
        assert f"请记下编号{code[0]}，打0771-000 0004" in answer.text
        assert 'href="/broken?n=1">再试一次<' in (await visitor.get("/broken?n=1")).text


async def test_error_page_stands_without_a_database():
    """The database may be what is broken."""
    app = create_app(Renderer(town.site()), lambda: town.NOW)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://board.example") as visitor:
        for path in ("/", "/nothing", "/health"):
            answer = await visitor.get(path)
            assert answer.status_code == 500
            assert "没打开" in answer.text


async def test_health_answers_while_the_database_does():
    """For the operator's monitor."""
    async with visiting() as visitor:
        answer = await visitor.get("/health")

        assert answer.status_code == 200
        assert answer.json() == {"ok": True, "clock": town.NOW.isoformat(), "channels": []}


async def test_every_answer_is_guarded():
    """No inline script or style can run, nobody frames us: on pages, errors, redirects and files."""

    async def broken(request: Request) -> Response:
        raise RuntimeError

    async with visiting(Route("/broken", broken)) as visitor:
        await town.settle()
        for path in (*PAGES, "/nothing", "/broken", "/health", "/?large=1", "/static/board.css"):
            headers = (await visitor.get(path)).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"


async def test_pages_need_no_inline_script_or_style():
    """What the policy forbids is not there."""
    async with visiting() as visitor:
        await town.settle()
        for path in PAGES:
            page = await read(visitor, path)
            assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
            assert not re.search(r"<script(?![^>]*src=)", page)
            assert "<style" not in page


async def test_large_type_is_chosen_by_a_link_and_kept():
    """大字 needs no script: a link, a cookie, a class on the page."""
    async with visiting() as visitor:
        await town.settle()
        before = await read(visitor, "/concerns?category=livelihood")
        assert 'class="std"' in before
        assert 'href="/concerns?category=livelihood&amp;large=1"' in before
        chosen = await visitor.get("/concerns?category=livelihood&large=1")

        assert chosen.status_code == 303
        assert chosen.headers["location"] == "/concerns?category=livelihood"
        after = await visitor.get("/")
        assert 'class="large"' in after.text
        assert "标准字" in after.text
        assert "Cookie" in after.headers["vary"]


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example"])
async def test_choice_of_type_stays_on_this_site(path: str):
    """A link to us does not lead elsewhere."""
    app = create_app(Renderer(town.site()), lambda: town.NOW)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"large=1", "headers": [(b"host", b"a.b")]}
    await app(scope, no_body, send)
    headers = dict(sent[0]["headers"])

    assert sent[0]["status"] == 303
    assert re.match(rb"/[^/\\]", headers[b"location"])


async def no_body() -> Message:
    """A request without a body."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def test_first_view_is_light():
    """At most 60 KB in two requests: HTML 36, style sheet 20; each script at most 10 (BOARD.md section 6)."""
    async with visiting() as visitor:
        await town.settle()
        page = await read(visitor, "/")

        assert len(page.encode()) <= 36 * 1024
        assert (STATIC / "board.css").stat().st_size <= 20 * 1024
        assert max(file.stat().st_size for file in STATIC.glob("*.js")) <= 10 * 1024
        assert len(re.findall(r'<link rel="stylesheet"', page)) == 1
        assert all("defer" in script for script in re.findall(r"<script[^>]*>", page))


async def test_style_sheet_has_another_address_when_it_changed():
    """Kept for a year, but never an old one."""
    async with visiting() as visitor:
        await town.settle()
        address = re.search(r'href="(/static/board\.css\?v=\w+)"', await read(visitor, "/"))
        assert address is not None
        answer = await visitor.get(address[1])

        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


async def test_rehearsal_is_marked_on_every_page():
    """演练 stands on the board too, errors among it; without rehearsal nowhere."""
    async with visiting(rehearsal=True) as visitor:
        await town.settle()
        for path in (*PAGES, "/nothing"):
            assert 'class="drill"' in (await visitor.get(path)).text
    async with visiting() as visitor:
        await town.settle()
        assert 'class="drill"' not in await read(visitor, "/")
        assert "/chat" not in await read(visitor, "/")


async def test_text_to_paste_has_the_public_address():
    """Where an address is set it is used, else the visitor's own; the label is never dropped."""
    async with visiting(public_url="https://qzy.example") as visitor:
        await town.settle()
        page = await read(visitor, "/votes/3")

        pasted = re.search(r'id="paste">([^<]+)<', page)
        assert pasted is not None
        assert pasted[1].endswith("居民协商表决。看结果：https://qzy.example/votes/3")


async def test_reading_costs_a_fixed_number_of_statements(caplog: pytest.LogCaptureFixture):
    """However much is stored, a page asks the same few questions."""
    async with visiting() as visitor:
        of = await town.settle()
        few = {path: await _statements(visitor, path, caplog) for path in PAGES}
        for number in range(20, 220):
            await town.concern(of, number, f"第{number}件", category=list(ConcernCategory)[number % 6])
        for number in range(5, 40):
            await town.vote(of, number, f"表决{number}", **town.ended({"赞同": number}, town.NOW))
        many = {path: await _statements(visitor, path, caplog) for path in PAGES}

        assert many == few
        assert max(few.values()) <= 10


async def test_pages_are_the_same_on_postgresql(postgres: Cluster):
    """The same code on PostgreSQL (docs/decisions/0001)."""
    shown = []
    for url in ("sqlite://:memory:", postgres.fresh()):
        app = create_app(Renderer(town.site()), lambda: town.NOW)
        transport = httpx.ASGITransport(app)
        async with memory(url), httpx.AsyncClient(transport=transport, base_url="http://board.example") as visitor:
            of = await town.settle()
            await town.topics(of)
            await owners_town.settle(of)
            shown.append([await read(visitor, path) for path in (*PAGES, *MORE)])

    assert shown[0] == shown[1]


async def _statements(visitor: httpx.AsyncClient, path: str, caplog: pytest.LogCaptureFixture) -> int:
    with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
        caplog.clear()
        await read(visitor, path)
        return len([record for record in caplog.records if record.name == "tortoise.db_client"])


@pytest.mark.parametrize(("path", "kind"), [("/", "board"), ("/votes/4", "vote"), ("/concerns/9", "concern")])
async def test_pasted_link_has_a_title_and_a_picture(path: str, kind: str):
    """WeChat shows og:title and og:image, 300 × 300, from this very site (BOARD.md section 3)."""
    async with visiting(public_url="https://qzy.example") as visitor:
        await town.settle()
        page = await read(visitor, path)
        picture = await visitor.get(f"/card/{kind}.png")

        assert f'<meta property="og:image" content="https://qzy.example/card/{kind}.png">' in page
        assert f'<meta property="og:url" content="https://qzy.example{path}">' in page
        assert Image.open(io.BytesIO(picture.content)).size == (300, 300)
        assert (await visitor.get("/card/x.png")).status_code == 404


@pytest.mark.parametrize("path", ["/", "/votes/3", "/votes/4", "/concerns/9"])
async def test_text_to_paste_is_short(path: str):
    """At most 120 characters, link and label included."""
    async with visiting(public_url="https://qzy.example") as visitor:
        await town.settle()
        pasted = re.search(r'id="paste">([^<]+)<', await read(visitor, path))

        assert pasted is not None
        assert len(pasted[1]) <= 120
        assert "https://qzy.example/" in pasted[1]
