"""Who may enter the rehearsal, and which posted forms are its own.

It plays any person without a password, so it is for this machine's user alone: the client's address and the name
the browser asked for must both be loopback (the second stops a page that points its own name at 127.0.0.1), and a
request that came through a proxy is not local. A form must carry the key of the cookie that only this site's pages
get back (SameSite=Strict), and come from this origin where the browser says from which.
"""

import ipaddress
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web_stage import PATH

COOKIE = "rehearsal"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def is_local(request: Request) -> bool:
    """Whether a request came from this very machine, straight and by one of its own names."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    straight = not any(name in request.headers for name in FORWARDED)
    return straight and host in LOCAL_NAMES and request.client is not None and _loopback(request.client.host)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def key_of(request: Request) -> str:
    """The key for this page's forms: the cookie's, or a new one."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(16)


def keep_key(request: Request, response: Response, key: str) -> None:
    """Give the browser the key that its next form must match."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, key, path=PATH, secure=secure, httponly=True, samesite="strict")


def is_own_form(request: Request, key: str) -> bool:
    """Whether a posted form is one of ours: right key, and no other origin named."""
    cookie = request.cookies.get(COOKIE, "")
    return bool(cookie) and secrets.compare_digest(cookie.encode(), key.encode()) and _same_origin(request)


def _same_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is not None:
        return origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
