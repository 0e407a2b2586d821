"""Who may call back: signed by the platform, of these hours, and not a request of long ago sent again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.wechat_crypto import Forged

KEPT = timedelta(hours=2)
RETRIES = timedelta(seconds=30)
"""The platform sends the same request up to three times, each five seconds after the last."""
MOST = 200_000


class Guard:
    """Remembers the signatures of two hours. What is older is refused by its timestamp, whatever clock is off."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, tuple[datetime, bytes]] = OrderedDict()

    def admit(self, signature: str, timestamp: str, body: bytes) -> None:
        """Note a request whose signature held. Raises Forged where it is too old, or a replay.

        The same request within the platform's own retries passes (its event is taken once all the same); the same
        signature around another body does not, since in plain mode the signature does not cover the body.
        """
        now = self._clock()
        if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > len("1000000000") + 1:
            raise Forged("timestamp")
        if abs(now.timestamp() - int(timestamp)) > KEPT.total_seconds():
            raise Forged("timestamp")
        self._forget(now)
        about = hashlib.sha256(body).digest()
        first, known = self._seen.setdefault(signature, (now, about))
        if about != known or now - first > RETRIES:
            raise Forged("replay")

    def _forget(self, now: datetime) -> None:
        """A request may be dated up to two hours ahead, so it is remembered for twice as long."""
        while self._seen:
            signature, (first, _) = next(iter(self._seen.items()))
            if now - first <= 2 * KEPT and len(self._seen) < MOST:
                return
            del self._seen[signature]
