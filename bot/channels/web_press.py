"""Buttons as forms carry them: a JSON list of the verb and its arguments."""

import json
import re

PART = re.compile(r"[^\x00-\x1f]{0,64}")
MOST_PARTS = 9


class NoButton(Exception):
    """What was posted is no button of ours."""


def button(press: str) -> list[str]:
    """A button's verb and arguments. Raises NoButton."""
    try:
        found = json.loads(press)
    except ValueError:
        found = None
    if isinstance(found, list) and 0 < len(found) <= MOST_PARTS and all(_part(part) for part in found):
        return found
    raise NoButton


def _part(part: object) -> bool:
    return isinstance(part, str) and PART.fullmatch(part) is not None
