"""Who may call back: within two hours, once, and the platform's own retries."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.wechat_crypto import Forged
from bot.channels.wechat_guard import Guard

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)


class Watch:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def stamp(self, **off: int) -> str:
        return str(int((self.now + timedelta(**off)).timestamp()))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.mark.parametrize("off", [{"hours": -1}, {"hours": 1}, {"minutes": -119}, {"minutes": 119}])
def test_guard_admits_a_clock_that_is_off(watch: Watch, off: dict[str, int]) -> None:
    """A clock off by an hour must not lose a resident's word."""
    Guard(watch).admit("s", watch.stamp(**off), b"")


@pytest.mark.parametrize("off", [{"hours": -3}, {"hours": 3}, {"days": -9}])
def test_guard_refuses_what_is_of_another_day(watch: Watch, off: dict[str, int]) -> None:
    """What is older than the nonces are remembered could be a replay."""
    with pytest.raises(Forged, match="timestamp"):
        Guard(watch).admit("s", watch.stamp(**off), b"")


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", "9" * 400, "１７６３９７１２００", "1763971200.5"])
def test_guard_refuses_a_timestamp_that_is_none(watch: Watch, stamp: str) -> None:
    """Whatever stands there, it is refused by name."""
    with pytest.raises(Forged, match="timestamp"):
        Guard(watch).admit("s", stamp, b"")


def test_guard_admits_the_platform_s_retries(watch: Watch) -> None:
    """The same request three times, five seconds apart."""
    guard, stamp = Guard(watch), watch.stamp()
    for _ in range(3):
        guard.admit("s", stamp, b"{}")
        watch.now += timedelta(seconds=5)


@pytest.mark.parametrize("later", [{"seconds": 31}, {"minutes": 59}, {"hours": 1, "minutes": 59}])
def test_guard_refuses_a_replay(watch: Watch, later: dict[str, int]) -> None:
    """An old signed request is refused as long as its timestamp would still be admitted."""
    guard, stamp = Guard(watch), watch.stamp()
    guard.admit("s", stamp, b"{}")
    watch.now += timedelta(**later)

    with pytest.raises(Forged, match="replay"):
        guard.admit("s", stamp, b"{}")


def test_guard_refuses_another_body_under_the_same_signature(watch: Watch) -> None:
    """In plain mode the signature does not cover the body."""
    guard, stamp = Guard(watch), watch.stamp()
    guard.admit("s", stamp, b"{}")

    with pytest.raises(Forged, match="replay"):
        guard.admit("s", stamp, b"[]")


def test_guard_refuses_the_replay_of_a_request_dated_ahead(watch: Watch) -> None:
    """Dated two hours ahead, a request could come again for four."""
    guard, stamp = Guard(watch), watch.stamp(minutes=119)
    guard.admit("s", stamp, b"{}")
    watch.now += timedelta(hours=3, minutes=50)
    guard.admit("other", watch.stamp(), b"{}")

    with pytest.raises(Forged, match="replay"):
        guard.admit("s", stamp, b"{}")


def test_guard_forgets_what_the_timestamp_refuses_by_itself(watch: Watch) -> None:
    """It does not grow for ever."""
    guard = Guard(watch)
    for number in range(100):
        guard.admit(str(number), watch.stamp(), b"")
        watch.now += timedelta(hours=1)

    assert len(guard._seen) <= 6
