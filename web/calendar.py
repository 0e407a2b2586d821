"""/calendar.ics: the sessions as an iCalendar (RFC 5545) that a phone subscribes to.

The UID of a session is its day as the rule gave it, which never changes; SEQUENCE grows with each 改期 and 停会.
"""

from datetime import UTC, date
from functools import cache
from typing import TYPE_CHECKING

from models.board import SessionFacts
from web.views import Place, Words

if TYPE_CHECKING:  # 2 MiB, for who asks for a calendar
    from icalendar import Event, Timezone

PRODUCT = "-//fengsi shuoshi//board//ZH"
REFRESH = "PT6H"


def calendar(sessions: list[SessionFacts], place: Place, words: Words, url: str, host: str) -> bytes:
    """The calendar of a community. `url` is its page of sessions, `host` what makes UIDs unique in the world."""
    from icalendar import Calendar  # noqa: PLC0415 - see above

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", words("board.calendar_name", community=place.name))
    made.add("x-wr-timezone", str(words.site.zone))
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"}, encode=False)
    for one in sessions:
        made.add_component(_event(one, place, words, url, host))
    made.add_component(_zone(str(words.site.zone)))
    found = made.to_ical()
    assert isinstance(found, bytes)
    return found


@cache
def _zone(name: str) -> "Timezone":
    """The zone's own rules, written into each calendar; to make them out takes longer than all the rest."""
    from icalendar import Timezone  # noqa: PLC0415 - see above

    return Timezone.from_tzid(name, first_date=date(2000, 1, 1), last_date=date(2100, 1, 1))


def _event(facts: SessionFacts, place: Place, words: Words, url: str, host: str) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - see above

    event, starts = Event(), words.local(facts.starts_at)
    event.add("uid", f"session-{place.slug}-{facts.day:%Y%m%d}@{host}")
    event.add("sequence", facts.rev)
    event.add("dtstamp", facts.made_at.astimezone(UTC))
    event.add("dtstart", starts)
    event.add("dtend", starts + place.lasts)
    event.add("summary", words("board.session_of", community=place.name))
    event.add("location", facts.place)
    event.add("status", "CANCELLED" if facts.cancelled else "CONFIRMED")
    event.add("url", url)
    if facts.reason:
        event.add("description", words("board.reason", reason=facts.reason))
    return event
