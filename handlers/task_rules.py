"""What a community's settings say of tasks, as the rules' values: how long, how they climb, who answers above."""

from dataclasses import dataclass
from datetime import timedelta

from domain.deadlines import LengthWords, Limits
from domain.escalation import Pace, Way
from domain.talk import Chat
from domain.terms import OrgLevel
from handlers.desk import House
from models.people import CommunityFacts


def limits_of(community: CommunityFacts) -> Limits:
    """How long a task may take by default."""
    asked = community.settings.get("tasks") or {}
    usual = Limits()
    return Limits(
        int(asked.get("emergency_hours", usual.emergency_hours)),
        int(asked.get("urgent_hours", usual.urgent_hours)),
        int(asked.get("days", usual.days)),
        int(asked.get("long_days", usual.long_days)),
    )


def pace_of(community: CommunityFacts) -> Pace:
    """How long before a deadline a task is recalled, and how long after it it climbs."""
    asked = community.settings.get("tasks") or {}
    return Pace(timedelta(hours=int(asked.get("remind_hours", 24))), timedelta(days=int(asked.get("grace_days", 2))))


@dataclass(frozen=True, slots=True)
class LevelRules:
    """A level above the branch: the group that hears of it, its working days to answer, its way down."""

    group: Chat | None
    days: int
    down: Way


def level_of(community: CommunityFacts, level: OrgLevel) -> LevelRules:
    """How a level answers."""
    asked = (community.settings.get("levels") or {}).get(level.name.lower()) or {}
    channel, _, chat = str(asked.get("group") or "").partition(":")
    group = Chat(channel, chat) if chat else None
    return LevelRules(group, int(asked.get("days", 3)), Way(asked.get("down", Way.BRANCH)))


def length_words(house: House) -> LengthWords:
    """The language's words for lengths."""
    words = {name: tuple(house.texts.list(f"tasks.words.{name}")) for name in ("hours", "days", "working_days")}
    return LengthWords(**words)
