"""What is shipped in `data/lexicon`: the words of residents, in whatever script and mood."""

import shutil

import pytest

from bot.words import LEXICON, Understanding
from domain.corrections import Correction, learned
from domain.terms import ConcernCategory as C


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("枫林小区3号楼二单元", ["3号楼", "二单元"]),
        ("在Ａ１２栋８０２室", ["A12栋", "802室"]),
        ("88路不停", ["88路"]),
        ("老旧小區電梯壞了", ["电梯"]),
        ("业委会不交接", ["业委会"]),
        ("冇得水", ["没水"]),
    ],
)
def test_cut_keeps_a_number_of_a_building_one_word(understanding, said, words):
    """Numbers of buildings and units are one token; scripts and widths are one; dialect becomes standard."""
    assert [word for word in words if word in understanding.cut(said).words] == words


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("三号楼电梯又停了，老人下不来", C.LIVELIHOOD),
        ("廣場舞太吵，晚上十一點還在跳", C.CIVILITY),
        ("物业不退装修押金", C.DISPUTE),
        ("支部什么时候改选", C.PARTY_BUILDING),
        ("老旧小区改造什么时候轮到我们", C.CENTRAL_TASK),
        ("门口的小店生意不好做", C.ECONOMY),
        ("垃圾分类的桶太少", C.CENTRAL_TASK),
        ("路灯坏了", C.LIVELIHOOD),
        ("楼上漏水，他不肯修", C.DISPUTE),
    ],
)
def test_judge_puts_short_remarks_where_they_belong(understanding, said, category):
    """A group chat's remark is judged as surely as a letter, and its evidence stands in it."""
    verdict = understanding.judge(said)

    assert (verdict.category, verdict.is_concern, verdict.urgent) == (category, True, None)
    assert verdict.evidence


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("家里有煤气味，怎么办", "gas"),
        ("电动车棚起火了", "fire"),
        ("有人困在电梯里了", "lift"),
        ("电线掉下来了，小孩在旁边", "wire"),
        ("围墙塌了，压着车", "collapse"),
        ("孩子不见了，六岁，穿红衣服", "missing"),
        ("楼下有人持刀", "violence"),
        ("老人晕倒在楼梯口", "ill"),
        ("有人落水了", "water"),
    ],
)
def test_judge_raises_danger(understanding, said, key):
    """Danger now is flagged with the number to ring, and is always a concern (DOMAIN.md §2)."""
    verdict = understanding.judge(said)

    assert verdict.urgent is not None
    assert (verdict.urgent.key, verdict.is_concern) == (key, True)
    assert verdict.urgent.number in {"110", "119", "120"}


@pytest.mark.parametrize(
    "said",
    [
        "煤气费怎么交",
        "有煤气费的单子吗",
        "楼下火锅店油烟大",
        "大火锅店又开张了",
        "电梯广告太吵",
        "电动车在楼道里充电，万一起火怎么得了",
        "落水管堵了",
        "一要跳广场舞就没地方停车",
        "漏电保护器老跳闸",
        "去年起火的那栋什么时候修",
        "狗走失了",
    ],
)
def test_judge_leaves_harmless_look_alikes_alone(understanding, said):
    """A bill for gas, a hotpot restaurant, an advertisement in a lift are no danger."""
    assert understanding.judge(said).urgent is None


@pytest.mark.parametrize(
    ("said", "aside"),
    [
        ("谢谢物业", "thanks"),
        ("早上好", "greeting"),
        ("大家新年快乐！", "greeting"),
        ("收到", "greeting"),
        ("加微信领优惠券，日结300", "advert"),
        ("您反映的路灯问题收悉，现回复如下：已修复", "pasted"),
        ("", "empty"),
        ("[图片]", "empty"),
        ("😀😀！！", "empty"),
        ("谢谢，什么时候修电梯？", None),
        ("感谢社区，但是噪音还是大", None),
        ("他妈的物业，收钱不办事", None),
        ("wifi太慢了 help", None),
    ],
)
def test_judge_tells_what_is_no_concern(understanding, said, aside):
    """Thanks, greetings, advertisements, pasted replies and mere pictures stay out; complaints with them don't."""
    assert understanding.judge(said).aside == aside


def test_judge_answers_four_thousand_characters(understanding):
    """A very long text is judged like any other."""
    assert understanding.judge("楼上漏水，物业不管。" * 400).category is C.DISPUTE


def test_judge_is_not_sure_of_letters_alone(understanding):
    """Where no word is known, the resident is asked."""
    assert not understanding.judge("qwertz").sure


def test_thirty_corrections_change_the_thirty_first(understanding):
    """What moderators put right thirty times is right the next time, and others' concerns stay as they were."""
    said, other = "楼道里的鞋柜什么时候搬走", "电梯坏了没人修"
    wrong = understanding.judge(said).category
    right = next(category for category in C if category is not wrong)
    rows = [Correction(understanding.sketch(said).words, wrong, right) for _ in range(30)]

    assert understanding.judge(said, learned(rows)).category is right
    assert understanding.judge(other, learned(rows)) == understanding.judge(other)


def test_an_operators_word_counts_at_once(tmp_path):
    """What an operator writes into words.toml decides without a restart; a broken file changes nothing."""
    folder = shutil.copytree(LEXICON, tmp_path / "lexicon")
    understanding = Understanding.load(folder)
    before = understanding.judge("星光助老点几点开门")
    own = folder / "words.toml"

    own.write_text('["中心任务"]\n"星光助老点" = 3\n', "utf-8")
    understanding.look_again = 0.0
    after = understanding.judge("星光助老点几点开门")
    own.write_text("[broken", "utf-8")
    understanding.look_again = 0.0

    assert before.category is not C.CENTRAL_TASK
    assert (after.category, after.own) == (C.CENTRAL_TASK, ("星光助老点",))
    assert understanding.judge("星光助老点几点开门") == after


@pytest.mark.parametrize(
    "text", ['["没有的类"]\n"词" = 1\n', '["中心任务"]\n"词" = 9\n', '["中心任务"]\n"词" = "重"\n', '"词" = 1\n']
)
def test_a_wrong_word_file_is_named(tmp_path, text):
    """A file of words that can't be meant stops the start with its name."""
    from bot.lexicon_files import load_own

    (tmp_path / "words.toml").write_text(text, "utf-8")

    with pytest.raises(ValueError, match=r"words\.toml"):
        load_own(tmp_path)


def test_nearest_offers_like_concerns(understanding):
    """The same lift is offered again, another estate's is not."""
    rows = [
        (1, understanding.sketch("枫林小区3号楼电梯坏了，老人下不了楼", 1).dump()),
        (2, understanding.sketch("梧桐苑3号楼电梯坏了，老人下不了楼", 1).dump()),
        (3, understanding.sketch("枫林小区门口路灯不亮", 1).dump()),
    ]

    found = understanding.index(rows).nearest(understanding.sketch("枫林小区3号楼的电梯又坏了，没人修", 3))

    assert [match.id for match in found][:1] == [1]
    assert 3 not in [match.id for match in found]
