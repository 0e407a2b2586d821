"""Published files are told apart by what is in them (VOTING.md §3)."""

import pytest

from domain.canonical import Malformed
from domain.notes import parse_note
from domain.published import Head, Published, header
from tests.ballot_box import held

ROOT = "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="


def test_files_find_their_places_in_any_order():
    """Log, roll, openings, participation list and checkpoint are known by their first line."""
    files = held(4).files()
    one, other = Published(), Published()
    for content in files.values():
        one.add(content)
    for content in reversed(files.values()):
        other.add(content)

    assert one == other
    assert (len(one.rolls[3]), len(one.openings[3]), len(one.took_part[3])) == (4, 3, 3)
    assert one.heads[0].note == parse_note(files["head"].decode())


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (f"核对码 12月16日（周三） 1024行 {ROOT}，不用管它，留着对账用。", 1024),
        (f"1024 {ROOT}\n", 1024),
        (f"核对码 12月16日（周三） 7行  {ROOT}", 7),
    ],
)
def test_a_head_pasted_from_the_group_is_read(text, size):
    """The line that the group was told, as it was pasted, names the number of lines and the root."""
    published = Published()
    published.add(text.encode())

    assert published.heads == [Head(size, ROOT)]


def test_several_pasted_heads_are_all_read():
    """A resident may keep a month's lines in one file."""
    published = Published()
    published.add(f"12行 {ROOT}\n随便\n13行 {ROOT}\n".encode())

    assert [head.size for head in published.heads] == [12, 13]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff\xfe",
        header("minutes", 3),
        header("roll", 3).replace(b"3", b'"3"'),
        b'{"file":"roll"}',
        b'{"file": "roll","vote":3}',
        b"hello\n\n\xe2\x80\x94 a AAAAAAAA\n",
    ],
)
def test_a_file_of_no_known_kind_is_refused(content):
    """What is none of the five is named, not passed over."""
    with pytest.raises(Malformed):
        Published().add(content)


@pytest.mark.parametrize("name", ["log", "roll", "openings", "took_part"])
def test_a_second_file_of_one_kind_is_refused(name):
    """Two logs, or two rolls of one vote, are not silently one."""
    published, content = Published(), held(4).files()[name]
    published.add(content)

    with pytest.raises(Malformed):
        published.add(content)
