"""The rules by which public validators judge a GeoReport v2 server, as tests.

Of the standard's own schemas (github.com/open311/schema-validation): which fields there must be, what each may hold; of
SeeClickFix' validator (github.com/SeeClickFix/open311-validator): discovery; of ryanbriones' (open311-api-tests): a
request that was posted is found again by its token.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.web import town
from tests.web.living import living
from tests.web.test_open311 import KEY
from tests.web.test_programs import visiting

TEXT, YES_NO, WHOLE, NUMBER, LIST = (str,), (bool,), (int,), (int, float), (list,)
NONE = (type(None),)
SERVICE: Mapping[str, Sequence[type]] = {
    "service_code": TEXT,
    "service_name": TEXT,
    "description": TEXT + NONE,
    "metadata": YES_NO,
    "type": TEXT,
    "keywords": TEXT + NONE,
    "group": TEXT + NONE,
}
ATTRIBUTE = {
    "variable": YES_NO,
    "code": TEXT,
    "datatype": TEXT,
    "required": YES_NO,
    "datatype_description": TEXT + NONE,
    "order": WHOLE + NONE,
    "description": TEXT + NONE,
    "values": LIST,
}
REQUEST = {
    "service_request_id": TEXT,
    "status": TEXT,
    "status_notes": TEXT + NONE,
    "service_name": TEXT + NONE,
    "service_code": TEXT,
    "description": TEXT + NONE,
    "agency_responsible": TEXT + NONE,
    "service_notice": TEXT + NONE,
    "requested_datetime": TEXT,
    "updated_datetime": TEXT + NONE,
    "expected_datetime": TEXT + NONE,
    "address": TEXT + NONE,
    "address_id": TEXT + NONE,
    "zipcode": TEXT + NONE,
    "lat": NUMBER + NONE,
    "long": NUMBER + NONE,
    "media_url": TEXT + NONE,
}
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
MOMENTS = ("requested_datetime", "updated_datetime", "expected_datetime")


def judged(record: Mapping[str, Any], rule: Mapping[str, Sequence[type]]) -> list[str]:
    """The fields that are missing, or hold what they must not."""
    return [name for name, kinds in rule.items() if name not in record or type(record[name]) not in kinds]


async def test_services_hold_what_the_schema_asks():
    """One at least, each with its code; `type` one of three."""
    async with visiting() as visitor:
        await town.community()
        found = (await visitor.get("/open311/v2/services.json")).json()

        assert found
        for one in found:
            assert judged(one, SERVICE) == []
            assert one["type"] in {"realtime", "batch", "blackbox"}
            assert one["service_code"]


async def test_definitions_hold_what_the_schema_asks():
    """Of each service that says it has one; datatypes of the standard, each value with key and name."""
    async with visiting() as visitor:
        await town.community()
        for service in (await visitor.get("/open311/v2/services.json")).json():
            found = (await visitor.get(f"/open311/v2/services/{service['service_code']}.json")).json()
            assert found["service_code"] == service["service_code"]
            for one in found["attributes"]:
                assert judged(one, ATTRIBUTE) == []
                assert one["datatype"] in DATATYPES
                assert all(judged(value, {"key": TEXT, "name": TEXT}) == [] for value in one["values"])


async def test_requests_hold_what_the_schema_asks():
    """Also one whose category is not chosen yet; moments are those of RFC 3339; a list, never one alone."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        found = (await visitor.get("/open311/v2/requests.json")).json()
        (one,) = (await visitor.get("/open311/v2/requests/16.json")).json()

        assert one["service_code"]
        assert len(found) >= 5
        for request in found:
            assert judged(request, REQUEST) == []
            assert request["status"] in {"open", "closed"}
            assert len(request["description"]) <= 4000
            for name in MOMENTS:
                assert request[name] is None or datetime.fromisoformat(request[name]).tzinfo is not None


async def test_deadline_of_the_work_is_what_can_be_expected():
    """`expected_datetime`: the last day of the topic's work, to its end, on the community's clock."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        (water,) = (await visitor.get("/open311/v2/requests/9.json")).json()
        (leak,) = (await visitor.get("/open311/v2/requests/3.json")).json()

        assert water["expected_datetime"] == "2026-12-09T23:59:59+08:00"
        assert (leak["status"], leak["updated_datetime"]) == ("closed", "2026-11-21T19:02:00+08:00")


async def test_discovery_tells_the_same_in_both_forms():
    """Contact, key service, a changeset in the past; each endpoint with specification, url, type and formats."""
    async with visiting() as visitor:
        await town.community()
        told = (await visitor.get("/open311/v2/discovery.json")).json()
        xml = ET.fromstring((await visitor.get("/open311/v2/discovery.xml")).content)

        for name in ("contact", "key_service", "changeset"):
            assert told[name].strip()
            assert xml.findtext(name) == told[name]
        assert len(told["endpoints"]) >= 1
        for endpoint, element in zip(told["endpoints"], xml.findall("endpoints/endpoint"), strict=True):
            for name in ("specification", "url", "type"):
                assert endpoint[name]
                assert element.findtext(name) == endpoint[name]
            assert datetime.fromisoformat(endpoint["changeset"]) < town.NOW.astimezone(UTC)
            assert "text/xml" in endpoint["formats"]
            assert [format.text for format in element.findall("formats/format")] == endpoint["formats"]


@pytest.mark.parametrize("path", ["services", "services/dispute", "requests", "requests/9", "discovery", "requests/77"])
async def test_both_forms_hold_the_same(path: str):
    """What JSON has XML has, field by field; what is null there is empty here."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        told = (await visitor.get(f"/open311/v2/{path}.json")).json()
        answer = await visitor.get(f"/open311/v2/{path}.xml")

        assert answer.headers["content-type"].startswith("text/xml")
        assert _same(told, ET.fromstring(answer.content))


def _same(told: Any, element: ET.Element) -> bool:
    if isinstance(told, list):
        return len(told) == len(element) and all(map(_same, told, element))
    if isinstance(told, dict):
        return list(told) == [child.tag for child in element] and all(map(_same, told.values(), element))
    text = "" if told is None else str(told).lower() if isinstance(told, bool) else str(told)
    return (element.text or "") == text


async def test_posted_request_is_found_by_its_token(tmp_path: Path):
    """POST, its token, the request."""
    async with living(tmp_path, keys=(KEY,)) as at, at.browser() as browser:
        fields = {"api_key": KEY, "service_code": "dispute", "description": "楼上漏水，三个月没人管"}
        (made,) = (await browser.client.post("/open311/v2/requests.json", data=fields)).json()
        number = made["service_request_id"]
        (token,) = (await browser.client.get(f"/open311/v2/tokens/{number}.json")).json()
        (found,) = (await browser.client.get(f"/open311/v2/requests/{token['service_request_id']}.json")).json()

        assert found["description"] == "楼上漏水，三个月没人管"
