"""How often one address may post a form or try a code; kept in memory, since a restart may forget it."""

import ipaddress
from dataclasses import dataclass, field

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.requests import Request

FORMS = RateLimitItemPerMinute(30, namespace="forms")
"""A whole house may stand behind one address of a mobile network."""
CODES = RateLimitItemPerHour(20, namespace="codes")
HOME = 64


@dataclass(frozen=True)
class Limits:
    """Counts by the visitor's address; of IPv6 by the first 64 bits, which one household has to itself."""

    limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def take(self, what: RateLimitItem, request: Request) -> None:
        """Count one. Raises HTTPException 429 with Retry-After where it is one too many."""
        where = _home(request.client.host if request.client else "")
        if not self.limiter.hit(what, where):
            left = self.limiter.get_window_stats(what, where)
            wait = max(1, int(left.reset_time) - int(self.limiter.storage.get_expiry(what.key_for(where)) or 0))
            raise HTTPException(429, headers={"Retry-After": str(min(wait, what.get_expiry()))})


def _home(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(ipaddress.ip_network((address, HOME), strict=False))
