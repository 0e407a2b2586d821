"""From the start of the real program to its first answer, and its memory then (python-telegram-bot, SQLite)."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.simulator.client import Simulator
from tests.stories.program import Program, free_port


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.bench
async def test_start_to_first_answer(sim: Simulator, tmp_path: Path, capsys):
    """At most 2.5 s and 160 MiB."""
    user = await sim.user("居民甲")
    group = await sim.group("枫林小区群", [user], bot="administrator")
    config = f"""
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "sqlite:///{tmp_path}/bot.sqlite3"
[web]
port = {free_port()}
[telegram]
token = "{sim.token}"
api_base_url = "{sim.address}"
[[community]]
name = "枫林小区"
groups = ["telegram:{group}"]
"""
    # httpx brings a terminal's colours along where `rich` is there, as it is only among the test tools.
    (tmp_path / "rich.py").write_text("raise ImportError", encoding="utf-8")
    program = Program(tmp_path, config, {"PYTHONPATH": str(tmp_path)})
    await program.start()  # the database is made, byte code is compiled
    await program.stop()
    await sim.say(group, user, "说事 三号楼电梯又停了，老人下不来")
    started = time.perf_counter()
    await program.start()
    await sim.wait_for(group, "记为说事 #1", 30)
    seconds = time.perf_counter() - started
    await asyncio.sleep(1)
    mib = _resident_mib(program.pid)
    await program.stop()
    with capsys.disabled():
        print(f"\nstart to first answer: {seconds:.2f} s; {mib:.0f} MiB")

    assert seconds <= 2.5
    assert mib <= 160
