"""From the config to the channels of WeCom and WeChat."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from bot import making, wechat
from bot.clock import Clock
from bot.config import Community, Config, Operator, Web
from bot.config_channels import OfficialAccount, WecomAibot, WecomCustomers, WecomWebhook
from bot.texts import Texts
from domain.talk import Button
from handlers.routes import ROUTES

KEY = SecretStr("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
SECRET = SecretStr("secret")


def told(**parts: Any) -> Config:
    groups = ("wecom_webhook:楼长群", "wecom_customers:sender")
    return Config(
        operator=Operator(name="江南街道", contact="010-1234"),
        web=Web(public_url="https://example.org"),
        community=(Community(name="枫林小区", slug="fenglin", groups=groups),),
        **parts,
    )


def made(talk: Any, **parts: Any) -> dict[str, Any]:
    needed: Any = SimpleNamespace(config=told(**parts), clock=Clock(), house=talk.house)
    return dict(wechat.channels(needed))


async def test_config_without_wechat_makes_none(talk: Any) -> None:
    """Nothing is imported that is not configured."""
    assert made(talk) == {}


async def test_each_part_makes_its_channel(talk: Any) -> None:
    """By the names that addresses use."""
    channels = made(
        talk,
        wecom_aibot=WecomAibot(bot_id="aib1", secret=SECRET),
        wecom_webhook=(WecomWebhook(url="https://example.org/send?key=1", group="楼长群"),),
        wecom_customers=WecomCustomers(corp_id="ww1", secret=SECRET, sender="sender"),
        official_account=OfficialAccount(app_id="wx1", token=SECRET, app_secret=SECRET, notice_template="t1"),
    )

    assert sorted(channels) == ["official_account", "wecom", "wecom_customers", "wecom_webhook"]
    assert all(channel.name == name for name, channel in channels.items())
    assert channels["wecom_webhook"]._hooks["楼长群"].page == "https://example.org/c/fenglin"
    assert channels["wecom_customers"].setup.page == "https://example.org/c/fenglin"
    assert [route.path for route in channels["official_account"].routes()] == ["/wechat", "/wechat"]
    assert list(channels["wecom"].routes()) == []
    for channel in channels.values():
        await channel.close()


@pytest.mark.parametrize(("secret", "one_place"), [(SECRET, True), (None, False)])
async def test_bot_without_a_secret_is_called_back(talk: Any, secret: SecretStr | None, one_place: bool) -> None:
    """The long connection keeps events and answers in one process; the callback does not."""
    bot = WecomAibot(bot_id="aib1", secret=secret, token=SECRET, aes_key=KEY)
    channel = made(talk, wecom_aibot=bot)["wecom"]

    assert [route.path for route in channel.routes()] == ([] if one_place else ["/wecom", "/wecom"])
    assert making.one_place(told(wecom_aibot=bot), "wecom") is one_place
    await channel.close()


def test_labels_of_votes_are_known() -> None:
    """Each kind of vote's own label, word for word."""
    assert {"居民协商表决", "群内表态，不作决定依据"} <= set(wechat.labels(Texts.load()))


def test_buttons_that_are_typed_are_understood() -> None:
    """What a channel without buttons tells to send has a route of its own."""
    texts = Texts.load()
    typed = wechat.typed(texts)
    phrases = [phrase for found in texts.table("routes.phrases").values() for phrase in found]
    words = [typed(Button("匿名✓", route.name, ("12",))) for route in ROUTES]

    assert typed(Button("匿名✓", "show_to", ("12", "anonymous"))) == "谁能看 12 匿名"
    assert typed(Button("私聊我", "no_route")) is None
    assert all(any(word.startswith(phrase) for phrase in phrases) for word in words if word)
