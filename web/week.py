"""The home page's lists in words: what happened this week, and what waits longest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.board import ConcernFacts, VoteFacts
from models.board_topics import TopicFacts
from models.board_week import Event, What
from web import topic_views, views, vote_views
from web.views import Place, Words


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing of the week: on which day, what, where it is told."""

    at: datetime
    day: str
    what: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A matter that waits: how many days, what it is, who owes the next word."""

    days: str
    name: str
    title: str
    url: str
    category: str
    late: str
    acts: str
    urgent: bool


def happened(
    events: Sequence[Event], votes: Sequence[VoteFacts], since: datetime, place: Place, words: Words, most: int
) -> list[Happened]:
    """The week's events and closed votes, the newest first."""
    found = [_event(one, place, words) for one in events]
    found += [_vote(one, place, words) for one in votes if one.closed_at and one.closed_at > since]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _event(event: Event, place: Place, words: Words) -> Happened:
    text = views.title(words.masked(event.text))
    what = {
        What.SAID: words("board.week_said", number=event.number, text=text),
        What.ON_SESSION: words("board.week_session", number=event.number, when=words.day(event.meets or event.at)),
        What.RESOLVED: words("board.week_resolved", number=event.number, text=text),
        What.DONE: words("board.week_done", number=event.number, text=text),
    }[event.what]
    end = f"concerns/{event.number}" if event.topic is None else f"topics/{event.topic}"
    note = text if event.what is What.ON_SESSION else ""
    return Happened(event.at, words.day(event.at), what, place.root + end, note)


def _vote(facts: VoteFacts, place: Place, words: Words) -> Happened:
    one = vote_views.vote(facts, place, words)
    assert facts.closed_at is not None
    what = words("board.week_vote", name=one.name, title=one.title)
    note = words("board.comma").join(part for part in (one.counts, one.turnout, one.label) if part)
    return Happened(facts.closed_at, words.day(facts.closed_at), what, one.url, note)


def waiting(
    topics: Sequence[TopicFacts], concerns: Sequence[ConcernFacts], place: Place, words: Words, most: int
) -> list[Waiting]:
    """Topics under way and concerns without one, whichever was said first."""
    found = [(one.first, _topic(one, place, words)) for one in topics]
    found += [(one.said_at, _concern(one, place, words)) for one in concerns]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])[:most]]


def _days(since: datetime, words: Words) -> str:
    days = (words.now.date() - words.local(since).date()).days
    return str(days) if days > 0 else ""


def _topic(facts: TopicFacts, place: Place, words: Words) -> Waiting:
    one = topic_views.topic(facts, place, words)
    return Waiting(
        _days(facts.first, words), one.name, one.title, one.url, one.category, one.late, one.acts, facts.urgent
    )


def _concern(facts: ConcernFacts, place: Place, words: Words) -> Waiting:
    one = views.concern(facts, place, words)
    acts = words("board.waits_for_sorting")
    return Waiting(one.days, one.kind, one.title, one.url, one.category, "", acts, facts.urgent)
