"""Templates filled and sent: the frame around every page, its language's texts, its size of type."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.passages import marked
from web.site import Site
from web.views import Place, pieces

HERE = Path(__file__).parent
STATIC = HERE / "static"
TITLES = 4096
LARGE, LANGUAGE = "large", "lang"
ENGLISH, CHINESE = "en", "zh"
OWN = ' lang="zh-CN"'
NAV = (
    ("board.home", ""),
    ("board.topics", "topics"),
    ("board.sessions", "sessions"),
    ("board.votes", "votes"),
    ("board.statistics", "statistics"),
)
CARDS = {"concerns": "concern", "say": "concern", "topics": "topic", "votes": "vote", "ballot": "vote"}
"""Which picture goes with a link, by the section of its page."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around it. `nav` are name, address, and whether it is the current one.

    `own` marks a passage in the community's language, where the page is in another one (WCAG 3.1.2).
    """

    community: str
    root: str
    room: str
    operator: str
    contact: str
    rehearsal: bool
    large: bool
    other_size: str
    css: str
    script: str
    other_language: str
    address: str
    card: str
    own: Markup
    nav: tuple[tuple[str, str, bool], ...] = ()


class Renderer:
    """Fills templates. Text from residents is data: everything is escaped unless a template says otherwise."""

    def __init__(self, site: Site, english: Site | None = None) -> None:
        self.site = site
        self._english = english
        self._pages = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.globals.update(t=site.texts, words=site.texts.list, asset=asset)
        self._pages.filters["wrapping"] = lru_cache(TITLES)(self._wrapping)

    def __call__(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        """A page outside any community: rehearsal, errors."""
        return self.page(request, None, template, status, **values)

    def page(
        self, request: Request, place: Place | None, template: str, status: int = 200, **values: object
    ) -> Response:
        """A page of a community. `values` must hold `page`, its title."""
        site = self.speaking(request)
        frame = self._frame(request, place, site)
        found = self._pages.get_template(template).render(frame=frame, t=site.texts, words=site.texts.list, **values)
        return HTMLResponse(marked(found) if site is self._english else found, status)

    def speaking(self, request: Request) -> Site:
        """The site in the visitor's language: the one they chose, else the first of the two their browser names."""
        return self._english if self._english and language(request) == ENGLISH else self.site

    def part(self, template: str, **values: object) -> str:
        """A piece of a page, without its frame."""
        return self._pages.get_template(template).render(**values)

    def _wrapping(self, title: str) -> Markup:
        """A title that may wrap between its words. The same ones stand on page after page, so they are kept."""
        return Markup("<wbr>").join(pieces(title, self.site.words(title)))

    def _frame(self, request: Request, place: Place | None, site: Site) -> Frame:
        large = request.cookies.get(LARGE) == "1"
        frame = Frame(
            "",
            "/",
            "",
            self.site.operator,
            self.site.contact,
            self.site.rehearsal,
            large,
            relative(request.url.include_query_params(large=int(not large))),
            asset("board.css"),
            asset("board.js"),
            relative(request.url.include_query_params(lang=CHINESE if site is self._english else ENGLISH))
            if self._english
            else "",
            self.absolute(request, relative(request.url.replace(query=""))),
            self.absolute(request, "/card/board.png"),
            Markup(OWN) if site is self._english else Markup(),
        )
        return frame if place is None else self._of(place, frame, request.url.path, site)

    def _of(self, place: Place, frame: Frame, path: str, site: Site) -> Frame:
        section = path.removeprefix(place.root).partition("/")[0]
        nav = tuple((site.texts(key), place.root + end, section == end) for key, end in NAV)
        card = f"/card/{CARDS[section]}.png" if section in CARDS else "/card/board.png"
        base = frame.address[: len(frame.address) - len(path)]
        return replace(frame, community=place.name, root=place.root, room=place.room, nav=nav, card=base + card)

    def absolute(self, request: Request, path: str) -> str:
        """An address as the world reaches it; where no public address is set, as this visitor did."""
        base = self.site.public_url or str(request.base_url)
        return base.rstrip("/") + path


def language(request: Request) -> str:
    """`en` or `zh`: by the cookie, else by Accept-Language, of which the first named that we have counts."""
    if (chosen := request.cookies.get(LANGUAGE)) in {ENGLISH, CHINESE}:
        return str(chosen)
    for part in request.headers.get("accept-language", "").lower().split(","):
        named = part.split(";")[0].strip()[:2]
        if named in {ENGLISH, CHINESE}:
            return named
    return CHINESE


def relative(url: URL) -> str:
    """An address on this site. A path that begins with two slashes would lead to another one."""
    path = "/" + url.path.lstrip("/")
    return f"{path}?{url.query}" if url.query else path


def _versioned() -> Callable[[str], str]:
    versions: dict[str, str] = {}

    def address(name: str) -> str:
        if name not in versions:
            versions[name] = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
        return f"/static/{name}?v={versions[name]}"

    return address


asset = _versioned()
"""The address of a file in `static/`, with a version that changes when its bytes do."""
