"""Quiet hours: what the bot says by itself waits for the morning (VOICE.md §1.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `begins` (included) to `ends` (not included) of every day, local time; equal: never quiet."""

    begins: time = time(21, 0)
    ends: time = time(7, 30)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Quiet":
        """Those of a community's settings; the usual ones where they say nothing."""
        times = settings.get("quiet") or {}
        return cls(time.fromisoformat(times["from"]), time.fromisoformat(times["to"])) if times else cls()

    def holds(self, moment: datetime) -> bool:
        """Whether `moment`, in the community's zone, is quiet."""
        clock = moment.time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


def next_loud(moment: datetime, quiet: Quiet) -> datetime:
    """`moment` itself where it is not quiet, else the end of the quiet hours it lies in. Zone as given."""
    if not quiet.holds(moment):
        return moment
    ends = datetime.combine(moment.date(), quiet.ends, moment.tzinfo)
    return ends if ends > moment else ends + timedelta(days=1)
