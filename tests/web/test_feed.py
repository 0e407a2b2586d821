"""The feed by the rules of RFC 4287 and of the W3C's feed validator, written out: its package is on no index."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from models.tables.concerns import Concern
from tests.web import owners_town, town
from tests.web.test_matrix import payloads
from tests.web.test_pages import visiting

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BASE = "http://board.example"
ONCE = {"id", "title", "updated"}
FEED = ONCE | {"subtitle", "rights", "icon", "logo", "generator"}
ENTRY = ONCE | {"content", "summary", "published", "rights", "source"}
MANY = {"link", "author", "contributor", "category"}
ATTRIBUTES = {
    "link": {"href", "rel", "type", "hreflang", "title", "length"},
    "category": {"term", "scheme", "label"},
    **{key: {"type"} for key in ("title", "subtitle", "summary", "rights")},
    "content": {"type", "src"},
    "generator": {"uri", "version"},
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
MIME = re.compile(r"[\w.+-]+/[\w.+-]+")


def names(element: ET.Element) -> list[str]:
    assert all(child.tag.startswith(ATOM) for child in element)
    return [child.tag.removeprefix(ATOM) for child in element]


def faults(root: ET.Element, here: str) -> list[str]:
    """What the validator would find: UndefinedElement, UnexpectedAttribute, InvalidRFC3339Date, and so on."""
    found = [f"root is {root.tag}"] if root.tag != f"{ATOM}feed" else []
    entries = root.findall(f"{ATOM}entry")
    for element, once in ((root, FEED), *((entry, ENTRY) for entry in entries)):
        found += _structure(element, once)
    own = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    found += [f"self is {own.get('self')}"] if own.get("self") != here else []
    found += ["nobody wrote it"] if not (root.findtext(f"{ATOM}author/{ATOM}name") or "").strip() else []
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    found += ["DuplicateEntries"] if len(set(ids)) < len(ids) else []
    newest = max((entry.findtext(f"{ATOM}updated") or "" for entry in entries), default=None)
    found += ["older than its entries"] if newest and root.findtext(f"{ATOM}updated") != newest else []
    return found


def _structure(element: ET.Element, once: set[str]) -> list[str]:
    inside = names(element)
    found = [f"{name} stands {inside.count(name)} times" for name in once if inside.count(name) > 1]
    found += [f"{name} is missing" for name in ONCE - set(inside)]
    found += [f"{name} is undefined" for name in set(inside) - once - MANY - {"entry"}]
    for child in element:
        name = child.tag.removeprefix(ATOM)
        if name == "entry":
            continue
        known = ATTRIBUTES.get(name, set())
        found += [f"{name} has {key}" for key in set(child.keys()) - known]
        found += [f"{name}: {fault}" for fault in _value(name, child)]
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(f"{ATOM}link")]
    found += ["DuplicateAtomLink"] if len(set(links)) < len(links) else []
    needed = ("alternate", "text/html", None) in links or "content" in inside
    return found if needed else [*found, "neither alternate nor content"]


def _value(name: str, child: ET.Element) -> list[str]:
    text = child.text or ""
    if name in {"updated", "published"}:
        plausible = MOMENT.fullmatch(text) and datetime.fromisoformat(text) <= town.NOW + timedelta(days=1)
        return [] if plausible else [f"InvalidRFC3339Date {text}"]
    if name in {"id", "link"}:
        address = urlsplit(text if name == "id" else child.get("href") or "")
        absolute = address.scheme in {"http", "https"} and address.netloc and not re.search(r"\s", address.geturl())
        told = name == "id" or MIME.fullmatch(child.get("type") or "")
        return [] if absolute and told else ["InvalidFullLink"]
    if name == "category":
        return [] if (child.get("term") or "").strip() else ["MissingAttribute term"]
    if name in {"title", "content"}:
        typed = child.get("type", "text") in {"text", "html", "xhtml"}
        return [] if typed and text.strip() and len(child) == 0 else ["NotBlank or not text"]
    return []


@pytest.mark.parametrize("path", ["/feed.atom", "/c/qzy/feed.atom"])
async def test_feed_has_no_fault(path: str):
    """Everything a town can have: concerns without a category, votes of each kind."""
    async with visiting() as visitor:
        of = await town.settle()
        await owners_town.settle(of)
        answer = await visitor.get(path)
        root = ET.fromstring(answer.content)

        assert faults(root, f"{BASE}{path}") == []
        assert len(root.findall(f"{ATOM}entry")) > 10
        assert root.get(LANG) == "zh-CN"
        assert answer.headers["content-type"] == "application/atom+xml"
        assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")


async def test_feed_of_nothing_has_no_fault():
    """Before the first word it says whose it is, and when that was."""
    async with visiting() as visitor:
        await town.community()
        assert faults(ET.fromstring((await visitor.get("/feed.atom")).content), f"{BASE}/feed.atom") == []


async def test_feed_has_no_fault_whatever_is_said():
    """Blank titles, control characters, half pairs, markup: text, and well formed."""
    async with visiting() as visitor:
        of = await town.community()
        for at in range(0, len(payloads()), 20):
            await Concern.all().delete()
            for number, text in enumerate(filter(str.strip, payloads()[at : at + 20]), 1):
                await town.concern(of, number, text)
            assert faults(ET.fromstring((await visitor.get("/feed.atom")).content), f"{BASE}/feed.atom") == []
