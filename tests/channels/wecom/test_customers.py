"""企业群发: a task made by the bot, confirmed by a person, followed up."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import ChatGone, RetryLater, Unsendable
from bot.channels.wecom import customers
from bot.channels.wecom.customers import Setup, WecomCustomers
from domain.talk import Chat, Manner, Outgoing
from tests.channels.shelf import Shelf
from tests.channels.taken import Taken, listening
from tests.wecom_fake.client import Fake, until

SENDER = Chat("wecom_customers", "sender")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
async def tasks(wecom: Fake, told: list[str]) -> AsyncIterator[WecomCustomers]:
    async def tell(key: str) -> None:
        told.append(key)

    setup = Setup(wecom.name, "secret", "sender", wecom.address, "https://example.org/c/fenglin")
    channel = WecomCustomers(setup, Shelf(), tell, look_every=0.01)
    yield channel
    await channel.close()


async def made(wecom: Fake) -> list[dict[str, object]]:
    return [r["body"] for r in (await wecom.state())["requests"] if r["cmd"] == "externalcontact/add_msg_template"]


async def test_notice_becomes_a_task_for_the_sender(wecom: Fake, tasks: WecomCustomers) -> None:
    """To customer groups, in the sender's name, with the link."""
    await tasks.send(Outgoing(SENDER, "📅 12月4日（周五）19:30 说事会", Manner.NOTICE), None)

    assert await made(wecom) == [
        {
            "chat_type": "group",
            "sender": "sender",
            "text": {"content": "📅 12月4日（周五）19:30 说事会\nhttps://example.org/c/fenglin"},
        }
    ]


async def test_vote_becomes_a_task_and_small_talk_does_not(wecom: Fake, tasks: WecomCustomers) -> None:
    """A customer group gets few tasks: only what all should know."""
    await tasks.send(Outgoing(SENDER, "🗳️ 表决 #3", card="vote:3"), None)
    await tasks.send(Outgoing(SENDER, "发到您私聊了。"), None)
    await tasks.send(Outgoing(SENDER, "弹", Manner.TOAST), None)
    await tasks.send(Outgoing(SENDER, "已投9户", Manner.REDRAW, card="vote:3"), None)

    assert len(await made(wecom)) == 1


async def test_token_that_ran_out_early_is_renewed(wecom: Fake, tasks: WecomCustomers) -> None:
    """40001: once more with a new token."""
    await tasks.send(Outgoing(SENDER, "一", Manner.NOTICE), None)
    await wecom.ask("arrange", token_over=True)
    await tasks.send(Outgoing(SENDER, "二", Manner.NOTICE), None)

    asked = [r["cmd"] for r in (await wecom.state())["requests"]]
    assert asked.count("token") == 2
    assert asked.count("externalcontact/add_msg_template") == 3


async def test_task_that_nobody_confirms_is_told_once(
    wecom: Fake, tasks: WecomCustomers, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day after, the secretaries know; then it is let go."""
    monkeypatch.setattr(customers, "LOOKS", 3)
    await tasks.send(Outgoing(SENDER, "一", Manner.NOTICE), None)
    async with listening(tasks, Taken()):

        async def known() -> bool:
            return bool(told)

        await until(known, 5, lambda: "nobody was told")
        before = len((await wecom.state())["requests"])
        await until(known, 5, lambda: "")

    assert told == ["wechat.unconfirmed"]
    assert before == 2 + 3


async def test_confirmed_task_is_done_with(wecom: Fake, tasks: WecomCustomers, told: list[str]) -> None:
    """The sender pressed 发送: nobody is bothered."""
    await wecom.ask("arrange", spoken=["confirmed"])
    await tasks.send(Outgoing(SENDER, "一", Manner.NOTICE), None)
    async with listening(tasks, Taken()):

        async def looked_at() -> bool:
            return bool((await wecom.state())["requests"][-1]["cmd"] == "externalcontact/get_groupmsg_task")

        await until(looked_at, 5, lambda: "the task was not looked at")

    assert told == []


@pytest.mark.parametrize(
    ("fault", "what"), [({"code": -1}, RetryLater), ({"status": 500}, RetryLater), ({"code": 41048}, Unsendable)]
)
async def test_task_that_is_refused_is_named(
    wecom: Fake, tasks: WecomCustomers, fault: dict[str, int], what: type[Exception]
) -> None:
    """Later, or never."""
    await wecom.ask("fault", at="externalcontact/add_msg_template", **fault)

    with pytest.raises(what):
        await tasks.send(Outgoing(SENDER, "一", Manner.NOTICE), None)


async def test_another_sender_is_gone(tasks: WecomCustomers) -> None:
    """A sender of an old config."""
    with pytest.raises(ChatGone):
        await tasks.send(Outgoing(Chat("wecom_customers", "old"), "一", Manner.NOTICE), None)
