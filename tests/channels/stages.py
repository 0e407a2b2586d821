"""One resident alone with the bot, on every channel: what the contract's tests can make them do, and see."""

import asyncio
import contextlib
import html
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.channels.base import Channel, RetryLater
from bot.channels.telegram import Setup as TelegramSetup
from bot.channels.telegram_carrier import channel as telegram_channel
from bot.channels.web_stage import private_chat
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.connection import Setup as WecomSetup
from domain.talk import Chat, Event, Outgoing
from tests.channels.official_account import test_channel as account
from tests.channels.shelf import Shelf
from tests.channels.taken import Taken, listening
from tests.channels.test_web import NEIGHBOUR
from tests.channels.test_web import staged as web_staged
from tests.channels.wecom import test_callback as callback
from tests.channels.wecom.looks import EARS, LOOK
from tests.simulator.client import Simulator
from tests.simulator.client import words as telegram_words
from tests.wecom_fake.client import Fake, words


class Stage(Protocol):
    """A channel that listens, and its resident. `answers`: what the bot says to each event from now on."""

    channel: Channel
    taken: Taken
    chat: Chat
    answers: list[Outgoing]

    async def says(self, text: str) -> None: ...
    async def again(self) -> None:
        """The platform sends the last word once more, as it does where it was not acknowledged."""

    async def presses(self, label: str) -> None: ...
    async def garbage(self) -> None:
        """Something that can't be read arrives."""

    async def seen(self) -> list[str]: ...


@dataclass
class OnTelegram:
    channel: Channel
    taken: Taken
    chat: Chat
    sim: Simulator
    user: int
    answers: list[Outgoing] = field(default_factory=list)

    async def says(self, text: str) -> None:
        await self.sim.say(self.user, self.user, text)

    async def again(self) -> None: ...

    async def presses(self, label: str) -> None:
        message = [one for one in await self.sim.messages(self.user) if one["from"]["is_bot"]][-1]
        await self.sim.press(self.user, message, label)

    async def garbage(self) -> None:
        await self.sim.ask("update", message={"message_id": "no number"})

    async def seen(self) -> list[str]:
        return [telegram_words(one) for one in await self.sim.messages(self.user) if one["from"]["is_bot"]]


@contextlib.asynccontextmanager
async def telegram(library: str, sim: Simulator) -> AsyncIterator[Stage]:
    user = await sim.user("居民甲")
    one = telegram_channel(library, TelegramSetup(sim.token, sim.address, limits=False, typed_after="发"))
    stage = OnTelegram(one, Taken(), Chat("telegram", str(user), private=True), sim, user)
    async with _answered(stage), listening(one, stage.taken):
        yield stage
    await one.close()


@dataclass
class OnWecom:
    channel: Channel
    taken: Taken
    chat: Chat
    fake: Fake
    answers: list[Outgoing] = field(default_factory=list)
    repeats: bool = False
    said: str = ""
    count: int = 0

    async def says(self, text: str) -> None:
        self.said, self.count = text, self.count + 1
        await self.fake.say("user1", text, msgid=f"m{self.count}")

    async def again(self) -> None:
        if self.repeats:
            await self.fake.say("user1", self.said, msgid=f"m{self.count}")

    async def presses(self, label: str) -> None:
        card = [one for one in await self.fake.messages("user1") if "template_card" in one][-1]
        await self.fake.press("user1", card["template_card"]["task_id"], label)

    async def garbage(self) -> None:
        await self.fake.ask("raw", body={"msgtype": "text", "from": {"userid": "user1"}})

    async def seen(self) -> list[str]:
        return [words(one) for one in await self.fake.messages("user1")]


@contextlib.asynccontextmanager
async def wecom(fake: Fake) -> AsyncIterator[Stage]:
    async def tell(key: str) -> None: ...

    one = WecomChannel(WecomSetup(fake.name, "secret", fake.url), LOOK, EARS, Shelf(), tell)
    stage = OnWecom(one, Taken(), Chat("wecom", "user1", private=True), fake)
    async with _answered(stage), listening(one, stage.taken):
        await fake.connected()
        yield stage
    await one.close()


@contextlib.asynccontextmanager
async def wecom_callback(fake: Fake) -> AsyncIterator[Stage]:
    async with callback.staged(fake, lambda _: stage.answers) as here:
        stage = OnWecom(here.channel, here.taken, Chat("wecom", "user1", private=True), here.fake, repeats=True)
        yield stage


@dataclass
class OnAccount:
    channel: Channel
    taken: Taken
    chat: Chat
    fake: Fake
    answers: list[Outgoing] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    said: str = ""
    count: int = 0

    async def says(self, text: str) -> None:
        self.said, self.count = text, self.count + 1
        await self.again()

    async def again(self) -> None:
        told = await self.fake.write("openid1", self.said, fields={"MsgId": str(self.count)})
        self.read.append(told["text"])

    async def presses(self, label: str) -> None:
        """There are no buttons: what may be replied stands in the last line."""
        await self.says(self.read[-1].rsplit("：", 1)[-1])

    async def garbage(self) -> None:
        await self.fake.write("openid1", fields={"MsgType": "image"})

    async def seen(self) -> list[str]:
        return self.read


@contextlib.asynccontextmanager
async def official_account(platforms: str) -> AsyncIterator[Stage]:
    async with account.staged(platforms, lambda _: stage.answers) as here:
        chat = Chat("official_account", "openid1", private=True)
        stage = OnAccount(here.channel, here.taken, chat, here.fake)
        yield stage


@dataclass
class OnWeb:
    channel: Channel
    taken: Taken
    chat: Chat
    here: Any
    answers: list[Outgoing] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)

    async def says(self, text: str) -> None:
        self.form = {**await self.here.form(NEIGHBOUR, "private"), "text": text}
        await self.again()

    async def again(self) -> None:
        await self.here.post("say", **self.form)

    async def presses(self, label: str) -> None:
        page = await self.here.open(NEIGHBOUR, "private")
        form = next(one for one in re.findall(r'<form class="keys".*?</form>', page, re.DOTALL) if label in one)
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        value = re.search(rf'name="press" value="([^"]*)"[^>]*>{label}<', form)
        assert value
        await self.here.post("press", **fields, press=html.unescape(value[1]))

    async def garbage(self) -> None:
        await self.here.post("say", nothing="x")

    async def seen(self) -> list[str]:
        return [line.text for where, line in self.here.kept.lines if where.id == self.chat.id and not line.who]


@contextlib.asynccontextmanager
async def web() -> AsyncIterator[Stage]:
    async with web_staged() as here:
        stage = OnWeb(here.channel, Taken(), private_chat(NEIGHBOUR), here)
        async with _answered(stage):
            here.hear = stage.taken
            yield stage


@contextlib.asynccontextmanager
async def _answered(stage: Stage) -> AsyncIterator[None]:
    """Each event is answered by `stage.answers`, a moment after it was taken."""

    async def answer(out: Outgoing) -> None:
        with contextlib.suppress(RetryLater):  # the test was faster than the answer
            await stage.channel.send(out, None)

    async def then(_: Event) -> None:
        for out in stage.answers:
            tasks.create_task(answer(out))

    async with asyncio.TaskGroup() as tasks:
        stage.taken._then = then
        yield


Make = Callable[..., contextlib.AbstractAsyncContextManager[Stage]]
