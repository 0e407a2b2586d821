"""A community on the simulated Telegram, with the real program as a process; parameter: `library-mode[-postgres]`."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.simulator.client import Simulator
from tests.stories.program import Program, command, free_port

PATIENCE = 15
ROLL = "楼栋,单元,房号,面积,业主\n3,1,301,89.50,业主甲\n3,1,302,89.50,业主乙\n3,1,303,89.50,业主丙\n"


@dataclass
class Stage:
    """A community on the simulator with the program that serves it. `url`: of the database; `page`: of the board."""

    sim: Simulator
    program: Program
    folder: Path
    groups: list[int]
    people: dict[str, int]
    url: str
    page: str

    @property
    def group(self) -> int:
        return self.groups[0]

    async def says(self, name: str, text: str) -> None:
        await self.sim.say(self.group, self.people[name], text)

    async def hears(self, part: str, chat: int | None = None):
        return await self.sim.wait_for(chat or self.group, part, PATIENCE)

    async def presses(self, name: str, message, button: str) -> str:
        query = await self.sim.press(self.people[name], message, button)
        return str((await self.sim.answer(query, PATIENCE))["text"])


@pytest.fixture
async def stage(request, sim: Simulator, tmp_path: Path):
    library, mode, *grown_up = request.param.split("-")
    url = request.getfixturevalue("postgres").fresh() if grown_up else f"sqlite:///{tmp_path}/bot.sqlite3"
    names = ("书记", "管理员", "居民甲", "居民乙", "居民丙")
    people = {name: await sim.user(name) for name in names}
    groups = [await sim.group(f"枫林小区{n}群", list(people.values()), bot="administrator") for n in range(4)]
    bound = ", ".join(f'"telegram:{group}"' for group in groups)
    port = free_port()
    config = f"""
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "{url}"
[web]
port = {port}
public_url = "http://127.0.0.1:{port}"
[telegram]
token = "{sim.token}"
library = "{library}"
mode = "{mode}"
api_base_url = "{sim.address}"
# With them the last of forty answers in a group waits for the minute to end.
limits = false
[[community]]
name = "枫林小区"
groups = [{bound}]
secretaries = ["telegram:{people["书记"]}"]
quiet = {{ from = "00:00", to = "00:00" }}
"""
    program = Program(tmp_path, config)
    (tmp_path / "roll.csv").write_text(ROLL, encoding="utf-8")
    arguments = (
        "import-roll",
        str(tmp_path / "roll.csv"),
        "--community",
        "枫林小区",
        "--slips",
        str(tmp_path / "s.csv"),
    )
    for given in (("migrate",), arguments) if grown_up else (arguments,):  # SQLite is migrated by who comes first
        code, out, err = await command(*given, config=tmp_path / "config.toml")
        assert code == 0, out + err
    await program.start()
    yield Stage(sim, program, tmp_path, groups, people, url, f"http://127.0.0.1:{port}")
    assert await program.stop() == 0, program.log()
    assert "Traceback" not in program.log()


def slips(folder: Path) -> dict[str, str]:
    """The printed codes by flat."""
    with (folder / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["户"]: row["一次码"] for row in csv.DictReader(file)}


async def bound(stage: Stage, name: str, flat: str) -> None:
    """Somebody binds with the slip of a flat."""
    codes = slips(stage.folder)
    code = next(code for home, code in codes.items() if home.endswith(flat))
    await stage.sim.say(stage.people[name], stage.people[name], f"绑定 {code}")
    await stage.hears("绑定好了", stage.people[name])
