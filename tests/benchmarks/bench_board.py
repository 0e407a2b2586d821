"""What a page costs: its time at 10,000 concerns, the growth at a hundred times as many, requests a second.

One run, on one core, over SQLite in a file; `BENCH_MANY=1` adds the large town (a million concerns, minutes to fill).
"""

import os
import statistics
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from models import sql
from tests.database import memory
from tests.web import town
from web.app import create_app
from web.render import Renderer

PAGES = (
    "/",
    "/topics",
    "/topics/5",
    "/topics?q=停水",
    "/concerns",
    "/concerns/9",
    "/sessions",
    "/votes",
    "/statistics",
)
ROUNDS = 30
FEW = 10_000


async def fill(community: int, concerns: int) -> None:
    """So many concerns, a tenth as many topics with their steps, each concern with three words."""
    at = (town.NOW - timedelta(days=300)).isoformat(sep=" ")
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {concerns})"
    await sql.rows(
        f"""{numbers} INSERT INTO topic
        (community_id, number, title, category, kind, step, state, urgent, reason, made_at)
        SELECT {community}, i + 1000, '议题' || i, 'livelihood', 'deliberation', 1 + i % 6, 'open', 0, '', '{at}'
        FROM n WHERE i <= {concerns // 10}"""
    )
    columns = [row["name"] for row in await sql.rows("PRAGMA table_info(concern)")]
    template = (await sql.rows("SELECT * FROM concern WHERE number = 9"))[0]
    fixed = {name: template[name] for name in columns if name not in {"id", "number", "topic_id", "shown", "said_at"}}
    names = ", ".join(fixed)
    await sql.rows(
        f"""{numbers} INSERT INTO concern ({names}, number, topic_id, shown, said_at)
        SELECT {", ".join("?" for _ in fixed)}, i + 1000,
        (SELECT t.id FROM topic t WHERE t.community_id = {community} AND t.number = 1001 + i % {concerns // 10}),
        '第' || i || '件事，水管又漏了', datetime('{at}', '+' || (i * 400000 / {concerns}) || ' minutes') FROM n""",
        *fixed.values(),
    )
    await sql.rows(
        f"""INSERT INTO word (community_id, concern_id, word)
        SELECT {community}, id, '停水' FROM concern WHERE id % 1000 = 0
        UNION ALL SELECT {community}, id, '' FROM concern"""
    )
    await sql.rows("ANALYZE")


async def measured(visitor: httpx.AsyncClient) -> dict[str, float]:
    """The median time of each page in milliseconds."""
    found = {}
    for path in PAGES:
        await visitor.get(path)
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            answer = await visitor.get(path)
            times.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, path
        found[path] = statistics.median(times)
    return found


async def town_of(url: str, concerns: int) -> tuple[dict[str, float], float]:
    """The pages' times, and requests a second over all of them."""
    async with memory(url):
        of = await town.settle()
        await town.topics(of)
        await fill(of.id, concerns)
        app = create_app(Renderer(town.site()), lambda: town.NOW)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://board.example") as visitor:
            times = await measured(visitor)
        return times, 1000 * len(times) / sum(times.values())


@pytest.mark.bench
async def test_page_is_served_in_milliseconds(tmp_path: Path):
    """At 10,000 concerns each page within 5 ms on a free machine; here twice that, since the machine is shared."""
    times, rate = await town_of(f"sqlite:///{tmp_path / 'few'}", FEW)
    for path, took in times.items():
        print(f"{path:20} {took:6.2f} ms")
    print(f"{rate:.0f} requests/s")

    assert max(times.values()) <= 10


@pytest.mark.bench
@pytest.mark.skipif(not os.environ.get("BENCH_MANY"), reason="BENCH_MANY=1 fills a million concerns")
async def test_page_costs_the_same_in_a_large_town(tmp_path: Path):
    """A hundred times as many concerns: at most 1.2 times as long."""
    few, _ = await town_of(f"sqlite:///{tmp_path / 'few'}", FEW)
    many, _ = await town_of(f"sqlite:///{tmp_path / 'many'}", 100 * FEW)
    for path in few:
        print(f"{path:20} {few[path]:6.2f} ms, {many[path]:6.2f} ms, {many[path] / few[path]:.2f} times")

    assert max(many[path] / few[path] for path in few) <= 1.2
