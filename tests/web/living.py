"""The whole program over a database of its own, and a resident's browser without scripts."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import httpx

from bot import making
from bot.app import App, built
from bot.clock import Clock
from bot.config import Config
from bot.words import Understanding
from models import households
from models.tables.people import Community, Household
from models.tables.sessions import Session
from models.tables.votes import RollEntry, Vote
from tests.web import town
from tests.words import understanding

CODES = ("ABCD2345", "ABCD2346", "ABCD2347")


@dataclass
class HandClock(Clock):
    """Stands until it is set."""

    moment: datetime = town.NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class Browser:
    """Pages and forms: what a resident without scripts has."""

    client: httpx.AsyncClient
    page: httpx.Response = field(init=False)

    async def open(self, path: str) -> str:
        self.page = await self.client.get(path, follow_redirects=True)
        return self.text

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page.text.replace("<wbr>", "")))

    def form(self, **fields: str) -> tuple[str, dict[str, str]]:
        """The first form that has such fields, with its hidden ones; fields are filled in."""
        for form in re.findall(r"<form.*?</form>", self.page.text, re.DOTALL):
            names = set(re.findall(r'name="(\w+)"', form))
            if set(fields) <= names:
                action = re.search(r'action="([^"]+)"', form)
                assert action is not None
                hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
                return action[1].replace("&amp;", "&"), {**hidden, **fields}
        raise AssertionError(f"no form with {set(fields)}: {self.text}")

    async def post(self, files: list[tuple[str, bytes]] | None = None, **fields: str) -> str:
        action, values = self.form(**fields)
        pictures = [("pictures", (name, data, "image/jpeg")) for name, data in files or []]
        headers = {"origin": "http://board.example"}
        self.page = await self.client.post(
            action, data=values, files=pictures or None, headers=headers, follow_redirects=True
        )
        return self.text


@dataclass
class Living:
    """The program with 青竹苑小区 in it; the household 3-2-301 may vote in 表决 #4."""

    app: App
    clock: HandClock
    community: Community
    household: Household
    asgi: object

    @asynccontextmanager
    async def browser(self, host: str = "203.0.113.7") -> AsyncIterator[Browser]:
        transport = httpx.ASGITransport(self.asgi, client=(host, 1))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://board.example") as client:
            yield Browser(client)

    async def settled(self) -> None:
        for delivery in self.app.deliveries.values():
            await delivery.drain()
        await self.app.pictures.fetch_all()


def config(folder: Path, *more: str, keys: tuple[str, ...] = ()) -> Config:
    names = [("青竹苑小区", "qzy"), *((name, name) for name in more)]
    return Config(
        operator={"name": "江南街道", "contact": "0771-000 0004"},
        database={"url": f"sqlite:///{folder / 'town.sqlite3'}"},
        web={"open311_keys": keys},
        community=[{"name": name, "slug": slug, "kind": "old", "sessions": {"rule": "dates"}} for name, slug in names],
    )


@asynccontextmanager
async def living(folder: Path, *more: str, keys: tuple[str, ...] = ()) -> AsyncIterator[Living]:
    """青竹苑小区 as of `town`, and other communities by name."""
    clock = HandClock()
    async with AsyncExitStack() as stack:
        with patch.object(Understanding, "load", understanding):  # seconds, and nothing changes it here
            app = await stack.enter_async_context(built(config(folder, *more, keys=keys), clock=clock))
        of = await Community.get(slug="qzy")
        await Session.all().delete()
        await town.settle(of)
        home = await Household.create(community=of, building="3", unit="2", room="301", area=8950)
        for code in CODES:
            await households.issue(of.id, home.id, households.code_hash(app.house.key, code))
        vote = await Vote.get(community=of, number=4)
        await Vote.filter(id=vote.id).update(key=bytes(32))
        await RollEntry.create(community=of, vote=vote, household=home)
        await app.index(timedelta(days=999))
        asgi = making.web(app.config, app.clock, app.house, app.channels)
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(app.channels["web"].listen(app.run))
            await asyncio.sleep(0)
            yield Living(app, clock, of, home, asgi)
            listening.cancel()
