"""What the steps share of sessions: a community's settings as the rule's values, the row under an announcement."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from domain.session_days import DAYS_BEFORE, Notice, Rules
from domain.talk import Button
from domain.terms import SessionRule
from handlers.desk import House, Rows, quiet_of
from models.people import CommunityFacts

EVENING = time(19, 30)


def rules_of(community: CommunityFacts, zone: tzinfo) -> Rules:
    """How the community reminds, is quiet, and how long its sessions last."""
    told = Rules(zone)
    asked = community.settings.get("reminders") or {}
    at = {notice: _clock(asked.get(notice.value, told.at[notice])) for notice in DAYS_BEFORE}
    return Rules(
        zone,
        at={notice: clock for notice, clock in at.items() if clock is not None},
        start=bool(asked.get(Notice.START.value, True)),
        quiet=quiet_of(community),
        lasts=timedelta(minutes=_sessions(community).get("minutes", told.lasts // timedelta(minutes=1))),
    )


def rule_of(community: CommunityFacts) -> SessionRule:
    """On which days the community meets."""
    return SessionRule(_sessions(community).get("rule", SessionRule.BOTH))


def start_of(community: CommunityFacts) -> time:
    """At what time of day."""
    return _clock(_sessions(community).get("time", EVENING)) or EVENING


def place_of(community: CommunityFacts, house: House) -> str:
    """Where: as the settings say, else the hall."""
    return str(_sessions(community).get("place") or house.texts("contract.venue.hall"))


def local_day_ends(now: datetime, zone: tzinfo) -> datetime:
    """The end of the local day of a moment."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)


def paste_row(house: House, session: int) -> Rows:
    """The button for the text that a person may paste into an ordinary WeChat group."""
    return ((Button(house.texts("buttons.paste"), "paste_session", (str(session),)),),)


def _sessions(community: CommunityFacts) -> Mapping[str, Any]:
    return community.settings.get("sessions") or {}


def _clock(value: object) -> time | None:
    """A time of day as JSON keeps it; `false` means never."""
    if isinstance(value, time):
        return value
    return time.fromisoformat(value) if isinstance(value, str) else None
