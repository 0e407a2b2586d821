"""One value, one text (RFC 8785)."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Malformed, decode, encode, read, write

names = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14) + 1, 10**15 - 1)
    | st.text(st.characters(codec="utf-8"), max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(names, values, max_size=5))
def test_what_is_written_is_read_back(value):
    """The standard's own library and the strict reader agree on every value that a line may hold."""
    assert read(rfc8785.dumps(value)) == value
    assert write(value) == rfc8785.dumps(value)


@given(st.dictionaries(names, values, min_size=1, max_size=5))
def test_another_spelling_is_refused(value):
    """The same value with spaces in it is another line, and no line of a log."""
    with pytest.raises(Malformed):
        read(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode())


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'"p"',
        b'{"p":1.5}',
        b'{"p":1e3}',
        b'{"p":NaN}',
        b'{"p":9007199254740993}',
        b'{"p":1,"p":1}',
        b'{"q":1,"p":1}',
        b'{"p":"\\u8d5e"}',
        b'{"p":"\\ud800"}',
        b'{"p":1}\r',
        b'\xef\xbb\xbf{"p":1}',
        b'{"p":"\xff"}',
        b'{"p":' + b"[" * 100_000,
        b'{"p":' + b"9" * 5000 + b"}",
    ],
)
def test_what_has_no_single_spelling_is_refused(line):
    """Doubled or unsorted keys, fractions, numbers beyond 2**53, escapes, broken text: Malformed, nothing else."""
    with pytest.raises(Malformed):
        read(line)


@given(st.binary(max_size=40))
def test_bytes_as_text_come_back(value):
    """base64url without padding has one text for each value."""
    assert decode(encode(value)) == value


@pytest.mark.parametrize("text", ["A", "AA==", "AB", "A+/A", "赞", "AA\n"])
def test_a_second_text_for_the_same_bytes_is_refused(text):
    """Padding, another alphabet, loose bits and line ends are not passed over."""
    with pytest.raises(Malformed):
        decode(text)
