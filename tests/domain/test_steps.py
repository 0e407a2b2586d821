"""六步走: no step twice, none backwards, none left out without a reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.steps import Passage, Way, advance, lengths
from domain.terms import Step

READY = Way(5, Step.SORT, session=True, resolved=True)


@pytest.mark.parametrize("step", [Step.SORT, Step.DECIDE, Step.PREPARE, Step.DELIBERATE])
def test_advance_takes_the_next_step(step):
    """The next step needs no reason."""
    assert advance(replace(READY, step=step), Step(step + 1)) == [Passage(Step(step + 1))]


def test_advance_records_what_it_skips():
    """A step that is left out goes on record with the reason; the one reached is not skipped."""
    assert advance(READY, Step.DELIBERATE, " 停水三天 ") == [
        Passage(Step.DECIDE, skipped=True, reason="停水三天"),
        Passage(Step.PREPARE, skipped=True, reason="停水三天"),
        Passage(Step.DELIBERATE),
    ]


@pytest.mark.parametrize(
    ("way", "to", "reason"),
    [
        (replace(READY, open=False), Step.DECIDE, "steps.over"),
        (READY, Step.SORT, "steps.taken_already"),
        (replace(READY, step=Step.PREPARE), Step.DECIDE, "steps.taken_already"),
        (READY, Step.PREPARE, "steps.skip_needs_reason"),
        (replace(READY, step=Step.DECIDE, session=False), Step.PREPARE, "steps.no_session"),
        (replace(READY, step=Step.DELIBERATE, resolved=False), Step.PUBLISH, "steps.not_resolved"),
    ],
)
def test_advance_refuses_what_may_not_be(way, to, reason):
    """Each step has its need; the refusal names the topic."""
    with pytest.raises(Refused) as no:
        advance(way, to)

    assert (no.value.reason, no.value.facts["number"]) == (reason, 5)


@given(st.sampled_from(Step), st.sampled_from(Step), st.text(max_size=5))
def test_advance_leads_from_where_it_stands_to_where_it_goes(step, to, reason):
    """Whatever is asked: every step between is in the record once and in order, or nothing happens."""
    try:
        taken = advance(replace(READY, step=step), to, reason)
    except Refused:
        assert to <= step or (to > step + 1 and not reason.strip())
    else:
        assert [passage.step for passage in taken] == list(range(step + 1, to + 1))
        assert all(passage.skipped and passage.reason for passage in taken[:-1])


def test_lengths_measures_each_step():
    """From the step before to its own moment."""
    start = datetime(2026, 12, 1, tzinfo=UTC)
    reached = [(Step.SORT, start), (Step.DECIDE, start + timedelta(days=2)), (Step.PREPARE, start + timedelta(days=3))]

    assert lengths(reached) == {Step.DECIDE: timedelta(days=2), Step.PREPARE: timedelta(days=1)}
