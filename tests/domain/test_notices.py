"""What the bot says by itself: merged, and a set number a day (VOICE.md §1.5, §1.9)."""

from datetime import UTC, datetime, time

from domain.notices import Caps, bundled, counts, merged, morning_after, put_off
from domain.quiet import Quiet
from domain.talk import Button, Chat, Manner, Outgoing

GROUP, ALONE = Chat("web", "g1"), Chat("web", "p1", private=True)


def notice(text: str = "句", to: Chat = ALONE, **more) -> Outgoing:
    return Outgoing(to, text, Manner.NOTICE, **more)


def test_notices_that_come_together_are_one() -> None:
    """Plain ones next to each other; an answer between them stays where it is."""
    outs = [notice("一"), notice("二"), Outgoing(ALONE, "答"), notice("三")]

    assert bundled(outs) == [[0, 1], [2], [3]]
    assert merged(outs[:2]).text == "一\n\n二"


def test_message_with_a_card_a_file_or_in_silence_stays_alone() -> None:
    """What is edited later, kept, or only there beside the talk is not mixed up with other words."""
    outs = [notice(), notice(card="topic:1"), notice(silent=True), notice()]

    assert bundled(outs) == [[0], [1], [2], [3]]


def test_merged_message_keeps_within_six_lines_of_a_group_and_three_rows() -> None:
    """A group reads at most six lines; no message has more than three rows of buttons."""
    row = ((Button("看", "x"),),)

    assert bundled([notice("一\n二\n三", GROUP), notice("四\n五\n六", GROUP), notice("七", GROUP)]) == [[0, 1], [2]]
    assert bundled([notice(rows=row * 2), notice(rows=row), notice(rows=row)]) == [[0, 1], [2]]
    assert merged([notice(rows=row * 2), notice(rows=row)]).rows == row * 3
    assert bundled([notice("字" * 800), notice("字" * 800)]) == [[0], [1]]


def test_many_to_a_group_come_as_their_headlines() -> None:
    """Three and more that don't fit are one message of first lines, six at most; a session's reminder stays whole."""
    long = [notice(f"第{n}件\n原因\n谁\n期限", GROUP) for n in range(8)]

    assert bundled(long) == [[0, 1, 2, 3, 4, 5], [6, 7]]
    assert merged(long[:3]).text == "第0件\n第1件\n第2件"
    assert bundled(long[:2]) == [[0], [1]]
    assert bundled([*long[:2], notice("一\n二\n三\n四", GROUP, timely=True)]) == [[0], [1], [2]]


def test_number_of_a_day_is_kept() -> None:
    """Three to a person, two to a group unless the settings differ; what is of use only now goes at once."""
    caps = Caps.of({"notices": {"private": 1}})

    assert Caps.of({}) == Caps(3, 2)
    assert put_off(notice(), 3, Caps())
    assert not put_off(notice(), 2, Caps())
    assert put_off(notice(to=GROUP), 2, Caps())
    assert put_off(notice(), 1, caps)
    assert not put_off(notice(timely=True), 9, caps)


def test_answers_and_silent_lines_are_not_counted() -> None:
    """Answers, redraws, toasts and silent lines are nobody's noise."""
    assert counts(notice())
    assert not counts(notice(silent=True))
    assert not any(counts(Outgoing(ALONE, "答", manner)) for manner in Manner if manner is not Manner.NOTICE)


def test_what_is_put_off_comes_in_the_morning() -> None:
    """On the next day, when the quiet hours are over."""
    evening = datetime(2026, 12, 1, 18, tzinfo=UTC)

    assert morning_after(evening, Quiet()) == datetime(2026, 12, 2, 7, 30, tzinfo=UTC)
    assert morning_after(evening, Quiet(time(20), time(9))) == datetime(2026, 12, 2, 9, tzinfo=UTC)
