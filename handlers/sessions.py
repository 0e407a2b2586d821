"""What the steps share of sessions: a community's settings as the rule's values, the row under an announcement."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class CouncilRules:
    """`quorum`: how many percent of the 理事 must answer at least; `hours`: how long they are asked."""

    quorum: int = 50
    hours: int = 24


def council_of(community: CommunityFacts) -> CouncilRules:
    """How the community's council decides."""
    asked = community.settings.get("council") or {}
    return CouncilRules(int(asked.get("quorum", 50)), int(asked.get("hours", 24)))


def minutes_of(community: CommunityFacts) -> int:
    """How many minutes a topic has on an agenda where nobody says otherwise."""
    return int((community.settings.get("topics") or {}).get("minutes", 20))


def objection_days(community: CommunityFacts) -> int:
    """For how many days one may object to a published resolution."""
    return int((community.settings.get("topics") or {}).get("objection_days", 7))
