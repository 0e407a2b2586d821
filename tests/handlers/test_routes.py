"""Routing: which phrase is meant, and what is left alone (INTERFACE.md §1)."""

from datetime import UTC, datetime

import pytest

from bot.texts import Texts
from domain.talk import Person, Said
from handlers.routes import ROUTES, Router
from tests.stories.talk import GROUP

ROUTER = Router(Texts.load())


def find(text: str):
    found = ROUTER.find(Said("e", datetime(2026, 12, 1, tzinfo=UTC), GROUP, Person("居民甲"), text))
    return (found.route.name, found.words) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("说事 电梯停了", ("say", "电梯停了")),
        ("说事：电梯停了！", ("say", "电梯停了！")),
        ("说事电梯停了", ("say", "电梯停了")),
        ("#说事 电梯停了", ("say", "电梯停了")),
        ("＃说事 电梯停了", ("say", "电梯停了")),
        ("  说事　电梯停了 ", ("say", "电梯停了")),
        ("说事，电梯停了", ("say", "电梯停了")),
        ("说事\n电梯停了\n三天了", ("say", "电梯停了\n三天了")),
        ("说事", ("say", "")),
        ("/say 电梯停了", ("say", "电梯停了")),
        ("/say@shuoshi_bot 电梯停了", ("say", "电梯停了")),
        ("/SAY 电梯", ("say", "电梯")),
        ("附议12", ("second", "12")),
        ("附议 议题5", ("second", "议题5")),
        ("附议", ("second", "")),
        ("我的说事", ("mine", "")),
        ("我的说事。", ("mine", "")),
        ("进度#12", ("status", "#12")),
        ("帮助", ("help", "")),
        ("帮助！", ("help", "")),
        ("改类 12 服务民生", ("category", "12 服务民生")),
        ("改类别 12", ("category", "12")),
    ],
)
def test_phrase_is_found(text, expected):
    """Half and full width, with and without #, with and without a space."""
    assert expected == find(text)


@pytest.mark.parametrize(
    "text",
    [
        "说事厅几点开门",
        "说事员是谁",
        "说事会改期了吗",
        "说事日是几号",
        "说事点在哪",
        "说事理事会有谁",
        "附议的人多吗",
        "进度条",
        "帮助老人",
        "帮助中心在哪里",
        "取消了吗",
        "隐私权",
        "同意的举手",
        "撤回的消息",
        "今天说事",
        "大家说事吧",
        "",
        "/unknown",
        "/",
        "你好",
    ],
)
def test_other_talk_is_left_alone(text):
    """What only looks like a phrase is neither answered nor stored."""
    assert find(text) is None


def test_every_route_can_be_named_and_has_its_phrase_or_button():
    """Names are unique; what stands in a menu has a phrase of the same meaning."""
    names = [route.name for route in ROUTES]
    commands = [route.command for route in ROUTES if route.command]
    phrases = Texts.load().table("routes.phrases")

    assert len(names) == len(set(names))
    assert len(commands) == len(set(commands))
    assert [route.name for route in ROUTES if route.command and route.name not in {*phrases, "start", "votes"}] == []
    assert set(phrases) <= set(names)
