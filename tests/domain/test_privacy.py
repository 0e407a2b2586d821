"""Masking and what waits for a moderator (DOMAIN.md §7, VOICE.md §1.8, CHANNELS.md "Personal data")."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.privacy import Held, PrivacyLexicon, Private, held, mask

ROOT = Path(__file__).parent.parent.parent
LEXICON = PrivacyLexicon.of(tomllib.loads((ROOT / "data/lexicon/privacy.toml").read_text("utf-8")))


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("请打13800138000找我", "请打138****8000找我", Private.PHONE),
        ("请打 138 0013 8000", "请打 138****8000", Private.PHONE),
        ("138-0013-8000", "138****8000", Private.PHONE),
        ("138 001 38000", "138****8000", Private.PHONE),
        ("1 3 8 0 0 1 3 8 0 0 0", "138****8000", Private.PHONE),
        ("+86 13800138000", "138****8000", Private.PHONE),
        ("8613800138000", "138****8000", Private.PHONE),
        ("１３８００１３８０００", "138****8000", Private.PHONE),
        ("一三八〇〇一三八〇〇〇", "138****8000", Private.PHONE),
        ("0771-5812345", "0771-****345", Private.PHONE),
        ("（0771）5812345转8", "0771-****345转8", Private.PHONE),
        ("010 6555 1234", "010-****1234", Private.PHONE),
        ("０１０－６５５５１２３４", "010-****1234", Private.PHONE),
        ("电话：5812345", "电话：****345", Private.PHONE),
        ("座机 581 2345", "座机 ****345", Private.PHONE),
        ("证件45010319800101123X", "证件******", Private.IDENTITY),
        ("450103 19800101 1234", "******", Private.IDENTITY),
        ("450103800101123", "******", Private.IDENTITY),
        ("卡号6222021234567890123", "卡号******", Private.BANK_CARD),
        ("6222 0212 3456 7890 123", "******", Private.BANK_CARD),
        ("４３９２２５１２３４５６７８９０", "******", Private.BANK_CARD),
        ("京A12345停在门口", "京A***45停在门口", Private.PLATE),
        ("桂A·12345", "桂A***45", Private.PLATE),
        ("粤bd12345", "粤b***45", Private.PLATE),
        ("京A1234学", "京A***34", Private.PLATE),
        ("3号楼2单元301室漏水", "3号楼2单元某户漏水", Private.FLAT),
        ("三号楼二单元三〇一室", "三号楼二单元某户", Private.FLAT),
        ("３号楼２单元３０１", "３号楼２单元某户", Private.FLAT),
        ("3栋301的人", "3栋某户的人", Private.FLAT),
        ("13800138000一直打不通", "138****8000一直打不通", Private.PHONE),
        ("三号楼二单元301一直漏水", "三号楼二单元某户一直漏水", Private.FLAT),
        ("3号楼，2单元的301室", "3号楼，2单元某户", Private.FLAT),
        ("A座1502房", "A座某户", Private.FLAT),
        ("12幢 1 单元 0101 室", "12幢 1 单元某户", Private.FLAT),
        ("3号楼2单元五楼东户", "3号楼2单元某户", Private.FLAT),
        ("3-2-301天天吵", "3-2-某户天天吵", Private.FLAT),
        ("3-301室", "3-某户", Private.FLAT),
        ("我家在3-301", "我家在3-某户", Private.FLAT),
    ],
)
def test_private_number_is_masked_however_it_is_written(text: str, expected: str, kind: Private) -> None:
    """VOICE.md §1.8: what tells who or where somebody is, is masked; the rest of the text stays."""
    masked = mask(text, LEXICON)

    assert (expected, (kind,)) == (masked.text, masked.kinds)


@pytest.mark.parametrize(
    "text",
    [
        "打12345没人管",
        "物业费1380元，共13800.50元",
        "13800138000.50元",
        "2026年12月4日19:30",
        "20261204",
        "电话里说20261204开会",
        "2026-12-04 至 2026-12-14",
        "请打 110、119、96111、400-820-8820",
        "3号楼有200户",
        "3号楼2单元120户都没水",
        "9栋和14栋300多户没水",
        "3号楼2026年装的电梯",
        "2栋100人报名",
        "3号楼二单元的灯坏了",
        "12号楼3部电梯",
        "我们3-5人",
        "5-100元",
        "9月12-14日",
        "工单号20261124000012345",
        "说事 #12，议题 #5",
        "面积30000.01㎡",
        "新一代A12345型",
        "202会议室",
        "三号楼电梯又停了，老人下不来",
    ],
)
def test_look_alike_stays_as_it_is(text: str) -> None:
    """Hotlines, sums, dates, ranges and counts are no private numbers."""
    masked = mask(text, LEXICON)

    assert (text, ()) == (masked.text, masked.kinds)


def test_several_kinds_are_all_masked_and_named() -> None:
    """VOICE.md §3, masked: the answer names each kind."""
    masked = mask("京A12345、桂B23456挡路，3栋2单元301室13800138000，13900139000", LEXICON)

    assert masked.text == "京A***45、桂B***56挡路，3栋2单元某户138****8000，139****9000"
    assert masked.kinds == (Private.PHONE, Private.PLATE, Private.FLAT)


_PROSE = st.text(st.sampled_from("的电梯坏了请管一管，。 \n投诉Aa(（-楼"), max_size=12)
_DIGITS = st.text(st.sampled_from("0123456789"), min_size=9, max_size=9)


@given(_PROSE, st.sampled_from("3456789"), _DIGITS, _PROSE)
def test_no_mobile_number_survives_in_any_prose(before: str, second: str, rest: str, after: str) -> None:
    """Eleven digits of a mobile number are masked wherever they stand between other characters."""
    number = "1" + second + rest
    masked = mask(f"{before}{number}{after}", LEXICON)

    assert number not in masked.text
    assert Private.PHONE in masked.kinds


@given(st.text(st.sampled_from("0123456789 -.（）号楼单元室栋京AX一三，电话我家"), max_size=60))
def test_masking_twice_changes_nothing(text: str) -> None:
    """What is masked holds nothing more to mask."""
    once = mask(text, LEXICON).text

    assert mask(once, LEXICON).text == once


@given(
    st.text(
        st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="零一二三四五六七八九〇幺户"), max_size=60
    )
)
def test_text_without_numbers_stays_as_it_is(text: str) -> None:
    """Masking touches numbers and nothing else."""
    assert mask(text, LEXICON).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("邻居有抑郁症，天天闹", (Held.HEALTH,)),
        ("我家孩子被楼上的狗咬了", (Held.MINORS,)),
        ("孙子住院了没人管", (Held.HEALTH, Held.MINORS)),
        ("幼儿园门口堵车", ()),
        ("残疾人坡道被占", ()),
        ("儿童乐园的滑梯坏了", ()),
        ("儿童乐园里有个孩子受伤", (Held.MINORS,)),
        ("三号楼电梯停了", ()),
    ],
)
def test_health_and_minors_wait_for_a_moderator(text: str, expected: tuple[Held, ...]) -> None:
    """CHANNELS.md: text with health matters or minors waits for a moderator; places named after them don't."""
    assert expected == held(text, LEXICON)


@pytest.mark.shared
def test_few_real_messages_wait_for_a_moderator(shared: Path) -> None:
    """Most matters are public at once: on real messages fewer than one in three is held back."""
    lines = (shared / "data" / "concerns-labelled.jsonl").read_text("utf-8").splitlines()
    waiting = [bool(held(json.loads(line)["text"], LEXICON)) for line in lines]

    assert sum(waiting) / len(waiting) < 0.33
