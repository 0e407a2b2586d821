"""What a page costs: its time at 10,000 topics, the growth at a hundred times as many, requests a second.

One run, on one core, over SQLite in a file. `BENCH_MANY=1` adds the large town (a million topics, a minute to fill).
Counts over everything are made ready beside the pages (`models/figures.py`); what that takes is printed too.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.server import Server, take_socket
from domain.terms import Numbered
from models import figures, private_topics, schema, sql
from models.tables.people import Community, Counter, Resident
from tests.database import memory
from tests.web import town
from web.app import create_app
from web.render import Renderer

PAGES = (
    "/",
    "/topics",
    "/topics?category=civility&kind=mediation&state=open",
    "/topics?before=700",
    "/topics/5",
    "/topics?q=停水",
    "/topics?q=电梯+停运",
    "/concerns",
    "/concerns?category=dispute",
    "/concerns?category=civility",
    "/concerns/9",
    "/sessions",
    "/votes",
    "/votes/3",
    "/statistics",
    "/statistics?period=last_year",
    "/about",
    "/district",
    "/feed.atom",
    "/calendar.ics",
    "/api/v1/concerns",
    "/open311/v2/requests.json?page_size=20",
)
ROUNDS = 40
FEW, TIMES, HIDDEN = 10_000, 100, 5_000


async def fill(of: Community, count: int) -> None:
    """So many topics with a step and a task, so many concerns, each seconded once; one in a hundred of each waits."""
    ago = (town.NOW - timedelta(days=300)).isoformat(sep=" ")
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    moment = f"datetime('{ago}', '+' || (i * 400000 / {count}) || ' minutes')"
    kinds = "CASE i % 5 WHEN 0 THEN 'mediation' WHEN 1 THEN 'activity' ELSE 'deliberation' END"
    categories = (
        "CASE i % 6 WHEN 0 THEN 'party_building' WHEN 1 THEN 'economy' WHEN 2 THEN 'civility' ELSE 'livelihood' END"
    )
    await sql.rows(
        f"""{numbers} INSERT INTO topic
        (community_id, number, title, category, kind, step, state, urgent, reason, made_at, ended_at)
        SELECT {of.id}, i + 1000, '议题' || i, {categories}, {kinds}, 1 + i % 6,
        CASE WHEN i % 100 THEN 'published' ELSE 'open' END, 0, '', {moment},
        CASE WHEN i % 100 THEN {moment} END FROM n"""
    )
    topic = f"(SELECT t.id FROM topic t WHERE t.community_id = {of.id} AND t.number = 1000 + i)"
    await sql.rows(
        f"""{numbers} INSERT INTO topic_step (community_id, topic_id, step, council, skipped, reason, at)
        SELECT {of.id}, {topic}, 2, 0, 0, '', {moment} FROM n"""
    )
    names, fixed = await _like(of, "task", 7, {"id", "number", "topic_id", "made_at", "done_at"})
    await sql.rows(
        f"""{numbers} INSERT INTO task ({names}, number, topic_id, made_at, done_at)
        SELECT {", ".join("?" for _ in fixed)}, i + 1000, {topic}, {moment},
        CASE WHEN i % 100 THEN {moment} END FROM n""",
        *fixed,
    )
    await _fill_concerns(of, count, numbers, moment, categories, topic)


async def _like(of: Community, table: str, number: int, own: set[str]) -> tuple[str, list[Any]]:
    """The columns that are the same in all rows, with their values as one row has them."""
    (row,) = await sql.rows(f"SELECT * FROM {table} WHERE community_id = ? AND number = ?", of.id, number)
    kept = {name: row[name] for name in row.keys() if name not in own}  # noqa: SIM118 - a row of SQLite is no dict
    return ", ".join(kept), list(kept.values())


async def _fill_concerns(of: Community, count: int, numbers: str, moment: str, categories: str, topic: str) -> None:
    own = {"id", "number", "topic_id", "shown", "said_at", "category"}
    names, fixed = await _like(of, "concern", 9, own)
    await sql.rows(
        f"""{numbers} INSERT INTO concern ({names}, number, topic_id, shown, said_at, category)
        SELECT {", ".join("?" for _ in fixed)}, i + 1000, CASE WHEN i % 100 <> 50 THEN {topic} END,
        '第' || i || '件事，水管又漏了', {moment}, {categories} FROM n""",
        *fixed,
    )
    who = await Resident.create(community=of, pseudonym=f"x{of.id}", short="x", met_at=town.NOW)
    await sql.rows(
        f"""INSERT INTO second (community_id, resident_id, concern_id, at)
        SELECT {of.id}, {who.id}, id, said_at FROM concern"""
    )
    await sql.rows(
        f"""INSERT INTO word (community_id, concern_id, word)
        SELECT {of.id}, id, '停水' FROM concern WHERE id % 50 = 0
        UNION ALL SELECT {of.id}, id, '电梯' FROM concern WHERE id % 5 = 0
        UNION ALL SELECT {of.id}, id, '停运' FROM concern WHERE id % 7 = 0
        UNION ALL SELECT {of.id}, id, '' FROM concern"""
    )
    await Counter.update_or_create({"given": count + 1000}, community=of, kind=Numbered.CONCERN)
    await sql.rows("ANALYZE")


async def hide(of: Community, count: int) -> None:
    """So many newer topics with nothing public in them, every other one open, each with work that waits."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    state = "CASE i % 2 WHEN 0 THEN 'published' ELSE 'open' END"
    said = town.NOW - timedelta(days=1)
    await sql.rows(
        f"""{numbers} INSERT INTO topic
        (community_id, number, title, category, kind, step, state, urgent, reason, made_at, ended_at)
        SELECT {of.id}, i + 5000000, '议题' || i, 'civility', 'mediation', 4, {state}, 0, '', ?, NULL FROM n""",
        said,
    )
    topic = f"(SELECT t.id FROM topic t WHERE t.community_id = {of.id} AND t.number = 5000000 + i)"
    await sql.rows(
        f"""{numbers} INSERT INTO topic_step (community_id, topic_id, step, council, skipped, reason, at)
        SELECT {of.id}, {topic}, 2, 0, 0, '', ? FROM n""",
        said,
    )
    names, fixed = await _like(of, "concern", 17, {"id", "number", "topic_id", "said_at"})
    await sql.rows(
        f"""{numbers} INSERT INTO concern ({names}, number, topic_id, said_at)
        SELECT {", ".join("?" for _ in fixed)}, i + 5000000, {topic}, ? FROM n""",
        *(*fixed, said),
    )
    await sql.rows("ANALYZE")


async def measured(visitor: httpx.AsyncClient, pages: Sequence[str] = PAGES) -> dict[str, float]:
    """The least processor time of each page in milliseconds, all threads together, of `ROUNDS` over all pages.

    Of the processor and not of the clock, and the least: others work on this machine meanwhile.
    """
    found = dict.fromkeys(pages, float("inf"))
    for turn in range(ROUNDS + 1):
        for path in pages:
            start = time.process_time()
            answer = await visitor.get(path)
            took = (time.process_time() - start) * 1000
            assert answer.status_code == 200, path
            if turn:  # the first one opens files and compiles templates
                found[path] = min(found[path], took)
    return found


async def town_of(url: str, count: int, told: Callable[[str], None] = print) -> dict[str, float]:
    """The pages' times in a town of so many topics."""
    async with memory(url):
        of = await town.settle()
        await town.topics(of)
        await fill(of, count)
        start = time.perf_counter()
        await figures.bring_up_to_date(town.NOW)
        told(f"{count} topics, {count} concerns: figures made ready in {time.perf_counter() - start:.3f} s")
        app = create_app(Renderer(town.site()), lambda: town.NOW)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://board.example") as visitor:
            return await measured(visitor)


@pytest.mark.bench
async def test_page_is_served_in_milliseconds(tmp_path: Path):
    """At 10,000 topics each page within 5 ms on a free machine; here twice that, since the machine is shared."""
    times = await town_of(f"sqlite:///{tmp_path / 'few'}", FEW)
    for path, took in times.items():
        print(f"{path:52} {took:6.2f} ms")
    rate = 1000 * len(times) / sum(times.values())
    print(f"{rate:.0f} requests/s, one after the other")

    assert max(times.values()) <= 10
    assert rate >= 200


@pytest.mark.bench
async def test_page_costs_the_same_beside_what_is_private(tmp_path: Path):
    """Of two towns the one with five thousand more topics, newer and with nothing public: at most 1.2 times as long."""
    async with memory(f"sqlite:///{tmp_path / 'town'}"):
        towns = [await town.community("甲小区", "a"), await town.community("乙小区", "b")]
        for of in towns:
            await town.settle(of)
            await town.topics(of)
            await fill(of, FEW)
        await hide(towns[1], HIDDEN)
        assert await private_topics.bring_up_to_date(town.NOW, timedelta(days=2)) == HIDDEN
        later = town.NOW + timedelta(days=3)
        start = time.perf_counter()
        assert await private_topics.bring_up_to_date(later, timedelta(days=2)) == 0
        print(f"{HIDDEN} private topics of old: a minute's look {(time.perf_counter() - start) * 1000:.2f} ms")
        await figures.bring_up_to_date(town.NOW)
        transport = httpx.ASGITransport(create_app(Renderer(town.site()), lambda: town.NOW))
        pages = [path for path in PAGES if path != "/district"]  # that one shows both
        async with httpx.AsyncClient(transport=transport, base_url="http://board.example") as visitor:
            times = await measured(visitor, [f"/c/{slug}{path}" for path in pages for slug in ("a", "b")])
    ratios = {path: times[f"/c/b{path}"] / times[f"/c/a{path}"] for path in pages}
    for path, ratio in ratios.items():
        print(f"{path:52} {times[f'/c/a{path}']:6.2f} ms, {times[f'/c/b{path}']:6.2f} ms, {ratio:.2f} times")

    assert max(ratios.values()) <= 1.2


@pytest.mark.bench
@pytest.mark.skipif(not os.environ.get("BENCH_MANY"), reason="BENCH_MANY=1 fills a million topics")
async def test_page_costs_the_same_in_a_large_town(tmp_path: Path):
    """A hundred times as many topics and concerns: at most 1.2 times as long."""
    few = await town_of(f"sqlite:///{tmp_path / 'few'}", FEW)
    many = await town_of(f"sqlite:///{tmp_path / 'many'}", TIMES * FEW)
    for path in few:
        print(f"{path:52} {few[path]:6.2f} ms, {many[path]:6.2f} ms, {many[path] / few[path]:.2f} times")

    assert max(many[path] / few[path] for path in few) <= 1.2


def _serve(path: str, pipe: Any) -> None:
    """The board of a town in a process of its own; tells its port, and at the end its processor time."""

    async def run() -> None:
        async with schema.opened(f"sqlite:///{path}"):
            taken = take_socket("127.0.0.1", 0)
            server = Server(create_app(Renderer(town.site()), lambda: town.NOW), taken)
            running = asyncio.create_task(server.run_here())
            await server.listening.wait()
            start = time.process_time()
            pipe.send(taken.getsockname()[1])
            await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
            pipe.send(time.process_time() - start)
            server.should_exit = True
            await running

    asyncio.run(run())


@pytest.mark.bench
async def test_core_serves_two_hundred_requests_a_second(tmp_path: Path):
    """Over sockets, eight visitors at once, all pages in turn: requests by the server's own processor time."""
    path = str(tmp_path / "town")
    async with memory(f"sqlite:///{path}"):
        of = await town.settle()
        await town.topics(of)
        await fill(of, FEW)
        await figures.bring_up_to_date(town.NOW)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(path, theirs), daemon=True)
    process.start()
    url = f"http://127.0.0.1:{ours.recv()}"
    pages = iter(PAGES * 60)

    async def visitor(client: httpx.AsyncClient) -> None:
        for page in pages:
            assert (await client.get(url + page)).status_code == 200

    async with httpx.AsyncClient() as client:
        await asyncio.gather(*[visitor(client) for _ in range(8)])
    ours.send("end")
    rate = len(PAGES) * 60 / ours.recv()
    process.join(10)
    print(f"{rate:.0f} requests a second of one core, over sockets")

    assert rate >= 200
