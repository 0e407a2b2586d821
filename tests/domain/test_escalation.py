"""分级处置: reminders, what is late, up level by level, down with means (DOMAIN.md §3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Refused
from domain.escalation import (
    LADDER,
    Pace,
    Seen,
    Stands,
    Told,
    Way,
    What,
    climb,
    climbs_at,
    come_down,
    first_responsible,
    look,
    next_look,
)
from domain.terms import OrgLevel, TaskState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GIVEN = datetime(2026, 12, 1, tzinfo=UTC)
DUE = GIVEN + 7 * DAY
TASK = Stands(TaskState.TAKEN, OrgLevel.BRANCH, GIVEN, DUE, Told.NOTHING)
ABOVE = replace(TASK, level=OrgLevel.SUBDISTRICT)


@pytest.mark.parametrize(
    ("now", "told", "seen"),
    [
        (GIVEN, Told.NOTHING, Seen(What.WAIT, DUE - DAY)),
        (DUE - DAY, Told.NOTHING, Seen(What.REMIND, DUE)),
        (DUE - HOUR, Told.REMINDED, Seen(What.WAIT, DUE)),
        (DUE, Told.NOTHING, Seen(What.LATE, DUE + 2 * DAY)),
        (DUE, Told.REMINDED, Seen(What.LATE, DUE + 2 * DAY)),
        (DUE + DAY, Told.LATE, Seen(What.WAIT, DUE + 2 * DAY)),
        (DUE + 2 * DAY, Told.LATE, Seen(What.CLIMB, None)),
        (DUE + 9 * DAY, Told.NOTHING, Seen(What.CLIMB, None)),
    ],
)
def test_look_tells_the_newest_thing_that_is_due(now, told, seen):
    """A day ahead, at the deadline, two days after it; of several missed only the newest."""
    assert look(replace(TASK, told=told), now, Pace()) == seen


def test_short_deadline_has_short_notice_and_grace():
    """Two hours: recalled half an hour ahead, up two hours after."""
    task = replace(TASK, due_at=GIVEN + 2 * HOUR)

    assert look(task, GIVEN, Pace()).again == GIVEN + 1.5 * HOUR
    assert climbs_at(task, Pace()) == GIVEN + 4 * HOUR


@pytest.mark.parametrize(
    ("task", "now", "seen"),
    [
        (ABOVE, DUE - HOUR, Seen(What.WAIT, DUE)),
        (ABOVE, DUE, Seen(What.CLIMB, None)),
        (replace(ABOVE, level=OrgLevel.DISTRICT), DUE, Seen(What.LATE, None)),
        (replace(ABOVE, level=OrgLevel.DISTRICT, told=Told.LATE), DUE + 30 * DAY, Seen(What.WAIT, None)),
    ],
)
def test_level_that_gives_no_answer_sends_it_further_up(task, now, seen):
    """Each level by its deadline; above the district there is nobody, and it is said once."""
    assert look(task, now, Pace()) == seen


@pytest.mark.parametrize("state", [TaskState.REPORTED, TaskState.ENDED])
def test_what_is_done_is_asked_after_four_weeks_later(state):
    """No reminder and no climb any more; one question after four weeks."""
    task = replace(TASK, state=state, done_at=DUE)

    assert look(task, DUE + 27 * DAY, Pace()) == Seen(What.WAIT, DUE + 28 * DAY)
    assert look(task, DUE + 28 * DAY, Pace()) == Seen(What.ASK_AGAIN, None)
    assert look(replace(task, done_at=None), DUE + 99 * DAY, Pace()) == Seen(What.WAIT, None)


def test_task_handed_back_three_times_climbs_at_once():
    """Two returns are handed around, the third is not."""
    twice = replace(TASK, state=TaskState.RETURNED, returned=2)

    assert look(twice, GIVEN, Pace()).what is What.WAIT
    assert next_look(replace(twice, returned=3), GIVEN, Pace()) == GIVEN
    assert look(replace(twice, returned=3), GIVEN, Pace()) == Seen(What.CLIMB, None)


def test_next_look_is_now_where_something_is_due_already():
    """A task that is given with a deadline in the past of its reminder is looked at at once."""
    assert next_look(TASK, DUE - HOUR, Pace()) == DUE - HOUR
    assert next_look(replace(TASK, told=Told.REMINDED), DUE - HOUR, Pace()) == DUE


def test_climb_goes_one_level_at_a_time():
    """Branch, neighbourhood, subdistrict, district, and no further."""
    assert [climb(7, level) for level in LADDER[:-1]] == list(LADDER[1:])
    with pytest.raises(Refused, match=r"tasks\.at_the_top"):
        climb(7, OrgLevel.DISTRICT)


def test_answer_comes_down_with_means_only():
    """No dumping down: an answer without money, people or powers is none."""
    assert come_down(7, OrgLevel.DISTRICT, "同意", "3万元", Way.BRANCH) is OrgLevel.BRANCH
    assert come_down(7, OrgLevel.DISTRICT, "同意", "3万元", Way.BELOW) is OrgLevel.SUBDISTRICT
    assert come_down(7, OrgLevel.NEIGHBOURHOOD, "同意", "3万元", Way.BELOW) is OrgLevel.BRANCH
    for answer, means, refusal in (("", "3万元", "down_needs_answer"), ("尽快办", " ", "down_needs_means")):
        with pytest.raises(Refused, match=rf"tasks\.{refusal}"):
            come_down(7, OrgLevel.DISTRICT, answer, means, Way.BRANCH)


def test_first_taker_stays_responsible():
    """首接责任: whoever does it now."""
    assert first_responsible("物业 李工", "网格员 赵姐") == "物业 李工"
    assert first_responsible("", "网格员 赵姐") == "网格员 赵姐"
