"""A config that can't be used, in one line: the file, the key, and what is expected there."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from bot import config
from bot.texts import Texts

OWN = {"twice", "webhook", "rehearsal", "neither"}
SEVERAL = {"community", "wecom_webhook"}


class Unusable(Exception):
    """The one line."""


def load(path: Path | None, texts: Texts) -> config.Config:
    """`bot.config.load` whose every error is an `Unusable` with the line to print."""
    file = str(path or config.REHEARSAL)
    try:
        return config.load(path)
    except ValidationError as wrong:
        raise Unusable(explain(_first(wrong), file, texts)) from None
    except config.OnlyInRehearsal:
        raise Unusable(texts("config.rehearsal", file=file, key="rehearsal")) from None
    except SettingsError as wrong:
        raise Unusable(_environment(str(wrong), texts)) from None
    except tomllib.TOMLDecodeError as wrong:
        raise Unusable(texts("config.toml", file=file, detail=wrong)) from None
    except UnicodeDecodeError:
        raise Unusable(texts("config.encoding", file=file)) from None
    except OSError:
        raise Unusable(texts("config.unreadable", file=file)) from None


def _first(wrong: ValidationError) -> ErrorDetails:
    """The error to tell: a mistyped key before the key that seems missing because of it."""
    return min(wrong.errors(), key=lambda error: error["type"] != "extra_forbidden")


def explain(error: ErrorDetails, file: str, texts: Texts) -> str:
    """One of pydantic's errors as a sentence."""
    kind, facts = error["type"], error.get("ctx", {})
    if kind in OWN:
        return texts(f"config.{kind}", file=file, **facts)
    path = [part for part in error["loc"] if isinstance(part, str) and "[" not in part]
    shown = _shown(path, error["loc"], texts)
    if kind == "extra_forbidden":
        return texts("config.unknown", file=file, key=shown, known=", ".join(known(path[:-1])))
    problem = "missing" if kind == "missing" else "wrong"
    return texts(f"config.{problem}", file=file, key=shown, expected=_expected(path, texts))


def known(path: Sequence[str]) -> list[str]:
    """The keys that the part at `path` has."""
    part: type[BaseModel] = config.Config
    for name in path:
        part = part_of(part.model_fields[name].annotation) or part
    return [field.alias or key for key, field in part.model_fields.items() if key != "rehearsal"]


def part_of(annotation: Any) -> type[BaseModel] | None:
    """The part of the file that a field holds, if it holds one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := part_of(inner))), None)


def _shown(path: Sequence[str], loc: Sequence[int | str], texts: Texts) -> str:
    """The dotted key; of several communities or webhooks with the number of the one that is meant."""
    number = next((part for part in loc if isinstance(part, int)), 0) if path[0] in SEVERAL else 0
    key = ".".join(path)
    return texts("config.nth", key=key, n=number + 1) if number else key


def _expected(path: Sequence[str], texts: Texts) -> str:
    kinds = [f"{name} ({kind})" for kind, name in config.kinds().items()]
    return texts(f"config.expected.{'.'.join(path)}", kinds=", ".join(kinds))


def _environment(message: str, texts: Texts) -> str:
    """pydantic-settings names the field in quotes: a whole part given as one variable must be JSON."""
    field = message.split('"')[1]
    return texts("config.environment", key=f"BOT_{field.upper()}", expected="JSON")
