"""Rule profiles: the thresholds a vote is counted by, with their source, copied into each vote.

A profile is data (data/rules/*.toml). A vote keeps the snapshot taken when it opened, so that a later
change of the law or the file changes no open or past vote (VOTING.md section 1). All in integers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from domain.errors import Refused


class Counted(StrEnum):
    """What a profile counts: households, or owners' heads together with their exclusive area."""

    HOUSEHOLDS = "households"
    OWNERS = "owners"


class Matter(IntEnum):
    """The nine matters that owners decide jointly, by their numbers in Civil Code article 278."""

    RULES_OF_PROCEDURE = 1
    MANAGEMENT_CONVENTION = 2
    OWNERS_COMMITTEE = 3
    PROPERTY_COMPANY = 4
    USE_OF_REPAIR_FUND = 5
    RAISING_OF_REPAIR_FUND = 6
    REBUILDING = 7
    CHANGE_OF_COMMON_PARTS = 8
    OTHER_MAJOR = 9


SPECIAL = frozenset({Matter.RAISING_OF_REPAIR_FUND, Matter.REBUILDING, Matter.CHANGE_OF_COMMON_PARTS})
"""What needs three quarters; the other six need more than half (VOTING.md table 2, row 1)."""


@dataclass(frozen=True)
class Share:
    """A part of a whole: at least `numerator`/`denominator` of it, or more than that where `strict`.

    The law's 以上 includes the number, its 过半数 does not (Civil Code article 1259).
    """

    numerator: int
    denominator: int
    strict: bool = False

    def met(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` is enough; of nothing nothing is."""
        have, need = self.denominator * part, self.numerator * whole
        return whole > 0 and (have > need if self.strict else have >= need)

    def least(self, whole: int) -> int:
        """The smallest part that is enough, of a whole that isn't nothing."""
        need = self.numerator * whole
        return need // self.denominator + 1 if self.strict else -(-need // self.denominator)


@dataclass(frozen=True)
class Profile:
    """One body's rules of counting.

    `quorum` and `consent` are None where no rule sets one; `consent` is taken of those who took part,
    or of everybody on the roll where `of_everybody`. `citation` and `in_force` (an ISO day) name the
    source; `superseded` is the day from which it is no longer the law. `notice_days` before a session.
    """

    name: str
    counted: Counted
    quorum: Share | None = None
    consent: Share | None = None
    of_everybody: bool = False
    notice_days: int = 0
    citation: str = ""
    in_force: str = ""
    superseded: str = ""

    def may_bind(self, day: date) -> None:
        """Say nothing if a vote that opens on `day` may call itself binding under this profile.

        Raises Refused: profile_without_source, profile_superseded.
        """
        if not self.citation or not self.in_force:
            raise Refused("profile_without_source", profile=self.name)
        if self.in_force > day.isoformat() or (self.superseded and self.superseded <= day.isoformat()):
            raise Refused("profile_not_in_force", profile=self.name, day=day)

    def snapshot(self) -> dict[str, Any]:
        """What is written into the vote and its log when it opens: JSON values only."""
        return {
            "name": self.name,
            "counted": str(self.counted),
            "quorum": _share_out(self.quorum),
            "consent": _share_out(self.consent),
            "of_everybody": self.of_everybody,
            "notice_days": self.notice_days,
            "citation": self.citation,
            "in_force": self.in_force,
            "superseded": self.superseded,
        }


def profile_from(snapshot: Mapping[str, Any]) -> Profile:
    """The profile that a snapshot (or a file of data/rules) holds.

    Raises ValueError naming what is missing, unknown or no share.
    """
    given = dict(snapshot)
    try:
        quorum, consent = _share_in(given.pop("quorum", None)), _share_in(given.pop("consent", None))
        return Profile(counted=Counted(given.pop("counted")), quorum=quorum, consent=consent, **given)
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a profile: {error}") from error


def _share_out(share: Share | None) -> dict[str, Any] | None:
    if share is None:
        return None
    return {"numerator": share.numerator, "denominator": share.denominator, "strict": share.strict}


def _share_in(given: Mapping[str, Any] | None) -> Share | None:
    if given is None:
        return None
    share = Share(**given)
    if not 0 < share.numerator <= share.denominator:
        raise ValueError(f"not a share: {share.numerator}/{share.denominator}")
    return share


def latest_notice(session: date, profile: Profile) -> date:
    """The last day on which a session may be told: so many whole days between, the first not counted.

    Owners' assemblies: 15 days ahead (Regulation on Property Management article 14, Civil Code
    article 201); the neighbourhood committee is told as well.
    """
    return session - timedelta(days=profile.notice_days + 1)


def check_notice(told: date, session: date, profile: Profile) -> None:
    """Say nothing if the notice of a session came in time, else raise Refused notice_too_late."""
    latest = latest_notice(session, profile) if profile.notice_days else session
    if told > latest:
        raise Refused("notice_too_late", latest=latest, days=profile.notice_days, citation=profile.citation)
