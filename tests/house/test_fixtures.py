"""The tests' own PostgreSQL and Chromium are real."""

import asyncpg
from playwright.async_api import Browser

from tests.postgres import Cluster


async def test_postgres_answers_in_a_database_of_its_own(postgres: Cluster) -> None:
    """Each test that asks gets an empty database in a real server."""
    first, second = postgres.fresh(), postgres.fresh()
    connection = await asyncpg.connect(first)

    assert await connection.fetchval("SELECT current_database()") == first.rsplit("/", 1)[1]
    assert first != second
    await connection.close()


async def test_browser_runs_scripts(browser: Browser) -> None:
    """Pages are tried in a real Chromium."""
    page = await browser.new_page()
    await page.set_content("<p>说事</p><script>document.title = 1 + 1</script>")

    assert await page.title() == "2"
    assert await page.inner_text("p") == "说事"
