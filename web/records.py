"""What is public, as programs read it: one record a thing, for the API and the open data alike."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from models.board import ConcernFacts, SessionFacts, VoteFacts
from models.board_topics import TopicFacts
from web import views, vote_views
from web.views import Place, Words

BOM = "\ufeff"
"""What a spreadsheet wants before UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection); full width too."""

Record = dict[str, Any]


def session(facts: SessionFacts, place: Place, words: Words, base: str) -> Record:
    """A session of the calendar."""
    return {
        "day": facts.day.isoformat(),
        "url": f"{base}{place.root}sessions",
        "starts_at": words.iso(facts.starts_at),
        "moved_from": words.iso(facts.moved_from) if facts.moved_from else None,
        "place": facts.place,
        "cancelled": facts.cancelled,
        "reason": facts.reason or None,
    }


def concern(facts: ConcernFacts, place: Place, words: Words, base: str) -> Record:
    """A public concern, masked."""
    return {
        "number": facts.number,
        "url": f"{base}{place.root}concerns/{facts.number}",
        "title": views.title(facts.text),
        "text": facts.text,
        "category": facts.category.value if facts.category else None,
        "category_name": words.site.texts.term(facts.category) if facts.category else None,
        "urgent": bool(facts.urgent),
        "supporters": facts.supporters,
        "said_at": words.iso(facts.said_at),
    }


def topic(facts: TopicFacts, place: Place, words: Words, base: str) -> Record:
    """A public topic: where it stands, who does what by when."""
    return {
        "number": facts.number,
        "url": f"{base}{place.root}topics/{facts.number}",
        "title": words.masked(facts.title),
        "category": facts.category.value if facts.category else None,
        "category_name": words.site.texts.term(facts.category) if facts.category else None,
        "kind": facts.kind.value,
        "step": int(facts.step),
        "step_name": words.site.texts.term(facts.step),
        "state": facts.state.value,
        "urgent": facts.urgent,
        "concerns": facts.concerns,
        "supporters": facts.supporters,
        "session": words.iso(facts.session) if facts.session else None,
        "doer": facts.doer or None,
        "due": facts.due.isoformat() if facts.due else None,
        "since": words.iso(facts.since),
        "made_at": words.iso(facts.made_at),
    }


def vote(facts: VoteFacts, place: Place, words: Words, base: str) -> Record:
    """A vote; its counts only after the close."""
    counts = dict(zip(facts.options, facts.counts, strict=True)) if facts.counts is not None else None
    return {
        "number": facts.number,
        "url": f"{base}{place.root}votes/{facts.number}",
        "kind": facts.kind.value,
        "label": vote_views.vote(facts, place, words).label,
        "title": facts.title,
        "options": list(facts.options),
        "secret": bool(facts.secret),
        "public_list": facts.public_list,
        "open": facts.closed_at is None,
        "cast": facts.cast,
        "total": facts.total or None,
        "opened_at": words.iso(facts.opened_at),
        "closes_at": words.iso(facts.closes_at),
        "closed_at": words.iso(facts.closed_at) if facts.closed_at else None,
        "counts": counts,
    }


def as_csv(records: Sequence[Record], names: Sequence[str], *, headers: Sequence[str] = ()) -> str:
    """Records as lines of CSV (RFC 4180), with a line of headers where given; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    if headers:
        writer.writerow(headers)
    writer.writerows([cell(record[name]) for name in names] for record in records)
    return out.getvalue()


def as_text(record: Record) -> str:
    """A record as JSON."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


def cell(value: object) -> str:
    """A value as a cell's text; what a spreadsheet would run gets a ' in front."""
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, dict):
        value = "; ".join(f"{name}: {count}" for name, count in value.items())
    elif isinstance(value, list):
        value = "; ".join(map(str, value))
    text = str(value).replace("\x00", "\ufffd")
    return f"'{text}" if text.startswith(FORMULA) else text
