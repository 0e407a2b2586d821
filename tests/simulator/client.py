"""A test's hands and eyes in the simulated Telegram.

`running()` starts the server process; `Simulator` is one bot's world in it. Chats and people are plain ids: the
private chat with a person has the person's id. Messages are Bot API dicts.
"""

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
    command = [sys.executable, "-m", "tests.simulator", "--port", str(port)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address, "the simulator did not start"
            yield address
        finally:
            process.terminate()
            process.wait(timeout=10)


class Simulator:
    """The world of one bot token. Every method raises AssertionError with the server's words when it says no."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token
        self._client = httpx.AsyncClient(base_url=f"{address}/control/{token}/", timeout=30, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.aclose()

    async def ask(self, act: str, **asked: Any) -> Any:
        """One control request (`tests/simulator/control.py` says what each takes)."""
        answer = await self._client.post(act, json=asked)
        assert answer.is_success, f"{act}: {answer.text}"
        return answer.json()

    async def user(self, name: str, *, started: bool = True, username: str | None = None, id: int | None = None) -> int:
        """A new person; `started` False: has never pressed start, so the bot may not write first."""
        return int(await self.ask("user", name=name, started=started, username=username, id=id))

    async def group(self, title: str, members: Sequence[int] = (), **more: Any) -> int:
        """A new supergroup; `type="group"`, `admins`, `topics={7: name}`, `bot="administrator"`, `id` as wanted."""
        return int(await self.ask("group", title=title, members=list(members), **more))

    async def say(self, chat: int, user: int, text: str = "", **more: Any) -> Json:
        """Somebody writes; returns the message. `reply_to` message id, `topic`, `anonymous` group administrator."""
        return (await self.ask("say", chat=chat, user=user, text=text, **more))[0]  # type: ignore[no-any-return]

    async def show(self, chat: int, user: int, photos: Sequence[bytes], text: str = "", **more: Any) -> list[Json]:
        """Somebody sends one picture, or an album; returns the messages."""
        encoded = [base64.b64encode(photo).decode() for photo in photos]
        return await self.ask("say", chat=chat, user=user, text=text, photos=encoded, **more)  # type: ignore[no-any-return]

    async def attach(self, chat: int, user: int, content: bytes, name: str, mime: str, text: str = "") -> Json:
        """Somebody sends a file; returns the message."""
        document = {"content": base64.b64encode(content).decode(), "name": name, "mime": mime}
        return (await self.ask("say", chat=chat, user=user, text=text, document=document))[0]  # type: ignore[no-any-return]

    async def edit(self, message: Json, text: str) -> Json:
        """Somebody changes what they wrote."""
        where = {"chat": message["chat"]["id"], "message": message["message_id"]}
        return await self.ask("edit", **where, text=text)  # type: ignore[no-any-return]

    async def press(self, user: int, message: Json, button: str, *, expired: bool = False, **more: Any) -> str:
        """Somebody presses the button with these words; returns the query's id, for `answer`."""
        where = {"chat": message["chat"]["id"], "message": message["message_id"]}
        return str(await self.ask("press", **where, user=user, button=button, expired=expired, **more))

    async def answer(self, query: str, seconds: float = 5) -> Json:
        """What the presser was shown (`text`, `show_alert`), waiting for it."""

        async def shown() -> Json | None:
            return await self.ask("answer", query=query)  # type: ignore[no-any-return]

        shown_at_last: Json = await self._until(shown, seconds, lambda: f"press {query} was not answered")
        return shown_at_last

    async def vote(self, user: int, message: Json, *places: int) -> None:
        """Somebody answers the native poll in `message`; without places takes the answer back."""
        await self.ask("vote", poll=message["poll"]["id"], user=user, options=list(places))

    async def join(self, chat: int, user: int | None = None, by: int | None = None) -> None:
        """Somebody (without `user`: the bot) comes into the group."""
        await self.ask("join", chat=chat, user=user, by=by)

    async def status(self, chat: int, status: str, by: int, user: int | None = None) -> None:
        """Somebody (without `user`: the bot) becomes administrator, member, left or kicked."""
        await self.ask("status", chat=chat, status=status, by=by, user=user)

    async def migrate(self, chat: int) -> int:
        """The group becomes a supergroup; returns the new id."""
        return int(await self.ask("migrate", chat=chat))

    async def scenario(self, method: str, times: int = 1, **plan: Any) -> None:
        """The next `times` requests of `method` fail: `status=429, retry_after=1`, `drop="after"`, `delay=0.5`."""
        await self.ask("scenario", method=method, times=times, **plan)

    async def messages(self, chat: int) -> list[Json]:
        """All messages of a chat, oldest first, as they stand now."""
        return await self.ask("messages", chat=chat)  # type: ignore[no-any-return]

    async def requests(self, method: str | None = None) -> list[Json]:
        """The bot's requests (`method`, `params`, `status`, `time`), oldest first, getUpdates left out."""
        found: list[Json] = await self.ask("requests")
        return [one for one in found if method in (None, one["method"])]

    async def state(self) -> Json:
        """`violations`, `pending`, `delivered`, `webhook`, `failures`, `commands`, `log`."""
        return await self.ask("state")  # type: ignore[no-any-return]

    async def wait_for(self, chat: int, part: str, seconds: float = 5, *, after: int = 0) -> Json:
        """The newest message of the bot's in `chat` whose text or caption contains `part` (id above `after`)."""
        last: list[Json] = []

        async def found() -> Json | None:
            last[:] = [one for one in await self.messages(chat) if one["from"]["is_bot"] and one["message_id"] > after]
            return next((one for one in reversed(last) if part in words(one)), None)

        newest: Json = await self._until(found, seconds, lambda: f"{part!r} not in {[words(one) for one in last]}")
        return newest

    async def settled(self, seconds: float = 10) -> None:
        """Wait until the bot has acknowledged every update."""

        async def done() -> bool:
            return not (await self.state())["pending"]

        await self._until(done, seconds, lambda: "updates are still pending")

    async def _until(self, look: Callable[[], Any], seconds: float, complaint: Callable[[], str]) -> Any:
        until = time.monotonic() + seconds
        while True:
            if found := await look():
                return found
            if time.monotonic() > until:
                raise AssertionError(complaint())
            await asyncio.sleep(0.02)


def words(message: Json) -> str:
    """What a message says: its text, caption or poll question."""
    return str(message.get("text") or message.get("caption") or message.get("poll", {}).get("question", ""))


def buttons(message: Json) -> list[str]:
    """The words on a message's inline buttons, row after row."""
    return [one["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for one in row]


@contextlib.asynccontextmanager
async def world(address: str, token: str) -> AsyncIterator[Simulator]:
    """One bot's world; at the end every request must have been as the Bot API wants it."""
    async with Simulator(address, token) as simulator:
        yield simulator
        assert (await simulator.state())["violations"] == []
