"""Pictures on pages: small first, without EXIF, only while what they belong to is public."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image

from bot.pictures import ready
from domain.terms import ConcernState, Visibility
from models import concerns
from models.tables.concerns import Concern, Photo
from models.tables.deliberations import Attendance, Minute
from models.tables.people import Community, Resident
from models.tables.sessions import Session
from tests.web import town
from tests.web.test_pages import read, visiting, words


def jpeg(side: int = 900) -> bytes:
    """A picture that says in its EXIF where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "3-2-301"
    out = io.BytesIO()
    Image.effect_noise((side, side // 2), 90).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def photo(of: Community, **whose: Any) -> int:
    """A picture that was fetched, of a concern or a note."""
    facts = {"channel": "web", "upload": "x", "next_at": town.NOW, **whose}
    found = await Photo.create(community=of, **facts)
    await concerns.keep_photo(found.id, ready(jpeg()), town.NOW)
    return int(found.id)


async def test_picture_is_shown_small_and_leads_to_the_whole():
    """On the concern's page and in its topic's story; with a name, a size, loaded when it is looked at."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        id = await photo(of, concern=await Concern.get(number=9))
        for path in ("/concerns/9", "/topics/5"):
            page = await read(visitor, path)
            assert f'<a href="/pictures/{id}"><img src="/pictures/{id}/small" width="320" height="160"' in page
            assert 'alt="说事 #9 的照片1" loading="lazy"' in page
        whole, small = await visitor.get(f"/pictures/{id}"), await visitor.get(f"/pictures/{id}/small")

        assert Image.open(io.BytesIO(whole.content)).size == (900, 450)
        assert Image.open(io.BytesIO(small.content)).size == (320, 160)
        assert len(small.content) <= 30_000
        for answer in (whole, small):
            assert b"3-2-301" not in answer.content
            assert dict(Image.open(io.BytesIO(answer.content)).getexif()) == {}
            assert answer.headers["cache-control"] == "private, no-cache"
            again = await visitor.get(str(answer.url), headers={"if-none-match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "facts",
    [
        {"visibility": Visibility.MODERATORS},
        {"held": True},
        {"state": ConcernState.WITHDRAWN},
        {"state": ConcernState.RETURNED},
    ],
    ids=str,
)
async def test_picture_of_what_is_private_is_as_unknown_as_none(facts: dict[str, Any]):
    """Even by its own address, known from when it was public, and with its ETag in hand."""
    async with visiting() as visitor:
        of = await town.settle()
        id = await photo(of, concern=await Concern.get(number=9))
        tag = (await visitor.get(f"/pictures/{id}")).headers["etag"]
        await Concern.filter(number=9).update(**facts)

        for path in (f"/pictures/{id}", f"/pictures/{id}/small", "/pictures/999", "/pictures/99999999999999999999"):
            assert (await visitor.get(path, headers={"if-none-match": tag})).status_code == 404


async def test_picture_belongs_to_one_community():
    """Another community's board does not serve it."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.community("枫林小区", "fenglin")
        id = await photo(of, concern=await Concern.get(number=9))

        assert (await visitor.get(f"/c/qzy/pictures/{id}")).status_code == 200
        assert (await visitor.get(f"/c/fenglin/pictures/{id}")).status_code == 404


async def held(of: Community, **more: Any) -> Session:
    """The session of 4 December with two notes, the second of 议题 #5, and with three people."""
    meeting = await Session.get(day=date(2026, 12, 4))
    await Session.filter(id=meeting.id).update(adjourned_at=town.NOW - timedelta(days=7), listed=2, **more)
    who = await Resident.create(community=of, pseudonym="a", short="A", met_at=town.NOW)
    await Attendance.create(community=of, session=meeting, resident=who, at=town.NOW)
    topic = (await Concern.get(number=9)).topic_id
    facts: dict[str, Any] = {"community": of, "session": meeting, "at": town.NOW - timedelta(days=7)}
    await Minute.create(text="先核对到会名单，有事打13800001234", **facts)
    note = await Minute.create(text="水泵房由物业每周查一次", topic_id=topic, **facts)
    await photo(of, minute_id=note.id)
    return meeting


async def test_minutes_stand_on_the_page_once_they_are_confirmed():
    """Who was there in number, each note masked, of which topic, with its pictures; a draft is not told."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        meeting = await held(of)
        draft = words(await read(visitor, "/sessions/20261204"))
        assert "记录还在整理" in draft
        assert "水泵房" not in draft
        assert (await visitor.get("/pictures/1")).status_code == 404
        await Session.filter(id=meeting.id).update(confirmed_at=town.NOW)
        page = await read(visitor, "/sessions/20261204")

        for said in ("到会3人", "水泵房由物业每周查一次", "议题 #5 3号楼水压低", "138****1234"):
            assert said in words(page)
        assert "13800001234" not in page
        assert '<img src="/pictures/1/small"' in page
        assert (await visitor.get("/pictures/1")).status_code == 200
        assert 'href="/sessions/20261204"' in await read(visitor, "/sessions")


async def test_minutes_of_a_private_topic_are_not_told():
    """Nor its pictures; notes of no topic stay."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        await held(of, confirmed_at=town.NOW)
        await Concern.filter(number__in=[9, 12]).update(visibility=Visibility.MODERATORS)
        page = words(await read(visitor, "/sessions/20261204"))

        assert "先核对到会名单" in page
        assert "水泵房" not in page
        assert (await visitor.get("/pictures/1")).status_code == 404


@pytest.mark.parametrize("day", ["20261205", "20269999", "0", "999999999999"])
async def test_day_without_a_session_is_unknown(day: str):
    """Not an error of ours."""
    async with visiting() as visitor:
        await town.settle()
        assert (await visitor.get(f"/sessions/{day}")).status_code == 404


async def test_coming_session_shows_its_agenda():
    """Before it is held: when, where, about what; no minutes are spoken of."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        page = words(await read(visitor, "/sessions/20261214"))

        assert "3号楼水压低、夜间停水怎么解决" in page
        assert "记录" not in page
