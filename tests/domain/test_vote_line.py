"""The one line that opens a vote (INTERFACE.md §1, 表决)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.vote_line import Opening, Words, parse_closing, parse_opening

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORDS = Words(until="截止", hours="小时", days="天", roll_call="记名", secret="不记名", public_list="实名公示")
NOW = datetime(2026, 12, 10, 9, 30, tzinfo=SHANGHAI)


def at(year, month, day, hour, minute):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def refusal(text, now=NOW):
    with pytest.raises(Refused) as refused:
        parse_opening(text, now, WORDS)
    return refused.value.reason


def test_opening_reads_every_part():
    """Title, options, closing and secrecy stand apart by a bar."""
    expected = Opening("楼道灯换声控灯", ("赞同", "反对", "弃权"), at(2026, 12, 14, 20, 0), secret=False)

    assert parse_opening("楼道灯换声控灯｜赞同｜反对｜弃权｜截止 12-14 20:00｜记名", NOW, WORDS) == expected
    assert parse_opening("楼道灯换声控灯|赞同 | 反对|弃权|记名|截止12-14 20：00|", NOW, WORDS) == expected


def test_opening_has_defaults():
    """Without a closing a vote runs 48 hours; without a word on secrecy it is 不记名."""
    assert parse_opening("灯｜赞同｜反对", NOW, WORDS) == Opening(
        "灯", ("赞同", "反对"), NOW + timedelta(hours=48), secret=True
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_title"),
        ("｜赞同｜反对", "no_title"),
        ("长" * 201 + "｜赞同｜反对", "title_too_long"),
        ("灯", "too_few_options"),
        ("灯｜赞同", "too_few_options"),
        ("灯｜赞同｜截止 48小时", "too_few_options"),
        ("灯｜" + "｜".join(str(number) for number in range(11)), "too_many_options"),
        ("灯｜赞同｜" + "长" * 21, "option_too_long"),
        ("灯｜赞同｜反对｜赞同", "option_doubled"),
        ("灯｜A｜Ａ", "option_doubled"),
        ("灯｜赞同｜反对｜记名｜不记名", "secrecy_twice"),
        ("灯｜赞同｜反对｜记名｜实名公示", "secrecy_twice"),
        ("灯｜赞同｜反对｜实名公示｜实名公示", "secrecy_twice"),
        ("灯｜赞同｜反对｜截止 48小时｜截止 12-14 20:00", "closing_twice"),
        ("灯｜赞同｜反对｜48小时｜截止 12-14 20:00", "closing_twice"),
        ("灯｜赞同｜反对｜截止 明天", "closing_unreadable"),
        ("灯｜赞同｜反对｜截止 13-14 20:00", "closing_unreadable"),
        ("灯｜赞同｜反对｜截止 2-30 20:00", "closing_unreadable"),
        ("灯｜赞同｜反对｜截止 12-14 24:00", "closing_unreadable"),
        ("灯｜赞同｜反对｜截止 0000-12-14 20:00", "closing_unreadable"),
        ("灯｜赞同｜反对｜截止 12-10 09:30", "closing_past"),
        ("灯｜赞同｜反对｜截止 0小时", "closing_past"),
        ("灯｜赞同｜反对｜截止 2025-12-14 20:00", "closing_past"),
        ("灯｜赞同｜反对｜截止 2028-12-14 20:00", "closing_too_far"),
        ("灯｜赞同｜反对｜截止 999999天", "closing_too_far"),
    ],
)
def test_opening_refuses_with_its_own_key(text, reason):
    """Each thing that can be wrong with the line has its own sentence."""
    assert refusal(text) == reason


@pytest.mark.parametrize(
    ("part", "secret", "public_list"),
    [("", True, False), ("｜不记名", True, False), ("｜记名", False, False), ("｜实名公示", False, True)],
)
def test_opening_reads_three_kinds_of_secrecy(part, secret, public_list):
    """实名公示 is a roll call whose list everybody may read; without its word no vote is one."""
    opening = parse_opening(f"灯｜赞同｜反对{part}", NOW, WORDS)

    assert (opening.secret, opening.public_list) == (secret, public_list)


def test_opening_admits_its_limits():
    """A title of 200 characters, ten options of 20 characters are still right."""
    options = tuple(f"{number:020d}" for number in range(10))
    opening = parse_opening("｜".join(["长" * 200, *options]), NOW, WORDS)

    assert opening.options == options


def test_opening_keeps_hours_as_options_when_others_have_lengths():
    """门禁｜24小时｜12小时 asks between hours; a bare length closes a vote among all else, numbers too."""
    assert parse_opening("门禁｜24小时｜12小时｜8小时", NOW, WORDS).options == ("24小时", "12小时", "8小时")
    assert parse_opening("门禁｜24小时｜12小时", NOW, WORDS).options == ("24小时", "12小时")
    assert parse_opening("门禁｜8小时以内｜1天以内｜48小时", NOW, WORDS).options[-1] == "48小时"
    assert parse_opening("先装几号楼｜3号楼｜1｜48小时", NOW, WORDS).options == ("3号楼", "1")
    assert parse_opening("跳舞｜晚上8点｜晚上9点｜2天", NOW, WORDS).closes == NOW + timedelta(days=2)
    assert parse_opening("灯｜赞同｜反对｜72小时｜记名", NOW, WORDS) == Opening(
        "灯", ("赞同", "反对"), NOW + timedelta(hours=72), secret=False
    )


@pytest.mark.parametrize(
    ("text", "now", "closes"),
    [
        ("12-14 20:00", NOW, at(2026, 12, 14, 20, 0)),
        ("12月14日（周一）20:00", NOW, at(2026, 12, 14, 20, 0)),
        ("2026-12-14 20:00", NOW, at(2026, 12, 14, 20, 0)),
        ("12-10 20:00", NOW, at(2026, 12, 10, 20, 0)),
        ("12/14  8:05", NOW, at(2026, 12, 14, 8, 5)),
        ("1-5 20:00", NOW, at(2027, 1, 5, 20, 0)),
        ("2-29 20:00", datetime(2027, 12, 20, tzinfo=SHANGHAI), at(2028, 2, 29, 20, 0)),
        ("48小时", NOW, NOW + timedelta(days=2)),
        ("3天", NOW, NOW + timedelta(days=3)),
        ("", NOW, NOW + timedelta(hours=48)),
    ],
)
def test_closing_reads_moments_and_lengths(text, now, closes):
    """A day without a year is the next such day; it may be written as the bot itself writes it."""
    assert parse_closing(text, now, WORDS) == closes


def test_closing_of_last_week_is_not_taken_for_next_year():
    """12-09 said on 10 December is a slip, not a vote of twelve months."""
    with pytest.raises(Refused, match="closing_past"):
        parse_closing("12-09 20:00", NOW, WORDS)


@given(st.text(alphabet="灯赞｜|0123456789-：: 截止小时天记名不", max_size=60))
def test_opening_is_read_or_refused_whatever_the_line(text):
    """No line breaks the reader: it gives an opening that keeps the limits, or refuses."""
    try:
        opening = parse_opening(text, NOW, WORDS)
    except Refused:
        return

    assert opening.closes > NOW
    assert 2 <= len(opening.options) <= 10
    assert len(set(opening.options)) == len(opening.options)
