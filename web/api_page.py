"""/api: the API's description as a page to read, made from the very document that programs read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.openapi import openapi
from web.pages import Pages
from web.render import Renderer


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a way, or a field of an answer: its name, what it holds, and a word about it."""

    name: str
    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way into the API: its path, what it gives, an address to try, its parameters, its answers."""

    path: str
    what: str
    url: str
    parameters: tuple[Field, ...]
    answers: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is answered, field by field."""

    name: str
    fields: tuple[Field, ...]


class ApiPage:
    """Endpoint beside the board's other pages."""

    def __init__(self, render: Renderer, pages: Pages) -> None:
        self._render = render
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first community's at the root, every community's under its slug."""
        return [Route(root + "api", self.page) for root in ("/", "/c/{slug}/")]

    async def page(self, request: Request) -> Response:
        """Each way with an address to try, each shape with its fields; readable without scripts."""
        place, words = await self._pages.at(request)
        base = self._pages.address(request, f"{place.root}api/v1")
        document = openapi(place.name, base)
        return self._render.page(
            request,
            place,
            "api.html",
            page=words("board.api"),
            base=base,
            ways=list(_ways(document, base)),
            shapes=list(_shapes(document)),
        )


def _ways(document: Mapping[str, Any], base: str) -> Iterator[Way]:
    for path, way in document["paths"].items():
        get = way["get"]
        parameters = tuple(Field(p["name"], _kind(p["schema"]), p.get("description", "")) for p in get["parameters"])
        answers = tuple(Field(code, answer["description"]) for code, answer in get["responses"].items())
        tried = "" if "{" in path else base + path
        yield Way(path, get["summary"], tried, parameters, answers)


def _shapes(document: Mapping[str, Any]) -> Iterator[Shape]:
    for name, schema in document["components"]["schemas"].items():
        yield Shape(name, tuple(Field(field, _kind(kind)) for field, kind in schema["properties"].items()))


def _kind(schema: Mapping[str, Any]) -> str:
    """What a field may hold, in a few words."""
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    types = schema.get("type", "object")
    told = " | ".join(types) if isinstance(types, list) else str(types)
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if told == "array":
        return f"array of {_kind(schema['items'])}"
    bounds = [f"{schema['minimum']}" if "minimum" in schema else "", f"{schema.get('maximum', '')}"]
    limits = f", {bounds[0]} to {bounds[1]}" if bounds[1] else ""
    return told + (f", {schema['format']}" if "format" in schema else "") + limits
