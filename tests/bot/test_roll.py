"""`import-roll` and `group-code` (INTERFACE.md §2)."""

import asyncio
import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from bot import cli
from bot import roll as roll_of
from bot.clock import Clock
from bot.config import Config
from bot.config_channels import Telegram
from models import households, mail, schema
from models.tables.people import Household
from tests.simulator.client import Simulator

HEADER = "楼栋,单元,房号,面积,业主"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config whose database is a file beside it."""
    path = tmp_path / "config.toml"
    url = f"sqlite://{tmp_path}/bot.sqlite3"
    operator = '[operator]\nname = "江南街道"\ncontact = "010-1234"\n'
    path.write_text(f'{operator}[database]\nurl = "{url}"\n[[community]]\nname = "枫林小区"\n', "utf-8")
    return path


def roll(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "roll.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def imported(config: Path, file: Path, *more: str, community: str = "枫林小区") -> int:
    return cli.main(["import-roll", str(file), "--community", community, "--config", str(config), *more])


def in_database(config: Path, asked):
    async def look():
        async with schema.opened(f"sqlite://{config.parent}/bot.sqlite3"):
            return await asked()

    return asyncio.run(look())


def flats(config: Path) -> list[tuple[str, int]]:
    async def asked():
        return [(f"{h.building}-{h.unit}-{h.room}", h.area) for h in await Household.all().order_by("id")]

    found: list[tuple[str, int]] = in_database(config, asked)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_import_takes_utf8_and_gb18030(config: Path, tmp_path: Path, encoding: str) -> None:
    """A spreadsheet saves in either encoding."""
    assert imported(config, roll(tmp_path, "3,1,301,89.50,业主甲", encoding=encoding)) == 0
    assert flats(config) == [("3-1-301", 8950)]


def test_import_writes_slips_once(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Slips are UTF-8 with BOM, 户 and 一次码, for new households only; each code binds its flat."""
    slips = tmp_path / "slips.csv"
    imported(config, roll(tmp_path, "3,1,301,89.50,业主甲", "3,1,302,89.50,业主乙"), "--slips", str(slips))
    first = slips.read_bytes()
    imported(config, roll(tmp_path, "3,1,301,90,业主甲", "3,1,303,89.50,业主丙"), "--slips", str(slips))
    lines = slips.read_text("utf-8-sig").splitlines()

    assert first.startswith("\ufeff户,一次码".encode())
    assert [line.split(",")[0] for line in first.decode("utf-8-sig").splitlines()[1:]] == [
        "3号楼1单元301室",
        "3号楼1单元302室",
    ]
    assert [line.split(",")[0] for line in lines[1:]] == ["3号楼1单元303室"]
    assert first in [file.read_bytes() for file in tmp_path.glob("slips.*.csv")]
    assert flats(config) == [("3-1-301", 9000), ("3-1-302", 8950), ("3-1-303", 8950)]
    assert in_database(config, lambda: _flat_of(lines[1].split(",")[1])) == "3-1-303"


def test_import_prints_slips_with_a_qr_code(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On A4, searchable: outside the flat, inside the code that binds it, and a QR code that opens the page with it."""
    with config.open("a", encoding="utf-8") as more:
        more.write('slug = "fenglin"\n[web]\npublic_url = "https://shuoshi.example.cn"\n')
    sheets = tmp_path / "slips.pdf"
    rows = [f"3,1,{room},89.50,业主甲" for room in range(101, 110)]

    assert imported(config, roll(tmp_path, *rows), "--slips", str(sheets)) == 0
    printed = PdfReader(sheets)
    text = "".join(page.extract_text() for page in printed.pages)
    codes = [code.replace(" ", "") for code in re.findall(r"[2-9A-Z]{4} [2-9A-Z]{4}", text)]
    assert (len(printed.pages), len(set(codes))) == (2, 9)
    assert [round(float(side) / 72 * 25.4) for side in printed.pages[0].mediabox[2:]] == [210, 297]
    assert all(f"3号楼1单元{room}室" in text for room in range(101, 110))
    assert in_database(config, lambda: _flat_of(codes[8])) == "3-1-109"
    assert qr_codes(sheets) == {f"https://shuoshi.example.cn/c/fenglin/say?code={code}" for code in codes}
    assert sheets.stat().st_mode & 0o777 == 0o600


def test_import_prints_slips_without_a_page(config: Path, tmp_path: Path) -> None:
    """Where the world can't reach the pages there is nothing to scan: the slip says where the code is typed."""
    sheets = tmp_path / "slips.PDF"

    assert imported(config, roll(tmp_path, "3,1,301,89.50,业主甲"), "--slips", str(sheets)) == 0
    text = PdfReader(sheets).pages[0].extract_text()
    assert "私聊机器人发“绑定”" in text.replace("\n", "")
    assert "扫码" not in text
    assert qr_codes(sheets) == set()


def qr_codes(file: Path) -> set[str]:
    """What a telephone reads from the sheets."""
    with pypdfium2.PdfDocument(file) as printed:
        return {found.text for page in printed for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil())}


async def _flat_of(code: str) -> str:
    found = await households.code(households.code_hash(await mail.secret("pseudonym"), code))
    assert found is not None
    return str(await households.flat(found.household))


def test_import_names_every_wrong_line_and_takes_nothing(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Errors by line, all or nothing: one line on stderr, exit code 2, no household entered."""
    imported(config, roll(tmp_path, "3,1,301,89.50,业主甲"))
    capsys.readouterr()
    code = imported(config, roll(tmp_path, "3,1,302,abc,业主乙", "3,1,303,80,业主丙", "3,1,303,80,业主丁"))
    said = capsys.readouterr()

    assert code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "第2行：面积“abc”不对" in said.err
    assert "第4行：3-1-303 和第3行重复" in said.err
    assert flats(config) == [("3-1-301", 8950)]


def test_dry_run_enters_nothing(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--dry-run checks and counts, and writes neither households nor slips."""
    slips = tmp_path / "slips.csv"

    assert imported(config, roll(tmp_path, "3,1,301,89.50,业主甲"), "--dry-run", "--slips", str(slips)) == 0
    assert capsys.readouterr().out == "名册没有问题，没有写：共1户，其中新1户\n"
    assert (flats(config), slips.exists()) == ([], False)


def test_import_takes_nothing_when_the_slips_cannot_be_written(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A code that stands on no slip must not count."""
    file = roll(tmp_path, "3,1,301,89.50,业主甲")

    assert imported(config, file, "--slips", str(tmp_path / "none" / "slips.csv")) == 2
    assert capsys.readouterr().err.startswith("写不了 ")
    assert flats(config) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "缺“楼栋”这一列"),
        (HEADER.encode(), "里面没有住户"),
        (HEADER.encode() + b"\n3,1,301,89.50", "第2行：应有5格，实有4格"),
        (HEADER.encode() + b'\n3,1,301,89.50,"a', "第2行不是 CSV"),
        (b"\xff\xff\xff", "不是 UTF-8，也不是 GB18030"),
    ],
)
def test_import_refuses_what_is_no_roll(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, why: str
) -> None:
    """Broken files are refused in one line that names the file."""
    file = tmp_path / "roll.csv"
    file.write_bytes(content)

    assert imported(config, file) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(file) in said
    assert why in said


def test_import_refuses_an_unknown_community(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is repeated, and the right ones are told."""
    assert imported(config, roll(tmp_path, "3,1,301,89.50,业主甲"), community="桃源") == 2
    assert capsys.readouterr().err == "没有叫“桃源”的小区，有：枫林小区\n"


def test_group_code_can_be_used(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The code alone on stdout; it is good for 绑群 of its community."""
    assert cli.main(["group-code", "--config", str(config)]) == 0
    code = capsys.readouterr().out.strip()

    async def asked():
        hash = households.code_hash(await mail.secret("pseudonym"), code)
        return await households.use_group_code(hash, Clock().now())

    assert len(code) == 8
    assert in_database(config, asked) is True


async def test_group_code_comes_with_a_link_where_the_bot_is_on_telegram(sim: Simulator, token: str) -> None:
    """It names the bot and carries the code, in what Telegram lets a link carry; unreachable, there is none."""
    good, down = (
        Config.model_construct(telegram=Telegram(token=token, api_base_url=server))
        for server in (sim.address, "http://127.0.0.1:1")
    )
    link = await roll_of._group_link(good, "ABCD2345")

    assert link == "https://t.me/fengsi_bot?startgroup=bindgroup_ABCD2345"
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", link.partition("startgroup=")[2])
    assert await roll_of._group_link(down, "ABCD2345") == ""
    assert await roll_of._group_link(Config.model_construct(telegram=None), "ABCD2345") == ""
