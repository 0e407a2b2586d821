"""Short remarks of a group chat: the category that people expect (`remarks.toml`), danger, what only sounds like it."""

import tomllib
from pathlib import Path

import pytest

from bot.words import LEXICON
from domain.terms import ConcernCategory

REMARKS = {
    line: ConcernCategory(category)
    for category, lines in tomllib.loads(Path(__file__).with_name("remarks.toml").read_text("utf-8")).items()
    for line in lines.strip().split("\n")
}


def test_remarks_are_put_where_people_expect_them(understanding):
    """Nine of ten remarks of one line, and nineteen of twenty counting the second category."""
    verdicts = {line: understanding.judge(line) for line in REMARKS}
    right = [line for line, category in REMARKS.items() if verdicts[line].category is category]
    either = [
        line for line, category in REMARKS.items() if category in {verdicts[line].category, verdicts[line].second}
    ]

    assert len(REMARKS) >= 240
    assert len(right) / len(REMARKS) >= 0.9
    assert len(either) / len(REMARKS) >= 0.95


def test_no_tested_remark_is_learned_from():
    """What is asked for above was not in what was learned."""
    learned = set((LEXICON / "remarks.toml").read_text("utf-8").split("\n"))

    assert learned & REMARKS.keys() == set()


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("楼道里有煤气味", "gas"),
        ("闻到燃气味了，谁家的", "gas"),
        ("楼下在漏气，嘶嘶响", "gas"),
        ("燃气管被挖断了", "gas"),
        ("楼道冒黑烟，快来人", "fire"),
        ("电瓶车烧起来了", "fire"),
        ("电梯卡在五楼，里面有人", "lift"),
        ("我被关在电梯里了", "lift"),
        ("配电箱在冒火花", "fire"),
        ("漏电了，摸到铁门被电了一下", "wire"),
        ("楼板掉下来一块", "collapse"),
        ("我家老人走失了，穿蓝色外套", "missing"),
        ("老人倒在楼道里没反应", "ill"),
        ("河里有个孩子在扑腾", "water"),
        ("好像在打人，有哭喊声", "violence"),
    ],
)
def test_danger_is_told_however_it_is_said(understanding, said, key):
    """Danger now, in the words of somebody in a hurry."""
    urgent = understanding.judge(said).urgent

    assert urgent is not None
    assert urgent.key == key


@pytest.mark.parametrize(
    "said",
    [
        "煤气灶打不着火",
        "这天气热得要着火一样",
        "触电影院活动几点",
        "老人卡走失了怎么补",
        "小孩不见长高怎么办",
        "房价要塌了",
        "钥匙落水沟里了",
        "电梯卡在哪里办",
        "公交车冒黑烟",
        "火车站接人停车贵",
        "消防演习几点开始",
        "希望预防火灾，搞个演练",
        "网断线了",
        "刀削面馆太吵",
    ],
)
def test_what_only_sounds_like_danger_is_none(understanding, said):
    """Look-alikes raise no alarm in the night."""
    assert understanding.judge(said).urgent is None


@pytest.mark.parametrize(
    ("said", "aside"),
    [
        ("收到，谢谢", "greeting"),
        ("新年快乐，阖家幸福", "greeting"),
        ("早安！美好的一天", "greeting"),
        ("专业疏通下水道，电话138", "advert"),
        ("转发：关于清明节文明祭扫的倡议书", "pasted"),
        ("谢谢，不过灯还是没修好", None),
        ("物业辛苦了，电梯能修一下吗", None),
        ("早上好，路灯坏了", None),
        ("下水道堵了，谁来疏通", None),
    ],
)
def test_aside_is_told_from_a_matter_said_kindly(understanding, said, aside):
    """Thanks and greetings stay out of the topics; a matter that begins with them doesn't."""
    assert understanding.judge(said).aside == aside
