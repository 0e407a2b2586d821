"""Open311 GeoReport v2: what public validators look at, what a PyPI client reads and posts, what stays masked."""

import builtins
import itertools
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from domain.terms import ConcernCategory, Visibility
from models.tables.concerns import Concern, Photo
from tests.web import town
from tests.web.living import Living, living
from tests.web.test_pictures import photo
from tests.web.test_programs import visiting

KEY = "k" * 20
FIELDS = {
    "service_request_id": str,
    "status": str,
    "service_name": str,
    "description": str,
    "agency_responsible": str,
    "requested_datetime": str,
    "updated_datetime": str,
}


async def test_services_are_the_six_categories():
    """Each with code, name, description, metadata, type, keywords, group, in both forms."""
    async with visiting() as visitor:
        await town.community()
        found = (await visitor.get("/open311/v2/services.json")).json()
        xml = ET.fromstring((await visitor.get("/open311/v2/services.xml")).content)

        assert [one["service_code"] for one in found] == [category.value for category in ConcernCategory]
        assert {one["type"] for one in found} <= {"realtime", "batch", "blackbox"}
        assert xml.tag == "services"
        assert [{field.tag: field.text for field in one} for one in xml] == [
            {name: str(value).lower() if isinstance(value, bool) else value for name, value in one.items()}
            for one in found
        ]


async def test_definition_lists_who_may_see_it():
    """The one attribute, with its values; an unknown service is 404 in the form that was asked for."""
    async with visiting() as visitor:
        await town.community()
        found = (await visitor.get("/open311/v2/services/livelihood.json")).json()
        unknown = await visitor.get("/open311/v2/services/x.xml")

        assert found["service_code"] == "livelihood"
        assert [value["key"] for value in found["attributes"][0]["values"]] == [one.value for one in Visibility]
        assert unknown.status_code == 404
        assert [field.tag for field in ET.fromstring(unknown.content)[0]] == ["code", "description"]


async def test_requests_are_public_concerns_masked():
    """The newest first; what is private, held or withdrawn is not among them."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.concern(of, 30, "找我138****1234", text="找我13800001234", said_at=town.NOW)
        answer = await visitor.get("/open311/v2/requests.json")
        found = answer.json()

        assert [one["service_request_id"] for one in found] == ["30", "16", "14", "15", "12", "9", "5", "3"] or [
            one["service_request_id"] for one in found
        ] == ["30", "16", "15", "14", "12", "9", "5", "3"]
        assert "13800001234" not in answer.text
        for one in found:
            assert all(isinstance(one[name], kind) for name, kind in FIELDS.items())
            assert one["status"] in {"open", "closed"}
            assert one["requested_datetime"].endswith("+08:00")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("service_code=dispute", ["15"]),
        ("service_code=dispute,party_building", ["15", "5"]),
        ("service_request_id=9,17,3", ["9", "3"]),
        ("start_date=2026-12-08T00:00:00Z&end_date=2026-12-10T12:00:00Z", ["15", "14", "12"]),
        ("start_date=2026-10-01T00:00:00%2B08:00&end_date=2026-10-31T00:00:00+08:00", ["3"]),
        ("start_date=2026-09-20T00:00:00Z", ["16", "15", "14", "12", "9", "5", "3"]),
        ("start_date=2026-07-20T00:00:00Z", ["3"]),
        ("status=closed", []),
        ("page_size=2&page=2", ["14", "12"]),
    ],
)
async def test_requests_are_filtered(query: str, numbers: list[str]):
    """By service, by number (which overrides the rest), by time, by state, page by page."""
    async with visiting() as visitor:
        await town.settle()
        found = (await visitor.get(f"/open311/v2/requests.json?{query}")).json()

        assert [one["service_request_id"] for one in found] == numbers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests.json?start_date=yesterday", 400),
        ("requests.json?start_date=2026-09-01T00:00:00Z&end_date=2026-12-01T00:00:00Z", 400),
        ("requests.json?end_date=0001-01-02T00:00:00Z", 400),
        ("requests.json?start_date=9999-12-30T00:00:00Z", 400),
        ("requests.json?status=x", 400),
        ("requests.json?page_size=0", 400),
        ("requests.json?service_code=x", 404),
        ("requests.json?jurisdiction_id=nowhere", 404),
        ("requests/17.json", 404),
        ("requests/18.json", 404),
        ("requests/19.json", 404),
        ("requests/99999999999999999999.json", 404),
        ("tokens/17.json", 404),
        ("services.txt", 404),
    ],
)
async def test_error_is_told_in_the_form_of_the_standard(path: str, status: int):
    """A list of code and description; a private concern is as unknown as none."""
    async with visiting() as visitor:
        await town.settle()
        answer = await visitor.get(f"/open311/v2/{path}")
        (error,) = answer.json()

        assert answer.status_code == error["code"] == status
        assert error["description"]


async def test_request_leads_to_its_picture():
    """`media_url`: the first one, under an address that answers; none where there is none."""
    async with visiting() as visitor:
        await photo(await town.settle(), concern=await Concern.get(number=9))
        found = {number: (await visitor.get(f"/open311/v2/requests/{number}.json")).json()[0] for number in (9, 5)}
        picture = await visitor.get(found[9]["media_url"])

        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
        assert found[5]["media_url"] is None


async def test_one_request_and_its_token():
    """The number is the token; discovery leads here."""
    async with visiting() as visitor:
        await town.settle()
        (one,) = (await visitor.get("/open311/v2/requests/9.json?jurisdiction_id=qzy")).json()
        xml = ET.fromstring((await visitor.get("/open311/v2/requests/9.xml")).content)
        (token,) = (await visitor.get("/open311/v2/tokens/9.json")).json()
        discovery = (await visitor.get("/open311/v2/discovery.json")).json()

        assert one["service_code"] == "livelihood"
        assert (xml.tag, xml[0].tag, xml[0].findtext("service_request_id")) == ("service_requests", "request", "9")
        assert token == {"service_request_id": "9", "token": "9"}
        assert discovery["endpoints"][0]["url"] == "https://qzy.example/open311/v2"


async def post(at: Living, form: str = "json", **fields: str) -> tuple[int, Any]:
    async with at.browser() as browser:
        answer = await browser.client.post(f"/open311/v2/requests.{form}", data=fields)
        return answer.status_code, answer.json() if form == "json" else ET.fromstring(answer.content)


async def test_posted_request_is_a_concern(tmp_path: Path):
    """With a key: numbered, of the named category, masked, visible as asked; the poster's name is not kept."""
    async with living(tmp_path, keys=(KEY,)) as at:
        fields = {"service_code": "dispute", "description": "楼上漏水，电话13800001234", "address_string": "3号楼"}
        fields |= {"lat": "22.817", "long": "108.366"}
        status, answer = await post(at, api_key=KEY, first_name="某某", phone="13900001111", **fields)
        hidden = {**fields, "attribute[visibility]": "moderators"}
        await post(at, "xml", api_key=KEY, **hidden)

        assert (status, answer[0]["service_request_id"]) == (201, "20")
        found = await Concern.get(number=20)
        assert (found.category, found.visibility) == (ConcernCategory.DISPUTE, Visibility.OPEN)
        assert found.text == "3号楼\n楼上漏水，电话13800001234"
        assert "13800001234" not in found.shown
        assert (await Concern.get(number=21)).visibility is Visibility.MODERATORS
        assert not await Concern.filter(text__contains="13900001111").exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 403),
        ({"api_key": "wrong", "service_code": "dispute", "description": "x"}, 403),
        ({"api_key": KEY, "description": "x"}, 400),
        ({"api_key": KEY, "service_code": "x", "description": "x"}, 404),
        ({"api_key": KEY, "service_code": "dispute"}, 400),
        ({"api_key": KEY, "service_code": "dispute", "description": "x", "lat": "22.8"}, 400),
        ({"api_key": KEY, "service_code": "dispute", "description": "x", "lat": "108.3", "long": "22.8"}, 400),
        ({"api_key": KEY, "service_code": "dispute", "description": "x" * 4001}, 400),
        ({"api_key": KEY, "service_code": "dispute", "description": "x", "jurisdiction_id": "no"}, 404),
        ({"api_key": KEY, "service_code": "dispute", "description": "x", "attribute[visibility]": "all"}, 400),
    ],
)
async def test_post_that_is_wrong_enters_nothing(tmp_path: Path, fields: dict[str, str], status: int):
    """The standard's codes; nothing is numbered."""
    async with living(tmp_path, keys=(KEY,)) as at:
        assert (await post(at, **fields))[0] == status
        code, error = await post(at, "xml", **fields)
        assert (code, error.tag, error[0].findtext("code")) == (status, "errors", str(status))
        assert not await Concern.filter(number=20).exists()


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_address_of_a_picture_is_answered_as_not_taken(tmp_path: Path, form: str):
    """`media_url` is neither fetched nor kept, and `service_notice` says so; without one it says nothing."""
    fields = {"api_key": KEY, "service_code": "dispute", "description": "楼上漏水"}
    async with living(tmp_path, keys=(KEY,)) as at:
        with_picture, without = [
            (await post(at, form, **fields, media_url=url))[1][0] for url in ("http://127.0.0.1:1/<b>.jpg", "")
        ]
        notices = [
            one["service_notice"] if form == "json" else one.findtext("service_notice")
            for one in (with_picture, without)
        ]

        assert notices[0].startswith("media_url was not taken")
        assert not notices[1]
        assert {one.text for one in await Concern.filter(number__gte=20)} == {"楼上漏水"}
        assert not await Photo.all().exists()
        async with at.browser() as browser:
            assert "media_url" in (await browser.client.get("/api")).text


async def test_file_is_refused_as_what_it_is(tmp_path: Path):
    """A picture as a file: 400 that says so, not that there were too many requests; nothing is entered."""
    async with living(tmp_path, keys=(KEY,)) as at, at.browser() as browser:
        answer = await browser.client.post(
            "/open311/v2/requests.json",
            data={"api_key": KEY, "service_code": "dispute", "description": "x"},
            files={"media": ("a.jpg", b"x", "image/jpeg")},
        )

        assert answer.status_code == 400
        assert "files are not taken" in answer.json()[0]["description"]
        assert not await Concern.filter(number=20).exists()


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_program_that_posts_too_fast_is_told_to_wait(tmp_path: Path, form: str):
    """The 31st in a minute: 429 in the standard's form, with how long; another address need not wait."""
    async with living(tmp_path, keys=(KEY,)) as at, at.browser() as one, at.browser("203.0.113.9") as other:
        path = f"/open311/v2/requests.{form}"
        for _ in range(30):
            assert (await one.client.post(path, data={"api_key": "wrong"})).status_code == 403
        answer = await one.client.post(path, data={"api_key": KEY, "service_code": "dispute", "description": "x"})

        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "429" in answer.text
        assert "<html" not in answer.text
        assert (await other.client.post(path, data={"api_key": "wrong"})).status_code == 403


async def test_nobody_posts_where_no_key_was_given_out(tmp_path: Path):
    """Without a config there are no keys, and the empty key is none."""
    async with living(tmp_path) as at:
        assert (await post(at, api_key="", service_code="dispute", description="x"))[0] == 403


async def test_client_three_reads_and_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The PyPI client, over its own HTTP."""
    import asyncio

    from bot.server import Server, take_socket

    monkeypatch.setattr(itertools, "ifilter", builtins.filter, raising=False)
    monkeypatch.delitem(sys.modules, "three", raising=False)
    three = __import__("three")
    taken = take_socket("127.0.0.1", 0)
    async with living(tmp_path, keys=(KEY,)) as at, asyncio.TaskGroup() as tasks:
        server = Server(at.asgi, taken)  # type: ignore[arg-type]
        running = tasks.create_task(server.run_here())
        await server.listening.wait()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/open311/v2/"
        client = three.Three(url, api_key=KEY)
        try:
            services = await asyncio.to_thread(client.services)
            definition = await asyncio.to_thread(client.services, "livelihood")
            one = await asyncio.to_thread(client.request, "9")
            several = await asyncio.to_thread(client.requests, code="dispute")
            made = await asyncio.to_thread(client.post, "dispute", description="楼上漏水", address="3号楼")
        finally:
            server.should_exit = True
            await running
            taken.close()

    assert len(services) == 6
    assert definition["service_code"] == "livelihood"
    assert one[0]["service_request_id"] == "9"
    assert several == [] or several[0]["service_code"] == "dispute"
    assert made[0]["service_request_id"] == "20"
