"""逢四: the days of sessions and their reminders (DOMAIN.md §2, INTERFACE.md "Time")."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Refused
from domain.quiet import Quiet
from domain.session_days import (
    Due,
    Meeting,
    Notice,
    Pending,
    Rules,
    check_move,
    coming,
    on_day,
    reminders_due,
    reminders_of,
    session_days,
)
from domain.terms import SessionRule

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = Rules(SHANGHAI)
HALF_PAST_SEVEN = time(19, 30)
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


MADE_AT = _at(11, 20, 12)


def _pending(*sessions: datetime, made_at: datetime = MADE_AT, rules: Rules = RULES) -> list[Pending]:
    made: list[Pending] = []
    for number, starts_at in enumerate(sessions, 1):
        for notice, due_at in reminders_of(starts_at, made_at, rules):
            made.append(Pending(len(made) + 1, number, notice, due_at, starts_at))
    return made


def _told(due: Due) -> list[list[tuple[int, Notice]]]:
    return [[(t.reminder.session, t.reminder.notice) for t in message] for message in due.messages]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (SessionRule.DATES, [4, 14, 24]),
        (SessionRule.THURSDAYS, [3, 10, 17, 24, 31]),
        (SessionRule.BOTH, [3, 4, 10, 14, 17, 24, 31]),
    ],
)
def test_session_days_of_december_follow_the_rule(rule: SessionRule, expected: list[int]) -> None:
    """DOMAIN.md §2: on every 4th, 14th and 24th, or on Thursdays, or both."""
    assert expected == [found.day.day for found in session_days(rule, *DECEMBER)]


def test_session_day_has_both_reasons_when_the_24th_is_a_thursday() -> None:
    """24 December 2026 is one session."""
    found = [d for d in session_days(SessionRule.BOTH, *DECEMBER) if d.day == date(2026, 12, 24)]

    assert [d.reasons for d in found] == [(SessionRule.DATES, SessionRule.THURSDAYS)]


def test_session_days_are_none_when_the_span_is_empty() -> None:
    """The last day before the first: no days."""
    assert session_days(SessionRule.BOTH, date(2026, 12, 5), date(2026, 12, 4)) == []


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_session_days_of_both_are_those_of_either(first: date, length: int) -> None:
    """BOTH is the union of the two rules; every day once, in order, inside the span."""
    last = first + timedelta(days=length)
    dates, thursdays, both = (
        [d.day for d in session_days(rule, first, last)]
        for rule in (SessionRule.DATES, SessionRule.THURSDAYS, SessionRule.BOTH)
    )

    assert both == sorted({*dates, *thursdays})
    assert all(first <= day <= last for day in both)
    assert all(day.weekday() == 3 for day in thursdays)
    assert all(day.day in (4, 14, 24) for day in dates)


def test_reminders_stand_at_nine_nine_half_past_seven_and_the_start() -> None:
    """INTERFACE.md "Time": 09:00 three days before, 09:00 the day before, 07:30 that morning, the start."""
    assert reminders_of(_at(12, 4, 19, 30), _at(11, 20, 12), RULES) == [
        (Notice.THREE_DAYS, _at(12, 1, 9)),
        (Notice.ONE_DAY, _at(12, 3, 9)),
        (Notice.MORNING, _at(12, 4, 7, 30)),
        (Notice.START, _at(12, 4, 19, 30)),
    ]


def test_reminders_leave_out_what_had_passed_when_the_session_was_made() -> None:
    """INTERFACE.md "Time": a reminder whose time had passed before the session's row was made is not told."""
    made = reminders_of(_at(12, 4, 19, 30), _at(12, 3, 9, 1), RULES)

    assert [notice for notice, _ in made] == [Notice.MORNING, Notice.START]


def test_reminders_follow_the_zone_of_the_community() -> None:
    """Asia/Shanghai decides which day and hour it is, in whatever zone the start is handed in."""
    starts_at = datetime(2026, 12, 4, 11, 30, tzinfo=UTC)

    assert reminders_of(starts_at, _at(11, 20, 12), RULES)[0] == (Notice.THREE_DAYS, _at(12, 1, 9))


def test_morning_reminder_is_left_out_when_the_session_begins_before_it() -> None:
    """A reminder comes before what it reminds of."""
    made = reminders_of(_at(12, 4, 7), _at(11, 20, 12), RULES)

    assert Notice.MORNING not in [notice for notice, _ in made]


def test_reminders_are_only_those_configured() -> None:
    """Which reminders are given is a setting of the community."""
    rules = Rules(SHANGHAI, at={Notice.ONE_DAY: time(18)}, start=False)

    assert reminders_of(_at(12, 4, 19, 30), _at(11, 20, 12), rules) == [(Notice.ONE_DAY, _at(12, 3, 18))]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (_at(12, 1, 8, 59), []),
        (_at(12, 1, 9), [[(1, Notice.THREE_DAYS)]]),
        (_at(12, 3, 9), [[(1, Notice.ONE_DAY)]]),
        (_at(12, 4, 7, 30), [[(1, Notice.MORNING)]]),
        (_at(12, 4, 19, 30), [[(1, Notice.START)]]),
    ],
)
def test_reminder_is_told_at_its_time(now: datetime, expected: list[list[tuple[int, Notice]]]) -> None:
    """Not a minute early, and on time without saying late."""
    pending = [p for p in _pending(_at(12, 4, 19, 30)) if p.due_at > now - timedelta(hours=9)]
    due = reminders_due(pending, now, RULES)

    assert expected == _told(due)
    assert not any(t.late for message in due.messages for t in message)


def test_newest_of_several_overdue_is_told_and_the_others_are_dropped() -> None:
    """INTERFACE.md "Time": of several overdue only the newest; what is told late says so."""
    due = reminders_due(_pending(_at(12, 4, 19, 30)), _at(12, 4, 12), RULES)

    assert _told(due) == [[(1, Notice.MORNING)]]
    assert due.messages[0][0].late
    assert [p.notice for p in due.dropped] == [Notice.THREE_DAYS, Notice.ONE_DAY]


@pytest.mark.parametrize(("minutes", "late"), [(10, False), (11, True)])
def test_reminder_is_late_after_the_grace(minutes: int, late: bool) -> None:
    """A tick comes a little after the minute; only a real delay is called one."""
    due = reminders_due(_pending(_at(12, 4, 19, 30)), _at(12, 1, 9, minutes), RULES)

    assert due.messages[0][0].late is late


def test_start_is_told_late_while_the_session_lasts() -> None:
    """A session ends two hours after its start; until then its start is still worth telling."""
    pending = [p for p in _pending(_at(12, 4, 18)) if p.notice is Notice.START]

    assert _told(reminders_due(pending, _at(12, 4, 19, 59), RULES)) == [[(1, Notice.START)]]


def test_nothing_is_reminded_of_after_the_end_when_somebody_heard() -> None:
    """INTERFACE.md "Time": none after the end."""
    pending = [Pending(4, 1, Notice.START, _at(12, 4, 18), _at(12, 4, 18), heard=True)]
    due = reminders_due(pending, _at(12, 4, 20), RULES)

    assert due == Due(dropped=tuple(pending))


def test_missed_session_is_owned_up_to_once_when_nobody_heard_of_it() -> None:
    """VOICE.md §3: the session is over and I could not announce it; only for the newest such session."""
    pending = _pending(_at(12, 4, 18), _at(12, 14, 18))
    due = reminders_due(pending, _at(12, 15, 9), RULES)

    assert _told(due) == [[(2, Notice.START)]]
    assert [t.missed for t in due.messages[0]] == [True]
    assert len(due.dropped) == 7


def test_no_apology_where_quiet_hours_alone_held_the_reminder() -> None:
    """What fell due in quiet hours and ended in them was held by rule, not by a failure."""
    pending = [Pending(1, 1, Notice.START, _at(12, 4, 22), _at(12, 4, 22))]

    assert reminders_due(pending, _at(12, 5, 8), RULES).messages == ()


def test_nothing_is_told_in_quiet_hours() -> None:
    """INTERFACE.md "Time": quiet hours hold reminders; held until the morning they are not late."""
    rules = Rules(SHANGHAI, at={Notice.ONE_DAY: time(22)})
    pending = _pending(_at(12, 4, 19, 30), rules=rules)

    assert reminders_due(pending, _at(12, 3, 22), rules) == Due()

    morning = reminders_due(pending, _at(12, 4, 7, 30), rules)
    assert [(t.reminder.notice, t.late) for message in morning.messages for t in message] == [(Notice.ONE_DAY, False)]


def test_today_and_tomorrow_are_one_message() -> None:
    """VOICE.md §1.5: with `both`, "tomorrow" and "today" on 3 December are one; the start stays its own."""
    pending = _pending(_at(12, 3, 19, 30), _at(12, 4, 19, 30))
    pending = [p for p in pending if p.due_at >= _at(12, 3, 0)]
    first = reminders_due(pending, _at(12, 3, 7, 30), RULES)
    rest = [p for p in pending if p not in [t.reminder for message in first.messages for t in message]]

    assert _told(first) == [[(1, Notice.MORNING), (2, Notice.ONE_DAY)]]
    assert _told(reminders_due(rest, _at(12, 3, 19, 30), RULES)) == [[(1, Notice.START)]]


def test_start_alone_does_not_pull_the_later_announcement_forward() -> None:
    """Only an announcement makes room for another of the same day."""
    pending = _pending(_at(12, 3, 8), _at(12, 4, 19, 30))
    pending = [p for p in pending if p.due_at >= _at(12, 3, 8)]

    assert _told(reminders_due(pending, _at(12, 3, 8), RULES)) == [[(1, Notice.START)]]


def _month(rule: SessionRule, ticks: Sequence[datetime], made_at: datetime) -> list[tuple[datetime, Due]]:
    """Play a month: rows made at `made_at`, one look at each tick, what is told or dropped is gone."""
    days = session_days(rule, made_at.date(), date(2026, 12, 31))
    pending = _pending(*(datetime.combine(d.day, HALF_PAST_SEVEN, SHANGHAI) for d in days), made_at=made_at)
    heard: list[tuple[datetime, Due]] = []
    for now in ticks:
        due = reminders_due(pending, now, RULES)
        told = [t.reminder for message in due.messages for t in message]
        gone = {p.id for p in (*told, *due.dropped)}
        known = {p.session for p in told}
        pending = [
            Pending(p.id, p.session, p.notice, p.due_at, p.starts_at, p.heard or p.session in known)
            for p in pending
            if p.id not in gone
        ]
        heard.append((now, due))
    return heard


def test_group_hears_at_most_two_messages_a_day() -> None:
    """VOICE.md §1.5: by itself the bot says at most two things a day, also where both rules hold."""
    ticks = [_at(11, 25, 0) + timedelta(minutes=15 * n) for n in range(4 * 24 * 37)]
    told = [now.date() for now, due in _month(SessionRule.BOTH, ticks, _at(11, 24, 12)) for _ in due.messages]

    assert max(told.count(day) for day in told) == 2
    assert told.count(date(2026, 12, 3)) == 2


@settings(max_examples=60)
@given(
    st.sampled_from(SessionRule),
    st.lists(st.integers(0, 40 * 24 * 60), min_size=1, max_size=60),
    st.integers(0, 30 * 24 * 60),
)
def test_reminders_keep_their_laws_at_any_looks(rule: SessionRule, looks: list[int], made: int) -> None:
    """Whenever the clock is looked at: each reminder once, none in quiet hours, early, or after the end."""
    made_at = _at(11, 24, 12) + timedelta(minutes=made)
    ticks = sorted(made_at + timedelta(minutes=n) for n in looks)
    month = _month(rule, ticks, made_at)
    told = [(now, t) for now, due in month for message in due.messages for t in message]

    assert len({t.reminder.id for _, t in told}) == len(told)
    for now, telling in told:
        ends = telling.reminder.starts_at + RULES.lasts
        assert not Quiet().holds(now)
        assert telling.missed == (now >= ends)
        assert now >= telling.reminder.due_at or now.date() == telling.reminder.due_at.date()
        assert telling.reminder.due_at >= made_at


def test_running_session_is_shown_and_the_next_too() -> None:
    """INTERFACE.md §1, 下次说事: one that has begun is running, and the next is shown too."""
    meetings = [Meeting(n, day.date(), day) for n, day in enumerate((_at(12, 14, 19, 30), _at(12, 4, 19, 30)))]

    assert coming(meetings, _at(12, 4, 19), RULES) == (None, [meetings[1], meetings[0]])
    assert coming(meetings, _at(12, 4, 19, 30), RULES) == (meetings[1], [meetings[0]])
    assert coming(meetings, _at(12, 4, 21, 30), RULES) == (None, [meetings[0]])


def test_session_is_found_on_its_day_only() -> None:
    """INTERFACE.md §1: 改期 and 停会 are refused for a date without a session, and for one that has begun."""
    meeting = Meeting(1, date(2026, 12, 14), _at(12, 15, 19, 30))

    assert on_day([meeting], date(2026, 12, 15), _at(12, 1, 9), RULES) == meeting
    with pytest.raises(Refused, match="no_session"):
        on_day([meeting], date(2026, 12, 14), _at(12, 1, 9), RULES)
    with pytest.raises(Refused, match="session_begun"):
        on_day([meeting], date(2026, 12, 15), _at(12, 15, 19, 30), RULES)


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (_at(12, 1, 8), "prepare.move_past"),
        (_at(12, 14, 19, 30), "prepare.move_nowhere"),
        (_at(12, 24, 9), "prepare.day_taken"),
        (_at(12, 14, 20), None),
        (_at(12, 15, 19, 30), None),
    ],
)
def test_move_needs_a_free_day_to_come(to: datetime, reason: str | None) -> None:
    """A session moves to a time to come, on a day without another session."""
    this, other = (Meeting(n, date(2026, 12, n), _at(12, n, 19, 30)) for n in (14, 24))
    try:
        check_move(this, to, [this, other], _at(12, 1, 9), RULES)
        refused = None
    except Refused as refusal:
        refused = refusal.reason

    assert reason == refused
