"""材料 from a web form: the rehearsal group's own, through the whole program; a name is data, a place is taken out."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from PIL import Image

from bot import making
from bot.app import App, built
from bot.config import Database, load
from bot.words import Understanding
from models.tables.concerns import Blob, Photo
from models.tables.topics import Material

HERE = "http://127.0.0.1:8080"
HANDED = re.compile(r'href="(/chat/file[^"]+)" download>([^<]+)</a>')
REPORT = b"%PDF-1.7 lift"


@dataclass
class Forms:
    """The rehearsal's pages in a browser without scripts."""

    app: App
    browser: httpx.AsyncClient

    async def say(self, who: str, text: str, *files: tuple[str, bytes], where: str = "private") -> str:
        """Fill in the page's form and send it; the page that follows."""
        page = (await self.browser.get("/chat", params={"as": who, "in": where})).text
        form = page[page.rindex('action="/chat/say"') :]
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
        sent = [("files", (name, data, "application/octet-stream")) for name, data in files]
        fields = {**hidden, "text": text}
        headers = {"Origin": HERE}
        answer = await self.browser.post("/chat/say", data=fields, files=sent or None, headers=headers)
        await self.app.deliver()
        await self.app.pictures.fetch_all()
        await self.app.deliver()
        if answer.status_code != 303:
            return answer.text
        return (await self.browser.get("/chat", params={"as": who, "in": where})).text


@pytest.fixture
async def forms(tmp_path: Path, understanding) -> AsyncIterator[Forms]:
    """A topic on the next session, prepared; 居民甲 said it, the moderator was asked for its material."""
    config = load(None).model_copy(update={"database": Database(url=f"sqlite://{tmp_path}/bot.sqlite3")})
    with patch.object(Understanding, "load", lambda: understanding):
        async with built(config) as app:
            asgi = making.web(app.config, app.clock, app.house, app.channels)
            transport = httpx.ASGITransport(asgi, client=("127.0.0.1", 5))
            async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser, asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(app.channels["web"].listen(app.run))
                await asyncio.sleep(0)
                stage = Forms(app, browser)
                await stage.say("居民甲", "说事 三号楼电梯又停了")
                for words in ("合并 1｜三号楼电梯", "确定 1 急", "准备 1", "发材料 1"):
                    await stage.say("管理员", words)
                yield stage
                listening.cancel()


def photographed() -> bytes:
    """A picture that tells where it was taken."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = "secret place"
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_moderator_sends_files_and_whoever_said_it_gets_them(forms: Forms) -> None:
    """Two files and a picture in one form: kept, listed with the topic, and each handed to who said it, as it came."""
    name = "../../检测<i>报告.pdf"
    page = await forms.say(
        "管理员", "电梯的材料", (name, REPORT), ("机房.jpg", photographed()), ("价格.xlsx", b"PK cells")
    )
    got = await forms.say("居民甲", "")
    files = [(unescape(address), unescape(name)) for address, name in HANDED.findall(got)]

    assert "正在存议题 #1 的材料3份" in page
    assert "（文件：检测&lt;i&gt;报告.pdf）" in page
    assert (await Material.get()).text == "电梯的材料"
    assert await Photo.filter(settled=True).count() == 3
    assert not any(b"secret" in bytes(blob.data) for blob in await Blob.all())
    kept = {name: (await forms.browser.get(address)).content for address, name in files}
    assert (kept["价格.xlsx"], kept["检测<i>报告.pdf"]) == (b"PK cells", REPORT)
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("virus.exe", b"MZ"), "没发出去：“virus.exe”这种文件不收"),
        (("没有后缀", b"x"), "没发出去：“没有后缀”这种文件不收"),
        (("大.pdf", b"0" * (10 * 1024 * 1024 + 1)), "没发出去：“大.pdf”太大，每个文件最大10 MB"),
        (("坏.jpg", b"no picture"), "没发出去：有一张图片打不开或者太大"),
    ],
)
async def test_file_that_is_not_taken_is_said_and_the_words_stay(forms: Forms, file, said: str) -> None:
    """Kind, size, a picture that is none: one sentence above the form, the words still in it, nothing kept."""
    page = await forms.say("管理员", "电梯的材料", file)

    assert said in unescape(page)
    assert 'value="电梯的材料"' in page
    assert await Material.all().count() == 0
    assert await Blob.all().count() == 0
