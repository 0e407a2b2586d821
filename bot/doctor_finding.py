"""What `doctor` finds: how it is meant, and a key of doctor.toml with its facts."""

from enum import StrEnum
from typing import Any, NamedTuple


class Mark(StrEnum):
    """How a finding is meant."""

    FINE = "fine"
    NOTE = "note"
    FAULT = "fault"


class Finding(NamedTuple):
    """What was found: a key of doctor.toml with its facts."""

    mark: Mark
    key: str
    facts: dict[str, Any]


def found(mark: Mark, key: str, **facts: Any) -> Finding:
    """A finding."""
    return Finding(mark, key, facts)
