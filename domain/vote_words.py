"""A vote in words: which option somebody typed, and how a share is written."""

import re
import unicodedata
from collections.abc import Sequence

from domain.errors import Refused


def read_choice(text: str, options: Sequence[str]) -> int:
    """The position of the option that `text` names, by its place in the list (from 1) or by its own words.

    Raises Refused: unknown_option(options), ambiguous_option(text) where an option's own words are the place of
    another one ("2" as the words of the third).
    """
    typed = _plain(text)
    places = {int(typed) - 1} & set(range(len(options))) if typed.isascii() and typed.isdigit() else set()
    named = {place for place, option in enumerate(options) if _plain(option) == typed}
    found = places | named
    if not found:
        raise Refused("unknown_option", options=len(options))
    if len(found) > 1:
        raise Refused("ambiguous_option", text=text.strip())
    return found.pop()


def read_choices(text: str, options: Sequence[str]) -> tuple[int, ...]:
    """Several options typed one after the other, apart by spaces or commas; as in `read_choice`, each once.

    Raises Refused: unknown_option(options), ambiguous_option(text).
    """
    parts = [part for part in re.split(r"[\s,，、;；>＞]+", text) if part]
    return tuple(dict.fromkeys(read_choice(part, options) for part in parts or [""]))


def write_area(area: int) -> str:
    """An area of 0.01 m² with its two places: 3000001 is 30000.01."""
    return f"{area // 100}.{area % 100:02d}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def percent(part: int, whole: int) -> str:
    """A share in percent with one decimal, rounded half up in integers: 45 of 67 is 67.2 (VOICE.md §4)."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"
