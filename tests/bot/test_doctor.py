"""`doctor` finds what stops the program, and says what to do."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import doctor
from bot import keys as log_keys
from bot.config import Community, Config, Database, Operator, Web
from bot.config_channels import Telegram
from bot.doctor_finding import Mark
from bot.texts import Texts
from domain.notes import verifier_key
from models import ballot_log, schema
from models.tables.people import Community as Row
from tests.postgres import Cluster
from tests.simulator.client import Simulator

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)


def told(url: str = "sqlite://:memory:", telegram: Telegram | None = None, groups: Sequence[str] = ()) -> Config:
    return Config(
        operator=Operator(name="江南街道", contact="010-1234"),
        database=Database(url=url),
        web=Web(),
        telegram=telegram,
        community=(Community(name="枫林小区", groups=tuple(groups)),),
    )


async def keys(config: Config, now: datetime = NOW) -> dict[str, Mark]:
    """What was found, each worded without a gap."""
    texts = Texts.load()
    found = [finding async for finding in doctor.findings(config, now)]
    assert all(texts(f"doctor.{finding.key}", **finding.facts) for finding in found)
    return {finding.key: finding.mark for finding in found}


async def test_doctor_says_what_sqlite_will_do(tmp_path: Path) -> None:
    """A new database is made at the start; one of this version is fine; one that can't be opened is to be mended."""
    url = f"sqlite://{tmp_path}/bot.sqlite3"
    assert "database_new" in await keys(told(url))
    async with schema.opened(url):
        await schema.ping()
        assert (await doctor.database(url)).key == "database_old"
        await schema.prepare()
    assert (await doctor.database(url)).key == "database_ready"
    (tmp_path / "bot.sqlite3").write_text("x" * 1000)
    assert (await doctor.database(url)).mark is Mark.FAULT


async def test_doctor_looks_at_the_key_of_the_log(tmp_path: Path) -> None:
    """Made at the start, for its owner alone, the one that is published; lost, readable or another: to be mended."""
    url, file = f"sqlite://{tmp_path}/bot.sqlite3", tmp_path / "log.key"
    assert (await keys(told(url)))["log_key_new"] is Mark.FINE
    assert not file.exists()
    async with schema.opened(url):
        await schema.prepare()
        community = await Row.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        name = await ballot_log.begin(community.id, "example.org/c/fenglin/log")
        await ballot_log.keep_key(community.id, str(verifier_key(name, log_keys.load(file))), "", NOW)
    assert (await keys(told(url)))["log_key_fine"] is Mark.FINE
    file.chmod(0o644)
    assert (await keys(told(url)))["log_key_readable"] is Mark.FAULT
    file.unlink()
    assert (await keys(told(url)))["log_key_lost"] is Mark.FAULT
    log_keys.load(file)
    assert (await keys(told(url)))["log_key_other"] is Mark.FAULT
    file.write_text("x")
    assert (await keys(told(url)))["log_key_unusable"] is Mark.FAULT


async def test_doctor_asks_for_migrate_on_postgres(postgres: Cluster) -> None:
    """On PostgreSQL an operator migrates."""
    assert (await doctor.database(postgres.fresh())).key == "database_pending"
    assert (await doctor.database("postgres://bot:secret@127.0.0.1:1/bot")).key == "database_down"


async def test_doctor_looks_ahead_to_next_years_holidays() -> None:
    """An unknown year gives no remark; doctor warns."""
    assert doctor.holidays(2026).key == "holidays_known"
    assert (await keys(told()))["holidays_unknown"] is Mark.NOTE


async def test_doctor_tells_what_telegram_lets_the_bot_hear(sim: Simulator, token: str) -> None:
    """Token, privacy mode, and the bot's rights in each group of the config."""
    admin = await sim.group("甲群", bot="administrator")
    member = await sim.group("乙群")
    groups = [f"telegram:{admin}", f"telegram:{member}", "telegram:-100999"]
    server = Telegram(token=token, api_base_url=sim.address)

    found = await keys(told(telegram=server, groups=groups), datetime.now(UTC))  # noqa: TID251 - the server's clock is real

    assert found["telegram_me"] is Mark.FINE
    assert found["telegram_hears_some"] is Mark.NOTE
    assert (found["group_admin"], found["group_member"], found["group_lost"]) == (Mark.FINE, Mark.NOTE, Mark.FAULT)


async def test_doctor_names_a_telegram_server_it_cannot_reach() -> None:
    """Without network: one finding, without the token."""
    server = Telegram(token="123456:SECRET", api_base_url="http://127.0.0.1:1")
    found = [finding async for finding in doctor.telegram(server, [], NOW)]

    assert [(finding.mark, finding.key) for finding in found] == [(Mark.FAULT, "telegram_down")]
    assert "SECRET" not in str(found)


@pytest.mark.parametrize(("seconds", "key"), [(5, "clock_fine"), (90, "clock_off")])
def test_doctor_compares_clocks(seconds: int, key: str) -> None:
    """A clock that is off tells reminders at the wrong time."""
    assert doctor.clock(NOW - timedelta(seconds=seconds), NOW).key == key
