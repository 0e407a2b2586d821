"""材料: a line, a link, a picture or a file, for whoever said it and whoever sits on it; listed on the topic's page."""

import io

import pytest
from PIL import Image

from bot.pictures import MOST_BYTES, Pictures
from domain.talk import Upload
from domain.terms import Role, SessionRule
from models.tables.concerns import Blob, Photo
from models.tables.topics import Material
from tests.database import BOTH

REPORT = Upload("f1", 2048, "电梯检测报告.pdf")


@pytest.fixture
async def town(talk):
    """A topic that was prepared: its speaker, a 说事员 who comes and one who does not."""
    for name in ("居民甲", "居民乙"):
        await talk.knows(name)
    await talk.knows("管理员甲", Role.MODERATOR)
    for name in ("说事员甲", "说事员乙"):
        await talk.knows(name, Role.DELIBERATOR)
    await talk.plans(sessions={"rule": SessionRule.DATES.value, "time": "19:30", "place": "说事厅"})
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    for words in ("合并 1｜三号楼电梯", "确定 1 急", "准备 1"):
        await talk.tells("管理员甲", words)
    await talk.tells("说事员乙", "来不了 1")
    talk.channel.files = {"f1": b"%PDF-1.7 lift", "p1": picture()}
    talk.channel.sent.clear()
    return talk


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(out, "PNG")
    return out.getvalue()


async def fetched(talk):
    """What was sent when the files were fetched: chat, text, file's name, bytes; chats are written to side by side."""
    before = len(talk.channel.sent)
    await Pictures(talk.house, {"web": talk.channel}, talk.clock, lambda: None).fetch_all()
    await talk.delivery.drain()
    told = talk.channel.sent[before:]
    files = [(out.file.name, out.file.data) if out.file else ("", b"") for out in told]
    return sorted((out.to.id, out.text, *file) for out, file in zip(told, files, strict=True))


@BOTH
async def test_file_is_asked_for_kept_and_handed_out(town):
    """发材料: the button asks; the file is kept, and goes to the speaker and to the 说事员 who did not say no."""
    asked = await town.presses("管理员甲", "发材料", town.private("管理员甲"))
    taken = await town.tells("管理员甲", "", files=(REPORT,))
    told = await fetched(town)

    assert asked[0].text.startswith("请把材料发来：一句话、链接、图片或文件都行，文件最大10MB")
    assert taken[0].text == "收到，正在存议题 #1 的材料1份，存好就发给说事的人和说事员。"
    text = "议题 #1（三号楼电梯）的材料：\n电梯检测报告.pdf"
    assert told == [(f"p-{name}", text, "电梯检测报告.pdf", b"%PDF-1.7 lift") for name in ("居民甲", "说事员甲")]
    assert bytes((await Blob.get()).data) == b"%PDF-1.7 lift"


async def test_picture_comes_with_its_words_in_one_line(town):
    """准备 1 材料｜…, with a picture: kept without EXIF like any other, and handed out with the words."""
    await town.tells("管理员甲", "准备 1 材料｜机房的样子", pictures=(Upload("p1"),))
    told = await fetched(town)

    assert [(chat, text, name) for chat, text, name, _ in told] == [
        (f"p-{name}", "议题 #1（三号楼电梯）的材料：\n机房的样子", "图片.jpg") for name in ("居民甲", "说事员甲")
    ]


@BOTH
async def test_who_comes_later_gets_what_there_is(town):
    """能来 after the materials went out: the lines, and each file."""
    await town.tells("管理员甲", "准备 1 材料", files=(REPORT,))
    await fetched(town)
    out = await town.tells("说事员乙", "能来 1")

    assert out[0].text == "记下了：议题 #1 您能来，谢谢您抽时间。\n电梯检测报告.pdf"
    assert [o.file.name for o in out if o.file] == ["电梯检测报告.pdf"]


async def test_file_too_large_is_refused_at_once(town):
    """What the platform says is too large is not taken; nothing is kept."""
    out = await town.tells("管理员甲", "准备 1 材料", files=(Upload("f1", MOST_BYTES + 1, "录像.mp4"),))

    assert out[0].text == "没存：文件最大10MB，请缩小或发链接。"
    assert await Material.all().count() == await Photo.all().count() == 0


async def test_file_that_turns_out_too_large_is_asked_for_again(town):
    """A platform that did not tell the size: the moderators hear that it was not kept."""
    town.channel.files["f1"] = bytes(MOST_BYTES + 1)
    await town.tells("管理员甲", "准备 1 材料", files=(Upload("f1", None, "录像.mp4"),))

    assert [(chat, text) for chat, text, _, _ in await fetched(town)] == [
        ("p-管理员甲", "没存：议题 #1 的材料“录像.mp4”打不开或超过10MB，请重发。")
    ]
    assert await Blob.all().count() == 0


async def test_resident_hands_out_nothing(town):
    """Only moderators send materials."""
    assert (await town.tells("居民甲", "发材料 1"))[0].text == "没办：只有管理员可以发材料。"
    assert (await town.tells("居民甲", "", files=(REPORT,)))[0].text.startswith("在。您想")
