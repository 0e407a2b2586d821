"""A test's hands and eyes in the platforms' fake. `running()` starts it; `Fake` is one bot's or account's world."""

import asyncio
import base64
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import httpx

Json = dict[str, Any]
CHECKOUT = Path(__file__).parents[2]


@contextlib.contextmanager
def running(port: int = 0) -> Iterator[str]:
    """The server as a process of its own, while the block lasts; yields its address."""
    command = [sys.executable, "-m", "tests.wecom_fake", "--port", str(port)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address, "the fake did not start"
            yield address
        finally:
            process.terminate()
            process.wait(timeout=10)


class Fake:
    """The world called `name`. `callback`: where it calls back; None: over the long connection."""

    def __init__(self, address: str, name: str, callback: Json | None = None) -> None:
        self.address, self.name, self.callback = address, name, callback
        self.url = address.replace("http", "ws", 1) + "/"
        self._client = httpx.AsyncClient(base_url=f"{address}/control/{name}/", timeout=30, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.aclose()

    async def ask(self, act: str, **asked: Any) -> Any:
        """One control request (`tests/wecom_fake/control.py` says what each takes)."""
        about = {"callback": self.callback, "address": self.address} | asked
        answer = await self._client.post(act, json={name: value for name, value in about.items() if value is not None})
        assert answer.is_success, f"{act}: {answer.text}"
        return answer.json()

    async def say(self, user: str, text: str = "", chat: str = "", images: Sequence[bytes] = (), **more: Any) -> Json:
        """Somebody writes to the bot, alone or in the group `chat`; returns body and answer."""
        encoded = [base64.b64encode(image).decode() for image in images]
        return await self.ask("say", user=user, text=text, chat=chat, images=encoded, **more)  # type: ignore[no-any-return]

    async def enter(self, user: str) -> Json:
        """Somebody opens the chat with the bot, and says nothing."""
        return await self.ask("enter", user=user)  # type: ignore[no-any-return]

    async def press(self, user: str, task: str, button: str, chat: str = "", **more: Any) -> Json:
        """Somebody presses a button, or ticks an option and sends it, in the card as they see it."""
        return await self.ask("press", user=user, task=task, button=button, chat=chat, **more)  # type: ignore[no-any-return]

    async def write(self, user: str, text: str = "", **more: Any) -> Json:
        """A follower writes to the Official Account; returns the answer. `fields` for what is no text."""
        told = {"FromUserName": user, "CreateTime": int(time.time()), "MsgType": "text", "Content": text}
        return await self.ask("write", fields=told | more.pop("fields", {}), **more)  # type: ignore[no-any-return]

    async def state(self) -> Json:
        """All that happened."""
        return await self.ask("state")  # type: ignore[no-any-return]

    async def messages(self, chat: str) -> list[Json]:
        """The bot's messages in a chat, oldest first."""
        return [one for one in (await self.state())["messages"] if one["chat"] == chat]

    async def shown(self, user: str, task: str) -> Json:
        """A card as one member sees it."""
        state = await self.state()
        return state["seen"].get(f"{user} {task}") or state["cards"][task]  # type: ignore[no-any-return]

    async def wait_for(self, chat: str, part: str, seconds: float = 5, *, after: int = 0) -> Json:
        """The newest message in `chat` that contains `part`, of those beyond the first `after`."""
        last: list[Json] = []

        async def found() -> Json | None:
            last[:] = (await self.messages(chat))[after:]
            return next((one for one in reversed(last) if part in words(one)), None)

        newest: Json = await until(found, seconds, lambda: f"{part!r} not in {[words(one) for one in last]}")
        return newest

    async def connected(self, seconds: float = 5) -> None:
        """Wait until the bot has its long connection."""

        async def there() -> bool:
            return bool((await self.state())["connected"])

        await until(there, seconds, lambda: "the bot did not connect")


async def until(look: Callable[[], Any], seconds: float, complaint: Callable[[], str]) -> Any:
    """Look again and again until something is there."""
    end = time.monotonic() + seconds
    while True:
        if found := await look():
            return found
        if time.monotonic() > end:
            raise AssertionError(complaint())
        await asyncio.sleep(0.02)


def words(message: Json) -> str:
    """All that a message says: its text, and its card's title, label, facts and buttons."""
    card = message.get("template_card", {})
    title = card.get("main_title", {})
    said: Json = message.get("markdown") or message.get("stream") or message.get("text") or {}
    parts = [
        said.get("content", ""),
        title.get("title", ""),
        title.get("desc", ""),
        *(f"{fact['keyname']}：{fact['value']}" for fact in card.get("horizontal_content_list", [])),
        card.get("sub_title_text", ""),
        *buttons(message),
    ]
    return "\n".join(part for part in parts if part)


def buttons(message: Json) -> list[str]:
    """The words on a card's buttons or options."""
    card = message.get("template_card", message)
    return [one["text"] for one in card.get("button_list", card.get("checkbox", {}).get("option_list", []))]


@contextlib.asynccontextmanager
async def world(address: str, name: str, callback: Json | None = None) -> AsyncIterator[Fake]:
    """One world; at the end everything the bot sent must have been as the platform wants it."""
    async with Fake(address, name, callback) as fake:
        yield fake
        assert (await fake.state())["violations"] == []
