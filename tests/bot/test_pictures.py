"""Pictures: fetched after the commit, without EXIF, once by their hash, and never silently lost."""

import io

import pytest
from PIL import Image as Pillow

from bot import pictures
from bot.channels.base import RetryLater
from bot.pictures import Pictures, TooLarge, Unreadable, ready
from domain.talk import Upload
from models.tables.concerns import Blob, Photo


def jpeg(size=(40, 20), orientation: int = 1, colour="red") -> bytes:
    out = io.BytesIO()
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "一台相机"
    Pillow.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def fetching(talk):
    return Pictures(talk.house, {"web": talk.channel}, talk.clock, lambda: None)


def test_picture_loses_its_exif():
    """Where and with what a picture was taken is nobody's business (CHANNELS.md)."""
    kept = ready(jpeg())

    assert not Pillow.open(io.BytesIO(kept.data)).getexif()
    assert "一台相机".encode() not in kept.data


def test_picture_is_turned_upright():
    """EXIF's turn is done before EXIF goes."""
    kept = ready(jpeg(size=(40, 20), orientation=6))

    assert (kept.width, kept.height) == (20, 40)


def test_picture_is_shrunk():
    """Nobody needs more than 2,560 pixels of a lamp."""
    assert ready(jpeg(size=(5120, 2560))).width == 2560


@pytest.mark.parametrize("data", [b"", b"not a picture", jpeg()[:200], b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_picture_is_refused_when_unreadable(data):
    """What can't be opened is not kept."""
    with pytest.raises(Unreadable):
        ready(data)


def test_picture_is_refused_when_too_large(monkeypatch):
    """More bytes or pixels than said are refused before they are decoded."""
    with pytest.raises(TooLarge):
        ready(b"x" * (pictures.MOST_BYTES + 1))
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100)
    with pytest.raises(TooLarge):
        ready(jpeg())


async def test_pictures_are_stored_once_by_hash(talk, fetching):
    """The same picture twice is kept once."""
    talk.channel.files |= {"a": jpeg(), "b": jpeg()}
    await talk.says("居民甲", "说事 三号楼路灯不亮了", pictures=(Upload("a"), Upload("b")))
    await fetching.fetch_all()

    assert await Blob.all().count() == 1
    assert await Photo.filter(settled=True, unreadable=False).count() == 2


async def test_unreadable_picture_is_said(talk, fetching):
    """The sender hears that a picture was not kept, and that the words were."""
    talk.channel.files["a"] = b"broken"
    await talk.says("居民甲", "说事 三号楼路灯不亮了", pictures=(Upload("a"),))
    await fetching.fetch_all()
    await talk.delivery.drain()

    assert talk.channel.sent[-1].text == "这张图打不开，没有存；文字已记为说事 #1，图请重发一次。"


async def test_picture_waits_for_the_platform(talk, fetching):
    """A platform that is down for a while loses no picture."""
    await talk.says("居民甲", "说事 三号楼路灯不亮了", pictures=(Upload("a"),))
    fetch = talk.channel.fetch

    async def down(upload):
        raise RetryLater("502")

    talk.channel.fetch = down
    await fetching.fetch_all()
    assert await Photo.filter(settled=False).count() == 1
    talk.channel.fetch = fetch
    talk.channel.files["a"] = jpeg()
    talk.at("12-01 19:00")
    await fetching.fetch_all()

    assert await Photo.filter(settled=True, unreadable=False).count() == 1


async def test_album_is_one_concern(talk, fetching):
    """Ten pictures in ten updates are one concern; the eleventh is said to be too many."""
    talk.channel.files |= {str(n): jpeg(colour=(n, 0, 0)) for n in range(12)}
    await talk.says("居民甲", "说事 三号楼路灯不亮了", pictures=(Upload("0"),), album="al")
    for n in range(1, 10):
        assert await talk.says("居民甲", "", pictures=(Upload(str(n)),), album="al") == []
    too_many = await talk.says("居民甲", "", pictures=(Upload("10"),), album="al")
    other = await talk.says("居民乙", "", pictures=(Upload("11"),), album="another")

    assert "最多收10张" in too_many[0].text
    assert other == []
    assert await Photo.all().count() == 10


async def test_picture_alone_asks_for_words(talk, fetching):
    """Only a picture: asked for the words; they come, and it is one concern with its picture."""
    talk.channel.files["a"] = jpeg()
    await talk.knows("居民甲")
    asked = await talk.says("居民甲", "说事", pictures=(Upload("a"),))
    answer = await talk.says("居民甲", "三号楼路灯不亮了", addressed=True)
    await fetching.fetch_all()

    assert "还没记成说事" in asked[0].text
    assert "记为说事 #1" in answer[0].text
    assert await Photo.filter(settled=True).count() == 1
