"""Links that let one person, for one household, do one thing for a short while on a page (CHANNELS.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

LASTS = timedelta(hours=1)


class PassOver(Exception):
    """A link of ours whose time is over."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Whose link it is. It holds only while this resident is still bound to this household."""

    resident: int
    household: int | None


class Passes:
    """Issues and reads links. `key` is a secret of this installation."""

    def __init__(self, key: bytes) -> None:
        self._signed = URLSafeSerializer(key, salt="pass")

    def issue(self, who: Pass, purpose: str, now: datetime) -> str:
        """The token of a link for a purpose: `say`, or `ballot/3`."""
        return str(self._signed.dumps([who.resident, who.household, purpose, int((now + LASTS).timestamp())]))

    def read(self, token: str, purpose: str, now: datetime) -> Pass | None:
        """Whose token it is; None where it isn't one of ours for this purpose. Raises PassOver."""
        try:
            resident, household, meant, until = self._signed.loads(token)
        except (BadSignature, ValueError, TypeError):
            return None
        if meant != purpose:
            return None
        if now.timestamp() >= until:
            raise PassOver
        return Pass(resident, household)
