"""消息推送: announcements and results to groups that can only be written to."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import ChatGone, RetryLater, Unsendable
from bot.channels.wecom.webhook import Hook, WecomWebhook
from domain.talk import Button, Chat, Manner, Outgoing, Picture
from tests.channels.wecom.looks import HOUSEHOLD, TEXTS
from tests.wecom_fake.client import Fake, words

GROUP = Chat("wecom_webhook", "楼长群")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
ROWS = (tuple(Button(label, "ballot", ("3", str(n))) for n, label in enumerate(("赞同", "反对"), 1)),)


@pytest.fixture
async def webhook(wecom: Fake) -> AsyncIterator[WecomWebhook]:
    hook = Hook(f"{wecom.address}/cgi-bin/webhook/send?key={wecom.name}", "https://example.org/c/fenglin")
    channel = WecomWebhook({GROUP.id: hook}, TEXTS.form("wechat.act_at"))
    yield channel
    await channel.close()


async def said(wecom: Fake) -> list[str]:
    return [words(message) for message in await wecom.messages("webhook")]


async def test_webhook_ends_with_the_link_where_one_can_act(wecom: Fake, webhook: WecomWebhook) -> None:
    """No buttons, no answers: the last line is the link, for a vote or a topic to its own page."""
    assert await webhook.send(Outgoing(GROUP, f"🗳️ 表决 #3\n{HOUSEHOLD}", rows=ROWS, headed=True), None) is None
    topic = (Button("附议", "second", ("议题5",)), Button("详情", "topic", ("5",)))
    await webhook.send(Outgoing(GROUP, "议题 #5 楼道灯", rows=(topic,), headed=True), None)
    await webhook.send(Outgoing(GROUP, "📅 下次说事会", headed=True), None)

    assert await said(wecom) == [
        f"**🗳️ 表决 #3**\n{HOUSEHOLD}\n办理请点：https://example.org/c/fenglin/votes/3",
        "**议题 #5 楼道灯**\n办理请点：https://example.org/c/fenglin/topics/5",
        "**📅 下次说事会**\n办理请点：https://example.org/c/fenglin",
    ]


async def test_webhook_keeps_to_its_bytes_with_the_link_in_it(wecom: Fake, webhook: WecomWebhook) -> None:
    """4,096 bytes of UTF-8; what is cut is the text, never the link."""
    await webhook.send(Outgoing(GROUP, "电" * 5000), None)

    (text,) = await said(wecom)
    assert 4000 < len(text.encode()) <= 4096
    assert text.endswith("…\n办理请点：https://example.org/c/fenglin")


def result(png: bytes = PNG) -> Outgoing:
    picture = Picture("枫林小区 表决 #3 结果", "楼道灯", "5户中3户参加", "", (), HOUSEHOLD, png=png)
    return Outgoing(GROUP, f"🗳️ 表决 #3 楼道灯结果\n赞同3户\n{HOUSEHOLD}", headed=True, picture=picture)


async def kinds(wecom: Fake) -> list[str]:
    return [message["msgtype"] for message in await wecom.messages("webhook")]


async def test_webhook_sends_a_result_s_picture_after_its_text(wecom: Fake, webhook: WecomWebhook) -> None:
    """Base64 and MD5; the text says all of it, so what is too large or refused is left out."""
    await webhook.send(result(), None)
    assert (await wecom.messages("webhook"))[1]["image"] == {"bytes": len(PNG)}
    await webhook.send(result(PNG + bytes(2 * 2**20)), None)
    await wecom.ask("fault", at="webhook", times=1)
    await wecom.ask("fault", at="webhook", code=40009)
    await webhook.send(result(), None)

    assert await kinds(wecom) == ["markdown", "image", "markdown", "markdown"]


async def test_webhook_does_not_repeat_the_text_when_the_picture_must_wait(wecom: Fake, webhook: WecomWebhook) -> None:
    """The platform is busy after the text: tried again, only the picture goes out."""
    await wecom.ask("fault", at="webhook", times=1)
    await wecom.ask("fault", at="webhook", code=-1)
    with pytest.raises(RetryLater):
        await webhook.send(result(), None)
    await webhook.send(result(), None)

    assert await kinds(wecom) == ["markdown", "image"]


@pytest.mark.parametrize("manner", [Manner.TOAST, Manner.REDRAW])
async def test_webhook_says_nothing_that_is_not_for_all(wecom: Fake, webhook: WecomWebhook, manner: Manner) -> None:
    """Toasts and redraws mean nothing here."""
    await webhook.send(Outgoing(GROUP, "给一个人", manner), None)

    assert await said(wecom) == []


async def test_webhook_keeps_twenty_a_minute(wecom: Fake, webhook: WecomWebhook) -> None:
    """The twenty-first waits."""
    for n in range(20):
        await webhook.send(Outgoing(GROUP, f"第{n}条"), None)
    with pytest.raises(RetryLater, match="rate"):
        await webhook.send(Outgoing(GROUP, "太多"), None)

    assert len(await said(wecom)) == 20


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ({"code": 45009}, RetryLater),
        ({"code": -1}, RetryLater),
        ({"status": 502}, RetryLater),
        ({"code": 93000}, ChatGone),
        ({"code": 40058}, Unsendable),
    ],
)
async def test_webhook_names_what_went_wrong(
    wecom: Fake, webhook: WecomWebhook, fault: dict[str, int], what: type[Exception]
) -> None:
    """Later, gone, or never."""
    await wecom.ask("fault", at="webhook", **fault)

    with pytest.raises(what):
        await webhook.send(Outgoing(GROUP, "一句"), None)


async def test_webhook_that_is_not_configured_is_gone(webhook: WecomWebhook) -> None:
    """A group of an old config."""
    with pytest.raises(ChatGone):
        await webhook.send(Outgoing(Chat("wecom_webhook", "别的群"), "一句"), None)


async def test_webhook_s_key_is_never_logged(
    wecom: Fake, webhook: WecomWebhook, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has the address can write into the group."""
    caplog.set_level("INFO")
    await webhook.send(Outgoing(GROUP, "一句"), None)

    assert wecom.name not in caplog.text
