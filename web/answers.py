"""Answers for programs: an ETag on each, 304 where nothing changed, JSON and XML written one way."""

import hashlib
import json
import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, not even escaped (XML 1.0, section 2.2)."""
OPEN = {"Access-Control-Allow-Origin": "*"}
"""Public data may be read by pages of other sites; nothing here depends on who asks."""


def answer(
    request: Request, body: bytes, media_type: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A whole answer, or 304 where the client has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    told = {**OPEN, **(headers or {}), "ETag": tag, "Cache-Control": "public, max-age=0, must-revalidate"}
    asked = request.headers.get("if-none-match", "")
    known = asked == "*" or tag in {one.strip().removeprefix("W/") for one in asked.split(",")}
    if status == 200 and known:  # noqa: PLR2004 - RFC 9110 section 13.1.2 speaks of nothing else
        return Response(status_code=304, headers=told)
    return Response(body, status, told, media_type)


def as_json(request: Request, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON in UTF-8."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return answer(request, body, "application/json", status, headers)


def element(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """A child with its text, freed of what XML can't hold."""
    child = ET.SubElement(parent, name, {key: legal(value) for key, value in attributes.items()})
    child.text = legal(text) if text is not None else None
    return child


def legal(text: str) -> str:
    """A text without the characters that XML can't hold."""
    return ILLEGAL.sub("\ufffd", text)


def document(root: ET.Element) -> bytes:
    """An XML document in UTF-8 with its declaration."""
    found = ET.tostring(root, "utf-8", xml_declaration=True)
    assert isinstance(found, bytes)
    return found
