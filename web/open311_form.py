"""GeoReport v2's answers: lists of records in XML or JSON, errors among them (wiki.open311.org/GeoReport_v2)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response

from web.answers import answer, document, element

Record = Mapping[str, Any]
KINDS = {"json": "application/json", "xml": "text/xml"}


def listed(request: Request, form: str, root: str, records: Sequence[Record], status: int = 200) -> Response:
    """Records of one kind: a JSON array; in XML `root` (services) around one element each (service)."""
    return answer(request, _body(form, root, records), KINDS[form], status, _headers(form))


def single(request: Request, form: str, root: str, record: Record) -> Response:
    """One record for itself: service definitions and discovery are no lists."""
    if form == "json":
        return answer(request, _json(record), KINDS[form], headers=_headers(form))
    top = ET.Element(root)
    _fill(top, record)
    return answer(request, document(top), KINDS[form], headers=_headers(form))


def wrong(request: Request, form: str, status: int, description: str) -> Response:
    """An error, in the form that was asked for."""
    return listed(request, form, "errors", [{"code": status, "description": description}], status)


def _headers(form: str) -> dict[str, str]:
    return {"Content-Type": f"{KINDS[form]}; charset=utf-8"}


def _body(form: str, root: str, records: Sequence[Record]) -> bytes:
    if form == "json":
        return _json(records)
    top, name = ET.Element(root), singular(root)
    for record in records:
        _fill(ET.SubElement(top, name), record)
    return document(top)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def singular(root: str) -> str:
    """services: service; service_requests: request."""
    return {"service_requests": "request"}.get(root, root.removesuffix("s"))


def _fill(parent: ET.Element, record: Record) -> None:
    for name, value in record.items():
        if isinstance(value, list):
            around = element(parent, name)
            for one in value:
                if isinstance(one, str):
                    element(around, singular(name), one)
                else:
                    _fill(ET.SubElement(around, singular(name)), one)
        else:
            element(parent, name, None if value is None else _text(value))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
