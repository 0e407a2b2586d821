"""What of a message in several parts did not go out yet: what did must not go out again when the rest is tried."""

from collections import OrderedDict
from collections.abc import Callable, Sequence

from bot.channels.wecom.cards import Body
from domain.talk import Outgoing

MOST = 500
Parts = tuple[list[Body], str | None]
"""The parts still to be sent, and the id of the card among them."""


class Unsent:
    """The rests of the newest messages that were broken off."""

    def __init__(self) -> None:
        self._rests: OrderedDict[Outgoing, Parts] = OrderedDict()

    def of(self, out: Outgoing, made: Callable[[], tuple[Sequence[Body], str | None]]) -> Parts:
        """What is still to be sent of a message; all that `made` gives, where nothing of it was."""
        if out in self._rests:
            return self._rests.pop(out)
        bodies, card = made()
        return list(bodies), card

    def keep(self, out: Outgoing, rest: Parts) -> None:
        """It was broken off."""
        self._rests[out] = rest
        while len(self._rests) > MOST:
            self._rests.popitem(last=False)
