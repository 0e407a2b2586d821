"""What the parts of the config file are made of: values with a form of their own, and a part that never changes."""

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

CHANNELS = ("telegram", "wecom", "wecom_webhook", "wecom_customers", "official_account", "web", "console")


def matches(pattern: str) -> AfterValidator:
    """The whole value has this form; what is expected is told by the key's own line in locales."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(pattern)
        return value

    return AfterValidator(check)


def _clock(value: object) -> object:
    """TOML's own time, or text as `19:30`; numbers, which pydantic would take as seconds, are refused."""
    if isinstance(value, str) and (match := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value)):
        return time(int(match[1]), int(match[2]))
    if isinstance(value, time):
        return value
    raise ValueError(value)


Clock = Annotated[time, BeforeValidator(_clock), PlainSerializer("{:%H:%M}".format, when_used="json")]
Address = Annotated[str, matches(rf"({'|'.join(CHANNELS)}):\S+")]
Name = Annotated[str, matches(r"\S(.{0,62}\S)?")]


class Part(BaseModel):
    """A part of the file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
