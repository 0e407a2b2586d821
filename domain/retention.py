"""How long what is kept about people is kept: by kind, from the config (DOMAIN.md §7; PIPL art. 19, 47)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

USUAL = {"years": 2, "vote_years": 2, "audit_years": 2, "days": 30}


@dataclass(frozen=True, slots=True)
class Terms:
    """Years for words, for who cast what in a closed vote, for the audit log; days for technical notes."""

    years: int
    vote_years: int
    audit_years: int
    days: int

    @property
    def longest(self) -> int:
        """The longest of the years: what the notice promises for all kinds."""
        return max(self.years, self.vote_years, self.audit_years)


def terms(settings: Mapping[str, Any]) -> Terms:
    """The terms of a community's settings; what they do not say is as usual."""
    told = {**USUAL, **(settings.get("retention") or {})}
    return Terms(**{name: int(told[name]) for name in USUAL})


def years_before(now: datetime, years: int) -> datetime:
    """The moment before which something has been kept for so many years. 29 February goes by the 28th."""
    return years_after(now, -years)


def years_after(moment: datetime, years: int) -> datetime:
    """So many years later. 29 February goes by the 28th."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)
