"""/health and /metrics while the database is away, and when it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.database import memory
from tests.postgres import Cluster
from tests.web import town
from web.app import create_app
from web.render import Renderer


@asynccontextmanager
async def visiting(url: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(Renderer(town.site()), lambda: town.NOW), raise_app_exceptions=False)
    async with memory(url), httpx.AsyncClient(transport=transport, base_url="http://board.example") as visitor:
        yield visitor


async def told(visitor: httpx.AsyncClient) -> tuple[int, bool, str]:
    """What /health says: the status, whether all is well, why not; /metrics says the same."""
    answer = await visitor.get("/health")
    well = answer.json()["ok"]
    metrics = await visitor.get("/metrics")
    assert metrics.status_code == 200
    assert f"fengsi_up {int(well)}\n" in metrics.text
    return answer.status_code, well, answer.json().get("reason", "")


AWAY = (503, False, "The database does not answer. The log says why.")


async def test_file_that_is_away_or_none_is_told(tmp_path: Path):
    """An open connection would go on with a file that nobody can find again; once it is back, all is well by itself."""
    file, aside = tmp_path / "town.sqlite3", tmp_path / "aside"
    async with visiting(f"sqlite:///{file}") as visitor:
        assert await told(visitor) == (200, True, "")
        file.rename(aside)
        assert await told(visitor) == AWAY
        file.write_bytes(b"not a database" * 100)
        assert await told(visitor) == (503, False, "The database file is none.")
        aside.replace(file)

        assert await told(visitor) == (200, True, "")


async def test_server_that_stops_is_told_and_found_again(postgres: Cluster):
    """PostgreSQL stopped at once: 503 and why; started again, no restart of ours is needed."""
    async with visiting(postgres.fresh()) as visitor:
        assert await told(visitor) == (200, True, "")
        postgres.stop()
        try:
            stopped = [await told(visitor) for _ in range(2)]
        finally:
            postgres.start()
        found = [await told(visitor)]
        for _ in range(50):
            if found[-1][1]:
                break
            await asyncio.sleep(0.1)
            found.append(await told(visitor))

        assert stopped == [AWAY, AWAY]
        assert found[-1] == (200, True, "")
