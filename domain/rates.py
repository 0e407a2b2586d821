"""三率: 响应率, 解决率, 满意率 of a month, as the field uses them; counts in, rates out, always with their counts.

    rates = Rates(given=20, answered=18, solved=9, ratings=10, content=9)
    rates.response, rates.solution, rates.satisfaction      # tenths of a percent, None where nothing was counted

响应率: of the tasks given in the month, those taken, handed back or reported done within a day (an emergency: two
hours). 解决率: of the same, those that ended 办成 or 部分办成, as somebody who asked confirmed. 满意率: of the month's
ratings, those that say 满意 or 基本满意. What ended as 重复 or 撤回 is not counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from domain.terms import Urgency

ANSWER_WITHIN = {
    Urgency.EMERGENCY: timedelta(hours=2),
    Urgency.URGENT: timedelta(days=1),
    Urgency.NORMAL: timedelta(days=1),
    Urgency.LONG: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of a month. `answered`, `solved` are of the `given`; `content` of the `ratings`."""

    given: int = 0
    answered: int = 0
    solved: int = 0
    ratings: int = 0
    content: int = 0

    @property
    def response(self) -> int | None:
        """响应率 in tenths of a percent."""
        return _permille(self.answered, self.given)

    @property
    def solution(self) -> int | None:
        """解决率 in tenths of a percent."""
        return _permille(self.solved, self.given)

    @property
    def satisfaction(self) -> int | None:
        """满意率 in tenths of a percent."""
        return _permille(self.content, self.ratings)


def _permille(part: int, whole: int) -> int | None:
    """Rounded half up; None where there is nothing to divide by."""
    return (2000 * part + whole) // (2 * whole) if whole else None


def together(every: Iterable[Rates]) -> Rates:
    """The sum of several categories."""
    found = list(every)
    return Rates(
        *(sum(one.given for one in found), sum(one.answered for one in found), sum(one.solved for one in found)),
        *(sum(one.ratings for one in found), sum(one.content for one in found)),
    )
