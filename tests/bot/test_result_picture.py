"""Results as pictures (BOARD.md): drawn when they are sent, with every word readable, never instead of the text."""

import io

import pytest
from PIL import Image

from bot import result_picture
from bot.delivery import Delivery
from bot.result_picture import BOLD, HEIGHT, WIDTH, font, png, wrapped
from bot.texts import Texts
from domain.talk import Bar, Chat, Outgoing, Picture
from models.tables.mail import Outbox
from tests.stories.talk import GROUP, Recorder

TELEGRAM = Chat("telegram", "-100", title="枫林小区群")
LABEL = "按民法典第278条口径统计的意见征询，非业主大会法定表决"
BARS = tuple(
    Bar(f"第{n}号候选公司的名字有二十个字那么长啊", "30户", share)
    for n, share in enumerate((0, 1000, 500, 1, 999, 333))
)
FULL = Picture(
    "枫林小区 表决 #3 结果",
    "由谁来做" * 40,
    "67户中45户参加（67.2%）",
    "按第一选择",
    BARS[:5],
    LABEL,
    "还有5项，见文字",
)
MARKED = Picture("枫林小区 表决 #7 结果", "选物业公司", "统计达到要求", "100人中67人参加", (), LABEL)


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(png(picture))).convert("RGB")


def painted(image: Image.Image, y: int, colour: str) -> int:
    """How many pixels of a line have a colour."""
    wanted = bytes.fromhex(colour.removeprefix("#"))
    line = image.crop((0, y, image.width, y + 1)).tobytes()
    return sum(line[at : at + 3] == wanted for at in range(0, len(line), 3))


@pytest.mark.parametrize("share", [0, 1, 267, 500, 999, 1000])
def test_bar_is_as_long_as_its_share(share: int) -> None:
    """Of the track, to the pixel; nothing for nothing."""
    image = opened(Picture("h", "t", "v", "", (Bar("赞同", "30户", share),), LABEL))
    track = WIDTH - 2 * result_picture.MARGIN
    full = max(painted(image, y, result_picture.FILL) for y in range(result_picture.PLATE_HEIGHT + 1, HEIGHT, 4))

    assert abs(full - track * share // 1000) <= 1


def test_mark_stands_where_it_had_to_be_reached() -> None:
    """In ink, beyond both edges of the track."""
    image = opened(Picture("h", "t", "v", "", (Bar("赞同人数", "实得34人", 300, "需过半数", 507),), LABEL))
    track = WIDTH - 2 * result_picture.MARGIN
    x = result_picture.MARGIN + track * 507 // 1000
    ink = tuple(bytes.fromhex(result_picture.INK[1:]))
    column = [image.getpixel((x, y)) == ink for y in range(result_picture.PLATE_HEIGHT, result_picture.FOOT)]

    assert sum(column) >= result_picture.BAR_WITH_NEED + 14


@pytest.mark.parametrize("picture", [FULL, MARKED], ids=["full", "marked"])
def test_picture_has_its_size_and_nothing_runs_into_the_foot(picture: Picture) -> None:
    """1080 × 1350; five bars with all lines above them end over the foot's line."""
    image = opened(picture)

    assert image.size == (WIDTH, HEIGHT)
    assert painted(image, result_picture.FOOT - 4, result_picture.SHEET) == WIDTH


@pytest.mark.parametrize("link", ["", "https://feng.example/c/fenglin/votes/3", "https://a.example/" + "x" * 80])
def test_foot_holds_the_label_and_the_code(link: str) -> None:
    """A QR code of at least 180 pixels with white around it, inside the picture; none without an address."""
    image = opened(Picture("h", "t", "v", "", (), LABEL, link=link))
    corner = image.crop((WIDTH // 2 + 100, result_picture.FOOT + 4, WIDTH, HEIGHT))
    dark = [(x, y) for x in range(corner.width) for y in range(corner.height) if corner.getpixel((x, y)) == (0, 0, 0)]

    assert bool(dark) is bool(link)
    if dark:
        assert max(x for x, _ in dark) - min(x for x, _ in dark) >= 180
        assert max(y for _, y in dark) < corner.height - 8


def test_every_sign_of_a_result_has_its_glyph() -> None:
    """A box where a character should be says nothing; of rare ones in a name, the text beside it has them."""
    missing = font(BOLD, 40).getmask("\U0010fffd").getbbox()
    said = FULL.head + FULL.verdict + LABEL + "㎡（）、，：…·" + "".join(Texts.load().table("picture").values())
    signs = set(said) - {" "}

    assert [sign for sign in signs if font(BOLD, 40).getmask(sign).getbbox() == missing] == []


def test_text_is_cut_where_it_has_no_room() -> None:
    """With …, and no line is wider than its room."""
    lines = wrapped("三号楼电梯更换以后日常维护由谁来做" * 9, font(BOLD, 56), 900, 2)

    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(font(BOLD, 56).getlength(line) <= 900 for line in lines)


async def told(talk, chat: Chat = TELEGRAM) -> Outgoing:
    """The result as its channel gets it."""
    channel = Recorder(chat.channel)
    await talk.store.mail.put([Outgoing(chat, "结果", picture=MARKED)], None, talk.clock())
    assert "png" not in str((await Outbox.get()).body["picture"])
    await Delivery({chat.channel: channel}, talk.clock, talk._gone, talk._moved).drain()  # type: ignore[dict-item]
    (out,) = channel.sent
    return out


async def test_picture_is_drawn_when_it_is_sent(talk) -> None:
    """The row holds figures, not bytes; the channel gets a PNG. Where none is shown, none is drawn."""
    shown, unseen = await told(talk), await told(talk, GROUP)

    assert shown.picture
    assert shown.picture.png.startswith(b"\x89PNG")
    assert unseen.picture == MARKED


async def test_text_goes_without_a_picture_that_can_t_be_drawn(talk, monkeypatch, caplog) -> None:
    """No font, no memory: the result is told all the same, and the operator reads why."""

    def broken(_picture: Picture) -> bytes:
        raise OSError("cannot open resource")

    monkeypatch.setattr(result_picture, "png", broken)
    out = await told(talk)

    assert (out.text, out.picture) == ("结果", None)
    assert "a picture was not drawn: cannot open resource" in caplog.text
