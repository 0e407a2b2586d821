"""/feed.atom: what became public lately, the newest first (RFC 4287)."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from models.board import ConcernFacts, VoteFacts
from web import views, vote_views
from web.answers import document, element
from web.views import Place, Words

ATOM = "http://www.w3.org/2005/Atom"
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that became public, or changed, at a moment. `path` is its page, and its name for ever."""

    path: str
    title: str
    text: str
    at: datetime
    kind: str


def entries(concerns: list[ConcernFacts], votes: list[VoteFacts], place: Place, words: Words) -> list[Entry]:
    """Concerns and votes as entries, the newest first; a vote from its opening on, since no date may lie ahead."""
    found = [_concern(one, place, words) for one in concerns]
    found += [_vote(one, place, words) for one in votes if one.opened_at <= words.now]
    return sorted(found, key=lambda one: (one.at, one.path), reverse=True)[:SHOWN]


def _concern(facts: ConcernFacts, place: Place, words: Words) -> Entry:
    one = views.concern(facts, place, words)
    return Entry(one.url, f"{one.kind} {one.title}", one.text, facts.said_at, one.category)


def _vote(facts: VoteFacts, place: Place, words: Words) -> Entry:
    one = vote_views.vote(facts, place, words)
    told = [one.counts, one.turnout, one.ends, one.label]
    text = words("board.comma").join(part for part in told if part)
    return Entry(one.url, f"{one.name} {one.title}", text, facts.closed_at or facts.opened_at, one.label)


def feed(found: list[Entry], place: Place, words: Words, base: str) -> bytes:
    """The feed as a document. `base` is the site's own address, without a slash at its end."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": words("board.lang")})
    home, here = base + place.root, f"{base}{place.root}feed.atom"
    _add(root, "title", words("board.title_of", community=place.name))
    _add(root, "id", here)
    _add(root, "link", rel="self", type="application/atom+xml", href=here)
    _add(root, "link", rel="alternate", type="text/html", href=home)
    newest = max((one.at for one in found), default=words.now)
    _add(root, "updated", words.local(newest).isoformat())
    _add(_add(root, "author"), "name", words.site.operator)
    for one in found:
        _entry(root, one, words, base)
    return document(root)


def _entry(root: ET.Element, one: Entry, words: Words, base: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "title", one.title)
    _add(entry, "id", base + one.path)
    _add(entry, "link", rel="alternate", type="text/html", href=base + one.path)
    _add(entry, "updated", words.local(one.at).isoformat())
    _add(entry, "category", term=one.kind)
    _add(entry, "content", one.text, type="text")


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    return element(parent, f"{{{ATOM}}}{name}", text, **attributes)
