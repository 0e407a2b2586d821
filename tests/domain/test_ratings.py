"""评价, the honest ends, the three rates, who may act (DOMAIN.md §2, §3)."""

import re

import pytest

from domain.errors import Refused
from domain.rates import Rates, together
from domain.ratings import Rated, ends, needs_reason, rated
from domain.terms import Grade, OrgLevel, Role, TaskAct, TaskEnd, TaskState
from domain.work import Hands, allowed, answers_it, may_act

HANDS = Hands(5, Role.PROPERTY_COMPANY, OrgLevel.SUBDISTRICT)


@pytest.mark.parametrize(
    ("grade", "reopened", "outcome"),
    [
        (Grade.SATISFIED, 0, Rated.CONFIRM),
        (Grade.MOSTLY, 3, Rated.CONFIRM),
        (Grade.DISSATISFIED, 0, Rated.REOPEN),
        (Grade.DISSATISFIED, 1, Rated.ASK),
        (Grade.DISSATISFIED, 2, Rated.ASK),
    ],
)
def test_dissatisfied_reopens_once_by_itself(grade, reopened, outcome):
    """不满意 opens it again once; later a moderator decides."""
    assert rated(grade, reopened) is outcome


def test_only_dissatisfied_needs_a_reason():
    """What was not done well must be said."""
    assert [needs_reason(grade, "") for grade in Grade] == [False, False, True]
    assert not needs_reason(Grade.DISSATISFIED, "还在漏")


@pytest.mark.parametrize("end", list(TaskEnd))
def test_each_end_needs_words(end):
    """An end without a word about it is none; 重复 and 撤回 are a moderator's."""
    with pytest.raises(Refused, match=r"tasks\.end_needs_words"):
        ends(7, end, " ", moderator=True)
    if end in {TaskEnd.DUPLICATE, TaskEnd.WITHDRAWN}:
        with pytest.raises(Refused, match=r"tasks\.end_by_moderator"):
            ends(7, end, "原因", moderator=False)
    else:
        ends(7, end, "原因", moderator=False)


def test_rates_are_shares_with_one_decimal():
    """Rounded half up, in tenths of a percent; nothing where nothing was counted."""
    rates = Rates(given=3, answered=2, solved=1, ratings=8, content=1)

    assert (rates.response, rates.solution, rates.satisfaction) == (667, 333, 125)
    assert (Rates().response, Rates().solution, Rates().satisfaction) == (None, None, None)
    assert together([rates, Rates(given=1, answered=1)]) == Rates(4, 3, 1, 8, 1)


@pytest.mark.parametrize(
    ("who", "held", "may"),
    [
        (5, {Role.PROPERTY_COMPANY}, True),
        (6, {Role.PROPERTY_COMPANY}, True),
        (5, set(), False),
        (6, {Role.SUBDISTRICT_CADRE}, True),
        (6, {Role.NEIGHBOURHOOD_CADRE}, False),
        (6, {Role.MODERATOR}, True),
        (6, {Role.COUNCIL}, False),
    ],
)
def test_task_is_in_the_hands_of_unit_level_and_moderators(who, held, may):
    """A colleague may act for the unit, somebody whose role ended may not; a level acts where it lies."""
    assert may_act(HANDS, who, held) is may


def test_person_without_a_unit_acts_alone():
    """Where only a person is the doer, nobody else is."""
    hands = Hands(5, None, OrgLevel.BRANCH)

    assert (may_act(hands, 5, set()), may_act(hands, 6, {Role.PROPERTY_COMPANY})) == (True, False)
    assert not answers_it(hands, {Role.NEIGHBOURHOOD_CADRE})
    assert not may_act(Hands(None, None, OrgLevel.BRANCH), 5, set())


@pytest.mark.parametrize(
    ("act", "state", "refusal"),
    [
        (TaskAct.TAKE, TaskState.TAKEN, "tasks.taken_already"),
        (TaskAct.TAKE, TaskState.RETURNED, "tasks.is_returned"),
        (TaskAct.TAKE, TaskState.REPORTED, "tasks.over"),
        (TaskAct.HAND_BACK, TaskState.RETURNED, "tasks.is_returned"),
        (TaskAct.REPORT, TaskState.ENDED, "tasks.over"),
        (TaskAct.UP, TaskState.REPORTED, "tasks.over"),
        (TaskAct.REOPEN, TaskState.TAKEN, "tasks.not_over"),
    ],
)
def test_act_out_of_place_is_refused(act, state, refusal):
    """Each act has the states in which it makes sense."""
    with pytest.raises(Refused, match=re.escape(refusal)):
        allowed(7, act, state)


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (TaskAct.TAKE, TaskState.GIVEN),
        (TaskAct.REPORT, TaskState.RETURNED),
        (TaskAct.UP, TaskState.RETURNED),
        (TaskAct.REOPEN, TaskState.ENDED),
    ],
)
def test_act_in_its_place_is_allowed(act, state):
    """And is let through there."""
    allowed(7, act, state)
