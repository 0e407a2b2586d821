"""A ballot's pseudonym, commitment, opening and receipt (VOTING.md §3)."""

import hmac
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ballots import (
    SLIP_ALPHABET,
    Opening,
    Receipt,
    credential,
    is_own,
    make_slip,
    parse_opening,
    parse_receipt,
    part_slip,
    pseudonym,
    read_slip,
    write_slip,
)
from domain.canonical import Malformed, encode, write
from domain.notes import Proof
from tests.ballot_box import Box

NONCE = bytes(range(32))
OPENING = Opening("p", 1, (0,), "012345", NONCE)

openings = st.builds(
    Opening,
    p=st.text(st.characters(codec="utf-8"), min_size=1, max_size=9),
    rev=st.integers(0, 9),
    choice=st.lists(st.integers(0, 9), min_size=1, max_size=4).map(tuple),
    own=st.none() | st.integers(0, 999999).map(lambda number: f"{number:06}"),
    nonce=st.binary(min_size=32, max_size=32),
    code=st.none() | st.just("3F7K2QWZ"),
)


def test_what_is_hashed_is_fixed():
    """Published receipts stay checkable: these bytes never change."""
    sealed = b'fengsi-shuoshi/ballot-v1\0[3,"p",1,0,"012345"]' + NONCE
    skipped = b'fengsi-shuoshi/ballot-v1\0[3,"p",1,[2,0],null]' + NONCE
    household = "3号楼2单元301室"

    assert OPENING.commitment(3) == encode(sha256(sealed).digest())
    assert replace(OPENING, choice=(2, 0), own=None).commitment(3) == encode(sha256(skipped).digest())
    assert credential(3, "3F7K2QWZ") == encode(sha256(b"fengsi-shuoshi/cred-v1\0003\0003F7K2QWZ").digest())
    assert pseudonym(bytes(32), household) == encode(hmac.new(bytes(32), household.encode(), "sha256").digest())


@pytest.mark.parametrize(
    "other",
    [
        replace(OPENING, p="q"),
        replace(OPENING, rev=2),
        replace(OPENING, choice=(1,)),
        replace(OPENING, choice=(0, 1)),
        replace(OPENING, own="012346"),
        replace(OPENING, own=None),
        replace(OPENING, nonce=NONCE[::-1]),
    ],
)
def test_a_commitment_opens_in_one_way_only(other):
    """Another household, revision, choice, digits or nonce give another commitment; so does another vote."""
    assert other.commitment(3) != OPENING.commitment(3)
    assert OPENING.commitment(4) != OPENING.commitment(3)


def test_a_pseudonym_belongs_to_one_vote():
    """The key is the vote's own, so the same household is nobody in the next vote; a slip's name likewise."""
    assert pseudonym(bytes(32), "301") != pseudonym(bytes([1] * 32), "301")
    assert credential(3, "3F7K2QWZ") != credential(4, "3F7K2QWZ")
    assert credential(31, "3F7K2QWZ") != credential(3, "13F7K2QWZ")


@given(openings)
def test_an_opening_comes_back_from_its_line(opening):
    """What is published is what was sealed."""
    assert parse_opening(opening.line()) == opening


def changed(**fields):
    given = {"choice": 0, "nonce": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "own": "012345", "p": "p", "rev": 1}
    return write({name: value for name, value in {**given, **fields}.items() if value != "left out"})


@pytest.mark.parametrize(
    "fields",
    [
        {"choice": "赞同"},
        {"choice": [0]},
        {"choice": [0, "1"]},
        {"choice": None},
        {"choice": True},
        {"nonce": "AAEC"},
        {"nonce": 7},
        {"own": "12345"},
        {"own": "１２３４５６"},
        {"own": 123456},
        {"p": 1},
        {"rev": True},
        {"rev": "1"},
        {"code": ""},
        {"code": 7},
        {"more": 1},
        {"rev": "left out"},
    ],
)
def test_what_is_no_opening_is_refused(fields):
    """Every field has its one form."""
    assert parse_opening(changed()) == OPENING
    with pytest.raises(Malformed):
        parse_opening(changed(**fields))


def test_own_digits_are_six():
    """Six digits of one's own, or none."""
    assert [is_own(own) for own in ("000000", None, "12345", "12345a", "", 123456)] == [True, True, *[False] * 4]


def test_a_receipt_comes_back_from_its_file():
    """With the promise at once, and with the proof after the next head."""
    box = Box()
    receipt = box.cast("3", 1)
    box.cast("4", 1)
    proven = box.proven(receipt)

    assert parse_receipt(str(receipt)) == receipt
    assert parse_receipt(str(proven)) == proven
    assert isinstance(proven.evidence, Proof)


@pytest.mark.parametrize("text", ["", "\n", "{}\n", '{"vote":3}\nc2sp.org/tlog-proof@v1\n', "收据"])
def test_what_is_no_receipt_is_refused(text):
    """A file that is something else is named so, whatever it is."""
    with pytest.raises(Malformed):
        parse_receipt(text)


def test_a_receipt_without_its_vote_is_refused():
    """The first line names the vote by its number."""
    text = str(Receipt(3, OPENING, Box().cast("1", 0).evidence))

    with pytest.raises(Malformed):
        parse_receipt(text.replace('"vote":3', '"vote":"3"'))


def test_slip_has_eighty_bits():
    """Sixteen of 32 signs, none of which is taken for another."""
    assert len(set(SLIP_ALPHABET)) ** len(make_slip(lambda signs: signs[0])) == 2**80
    assert not set("OILU") & set(SLIP_ALPHABET)


@given(st.text(SLIP_ALPHABET, min_size=16, max_size=16))
def test_slip_is_read_however_it_is_copied(code):
    """As printed, in small letters, with spaces, full width, with O for 0 and l for 1: the same code."""
    printed = write_slip(code)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (printed, printed.lower(), printed.replace("-", " "), wide, code.replace("0", "o").replace("1", "l")):
        assert read_slip(typed) == code
    assert part_slip(f"2 {printed}") == ("2", code)
    assert part_slip(f"赞同 {printed.replace('-', ' ')}") == ("赞同", code)


def test_words_without_a_slip_stay_as_they_are():
    """A choice, a number, a code of another length: no slip."""
    for words in ("2", "赞同", "ABCD2345", "0" * 15, "0" * 17, ""):
        assert part_slip(words) == (words, None)
