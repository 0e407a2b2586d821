"""The line that opens an owners' decision (VOTING.md §2)."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.owners_line import OwnersOpening, OwnersWords, check_owners, parse_owners
from domain.rules import Counted, Matter, Profile, Share
from domain.vote_line import Words

NOW = datetime(2026, 12, 1, 18, 42, tzinfo=timezone(timedelta(hours=8)))
WORDS = OwnersWords("事项", "一致同意", "开始", "通知", "车位计入", "车位不计", "从众")
CLOSING = Words("截止", "小时", "天", "记名", "不记名", public_list="实名公示")
RULE = Profile(
    "o", Counted.OWNERS, Share(2, 3), Share(1, 2, True), notice_days=15, citation="第278条", in_force="2021-01-01"
)


def read(line: str) -> OwnersOpening:
    return parse_owners(line.split("｜"), NOW, WORDS, CLOSING)


def test_line_is_read_part_by_part_in_any_order() -> None:
    """Each part is known by its word."""
    opening = read("换电梯｜截止 12-30 20:00｜车位不计｜事项6｜通知 11-10｜开始 12-05 9:00｜从众 第12条")

    assert (opening.matter, opening.told, opening.parking, opening.clause) == (
        Matter.RAISING_OF_REPAIR_FUND,
        date(2026, 11, 10),
        False,
        "第12条",
    )
    assert (opening.opens, opening.closes) == (
        datetime(2026, 12, 5, 9, tzinfo=NOW.tzinfo),
        datetime(2026, 12, 30, 20, tzinfo=NOW.tzinfo),
    )


@pytest.mark.parametrize(("line", "public"), [("灯", None), ("灯｜记名", False), ("灯｜实名公示", True)])
def test_line_says_whose_the_list_is(line: str, public: bool | None) -> None:
    """An owners' decision is a roll call; whether everybody reads it is said, or to be asked."""
    assert read(line).public_list is public


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "no_title"),
        ("灯｜什么", "part_unknown"),
        ("灯｜事项0", "matter_unknown"),
        ("灯｜事项六", "matter_unknown"),
        ("灯｜事项1｜一致同意", "part_twice"),
        ("灯｜车位计入｜车位不计", "part_twice"),
        ("灯｜记名｜实名公示", "part_twice"),
        ("灯｜不记名", "not_secret"),
        ("灯｜从众", "deemed_without_clause"),
        ("灯｜通知 昨天", "refused.day_unreadable"),
        ("灯｜截止 昨天", "closing_unreadable"),
    ],
)
def test_line_is_refused_by_the_part_that_is_wrong(line: str, reason: str) -> None:
    """The first part that can't be read is named."""
    with pytest.raises(Refused) as no:
        read(line)

    assert no.value.reason == reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("灯｜通知 11-10", "closing_missing"),
        ("灯｜截止 12-30 20:00", "notice_too_late"),
        ("灯｜通知 11-16｜截止 12-30 20:00", "notice_too_late"),
        ("灯｜通知 12-02｜截止 12-30 20:00", "told_ahead"),
        ("灯｜通知 11-10｜开始 11-30 9:00｜截止 12-30 20:00", "opens_past"),
        ("灯｜通知 11-10｜开始 12-31 9:00｜截止 12-30 20:00", "closes_before_opening"),
    ],
)
def test_opening_is_refused_by_its_rule(line: str, reason: str) -> None:
    """Notice, opening and close fit together (row 12)."""
    with pytest.raises(Refused) as no:
        check_owners(read(line), RULE, NOW)

    assert no.value.reason == reason


@given(st.integers(0, 60), st.integers(0, 60))
def test_notice_is_fifteen_whole_days(before: int, ahead: int) -> None:
    """The day of the notice and the day of the opening are not counted."""
    opens = NOW + timedelta(days=ahead, hours=1)
    told = NOW.date() - timedelta(days=before)
    opening = OwnersOpening("灯", told=told, opens=opens, closes=opens + timedelta(days=9))
    whole_days = (opens.date() - told).days - 1
    try:
        check_owners(opening, RULE, NOW)
        accepted = True
    except Refused:
        accepted = False

    assert accepted is (whole_days >= 15)
