"""No test talks to the world: every socket that is not loopback is refused.

An audit hook sees each connect, bind and name look-up of the interpreter, whichever library makes
it; it cannot be taken out again, which is what a guard should be.
"""

import ipaddress
import ssl
import sys
from functools import cache
from typing import Any

_EVENTS = {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"}


def is_loopback(host: Any) -> bool:
    """Whether `host` (name, address, or None as getaddrinfo takes it) stays on this machine."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(event: str, args: tuple[Any, ...]) -> Any:
    if event == "socket.getaddrinfo":
        return args[0]
    address = args[1]
    # A unix socket's address is a path; netlink's a pair of numbers.
    return address[0] if isinstance(address, tuple) and isinstance(address[0], str) else None


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if event in _EVENTS and not is_loopback(_host(event, args)):
        raise PermissionError(f"tests use loopback only: {event} {args[1:] or args}")


def forbid() -> None:
    sys.addaudithook(_guard)
    _share_trust()


def _share_trust() -> None:
    """Each HTTP client reads the world's certificates anew (30 ms or more); no test needs them: they are read once."""
    make = ssl.create_default_context
    shared = cache(lambda cafile: make(cafile=cafile))

    def create(*args: Any, **named: Any) -> ssl.SSLContext:
        return shared(named["cafile"]) if not args and named.keys() == {"cafile"} else make(*args, **named)

    ssl.create_default_context = create
