"""What is learned from residents' messages names nobody (DOMAIN.md §7)."""

import pytest

from bot.learn.names import plain_words
from bot.learn.sorting import plain_pairs
from bot.lexicon_files import load_concepts
from bot.words import LEXICON, load_cutter


@pytest.fixture(scope="module")
def plain():
    return plain_words(LEXICON, load_cutter(LEXICON), load_concepts(LEXICON))


@pytest.mark.parametrize("word", ["李书记", "王老师", "张某某", "王小明", "诸葛小明", "张三丰李四"])
def test_name_is_not_plain(plain, word):
    """A surname with what its bearer is called, a name of the dictionary, a word that no dictionary has."""
    assert not plain(word)


@pytest.mark.parametrize("word", ["电梯", "支部书记", "老师", "麻将馆", "文明", "高峰", "康复"])
def test_common_word_is_plain(plain, word):
    """Words that only begin like a name stay."""
    assert plain(word)


@pytest.mark.parametrize("file", ["weights.tsv", "common.tsv"])
def test_shipped_file_names_nobody(plain, file):
    """Each whole word of the dictionary that the shipped files hold is a plain one, or a part of such."""
    rows = [line.split("\t")[0] for line in (LEXICON / file).read_text("utf-8").splitlines()[1:]]
    called = ("书记", "市长", "县长", "区长", "局长", "老师", "先生", "女士")
    surnames = set(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    )

    assert [row for row in rows if row[0] in surnames and row.endswith(called) and len(row) <= 5] == []


def test_pairs_of_letters_hold_no_name():
    """Of a title only what lies in plain words is counted in pairs."""
    title = ("张三丰", "反映", "的", "路灯", "3号楼")
    known = {"反映", "路灯", "3号楼"}

    assert plain_pairs(title, known.__contains__, frozenset({"的"})) == {
        "反映", "映的", "的路", "路灯", "灯3", "3号", "号楼",
    }  # fmt: skip
