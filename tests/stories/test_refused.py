"""A platform that refuses the bot ends the program with one line."""

from pathlib import Path

from tests.simulator.client import Simulator
from tests.stories.program import command, free_port


async def test_wrong_token_stops_the_program_in_one_line(sim: Simulator, tmp_path: Path):
    """Telegram does not know the token: one line that says so and what to do, no traceback, exit 2."""
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
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
""",
        encoding="utf-8",
    )
    await sim.scenario("getMe", times=9, status=401, description="Unauthorized")

    code, _, err = await command("run", config=config)

    assert code == 2
    assert "telegram getMe: Unauthorized" in err.splitlines()[-1]
    assert "Traceback" not in err
