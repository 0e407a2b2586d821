"""The platform's rate limits, kept by us so that nothing is refused: windows that slide."""

from collections import deque
from collections.abc import Callable, Mapping

CHAT = {60.0: 30, 3600.0: 1000}
"""A conversation with a bot: seconds -> messages; replies, pushes and card updates count together."""
WEBHOOK = {60.0: 20}


class Budget:
    """How much may still be sent. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float], windows: Mapping[float, int]) -> None:
        self._clock = clock
        self._windows = windows
        self._sent: dict[str, deque[float]] = {}

    def take(self, name: str, count: int = 1) -> float:
        """Take `count` sendings at once; 0.0, or how many seconds to wait, and then nothing is taken."""
        now = self._clock()
        sent = self._sent.setdefault(name, deque())
        while sent and sent[0] <= now - max(self._windows):
            sent.popleft()
        wait = max(self._wait(sent, count, now, *window) for window in self._windows.items())
        if wait <= 0:
            sent.extend([now] * count)
        return max(wait, 0.0)

    @staticmethod
    def _wait(sent: deque[float], count: int, now: float, seconds: float, most: int) -> float:
        """Until the sending that stands in the way leaves the window."""
        too_many = len(sent) + count - most
        return sent[too_many - 1] + seconds - now if 0 < too_many <= len(sent) else 0.0
