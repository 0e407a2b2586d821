"""A file in the rehearsal group: a link under the message, for the one it was handed to."""

import re
from html import unescape

import pytest

from bot.channels.base import Line
from bot.channels.web_stage import private_chat
from bot.transcript import Transcript
from domain.talk import Chat, File, Outgoing
from tests.channels.test_web import GROUP, NEIGHBOUR, RESIDENT, staged
from tests.database import memory

FILE = File("我的数据.txt", "说事 #1 <b>三号楼</b>")


async def test_file_is_a_link_that_saves_it():
    """Saved under its own name, never opened as a page."""
    async with staged() as stage:
        await stage.channel.send(Outgoing(private_chat(RESIDENT), "您的记录", file=FILE), None)
        page = await stage.open(RESIDENT, "private")
        link = re.search(r'href="([^"]*/chat/file[^"]*)"[^>]*>我的数据.txt<', page)
        assert link
        saved = await stage.browser.get(unescape(link[1]))

        assert saved.text == FILE.content
        assert saved.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%88%91")
        assert saved.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("seat", [(RESIDENT, "group"), (NEIGHBOUR, "private")])
async def test_file_is_not_there_for_others(seat):
    """In another chat, or of a message without one: 404."""
    async with staged() as stage:
        await stage.channel.send(Outgoing(private_chat(RESIDENT), "您的记录", file=FILE), None)
        who, where = seat
        answers = [
            await stage.browser.get("/chat/file", params={"as": who.id, "in": where, "message": "1"}),
            await stage.browser.get("/chat/file", params={"as": RESIDENT.id, "in": "private", "message": "9"}),
        ]

        assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("file", [None, FILE])
async def test_transcript_keeps_a_file_with_its_line(file):
    """A restart keeps it too."""
    async with memory():
        kept = Transcript()
        await kept.add(Chat("web", GROUP.id), Line("", "", "", "您的记录", "2026-12-01T10:00:00", file=file))

        assert [line.file for line in await kept.since(Chat("web", GROUP.id), 0, 9)] == [file]
