"""How hot a topic is: many behind it, more of them lately, and not long ago.

    heat = (supporters + GROWTH × those of the last WINDOW days) × ½ ^ (days since the last one / HALF_LIFE)

A hundred supporters of last winter cool to below ten of this week; nobody's person counts for more than one.
"""

from collections.abc import Sequence
from datetime import date

WINDOW = 7
GROWTH = 2.0
HALF_LIFE = 14.0


def heat(supported: Sequence[date], today: date) -> float:
    """The heat of a topic from the day of each support, the authors' own concerns among them; 0 without any."""
    if not supported:
        return 0.0
    lately = sum((today - day).days < WINDOW for day in supported)
    quiet = max((today - max(supported)).days, 0)
    return float((len(supported) + GROWTH * lately) * 0.5 ** (quiet / HALF_LIFE))
