"""`doctor` on WeCom and WeChat: addresses, webhooks, the account's secret with its two well-known traps."""

import pytest
from pydantic import SecretStr

from bot.config import Community, Config, Operator, Web
from bot.config_channels import OfficialAccount, WecomAibot, WecomWebhook
from bot.doctor_finding import Mark
from tests.bot.test_doctor import keys
from tests.wecom_fake.client import Fake

KEY = SecretStr("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")


def told(public_url: str = "https://example.org", groups: tuple[str, ...] = (), **parts: object) -> Config:
    return Config(
        operator=Operator(name="江南街道", contact="010-1234"),
        web=Web(public_url=public_url),
        community=(Community(name="枫林小区", groups=groups),),
        **parts,  # type: ignore[arg-type] # one of several parts
    )


async def test_doctor_does_not_push_a_running_bot_out() -> None:
    """One connection a bot: it is not tried, and that is said."""
    bot = WecomAibot(bot_id="aib1", secret=SecretStr("s"), url="ws://127.0.0.1:1/")

    assert (await keys(told(wecom_aibot=bot)))["wecom_not_tried"] is Mark.NOTE


@pytest.mark.parametrize(("url", "key"), [("https://example.org", "callback"), ("", "callback_missing")])
async def test_doctor_wants_an_address_that_platforms_reach(url: str, key: str) -> None:
    """A callback needs https."""
    bot = WecomAibot(bot_id="aib1", token=SecretStr("t"), aes_key=KEY)

    assert key in await keys(told(url, wecom_aibot=bot))


async def test_doctor_names_a_webhook_that_nobody_uses() -> None:
    """Its group must stand in a community."""
    hooks = (WecomWebhook(url="https://example.org/send?key=1", group="楼长群"),)

    assert "webhook_unused" in await keys(told(wecom_webhook=hooks))
    assert "webhook" in await keys(told(groups=("wecom_webhook:楼长群",), wecom_webhook=hooks))


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (None, "account"),
        ({"code": 40164}, "account_not_listed"),
        ({"code": 40125}, "account_secret"),
        ({"code": 48001}, "account_no"),
        ({"status": 502}, "account_down"),
    ],
)
async def test_doctor_tries_the_account_s_secret(wecom: Fake, fault: dict[str, int] | None, key: str) -> None:
    """A machine that is not on the list of addresses is the trap that everybody falls into."""
    if fault:
        await wecom.ask("fault", at="token", **fault)
    secret = SecretStr("secret")
    account = OfficialAccount(app_id=wecom.name, token=SecretStr("t"), app_secret=secret, api_base_url=wecom.address)

    assert key in await keys(told(official_account=account))
