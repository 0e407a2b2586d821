"""The API's own description (OpenAPI 3.1), which tests hold against what the API answers."""

from typing import Any

from domain.terms import ConcernCategory, MatterKind, Step, TopicState, VoteKind

MOST = 100
Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
YES_NO: Schema = {"type": "boolean"}


def _or_none(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


CATEGORY: Schema = {"type": "string", "enum": [category.value for category in ConcernCategory]}
SCHEMAS: dict[str, Schema] = {
    "Session": {
        "day": {"type": "string", "format": "date"},
        "url": TEXT,
        "starts_at": MOMENT,
        "moved_from": _or_none(MOMENT),
        "place": TEXT,
        "cancelled": YES_NO,
        "reason": _or_none(TEXT),
    },
    "Concern": {
        "number": NUMBER,
        "url": TEXT,
        "title": TEXT,
        "text": TEXT,
        "category": {"anyOf": [CATEGORY, {"type": "null"}]},
        "category_name": _or_none(TEXT),
        "urgent": YES_NO,
        "supporters": NUMBER,
        "said_at": MOMENT,
    },
    "Topic": {
        "number": NUMBER,
        "url": TEXT,
        "title": TEXT,
        "category": {"anyOf": [CATEGORY, {"type": "null"}]},
        "category_name": _or_none(TEXT),
        "kind": {"type": "string", "enum": [kind.value for kind in MatterKind]},
        "step": {"type": "integer", "minimum": 1, "maximum": len(Step)},
        "step_name": TEXT,
        "state": {"type": "string", "enum": [TopicState.OPEN.value, TopicState.PUBLISHED.value]},
        "urgent": YES_NO,
        "concerns": NUMBER,
        "supporters": NUMBER,
        "session": _or_none(MOMENT),
        "doer": _or_none(TEXT),
        "due": _or_none({"type": "string", "format": "date"}),
        "since": MOMENT,
        "made_at": MOMENT,
    },
    "Vote": {
        "number": NUMBER,
        "url": TEXT,
        "kind": {"type": "string", "enum": [kind.value for kind in VoteKind]},
        "label": TEXT,
        "title": TEXT,
        "options": {"type": "array", "items": TEXT},
        "secret": YES_NO,
        "public_list": YES_NO,
        "open": YES_NO,
        "cast": NUMBER,
        "total": _or_none(NUMBER),
        "opened_at": MOMENT,
        "closes_at": MOMENT,
        "closed_at": _or_none(MOMENT),
        "counts": {"type": ["object", "null"], "additionalProperties": NUMBER},
    },
}


def openapi(community: str, url: str) -> dict[str, Any]:
    """The document of one community's API, which begins at `url`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": community, "version": "1", "description": "What is public on this board. Read only."},
        "servers": [{"url": url}],
        "paths": {
            "/sessions": _path("Sessions, the earliest first", "Session", _PAGING),
            "/concerns": _path("Concerns, the newest first", "Concern", [*_PAGING, _CATEGORY]),
            "/concerns/{number}": _one("One concern", "Concern"),
            "/topics": _path("Topics, the newest first", "Topic", [*_PAGING, _CATEGORY]),
            "/topics/{number}": _one("One topic", "Topic"),
            "/votes": _path("Votes, the newest first", "Vote", _PAGING),
            "/votes/{number}": _one("One vote", "Vote"),
        },
        "components": {"schemas": {name: _object(fields) for name, fields in SCHEMAS.items()} | {"Error": _ERROR}},
    }


def _object(fields: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


_ERROR = _object({"error": _object({"code": NUMBER, "message": TEXT, "parameter": _or_none(TEXT)})})
_LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 20}}
_CURSOR = {
    "name": "cursor",
    "in": "query",
    "description": "`next` of the page before, as it stands",
    "schema": {"type": "string"},
}
_CATEGORY = {"name": "category", "in": "query", "schema": CATEGORY}
_PAGING = [_LIMIT, _CURSOR]


def _refused(status: int) -> dict[str, Any]:
    words = {400: "A parameter that can not be read", 404: "Not public, or not there"}
    return {str(status): _answer(words[status], {"$ref": "#/components/schemas/Error"})}


def _answer(words: str, schema: Schema) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _path(words: str, name: str, parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    item: Schema = {"$ref": f"#/components/schemas/{name}"}
    page = _object({"items": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}})
    return {
        "get": {
            "summary": words,
            "parameters": parameters or [],
            "responses": {"200": _answer(words, page), **_refused(400)},
        }
    }


def _one(words: str, name: str) -> dict[str, Any]:
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    found = _answer(words, {"$ref": f"#/components/schemas/{name}"})
    responses = {"200": found, **_refused(400), **_refused(404)}
    return {"get": {"summary": words, "parameters": [number], "responses": responses}}
