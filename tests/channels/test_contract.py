"""What every channel promises (`bot/channels/base.py`), held against each of them over its platform's fake."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels import telegram_errors, wechat_turns
from bot.channels.base import RetryLater, Unsendable
from bot.channels.wecom import channel as wecom_channel
from domain.talk import Button, File, Manner, Outgoing, Pressed, Said, Upload
from tests.channels import stages
from tests.channels.stages import Stage
from tests.simulator.client import Simulator
from tests.wecom_fake.client import Fake

CHANNELS = ("ptb", "aiogram", "wecom", "wecom_callback", "official_account", "web")


@pytest.fixture(params=CHANNELS)
async def stage(
    request: pytest.FixtureRequest, sim: Simulator, wecom: Fake, platforms: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    monkeypatch.setattr(telegram_errors, "PAUSES", (0.05,))
    monkeypatch.setattr(wecom_channel, "PAUSES", (0.05,))
    monkeypatch.setattr(wechat_turns, "PATIENCE", 1.0)
    made = {
        "ptb": lambda: stages.telegram("ptb", sim),
        "aiogram": lambda: stages.telegram("aiogram", sim),
        "wecom": lambda: stages.wecom(wecom),
        "wecom_callback": lambda: stages.wecom_callback(wecom),
        "official_account": lambda: stages.official_account(platforms),
        "web": stages.web,
    }[request.param]()
    async with made as one:
        yield one


async def shown(stage: Stage, part: str) -> str:
    """What the resident sees with `part` in it, waiting for it."""
    async with asyncio.timeout(10):
        while True:
            found = [text for text in await stage.seen() if part in text]
            if found:
                return found[-1]
            await asyncio.sleep(0.02)


async def test_channel_says_where_and_who(stage: Stage) -> None:
    """A word alone arrives with its channel, its chat, its person, an id of its own, an aware moment."""
    stage.answers = [Outgoing(stage.chat, "收到")]
    await stage.says("说事 三号楼电梯又停了😀")
    await stage.taken.until(1)

    (said,) = stage.taken.events
    assert isinstance(said, Said)
    assert said.text == "说事 三号楼电梯又停了😀"
    assert (said.chat.channel, said.chat.id, said.chat.private) == (stage.channel.name, stage.chat.id, True)
    assert said.who.id
    assert 0 < len(said.event) <= 128
    assert said.at.tzinfo is not None


async def test_channel_hands_on_in_order(stage: Stage) -> None:
    """One event of a chat after the other, each with another id."""
    stage.answers = [Outgoing(stage.chat, "收到")]
    for n in range(5):
        await stage.says(f"说事 第{n}件")
    await stage.taken.until(5)

    assert stage.taken.texts == [f"说事 第{n}件" for n in range(5)]
    assert len({event.event for event in stage.taken.events}) == 5


async def test_channel_offers_again_what_was_not_kept(stage: Stage) -> None:
    """Acknowledged only after the commit; nothing is lost for a moment without a database, nothing taken twice."""
    stage.answers = [Outgoing(stage.chat, "收到")]
    stage.taken.fail = 1
    await stage.says("说事 灯坏了")
    await stage.again()
    await stage.taken.until(1)

    assert stage.taken.texts == ["说事 灯坏了"]


async def test_channel_passes_over_what_can_t_be_read(stage: Stage) -> None:
    """It never stops the rest."""
    stage.answers = [Outgoing(stage.chat, "收到")]
    await stage.garbage()
    await stage.says("说事 灯坏了")
    await stage.taken.until(1)

    assert stage.taken.texts == ["说事 灯坏了"]


async def test_channel_shows_what_is_said(stage: Stage) -> None:
    """Word for word, whatever stands in it."""
    stage.answers = [Outgoing(stage.chat, "收到，记为说事 #12。\n类别：服务民生（依据：电梯、停运）")]
    await stage.says("说事 灯坏了")

    text = await shown(stage, "记为说事 #12")
    assert "类别：服务民生（依据：电梯、停运）" in text


async def test_channel_shows_a_long_text(stage: Stage) -> None:
    """Cut where the platform has no more room, never refused."""
    stage.answers = [Outgoing(stage.chat, "很长的回答" + "，电梯停了" * 5000)]
    await stage.says("说事 灯坏了")

    assert await shown(stage, "很长的回答，电梯停了，电梯停了")


async def test_channel_hands_over_a_file(stage: Stage) -> None:
    """With its words above it; where the platform takes no files, as text."""
    file = File("我的数据.txt", "说事 #1 三号楼电梯停了")
    stage.answers = [Outgoing(stage.chat, "您在枫林小区的记录", file=file)]
    await stage.says("我的数据")

    text = await shown(stage, "您在枫林小区的记录")
    if stage.channel.name not in {"telegram", "web"}:
        assert file.content in text


async def test_button_comes_back_as_what_it_means(stage: Stage) -> None:
    """Pressed, or typed where there are no buttons: verb and arguments."""
    stage.answers = [Outgoing(stage.chat, "说事 #12", rows=((Button("查进度", "status", ("12",)),),))]
    await stage.says("进度 12")
    await shown(stage, "说事 #12")
    stage.answers = [Outgoing(stage.chat, "好")]
    await stage.presses("查进度")
    await stage.taken.until(2)

    pressed = stage.taken.events[1]
    if isinstance(pressed, Pressed):
        assert (pressed.verb, pressed.args) == ("status", ("12",))
    else:
        assert isinstance(pressed, Said)
        assert pressed.text == "进度 12"


async def test_empty_toast_is_no_message(stage: Stage) -> None:
    """It only ends the platform's waiting."""
    stage.answers = [Outgoing(stage.chat, "一")]
    await stage.says("帮助")
    await shown(stage, "一")
    before = await stage.seen()
    if stage.channel.name != "official_account":  # which never has presses
        await stage.channel.send(Outgoing(stage.chat, "", Manner.TOAST, token="7", person=stage.chat.id), None)

    assert await stage.seen() == before


async def test_unknown_picture_is_named(stage: Stage) -> None:
    """Gone, or not now; never an error of ours."""
    with pytest.raises((Unsendable, RetryLater)):
        await stage.channel.fetch(Upload("nothing"))


async def test_link_is_an_address_or_none(stage: Stage) -> None:
    """Into a private chat, where the platform has such links."""
    link = stage.channel.link("abc")

    assert link is None or link.startswith("https://")


async def test_channel_is_ready_and_closes(stage: Stage) -> None:
    """With a menu or without; closed twice it stays closed."""
    await stage.channel.ready([])
    await stage.channel.close()
