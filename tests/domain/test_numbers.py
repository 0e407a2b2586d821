"""Numbers as residents type them."""

import pytest

from domain.errors import Refused
from domain.numbers import Reading, read_number
from domain.terms import Numbered

NAMES = {"说事": Numbered.CONCERN, "议题": Numbered.TOPIC, "表决": Numbered.VOTE, "任务": Numbered.TASK}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("12", Reading(Numbered.CONCERN, 12, "")),
        ("#12", Reading(Numbered.CONCERN, 12, "")),
        ("＃12。", Reading(Numbered.CONCERN, 12, "")),
        ("12 服务民生", Reading(Numbered.CONCERN, 12, "服务民生")),
        ("12，服务民生", Reading(Numbered.CONCERN, 12, "服务民生")),
        ("议题5", Reading(Numbered.TOPIC, 5, "")),
        ("议题 #5", Reading(Numbered.TOPIC, 5, "")),
        ("表决 ＃3 2", Reading(Numbered.VOTE, 3, "2")),
        (" 说事12：不满意", Reading(Numbered.CONCERN, 12, "不满意")),
        ("12不满意", Reading(Numbered.CONCERN, 12, "不满意")),
    ],
)
def test_number_is_read_with_its_kind(words, expected):
    """A prefix overrides the bare number's kind (INTERFACE.md §1)."""
    assert expected == read_number(words, Numbered.CONCERN, NAMES)


@pytest.mark.parametrize("words", ["", "电梯", "电梯12", "第12", "1234567890"])
def test_number_is_refused_when_it_is_none(words):
    """What is no number, or another word's, is refused."""
    with pytest.raises(Refused, match="number_missing"):
        read_number(words, Numbered.CONCERN, NAMES)
