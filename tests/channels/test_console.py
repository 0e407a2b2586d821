"""The terminal: plain lines out, with what may be typed; buttons can be pressed by their words."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.base import Unsendable
from bot.channels.console import Console, Words
from domain.talk import Button, Chat, Event, File, Manner, Outgoing, Pressed, Said, Upload
from tests.channels.taken import Taken

CHAT = Chat("console", "private-居民甲", private=True)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
WORDS = Words(
    lambda button: f"{button.verb} {button.args[0]}" if button.args else button.label,
    "可发：{words}",
    "、",
    "文件在 {path}",
)
ROWS = ((Button("附议", "second", ("1",)), Button("更多", "more_help")), (Button("看公开栏", url="http://127.0.0.1/"),))


async def _typed(lines: Sequence[str]) -> AsyncIterator[str]:
    for line in lines:
        yield line


def console(*lines: str) -> Console:
    return Console("居民甲", CHAT, _typed(lines), lambda: NOW, WORDS)


async def test_console_hands_on_lines_in_their_order() -> None:
    """Each line is what its person says, an event of its own, addressed to the bot; empty ones are none."""
    taken = Taken()
    await console("说事 电梯\n", "\n", "进度 1").listen(taken)

    assert taken.texts == ["说事 电梯", "进度 1"]
    assert len({event.event for event in taken.events}) == 2
    assert all(isinstance(one, Said) and one.addressed and one.at == NOW for one in taken.events)


async def test_console_shows_plain_lines_and_what_may_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """Signs fall away, links are written out, each button is shown as it is typed (VOICE.md §2)."""
    await console().send(Outgoing(CHAT, "📅 下次：12月4日\n⚠️ 改期", rows=ROWS, headed=True), None)

    assert capsys.readouterr().out == "下次：12月4日\n改期\n看公开栏：http://127.0.0.1/\n可发：second 1、更多\n"


async def test_console_says_where_a_file_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A file is put where only this account may read it, and its place is told."""
    await console().send(Outgoing(CHAT, "您的记录", file=File("我的数据.txt", "说事 #1")), None)

    shown, where = capsys.readouterr().out.splitlines()
    path = Path(where.removeprefix("文件在 "))
    assert (shown, path.name, path.read_text("utf-8")) == ("您的记录", "我的数据.txt", "说事 #1")
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_console_shows_no_redraw_and_no_empty_toast(capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal can't edit what it showed, and a toast that says nothing says nothing."""
    one = console()
    await one.send(Outgoing(CHAT, "收到", Manner.REDRAW, card="concern:1"), "1")
    await one.send(Outgoing(CHAT, "", Manner.TOAST), None)

    assert capsys.readouterr().out == ""


async def test_console_presses_a_button_by_its_words() -> None:
    """/press LABEL presses what was shown; before that it is only words."""
    events: list[Event] = []

    async def take(event: Event) -> None:
        events.append(event)
        await one.send(Outgoing(CHAT, "收到", rows=ROWS), None)

    one = console("/press 附议", "/press 附议")
    await one.listen(take)

    said, pressed = events
    assert isinstance(said, Said)
    assert isinstance(pressed, Pressed)
    assert (pressed.verb, pressed.args) == ("second", ("1",))


async def test_console_says_where_a_picture_is_gone() -> None:
    """A file that can't be read is no picture."""
    with pytest.raises(Unsendable):
        await console().fetch(Upload("/nowhere/picture.png"))
