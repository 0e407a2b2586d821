"""Thirty a minute and a thousand an hour a conversation, kept by us."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.limits import CHAT, Budget


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_budget_lets_thirty_a_minute_through_and_tells_how_long_to_wait() -> None:
    """The thirty-first waits until the first is a minute old."""
    watch = Watch()
    budget = Budget(watch, CHAT)
    for _ in range(30):
        assert budget.take("a") == 0.0
        watch.now += 1

    assert budget.take("a") == 30.0
    assert budget.take("b") == 0.0
    watch.now += 30
    assert budget.take("a") == 0.0


def test_budget_takes_all_or_nothing() -> None:
    """A text and its card go out together or wait together."""
    budget = Budget(Watch(), CHAT)
    assert budget.take("a", 29) == 0.0

    assert budget.take("a", 2) == 60.0
    assert budget.take("a", 1) == 0.0


def test_budget_lets_a_thousand_an_hour_through() -> None:
    """However evenly they are spread."""
    watch, sent = Watch(), 0
    budget = Budget(watch, CHAT)
    while watch.now < 3600:
        sent += budget.take("a") == 0.0
        watch.now += 1

    assert sent == 1000


@given(st.lists(st.tuples(st.floats(0, 120), st.integers(1, 3)), max_size=200))
def test_budget_never_lets_more_through_than_a_window_holds(pauses: list[tuple[float, int]]) -> None:
    """At no moment have more than thirty gone out within sixty seconds."""
    watch, gone = Watch(), list[float]()
    budget = Budget(watch, {60.0: 30})
    for pause, count in pauses:
        watch.now += pause
        if budget.take("a", count) == 0.0:
            gone += [watch.now] * count
        assert sum(moment > watch.now - 60 for moment in gone) <= 30


@given(st.lists(st.floats(0, 5), min_size=31, max_size=100))
def test_budget_lets_through_after_the_wait_that_it_told(pauses: list[float]) -> None:
    """Whoever waits as long as told is not told to wait again."""
    watch = Watch()
    budget = Budget(watch, {60.0: 30})
    for pause in pauses:
        watch.now += pause
        if wait := budget.take("a"):
            watch.now += wait + 1e-6

            assert budget.take("a") == 0.0
