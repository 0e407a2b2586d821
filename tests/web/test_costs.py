"""No page asks the database more the more there is to show."""

from datetime import date, timedelta

import httpx
import pytest

from models.tables.concerns import Concern, Topic
from models.tables.deliberations import AgendaItem, Minute
from models.tables.people import Community
from models.tables.sessions import Session
from tests.web import owners_town, town
from tests.web.test_pages import visiting
from tests.web.test_pictures import photo

PAGES = (
    *(
        "/",
        "/topics",
        "/topics?q=停水",
        "/topics?category=livelihood&state=open",
        "/topics/5",
        "/concerns",
        "/concerns/9",
    ),
    *("/sessions", "/sessions/20261204", "/votes", "/votes/6", "/statistics", "/about", "/district", "/print", "/api"),
    *("/feed.atom", "/calendar.ics", "/api/v1/concerns", "/api/v1/topics", "/api/v1/votes", "/api/v1/sessions"),
    *("/open311/v2/requests.json", "/open311/v2/requests/9.xml", "/print/month-202612-a4.pdf"),
)


async def fill(of: Community) -> None:
    """A hundred more of what pages list: topics, concerns in one, agenda, minutes, work, votes; pictures, towns."""
    coming, past = await Session.get(day=date(2026, 12, 14)), await Session.get(day=date(2026, 12, 4))
    water = await Topic.get(number=5)
    for number in range(100, 200):
        topic = await Topic.create(community=of, number=number, title="停水", made_at=town.NOW)
        concern = await town.concern(of, number, "停水了", topic=topic if number % 2 else water)
        await AgendaItem.create(community=of, session=coming, topic=topic, place=number, minutes=1)
        await Minute.create(community=of, session=past, topic=topic, text="说了停水", at=town.NOW)
        await town.task(of, water, number, text="修", doer="物业")
        await town.session(of, date(2027, 1, 5) + timedelta(days=number))
        await town.vote(of, number, "换灯", **town.ended({"赞同": 1}, town.NOW))
        if number % 10 == 0:
            await photo(of, concern=concern)
            await town.community(f"小区{number}", f"c{number}")


async def costs(visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> dict[str, int]:
    """How many statements each page takes."""
    found = {}
    with caplog.at_level("DEBUG", "tortoise.db_client"):
        for path in PAGES:
            caplog.clear()
            assert (await visitor.get(path)).status_code == 200, path
            found[path] = len([one for one in caplog.records if one.name == "tortoise.db_client"])
    return found


async def test_page_asks_the_same_however_much_it_shows(caplog: pytest.LogCaptureFixture):
    """As many statements with a hundred rows of each kind as with one; ten at most, a topic's whole story twelve."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        await owners_town.settle(of)
        await Session.filter(day=date(2026, 12, 4)).update(confirmed_at=town.NOW)
        await Minute.create(community=of, session=await Session.get(day=date(2026, 12, 4)), text="开场", at=town.NOW)
        await photo(of, concern=await Concern.get(number=9))
        few = await costs(visitor, caplog)
        await fill(of)

        assert await costs(visitor, caplog) == few
        assert max(cost for path, cost in few.items() if path != "/topics/5") <= 10
        assert few["/topics/5"] <= 12
