"""Each request against a schema that the sending library did not make.

Everything but aiogram's own traffic is read by aiogram's models (nothing may be left over); everything is compared with
the published specification where its file lies beside the checkout.
"""

import functools
import json
from pathlib import Path
from typing import Any

import aiogram.methods
from pydantic import BaseModel, ValidationError

Json = dict[str, Any]
SPECIFICATION = Path(__file__).parents[3] / "shared/data/telegram-bot-api.json"
# Parameters that are text even where they look like JSON; all others are JSON when sent as form fields.
TEXT = {
    "text", "caption", "question", "explanation", "description", "title", "url", "file_id", "callback_query_id",
    "parse_mode", "question_parse_mode", "explanation_parse_mode", "secret_token", "language_code", "action", "poll_id",
}  # fmt: skip
PLAIN = {"String": str, "Integer": int, "Boolean": bool, "Float": (int, float)}


def decode(form: Json) -> Json:
    """Form fields as the JSON values they stand for (`chat_id` "-100" is a number, `text` "5" stays text)."""
    return {name: value if name in TEXT else _json(value) for name, value in form.items()}


def _json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def violations(method: str, params: Json, sent_by: str) -> list[str]:
    """What is wrong with a request; `sent_by` is its User-Agent."""
    found = [] if "aiogram" in sent_by else _by_aiogram(method, params)
    specification = _specification()
    return found + (_by_specification(method, params, specification) if specification else [])


def _by_aiogram(method: str, params: Json) -> list[str]:
    model = getattr(aiogram.methods, method[:1].upper() + method[1:], None)
    if model is None:
        return [f"{method}: no such method"]
    try:
        return [f"{method}: unknown {name}" for name in _left_over(model.model_validate(params), "")]
    except ValidationError as error:
        return [f"{method}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]


def _left_over(value: Any, path: str) -> list[str]:
    if isinstance(value, list):
        return [name for index, one in enumerate(value) for name in _left_over(one, f"{path}{index}.")]
    if not isinstance(value, BaseModel):
        return []
    found = [path + name for name in value.model_extra or {}]
    for name, one in value.__dict__.items():
        found += _left_over(one, f"{path}{name}.")
    return found


@functools.cache
def _specification() -> Json | None:
    return json.loads(SPECIFICATION.read_text("utf-8")) if SPECIFICATION.exists() else None


def _by_specification(method: str, params: Json, specification: Json) -> list[str]:
    known = specification["methods"].get(method)
    if known is None:
        return [f"{method}: not in the specification"]
    return [f"{method}: {wrong}" for wrong in _object(known.get("fields", []), params, specification)]


def _object(fields: list[Json], value: Json, specification: Json) -> list[str]:
    by_name = {one["name"]: one for one in fields}
    wrong = [f"unknown {name}" for name in value if name not in by_name]
    wrong += [f"lacks {name}" for name, one in by_name.items() if one["required"] and name not in value]
    for name, one in value.items():
        types = by_name[name]["types"] if name in by_name else []
        if types and not any(_fits(kind, one, specification) for kind in types):
            wrong.append(f"{name} is no {' or '.join(types)}: {one!r}")
    return wrong


def _fits(kind: str, value: Any, specification: Json) -> bool:
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(_fits(kind[9:], one, specification) for one in value)
    if kind in PLAIN:
        return isinstance(value, PLAIN[kind]) and (kind == "Boolean" or not isinstance(value, bool))  # type: ignore[arg-type]
    if kind == "InputFile":
        return isinstance(value, str) and value.startswith("attach://")
    shape = specification["types"][kind]
    if "subtypes" in shape:
        return any(_fits(one, value, specification) for one in shape["subtypes"])
    return isinstance(value, dict) and not _object(shape["fields"], value, specification)
