"""Who comes to a resident's page, and what the pages need to know from the rest of the house.

Two ways in: a one-time code typed once, after which the browser keeps a signed cookie; or a link that the bot gave in
a private chat. By a link one acts as oneself on that channel, and the bot's answers go there; by a code one is a person
of the web channel, whose private chat is the page.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web_stage import CHANNEL
from domain.talk import Chat, Person, Upload
from domain.terms import ConcernCategory, Method, Visibility

COOKIE = "resident"
LASTS = timedelta(days=180)
PRIVATE = "resident-"


class LinkOver(Exception):
    """The link that somebody came by has expired."""


@dataclass(frozen=True, slots=True)
class Where:
    """The community of a page; `root` is where its pages begin."""

    id: int
    slug: str
    name: str
    root: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who acts, as whom events come in; `token` is the link's, empty for somebody with a cookie."""

    resident: int
    community: int
    slug: str
    flat: str
    chat: Chat
    person: Person
    token: str = ""

    @property
    def of_web(self) -> bool:
        """Whether the page is this person's private chat with the bot."""
        return self.chat.channel == CHANNEL and self.chat.id.startswith(PRIVATE)


@dataclass(frozen=True, slots=True)
class Matter:
    """A concern on its page. `own`: the visitor said it and decides about it. `learned`: corrections decided."""

    number: int
    title: str
    text: str
    own: bool
    category: ConcernCategory | None
    guesses: tuple[ConcernCategory, ...]
    evidence: tuple[str, ...]
    learned: bool
    visibility: Visibility
    urgent: str
    held: bool
    pictures: int
    supporters: int
    seconded: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A vote on its ballot page. `view` is what the template shows; `refusal` why the visitor may not vote.

    `chosen` has the positions of the ballot that counts, empty where there is none. `asks` is what the form asks
    besides: a `slip`, digits of one's `own`, as what one speaks for the unit (`relation`). `slips`: the visitor's flats
    whose sealed slip was not shown yet; `slip` is asked while none was.
    """

    number: int
    view: object
    options: tuple[str, ...]
    chosen: tuple[int, ...] = ()
    refusal: str = ""
    method: Method = Method.SINGLE
    asks: frozenset[str] = frozenset()
    slips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Homes:
    """Who took part in a counted vote, for somebody who may read it; `refusal` why it isn't shown to the visitor.

    `public`: everybody may, without a way in (实名公示). `listed`: flats, in a 记名 vote each with what it chose (else
    empty); `more` come after them. `own`: the visitor's household is in the whole list. `label`: what the vote says of
    itself.
    """

    number: int
    view: object
    refusal: str = ""
    listed: tuple[tuple[str, str], ...] = ()
    own: bool = False
    label: str = ""
    public: bool = False
    more: bool = False


Part = tuple[int, int]
"""How many of a list, after how many."""


class Registry(Protocol):
    """What residents' pages ask of the house (`bot/residents.py`)."""

    async def where(self, slug: str | None) -> Where | None:
        """The community of a slug; without one the first."""
        ...

    async def person(self, where: Where, person: str) -> Visitor | None:
        """Somebody of the web channel who is bound to a household of this community."""
        ...

    async def home(self, person: str) -> Visitor | None:
        """Somebody of the web channel, in the community they were bound to last."""
        ...

    async def bearer(self, where: Where, token: str, purpose: str) -> Visitor | None:
        """Whom a link was given to, while they are still bound to that household. Raises LinkOver."""
        ...

    async def against_code(self, code: str) -> str:
        """Why a code can't be used, as the last part of a text's key; empty where it can."""
        ...

    async def said(self, visitor: Visitor, text: str) -> int | None:
        """The number of the visitor's concern with these very words, the newest."""
        ...

    async def is_asked(self, visitor: Visitor, question: str) -> bool:
        """Whether the bot waits for this answer of the visitor's."""
        ...

    async def matter(self, visitor: Visitor, number: int) -> Matter | None:
        """A concern that the visitor may see."""
        ...

    async def similar(self, request: Request, visitor: Visitor, number: int) -> Sequence[object]:
        """Public concerns about what may be the same thing, ready for the template, in the request's language."""
        ...

    async def sheet(self, request: Request, where: Where, visitor: Visitor | None, number: int) -> Sheet | None:
        """A vote, in the language of the request; None for an unknown number."""
        ...

    async def homes(
        self, request: Request, where: Where, visitor: Visitor | None, number: int, part: Part | None = None
    ) -> Homes | None:
        """Who took part in a vote, all or a part of them; None for an unknown number."""
        ...

    def homes_file(self, homes: Homes, kind: str) -> bytes:
        """The same as a file: `csv` for a spreadsheet, `jsonl` for a recount."""
        ...

    async def keep(self, data: bytes) -> Upload:
        """Keep a picture without its EXIF until its concern is written. Raises NoPicture."""
        ...

    async def keep_file(self, data: bytes, name: str) -> Upload:
        """Keep a file as it came until what it belongs to is written."""
        ...

    async def picture(self, id: str) -> bytes | None:
        """The bytes of a kept picture."""
        ...

    async def render(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        """A page of the board around a template. `values` must hold `page_key`, the key of its title."""
        ...


class NoPicture(Exception):
    """A file that is no picture, or too large a one; `key` words it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Doors:
    """Cookies and form keys, signed with a secret of this installation."""

    def __init__(self, key: bytes) -> None:
        self._cookies = URLSafeSerializer(key, salt="resident")
        self._forms = Signer(key, salt="form")

    def person(self, request: Request) -> str:
        """The person of the browser's cookie, or empty."""
        try:
            return str(self._cookies.loads(request.cookies.get(COOKIE, "")))
        except BadSignature:
            return ""

    def let_in(self, request: Request, response: Response, person: str) -> None:
        """From now on this browser is that person."""
        value = str(self._cookies.dumps(person))
        age, secure = int(LASTS.total_seconds()), request.url.scheme == "https"
        response.set_cookie(COOKIE, value, age, httponly=True, secure=secure, samesite="lax")

    def newcomer(self, nonce: str, code: str) -> Person:
        """A new person of the web channel; the same where the same form is sent twice."""
        return Person(self._forms.get_signature(f"{nonce}:{code.strip()}").decode()[:24])

    def key(self, visitor: Visitor) -> str:
        """What the visitor's forms must carry: nobody else's page knows it."""
        return self._forms.get_signature(f"{visitor.chat.channel}:{visitor.person.id}").decode()

    def is_own(self, visitor: Visitor, key: str) -> bool:
        """Whether a form was made for this visitor."""
        return secrets.compare_digest(self.key(visitor).encode(), key.encode())


def chat_of(person: str) -> Chat:
    """The private chat of a person of the web channel."""
    return Chat(CHANNEL, f"{PRIVATE}{person}", private=True)


def same_site(request: Request) -> bool:
    """Whether a form was posted from a page of this very site, where the browser tells."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host", "")
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
