"""The picture of a paper ballot: kept without its EXIF, seen by who confirms and oversees, gone with the ballot."""

import base64
import io
import json
from datetime import timedelta

import pytest
from PIL import Image

from bot.pictures import Pictures
from domain.talk import Outgoing, Upload
from domain.terms import Numbered, Role
from models import board_pictures, people, retention
from models.tables.concerns import Blob, Photo
from models.tables.people import Audit
from models.tables.votes import PaperBallot
from tests.stories.talk import Talk
from tests.stories.test_paper import homes
from tests.stories.test_vote import ticks

__all__ = ["homes"]
SCAN = Upload("s1", 2048)
FLAT = "3号楼1单元101室"


def scan(where: str = "23.13N 113.26E") -> bytes:
    """A photograph that says where it was taken."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = where
    Image.new("RGB", (60, 40), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
async def scanned(homes: Talk) -> Talk:
    """A paper ballot that was entered with its picture."""
    await homes.knows("监督员", Role.SUPERVISOR)
    homes.channel.files = {"s1": scan(), "s2": b"no picture"}
    await homes.tells("管理员", "纸票 1 3-1-101 反对", pictures=(SCAN,))
    return homes


async def fetched(talk: Talk) -> list[Outgoing]:
    before = len(talk.channel.sent)
    await Pictures(talk.house, {"web": talk.channel}, talk.clock, lambda: None).fetch_all()  # type: ignore[dict-item]
    await talk.delivery.drain()
    return talk.channel.sent[before:]


async def test_scan_goes_to_who_confirms_without_its_exif(scanned: Talk) -> None:
    """To the other moderators in private; not to the household, not to the group, and not by number on the board."""
    told = await fetched(scanned)
    community = (await people.communities())[0].id
    photo = await Photo.get()

    assert [(out.to.id, out.text) for out in told] == [
        ("p-另一位", f"表决 #1：{FLAT}纸票的照片，只给管理员和监督员看，别转发。")
    ]
    assert told[0].file is not None
    assert told[0].file.name == f"纸票{FLAT}.jpg"
    assert not Image.open(io.BytesIO(told[0].file.data)).getexif()
    assert await board_pictures.picture(community, photo.id) is None


async def test_scan_is_shown_to_who_oversees_alone(scanned: Talk) -> None:
    """看纸票, in private: moderators and the supervisor; a resident not even their own; nothing where there is none."""
    await fetched(scanned)
    shown = await scanned.tells("监督员", "看纸票 1 3-1-101")

    assert shown[0].file is not None
    assert "只有" in (await scanned.tells("居民甲", "看纸票 1 3-1-101"))[0].text
    assert "请到私聊里发" in (await scanned.says("监督员", "看纸票 1 3-1-101"))[0].text
    assert (await scanned.tells("监督员", "看纸票 1 3-1-102"))[0].text.startswith(
        "没找到：表决 #1 没有3-1-102纸票的照片"
    )


async def test_my_data_tells_the_household_that_a_scan_is_kept(scanned: Talk) -> None:
    """Each of the household, and nobody else: which vote, since when, until when, who sees it; never the picture."""
    await fetched(scanned)
    await scanned.knows("居民丙", household="3-1-102")
    await scanned.tells("管理员", "纸票 1 3-1-102 赞同")
    open_yet = await my_data(scanned, "居民甲")
    await scanned.tells("另一位", "确认纸票 1 3-1-101 反对")
    await ticks(scanned, "12-03 20:00")
    counted = await my_data(scanned, "家人")
    without, strange = await my_data(scanned, "居民丙"), await my_data(scanned, "路人")

    head = "12月1日（周二）18:42 表决 #1 登记了您家的纸票，照片1张，只给管理员和监督员核对，不公开；"
    assert f"{head}表决截止后存2年，有争议的存到了结" in open_yet[0]
    assert f"{head}存到2028年12月3日（周日）20:00，有争议的存到了结" in counted[0]
    assert json.loads(counted[1])["papers"] == [
        {
            "number": 1,
            "at": "2026-12-01T10:42:01+00:00",
            "pictures": 1,
            "seen_by": ["moderator", "secretary", "supervisor"],
            "until": "2028-12-03T12:00:00+00:00",
        }
    ]
    assert "反对" not in open_yet[0] + counted[0]
    assert "表决 #1 登记了您家的纸票，没有照片" in without[0]
    assert "您家的纸票】\n还没有" in strange[0]
    assert json.loads(strange[1])["papers"] == []


async def my_data(talk: Talk, name: str) -> list[str]:
    """The two files, the readable one first."""
    files = [one.file for one in await talk.tells(name, "我的数据") if one.file]
    return [str(file.content) for file in files]


async def test_scan_stands_in_the_audit_log_by_its_hash(scanned: Talk) -> None:
    """Whoever asks later whether it is the same picture can tell; without a picture the line is as before."""
    await fetched(scanned)
    await scanned.tells("管理员", "纸票 1 3-1-102 赞同")
    for flat, choice in (("101", "反对"), ("102", "赞同")):
        await scanned.tells("另一位", f"确认纸票 1 3-1-{flat} {choice}")
    sha = base64.urlsafe_b64encode(bytes.fromhex((await Blob.get()).sha256)).decode().rstrip("=")
    lines = [line.subject for line in await Audit.filter(act="confirm_paper").order_by("id")]

    assert lines == [f"vote:1 sha256-{sha}", "vote:1"]


async def test_scan_goes_when_who_cast_what_goes(scanned: Talk) -> None:
    """With the ballot that it is of, by its retention; while there is a dispute it stays."""
    await fetched(scanned)
    await scanned.tells("另一位", "确认纸票 1 3-1-101 反对")
    await ticks(scanned, "12-03 20:00")
    later, of = scanned.clock() + timedelta(days=900), (await people.communities())[0]
    assert await retention.hold(of.name, Numbered.VOTE, 1, later)
    await retention.votes(of.id, later)
    assert await retention.pictures(later) == 0
    await retention.release(of.name, Numbered.VOTE, 1)
    await retention.votes(of.id, later)

    assert await retention.pictures(later) == 1
    assert await PaperBallot.all().count() == await Photo.all().count() == await Blob.all().count() == 0


async def test_scan_that_cannot_be_read_is_asked_for_again(homes: Talk) -> None:
    """Who sent it is told; the paper waits as it was entered; the next picture takes its place."""
    homes.channel.files = {"s1": scan(), "s2": b"no picture"}
    await homes.tells("管理员", "纸票 1 3-1-101 反对", pictures=(Upload("s2", 10),))
    lost = await fetched(homes)
    await homes.tells("管理员", "纸票 1 3-1-101 反对", pictures=(SCAN,))
    found = await fetched(homes)

    assert [(out.to.id, out.text[:12]) for out in lost] == [("p-管理员", "没存：表决 #1，3号楼")]
    assert [out.to.id for out in found] == ["p-另一位"]
    assert await Photo.all().count() == 1
