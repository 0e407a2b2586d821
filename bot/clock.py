"""The clock: the real one, and one that a rehearsal can move forward."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The only place that reads the time, but for the scheduler's tick."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


class RehearsalClock(Clock):
    """A clock that can be set forward; it runs on from there."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Now as the rehearsal has it."""
        return super().now() + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Set it to a later moment; an earlier one changes nothing."""
        self._ahead += max(timedelta(), moment - self.now())
